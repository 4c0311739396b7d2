"""Material flows as columns: selected, added up without counting twice, balanced, linked."""

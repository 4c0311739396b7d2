"""Checks of data: shapes now, more kinds later."""

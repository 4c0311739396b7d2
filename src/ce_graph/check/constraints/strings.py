"""String-based constraints (SHACL 4.4): lengths, ``sh:pattern``, ``sh:languageIn``, ``sh:uniqueLang``."""
# The methods of constraints and paths are described once, in the base class.
# ruff: noqa: D102

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
import pyoxigraph as ox

from ce_graph.check.constraints.base import Constraint, ValueConstraint, by_node, component
from ce_graph.check.regex import PatternError, compile_pattern
from ce_graph.check.shapes import XSD
from ce_graph.rdf.terms import IRI, LITERAL

if TYPE_CHECKING:
    import re

    from ce_graph.check.evaluator import Evaluator, Hits, Scope
    from ce_graph.check.plan import Shape
    from ce_graph.check.reader import Reader
    from ce_graph.rdf.dictionary import Ids, Mask
    from ce_graph.rdf.terms import Terms


class Text(ValueConstraint):
    """A constraint on the text of IRIs and literals; a blank node has none and never satisfies it."""

    def fine(self, evaluator: Evaluator, values: Ids) -> Mask:
        terms = evaluator.terms
        kind = terms.kind[values]
        fine: Mask = (kind == IRI) | (kind == LITERAL)
        fine[fine] = self.accepts(terms, values[fine])
        return fine

    def accepts(self, terms: Terms, values: Ids) -> Mask | list[bool]:
        """Which of the values, IRIs and literals, are fine."""
        raise NotImplementedError


class MinLength(Text):
    """Each text has at least so many characters."""

    name = "MinLength"

    def __init__(self, shape: Shape, length: int) -> None:
        super().__init__(shape, f"Value has fewer than {length} characters", {"minLength": ox.Literal(length)})
        self._length = length

    def accepts(self, terms: Terms, values: Ids) -> Mask | list[bool]:
        return terms.lengths(values) >= self._length


class MaxLength(Text):
    """Each text has at most so many characters."""

    name = "MaxLength"

    def __init__(self, shape: Shape, length: int) -> None:
        super().__init__(shape, f"Value has more than {length} characters", {"maxLength": ox.Literal(length)})
        self._length = length

    def accepts(self, terms: Terms, values: Ids) -> Mask | list[bool]:
        return terms.lengths(values) <= self._length


@component("MinLength", "minLength")
def _min_length(reader: Reader) -> Iterator[ValueConstraint]:
    if (length := reader.integer("minLength")) is not None:
        yield MinLength(reader.shape, length)


@component("MaxLength", "maxLength")
def _max_length(reader: Reader) -> Iterator[ValueConstraint]:
    if (length := reader.integer("maxLength")) is not None:
        yield MaxLength(reader.shape, length)


class Pattern(Text):
    """Each text matches a regular expression, somewhere."""

    name = "Pattern"

    def __init__(self, shape: Shape, pattern: str, flags: str, compiled: re.Pattern[str]) -> None:
        shown = f'"{pattern}"' + (f' (flags "{flags}")' if flags else "")
        parameters: dict[str, ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple] = {"pattern": ox.Literal(pattern)}
        super().__init__(shape, f"Value does not match the pattern {shown}", parameters)
        self._search = compiled.search

    def accepts(self, terms: Terms, values: Ids) -> Mask | list[bool]:
        search = self._search
        return [search(text) is not None for text in terms.values(values)]


@component("Pattern", "pattern")
def _pattern(reader: Reader) -> Iterator[ValueConstraint]:
    flags = reader.string("flags") or ""
    for value in reader.values("pattern"):
        pattern = reader.as_string("pattern", value)
        try:
            yield Pattern(reader.shape, pattern, flags, compile_pattern(pattern, flags))
        except PatternError as error:
            reader.refuse("pattern", value, f"a regular expression as XPath has them: {error}")


class LanguageIn(ValueConstraint):
    """Each value is a text in one of the languages (or in a regional form of it)."""

    name = "LanguageIn"

    def __init__(self, shape: Shape, ranges: tuple[str, ...]) -> None:
        super().__init__(shape, f"Value is not a text in one of the languages {', '.join(ranges)}")
        self._ranges = tuple(item.lower() for item in ranges)

    def fine(self, evaluator: Evaluator, values: Ids) -> Mask:
        return evaluator.terms.per_suffix(lambda _, language: self._accepts(language))[evaluator.terms.suffix[values]]

    def _accepts(self, language: str | None) -> bool:
        if not language:
            return False
        tag = language.lower()
        return any(item == "*" or tag == item or tag.startswith(f"{item}-") for item in self._ranges)


@component("LanguageIn", "languageIn")
def _language_in(reader: Reader) -> Iterator[ValueConstraint]:
    items = reader.items("languageIn")
    if items is not None:
        yield LanguageIn(reader.shape, tuple(reader.as_string("languageIn", item) for item in items))


class UniqueLang(Constraint):
    """No two values have the same language; one result for each language that is used more than once."""

    name = "UniqueLang"

    def __init__(self, shape: Shape) -> None:
        super().__init__(shape, "More than one value in the same language")

    def hits(self, scope: Scope) -> Iterator[Hits]:
        terms = scope.evaluator.terms
        suffix = terms.suffix[scope.values]
        codes: dict[str, int] = {}
        tags = [codes.setdefault(tag.lower(), len(codes)) if tag else -1 for tag in terms.languages]
        language = np.array(tags, np.int64)[suffix]
        tagged = language >= 0
        keys, counts = np.unique((scope.owners[tagged].astype(np.int64) << 32) | language[tagged], return_counts=True)
        yield by_node(self, (keys[counts > 1] >> 32).astype(np.int32))


@component("UniqueLang", "uniqueLang", only="property")
def _unique_lang(reader: Reader) -> Iterator[Constraint]:
    # SHACL 4.4.5: only the literal `true` itself asks for it, not `"1"^^xsd:boolean`.
    reader.flag("uniqueLang")
    if reader.value("uniqueLang") == ox.Literal("true", datatype=ox.NamedNode(XSD + "boolean")):
        yield UniqueLang(reader.shape)

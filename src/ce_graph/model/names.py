"""What things are called, and finding a thing by what somebody writes."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterable, Mapping

from ce_graph.errors import NotFoundError

_LANGUAGES = ("en", "fi", "sv")
_LISTED = 20


def short(iri: str) -> str:
    """The last part of an IRI, which is a thing's short name or a code's notation."""
    return iri.rsplit("/", 1)[-1].rsplit("#", 1)[-1]


def slug(text: str) -> str:
    """The text in small ASCII letters and digits with hyphens, as short names are written."""
    bare = "".join(sign for sign in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(sign))
    plain = re.sub(r"[\W_]+", "-", bare).encode("ascii", "ignore").decode()
    return plain.strip("-")


class Names:
    """Labels by IRI and language, and other words that sources use for a thing."""

    def __init__(
        self, labels: Mapping[str, Mapping[str, str]], aliases: Mapping[str, Iterable[str]] | None = None
    ) -> None:
        self.labels = labels
        self._aliases = {iri: tuple(sorted(words)) for iri, words in (aliases or {}).items()}

    def label(self, iri: str, language: str = "en") -> str:
        """The label in a language, else in English, else in any, else the short name; several IRIs are joined by +."""
        if " " in iri:
            return " + ".join(self.label(one, language) for one in iri.split(" "))
        known = self.labels.get(iri, {})
        for tag in (language, *_LANGUAGES, *sorted(known)):
            if tag in known:
                return known[tag]
        return short(iri)

    def find(self, text: str, among: Iterable[str], what: str) -> str:
        """The one of ``among`` that ``text`` means: an IRI, a short name, a label, or the words of a source.

        Raises:
            NotFoundError: none or several fit; the message says what there is.
        """
        known = sorted(set(among))
        if text in known:
            return text
        wanted = slug(text)
        ways = (
            [iri for iri in known if short(iri).casefold() == text.casefold()],
            [iri for iri in known if wanted and wanted in map(slug, self.labels.get(iri, {}).values())],
            [iri for iri in known if wanted and wanted in map(slug, self._aliases.get(iri, ()))],
        )
        for found in ways:
            if len(found) == 1:
                return found[0]
            if found:
                raise NotFoundError(f"{what} {text!r} may be {' or '.join(map(short, found))}; write one of these")
        raise NotFoundError(f"there is no {what} {text!r}; {self._suggest(wanted, known)}")

    def _suggest(self, wanted: str, known: list[str]) -> str:
        words: dict[str, str] = {}
        for iri in known:
            for word in (short(iri), *self.labels.get(iri, {}).values(), *self._aliases.get(iri, ())):
                words.setdefault(slug(word), iri)
        near = [words[word] for word in difflib.get_close_matches(wanted, list(words), n=5, cutoff=0.6)]
        near += [
            iri for word, iri in words.items() if wanted and (wanted in word.split("-") or word.startswith(wanted))
        ]
        near = list(dict.fromkeys(near))[:5]
        if near:
            return "did you mean " + " or ".join(map(self.describe, near)) + "?"
        some = ", ".join(short(iri) for iri in known[:_LISTED])
        return f"there are {some}" + (f" and {len(known) - _LISTED} more" if len(known) > _LISTED else "")

    def describe(self, iri: str) -> str:
        """Short name and label, for messages."""
        name, label = short(iri), self.label(iri)
        return name if slug(label) == slug(name) else f"{name} ({label})"

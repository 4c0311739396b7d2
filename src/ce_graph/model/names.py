"""What things are called, and finding a thing by what somebody writes."""

from __future__ import annotations

import difflib
import functools
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping

from ce_graph.errors import CeGraphError, NotFoundError
from ce_graph.wording import Given, Said, say

_LANGUAGES = ("en", "fi", "sv")
_LISTED = 20


def short(iri: str) -> str:
    """The last part of an IRI, which is a thing's short name or a code's notation."""
    return iri.rsplit("/", 1)[-1].rsplit("#", 1)[-1]


@functools.lru_cache(maxsize=1 << 16)
def slug(text: str) -> str:
    """The text in small ASCII letters and digits with hyphens, as short names are written."""
    bare = "".join(sign for sign in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(sign))
    plain = re.sub(r"[\W_]+", "-", bare).encode("ascii", "ignore").decode()
    return plain.strip("-")


def listed(texts: Iterable[str]) -> str:
    """Texts one after the other with commas, each of them still to be told in a language."""
    return functools.reduce(lambda one, other: say("%(one)s, %(other)s", one=one, other=other), texts)


def said(error: CeGraphError) -> Said:
    """The message of an error as a text that can be told in a language."""
    message = error.args[0] if error.args else ""
    return message if isinstance(message, Said) else Said("%(text)s", {"text": str(message)})


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

    def foreign(self, iri: str, language: str) -> str:
        """The language of ``label`` where that is another one, ``""`` where it is not or nothing is known."""
        known = self.labels.get(iri, {})
        tags = () if language in known else (*_LANGUAGES, *sorted(known))
        return next((tag for tag in tags if tag in known), "")

    def find(self, text: str, among: Iterable[str], what: str) -> str:
        """The one of ``among`` that ``text`` means: an IRI, a short name, a label, or the words of a source.

        ``what`` is the word for such a thing, a text that is translated.

        Raises:
            NotFoundError: none or several fit; the message says what there is.
        """
        known = sorted(set(among))
        if text in known:
            return text
        folded, wanted = text.casefold(), slug(text)
        ways: tuple[Callable[[str], bool], ...] = (  # the next one is looked at only when the one before finds nothing
            lambda iri: short(iri).casefold() == folded,
            lambda iri: bool(wanted) and wanted in map(slug, self.labels.get(iri, {}).values()),
            lambda iri: bool(wanted) and wanted in map(slug, self._aliases.get(iri, ())),
        )
        for fits in ways:
            found = [iri for iri in known if fits(iri)]
            if len(found) == 1:
                return found[0]
            if found:
                raise NotFoundError(
                    say("%(what)s %(text)s may be each of these, write one of them: %(found)s", what=say(what),
                        text=repr(text), found=", ".join(map(short, found)))
                )  # fmt: skip
        raise NotFoundError(
            say("there is no %(what)s %(text)s; %(instead)s", what=say(what), text=repr(text),
                instead=self._suggest(wanted, known))
        )  # fmt: skip

    def _suggest(self, wanted: str, known: list[str]) -> Said:
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
            return say("did you mean %(near)s?", near=listed(map(self.describe, near)))
        some = ", ".join(short(iri) for iri in known[:_LISTED])
        if len(known) > _LISTED:
            return say("there are %(some)s and %(more)s more", some=some, more=len(known) - _LISTED)
        return say("there are %(some)s", some=some) if some else say("there is none")

    def called(self, iri: str) -> str:
        """The label, for messages: told in the reader's language."""
        return Given(known) if (known := self.labels.get(iri)) else short(iri)

    def all_called(self, iris: Iterable[str]) -> str:
        """The labels of several things, in their order."""
        return listed(map(self.called, sorted(iris, key=self.label)))

    def describe(self, iri: str) -> str:
        """Short name and label, for messages: what can be written, and what it means in the reader's language."""
        name, known = short(iri), self.labels.get(iri, {})
        labels = {language: self.label(iri, language) for language in known}
        if all(slug(label) == slug(name) for label in labels.values()):
            return name
        return Given(
            {language: name if slug(label) == slug(name) else f"{name} ({label})" for language, label in labels.items()}
        )

"""Texts for people in Finnish, Swedish and English, from gettext ``.po`` files read when first needed."""

from __future__ import annotations

import dataclasses
import functools
from decimal import Decimal, InvalidOperation, localcontext
from importlib import resources
from io import BytesIO
from typing import TYPE_CHECKING, Self

from babel.dates import format_date
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal
from babel.support import Translations

from ce_graph.errors import CeGraphError

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

LANGUAGES: dict[str, str] = {"fi": "suomi", "sv": "svenska", "en": "English"}
"""The languages that there are texts in, each by its own name."""
DEFAULT = "en"
_DIGITS = 400
"""More digits than any double has."""


def mark(message: str) -> str:
    """A text that is translated later, where it is shown: found by the extraction, returned as it is."""
    return message


class Said(str):
    """A text with its values filled in, in English, that can still be told in another language."""

    _message: str
    _values: Mapping[str, object]

    def __new__(cls, message: str, values: Mapping[str, object]) -> Self:
        """``%(name)s`` in the message is replaced by the value of that name, a decimal as the language writes it."""
        filled = {name: _written(value, DEFAULT) for name, value in values.items()}
        made = super().__new__(cls, message % filled if values else message)
        made._message, made._values = message, values
        return made

    def told(self, language: str) -> str:
        """The text in a language, with those of its values that are such texts too."""
        values = {name: told(value, language) for name, value in self._values.items()}
        return Wording(language).gettext(self._message, **values)


def say(message: str, **values: object) -> Said:
    """A text about some values, for :meth:`Said.told`; found by the extraction."""
    return Said(message, values)


class Given(Said):
    """A text that data give in several languages."""

    _texts: Mapping[str, str]

    def __new__(cls, texts: Mapping[str, str]) -> Self:
        """The texts by language; as a string it is the English one, else the first."""
        made = super().__new__(cls, texts.get(DEFAULT, next(iter(texts.values()))), {})
        made._texts = texts
        return made

    def told(self, language: str) -> str:
        """The text in a language, else as it is."""
        return self._texts.get(language, str(self))


def text_of(value: object) -> str:
    """A value as a text, of an error its message; one that :func:`say` has made can still be told in a language."""
    if isinstance(value, CeGraphError) and value.args:
        value = value.args[0]
    return value if isinstance(value, str) else str(value)


def _written(value: object, language: str) -> object:
    """A decimal, or several of them, as a language writes them; anything else as it is."""
    if isinstance(value, Decimal):
        return Wording(language).number(value)
    return "; ".join(told(one, language) for one in value) if isinstance(value, tuple) else value


def told(value: object, language: str) -> str:
    """A value as a text in a language, where it can be told in one; else as it is."""
    text = text_of(_written(value, language))
    return text.told(language) if isinstance(text, Said) else text


def speak(error: CeGraphError, language: str) -> None:
    """Let an error tell its message in a language."""
    error.args = (told(error, language), *error.args[1:])


@functools.cache
def translations(language: str) -> Translations:
    """The texts of one language."""
    source = (resources.files("ce_graph") / "translations" / f"{language}.po").read_bytes()
    compiled = BytesIO()
    write_mo(compiled, read_po(BytesIO(source), locale=language))
    compiled.seek(0)
    return Translations(compiled)


@dataclasses.dataclass(frozen=True, slots=True)
class Wording:
    """Texts, numbers and days as one language writes them."""

    language: str = DEFAULT

    def gettext(self, message: str, **values: object) -> str:
        """A text; ``%(name)s`` in it is replaced where values are given."""
        text = translations(self.language).ugettext(message)
        return text % values if values else text

    def ngettext(self, one: str, many: str, n: int, **values: object) -> str:
        """A text about ``n`` things; ``%(n)s`` in it is the number."""
        text: str = translations(self.language).ungettext(one, many, n) % {"n": self.number(n), **values}
        return text

    def number(self, value: float | Decimal) -> str:
        """A number with all its decimals; one of more digits than anybody reads is told as it is."""
        try:
            with localcontext() as context:
                context.prec = _DIGITS
                return format_decimal(value, locale=self.language, decimal_quantization=False)
        except InvalidOperation:
            return str(value)

    def rounded(self, value: float | Decimal, decimals: int = 0) -> str:
        """A number with at most so many decimals."""
        return format_decimal(round(Decimal(value), decimals), locale=self.language, decimal_quantization=False)

    def date(self, day: dt.date) -> str:
        """A day."""
        return format_date(day, "medium", locale=self.language)

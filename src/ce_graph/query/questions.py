"""The stored questions as the files in a folder tell them."""

from __future__ import annotations

import dataclasses
import difflib
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from ce_graph.errors import DataError, NotFoundError
from ce_graph.query.texts import Texts, listed
from ce_graph.wording import say

if TYPE_CHECKING:
    from decimal import Decimal

Group = Literal["coordinator", "company", "funder", "researcher", "developer"]
GROUPS: tuple[Group, ...] = ("coordinator", "company", "funder", "researcher", "developer")
"""Who asks, in the order of the questions' numbers."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """What a question can be told; in its query a variable of the same name.

    ``type`` is ``date``, ``year``, ``decimal``, ``integer``, ``string``, ``code/{scheme}`` (a concept of a code list)
    or ``id/{kind}`` (an entity). ``offers`` is a graph pattern whose ``?value`` the data has something for.
    """

    name: str
    type: str
    label: Texts
    default: str | None = None
    """As a user would write it; ``today`` and ``instance-region`` stand for what they say."""
    required: bool = False
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    offers: str | None = None


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A stored question: what it is for, what it takes, and its query."""

    number: int
    name: str
    group: Group
    title: Texts
    description: Texts
    parameters: tuple[Parameter, ...]
    body: str
    """The query with its prologue; it is complete, with every parameter as a free variable."""
    columns: tuple[str, ...]
    """The variables of the solutions."""
    reason: Texts | None = None
    """Why the shipped data has no answer yet, or only part of one; ``None`` when it has one."""
    partly: bool = False
    """Whether the shipped data answers part of it."""
    ordered: tuple[tuple[str, str], ...] = ()
    """Pairs of parameters, the first of which must not be later or larger than the second."""
    graph: str | None = None
    """A query that states the answer as RDF: CONSTRUCT, with ``# rows`` where the solutions go."""

    @property
    def file(self) -> str:
        """The name of its file."""
        return f"{self.number:02}-{self.name}.rq"

    def parameter(self, name: str) -> Parameter:
        """A parameter by its name.

        Raises:
            NotFoundError: there is none of that name; the message says which there are.
        """
        for parameter in self.parameters:
            if parameter.name == name:
                return parameter
        which = {"number": self.number, "question": self.name, "name": repr(name)}
        if not self.parameters:
            raise NotFoundError(
                say("question %(number)s (%(question)s) has no parameter %(name)s, and no other", **which)
            )
        known = listed([parameter.name for parameter in self.parameters])
        raise NotFoundError(
            say(
                "question %(number)s (%(question)s) has no parameter %(name)s; its parameters: %(known)s",
                known=known,
                **which,
            )
        )


class Questions(Collection[Question]):
    """All stored questions in the order of their numbers."""

    def __init__(self, questions: Sequence[Question]) -> None:
        self._all = tuple(sorted(questions, key=lambda question: question.number))
        for before, after in zip(self._all, self._all[1:], strict=False):
            if before.number == after.number:
                raise DataError(f"{before.file} and {after.file} have the same number; give each question its own")
        self._by_name = {question.name: question for question in self._all}
        if len(self._by_name) < len(self._all):
            raise DataError("two questions have the same name; the number alone does not tell them apart")

    def __len__(self) -> int:
        """How many there are."""
        return len(self._all)

    def __contains__(self, question: object) -> bool:
        """Whether it is one of them."""
        return question in self._all

    def __iter__(self) -> Iterator[Question]:
        """In the order of their numbers."""
        return iter(self._all)

    def find(self, wanted: str | int) -> Question:
        """A question by its number or its name (with or without the number).

        Raises:
            NotFoundError: there is none; the message says what there is.
        """
        text = str(wanted).strip().lower()
        number, _, name = text.partition("-")
        for question in self._all:
            if text == question.name or (
                number.isdecimal() and int(number) == question.number and name in ("", question.name)
            ):
                return question
        near = difflib.get_close_matches(text, self._by_name, 3, 0.5)
        first, last = (self._all[0].number, self._all[-1].number) if self._all else (0, 0)
        given = repr(str(wanted))
        if near:
            raise NotFoundError(
                say(
                    "there is no question %(given)s; did you mean %(near)s? Their numbers are %(first)s to %(last)s",
                    given=given,
                    near=", ".join(near),
                    first=first,
                    last=last,
                )
            )
        raise NotFoundError(
            say(
                "there is no question %(given)s; their numbers are %(first)s to %(last)s",
                given=given,
                first=first,
                last=last,
            )
        )


def load(folder: Path) -> Questions:
    """The questions in a folder of ``NN-name.rq`` files; ``NN-name.rdf.rq`` beside one states its answer as RDF.

    Raises:
        DataError: a file cannot be read as a question; the message has file and line.
    """
    from ce_graph.query.headers import read_question

    if not folder.is_dir():
        raise DataError(f"{folder}: no folder of questions here")
    return Questions([read_question(file) for file in sorted(folder.glob("*.rq")) if not file.name.endswith(".rdf.rq")])

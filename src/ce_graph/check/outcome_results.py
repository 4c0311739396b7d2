"""Makes results of findings, in the order of the files: place, fingerprint, and whether each is known."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from ce_graph.check.outcome import Result

if TYPE_CHECKING:
    from ce_graph.check.findings import Finding
    from ce_graph.check.positions import Places, Position
    from ce_graph.check.reviewed import Reviewed


def in_order(
    findings: Iterable[Finding],
    places: Places,
    *,
    only: Position | None,
    name: Callable[[Finding], str],
    known: frozenset[str],
    reviewed: Reviewed | None,
) -> tuple[Result, ...]:
    """The results of findings; ``only`` is the place of those without one, ``name`` gives a finding its fingerprint.

    Fingerprints tell findings that are alike apart by number, so they are given in the order of the results.
    """

    def result(finding: Finding, *, inner: bool = False) -> Result:
        place = places.get(finding)
        details = tuple(result(detail, inner=True) for detail in finding.details)
        if inner:
            return Result(finding, place, details=details)
        review = reviewed.of(finding) if reviewed else None
        fingerprint = name(finding)
        return Result(
            finding,
            place or only,
            fingerprint,
            known=review is not None or fingerprint in known,
            reason=review.reason if review else "",
            details=details,
        )

    return tuple(map(result, sorted(findings, key=lambda finding: _order(places.get(finding)))))


def nameless(_: Finding) -> str:
    """No fingerprint, where nobody needs one."""
    return ""


def _order(place: Position | None) -> tuple[bool, str, int, int, int]:
    return (place is None, *((place.file, place.line, place.row, place.column) if place else ("", 0, 0, 0)))

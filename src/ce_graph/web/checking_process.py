"""The process that checks the data that are served: once, and what is found is told in every language."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from ce_graph.wording import LANGUAGES

if TYPE_CHECKING:
    from ce_graph.check.findings import Term
    from ce_graph.check.outcome import Outcome


def main() -> None:
    """Check the file that is named first; what was found, or why nothing was, goes to the file named second."""
    from ce_graph.check.validation import validate
    from ce_graph.settings import load

    data, report = sys.argv[1:]
    outcome = validate([data], instance=load().base)
    Path(report).write_text(json.dumps(told(outcome), ensure_ascii=False), encoding="utf-8")


def told(outcome: Outcome) -> dict[str, object]:
    """The findings as rows of severity, shape, focus and value, and their messages by language in the same order."""
    from ce_graph.report.view import View

    views = {language: View(outcome, language) for language in LANGUAGES}
    findings = [item.finding for item in outcome.results]
    return {
        "rows": [(one.severity, _value(one.shape), _value(one.focus), _value(one.value)) for one in findings],
        "messages": {language: [view.message(one) for one in findings] for language, view in views.items()},
    }


def _value(term: Term | None) -> str:
    return "" if term is None else str(getattr(term, "value", term))


if __name__ == "__main__":
    main()

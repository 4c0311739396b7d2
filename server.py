"""The WSGI application as ``app``, for any WSGI server; run as a program, it serves like ``ce-graph serve``."""

from __future__ import annotations

from typing import Any


def __getattr__(name: str) -> Any:
    """Make ``app`` when it is first asked for: reading this module opens no data."""
    if name != "app":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from ce_graph.settings import load
    from ce_graph.web.app import create_app

    app = create_app(load())
    globals()["app"] = app
    return app


if __name__ == "__main__":
    from ce_graph.cli.serve import command

    command()

"""An application over a small made-up dataset: nothing in it is true."""

from __future__ import annotations

import pytest

from ce_graph.settings import Settings
from ce_graph.store.opening import open_engine
from ce_graph.web.app import create_app

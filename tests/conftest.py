"""Lets the tests import the scripts of ``bench`` and the helpers beside them, however pytest is started."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

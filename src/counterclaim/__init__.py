"""counterclaim: a ledger of who said how many.

``record(Report(...))`` reads one report and returns every attributed statement and count claim with its exact words.
"""

from counterclaim.errors import CounterclaimError
from counterclaim.records import Record, Report

__version__ = "0.1.0"
__all__ = ["CounterclaimError", "Record", "Report", "__version__", "load_knowledge", "record"]


def __getattr__(name: str) -> object:
    """The pipeline is loaded at first use, so that importing the package stays quick."""
    if name in ("record", "load_knowledge"):
        from counterclaim import pipeline

        return getattr(pipeline, name)
    raise AttributeError(name)

"""Where the data files are: inside the installed package, or beside the source tree."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent
_REPOSITORY = _PACKAGE.parent.parent


def data_path(*parts: str) -> Path:
    """The path of a shipped data file, for example ``data_path("lexicons", "en", "claims.yaml")``.

    An installed wheel carries the data as ``counterclaim/_knowledge``; a source tree has it in ``knowledge``,
    and ``errors.json`` in ``seeds``. The path is returned whether or not the file exists.
    """
    packaged = _PACKAGE / "_knowledge"
    if packaged.is_dir():
        return packaged.joinpath(*parts)
    if parts == ("errors.json",):
        return _REPOSITORY / "seeds" / "errors.json"
    return (_REPOSITORY / "knowledge").joinpath(*parts)

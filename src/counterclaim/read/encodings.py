"""Bytes to characters: byte order marks, declared and usual encodings; binary files are refused.

The characters are kept as they are (zero-width, direction and control characters too), because offsets count them.
Only a byte order mark is dropped and CR LF becomes LF.
"""

from __future__ import annotations

import codecs
import re

from counterclaim.errors import CounterclaimError

# UTF-32 comes first: its little-endian mark begins with that of UTF-16
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# first bytes of what people give by mistake: PDF, zip and office files, gzip, old office, images, RTF
_BINARY = (
    b"%PDF-", b"PK\x03\x04", b"\x1f\x8b", b"\xd0\xcf\x11\xe0", b"\x89PNG", b"\xff\xd8\xff", b"GIF8",
    b"{\\rtf", b"\x7fELF",
)  # fmt: skip
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_MAX_CONTROL = 0.02  # share of control bytes in text
_STRAY_CONTROL = 8  # so few are kept, however short the text
# the encodings of the web (WHATWG); Python knows more codecs, some of which are no encodings of text
_WEB = re.compile(
    r"utf-?8|us-ascii|ascii|latin-?1|iso-?8859-?\d{1,2}|windows-?\d{3,4}|cp\d{3,4}|koi8-[ru]|macintosh|mac-cyrillic|"
    r"gb2312|gbk|gb18030|big5|big5-hkscs|shift_jis|euc-jp|euc-kr|iso-2022-jp|utf-16(?:le|be)?|tis-620",
    re.IGNORECASE,
)
_WEST = re.compile(r"us-ascii|ascii|latin-?1|iso-?8859-?1|windows-?1252|cp1252", re.IGNORECASE)
_FOREIGN_SHARE = 0.2  # above this share of non-ASCII letters, windows-1252 is the wrong guess


def decode(data: bytes, *, charset: str | None = None, where: str = "") -> str:
    """The characters of ``data``: by byte order mark, declared ``charset``, UTF-8, then windows-1252.

    Raises CC-104 for binary data and for bytes that fit none of them.
    """
    for mark, codec in _MARKS:
        if data.startswith(mark):
            return unify_lines(_strict(data[len(mark) :], codec, where))
    _refuse_binary(data, where)
    for codec in _candidates(charset):
        try:
            return unify_lines(data.decode(codec))
        except (UnicodeError, LookupError):
            continue
    return unify_lines(_western(data, where))


def unify_lines(text: str) -> str:
    """``text`` with CR LF as LF and without a byte order mark at its start."""
    return text.removeprefix("\ufeff").replace("\r\n", "\n")


def _candidates(charset: str | None) -> list[str]:
    declared = (charset or "").strip().strip("\"'")
    if not _WEB.fullmatch(declared) or _WEST.fullmatch(declared):
        # servers declare Latin-1 out of habit; bytes that are valid UTF-8 are UTF-8
        return ["utf-8"]
    return [declared, "utf-8"]


def _strict(data: bytes, codec: str, where: str) -> str:
    try:
        return data.decode(codec)
    except UnicodeDecodeError as error:
        raise CounterclaimError("CC-104", f"not {codec} at byte {error.start}: {error.reason}", where=where) from None


def _refuse_binary(data: bytes, where: str) -> None:
    head = data[:65536]
    if head.startswith(_BINARY):
        raise CounterclaimError("CC-104", f"a binary file that begins with {head[:4]!r}", where=where)
    if b"\x00" in head or len(_CONTROL.findall(head)) > max(_STRAY_CONTROL, _MAX_CONTROL * len(head)):
        raise CounterclaimError("CC-104", "a binary file", where=where)


def _western(data: bytes, where: str) -> str:
    text = _strict(data, "cp1252", where)
    letters = sum(c.isalpha() for c in text)
    foreign = sum(c.isalpha() and not c.isascii() for c in text)
    if foreign > _FOREIGN_SHARE * letters:
        # Cyrillic or Arabic in an old encoding would come out as rows of accented letters
        raise CounterclaimError("CC-104", "neither UTF-8 nor windows-1252", where=where)
    return text

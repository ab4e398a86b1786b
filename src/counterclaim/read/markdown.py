"""Markdown to plain text, by the CommonMark rules: one paragraph, heading or list item a line.

Front matter between ``---`` lines may give title, publisher, published (or date), url, language and synthetic. A
first-level heading at the very top is the title and no part of the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from markdown_it import MarkdownIt
from markdown_it.token import Token

from counterclaim.records import Report

_MAX_NESTING = 40  # quotes in quotes and brackets in brackets; time grows with it, and what lies deeper is left out
_FRONT = re.compile(r"\A---[ \t]*\n(.*?\n)?(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_FIELD = re.compile(r"(\w+)[ \t]*:[ \t]*(.*?)[ \t]*\Z")
_NAMES = {"title": "title", "publisher": "publisher", "published": "published", "date": "published", "url": "url",
          "language": "language", "lang": "language", "synthetic": "synthetic"}  # fmt: skip


def read_markdown(text: str) -> Report:
    """A report of the plain words of ``text``; links keep their words, pictures and raw HTML are left out."""
    fields, body = split_front_matter(text)
    parser = MarkdownIt("commonmark", {"maxNesting": _MAX_NESTING}).enable("table")
    lines = list(_lines(parser.parse(body)))
    if lines and lines[0][0] == "h1":
        fields.setdefault("title", lines[0][1])
        lines = lines[1:]
    synthetic = fields.pop("synthetic", "").lower() in ("true", "yes")
    return Report(text="\n".join(line for _, line in lines), synthetic=synthetic, **fields)


def split_front_matter(text: str) -> tuple[dict[str, str], str]:
    """The known ``name: value`` fields at the head of ``text``, and the rest."""
    found = _FRONT.match(text)
    if not found:
        return {}, text
    fields: dict[str, str] = {}
    for line in (found[1] or "").splitlines():
        field = _FIELD.match(line)
        if field and field[1].lower() in _NAMES and field[2]:
            fields[_NAMES[field[1].lower()]] = _unquoted(field[2])
    return fields, text[found.end() :]


def _unquoted(value: str) -> str:
    quoted = len(value) > 1 and value[0] == value[-1] and value[0] in "\"'"
    return value[1:-1] if quoted else value


def _lines(tokens: list[Token]) -> Iterator[tuple[str, str]]:
    """(tag of the block, its words) for every block with words, in reading order."""
    block = ""
    for token in tokens:
        if token.type.endswith("_open"):
            block = token.tag
        elif token.type == "inline":
            words = "".join(_words(token.children or [])).strip()
            if words:
                yield block, words
        elif token.type in ("fence", "code_block"):
            yield "code", token.content.rstrip("\n")


def _words(children: list[Token]) -> Iterator[str]:
    for child in children:
        if child.type in ("text", "code_inline"):
            yield child.content
        elif child.type == "softbreak":
            yield " "
        elif child.type == "hardbreak":
            yield "\n"

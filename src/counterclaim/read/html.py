"""A web page to the article's text and what the page says of itself.

The text is found by trafilatura. The day of publication is read only where the page declares it (meta elements,
schema.org data, a marked ``time`` element), never guessed from the address, the words or the clock.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import trafilatura
from trafilatura.metadata import extract_metadata

from counterclaim.errors import CounterclaimError
from counterclaim.read.checks import is_iso_date
from counterclaim.records import Report

_CHARSET = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w-]{2,40})""", re.IGNORECASE)
# in the order of trust: what other readers of the page (aggregators, search engines) are told
_DATE_NAMES = (
    "article:published_time", "datepublished", "og:published_time", "parsely-pub-date", "dc.date.issued",
    "dcterms.issued", "dcterms.date", "dc.date", "sailthru.date", "pubdate", "publish-date", "date",
)  # fmt: skip
_NO_CLOCK = {"max_date": "9999-12-31", "extensive_search": False}  # without it the library asks for today
_MAX_DEPTH = 40  # of schema.org data; real pages nest it three deep


def declared_charset(data: bytes) -> str | None:
    """The encoding that the first bytes of a page declare, or None."""
    found = _CHARSET.search(data[:4096])
    if not found:
        return None
    name = found[1].decode("ascii")
    # a declaration that can be read byte by byte is not UTF-16, whatever it says (as browsers do)
    return "utf-8" if name.lower().startswith("utf-16") else name


def read_html(page: str, *, url: str | None = None, where: str = "") -> Report:
    """The article of a page. Raises CC-109 when the page holds none."""
    try:
        tree = trafilatura.load_html(page)
        text = trafilatura.extract(page, url=url, include_comments=False) if tree is not None else None
    except (RecursionError, ValueError) as error:
        raise CounterclaimError("CC-109", str(error), where=where) from None
    if tree is None or not text:
        raise CounterclaimError("CC-109", where=where)
    published = page_date(tree) or ""
    about = extract_metadata(tree, default_url=url, date_config=dict(_NO_CLOCK))
    return Report(
        publisher=about.sitename or "",
        published=published,
        text=_without_title(text, about.title),
        url=url or about.url,
        title=about.title,
        language=_language(tree),
    )


def page_date(tree: Any) -> str | None:
    """The date, or date and time, of publication that the page declares, as it is written there."""
    declared: dict[str, str] = {}
    for meta in tree.iter("meta"):
        for attribute in ("property", "name", "itemprop"):
            name = (meta.get(attribute) or "").lower()
            if name in _DATE_NAMES:
                declared.setdefault(name, (meta.get("content") or "").strip())
    candidates = [declared[name] for name in _DATE_NAMES if name in declared]
    candidates += list(_schema_dates(tree))
    for time in tree.iter("time"):
        if (time.get("itemprop") or "").lower() == "datepublished" or time.get("pubdate") is not None:
            candidates.append((time.get("datetime") or "").strip())
    return next((found for found in map(_iso, candidates) if found), None)


def _iso(value: str) -> str | None:
    value = value.strip()
    if is_iso_date(value):
        return value
    return value[:10] if is_iso_date(value[:10]) else None


def _schema_dates(tree: Any) -> Iterator[str]:
    for script in tree.iter("script"):
        if (script.get("type") or "").lower() == "application/ld+json":
            try:
                yield from _published(json.loads(script.text or ""), 0)
            except (ValueError, RecursionError):
                continue  # broken data on a page is common and tells nothing


def _published(value: Any, depth: int) -> Iterator[str]:
    if depth > _MAX_DEPTH:
        return
    if isinstance(value, list):
        for item in value:
            yield from _published(item, depth + 1)
    elif isinstance(value, dict):
        if isinstance(value.get("datePublished"), str):
            yield value["datePublished"]
        for item in value.values():
            if isinstance(item, (dict, list)):
                yield from _published(item, depth + 1)


def _without_title(text: str, title: str | None) -> str:
    first, _, rest = text.partition("\n")
    return rest.lstrip("\n") if title and rest and first.strip() == title.strip() else text


def _language(tree: Any) -> str | None:
    code = (tree.get("lang") or "").strip().lower()
    return code.split("-")[0] if re.fullmatch(r"[a-z]{2,3}(-.*)?", code) else None

"""Comparing the record of a report with the record of the same report after its two sides' names were exchanged.

What may differ: offsets (they are mapped), ids (they hold a hash of the text), and what a map says of a place (its
resolved name, country, coordinates and precision, and abstentions over places). A party's name must be exchanged
where the span's own words name a side; where they do not ("the governor", a town), it may stay.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from swapping import Sides, Swapped, crossed, neutral

Json = dict[str, Any]
Key = tuple[Any, ...]


@dataclass(frozen=True)
class Difference:
    """One field of one item that the exchange changed; ``item`` names it by its offsets in the exchanged text."""

    item: str
    field: str
    before: Any
    after: Any


@dataclass(frozen=True)
class View:
    """How one side of the comparison is read: its offsets, its names, and whether its sides stand crossed."""

    offset: Callable[[int, bool], int | None]
    name: Callable[[str], str]


def views(swapped: Swapped, sides: Sides) -> tuple[View, View]:
    """The view of the unchanged record (offsets carried over, names crossed) and of the exchanged one (as it is)."""
    return (
        View(swapped.new, lambda s: crossed(neutral(s, sides))),
        View(lambda offset, _end: offset, lambda s: neutral(s, sides)),
    )


def _span(node: Json | None, view: View) -> Key | None:
    if not node or node.get("start") is None:
        return None
    return view.offset(node["start"], False), view.offset(node["end"], True)


def _party(node: Json | None, view: View, field: str = "affiliation") -> Key:
    """A name that knowledge may have given, and whether the span's own words name a side.

    Where they do, the name has to follow the exchange; a body known by a name of its own ("the GUR") may stay.
    """
    if not node:
        return (None, False)
    words = view.name(node.get("text") or "")
    name = node.get(field)
    return (view.name(name) if name else None, "<1>" in words or "<2>" in words)


def _statement(s: Json, view: View) -> Json:
    source = s["source"]
    return {
        "source": _span(source, view),
        "source.name": _party(source, view, "name"),
        "source.kind": source["kind"],
        "source.affiliation": _party(source, view),
        "via": [(view.name(v["name"]), _span(v, view)) for v in s["via"]],
        "content": [_span(c, view) for c in s["content"]],
        "mode": s["mode"],
        "stance": s["stance"],
        "channel": s["channel"],
        "said": s["said"],
    }


def _claim(c: Json, view: View, statements: dict[str, Key], claims: dict[str, Key]) -> Json:
    q, group, attacker = c["quantity"], c["group"], c["attacker"]
    return {
        "statement": statements.get(c["statement"]),
        "quantity": _span(q, view),
        "bounds": (q["low"], q["high"], q["approximate"]),
        "group": _span(group, view),
        "group.kind": group["kind"],
        "group.attributes": group["attributes"],
        "group.affiliation": _party(group, view),
        "attacker": _span(attacker, view),
        "attacker.affiliation": _party(attacker, view),
        "means": c["means"],
        "places": [_span(p, view) for p in c["places"]],
        "time": c["time"],
        "scope": c["scope"],
        "certainty": c["certainty"],
        "negated": c["negated"],
        "part_of": claims.get(c["part_of"]),
    }


def items(made: Json, view: View) -> dict[Key, Json]:
    """Every statement, claim and abstention of a record by what it is and where it is in the exchanged text."""
    statements = {s["id"]: ("statement", *(_span(s["cue"], view) or ())) for s in made["statements"]}
    claims = {c["id"]: ("claim", *(_span(c["quantity"], view) or ()), c["outcome"]) for c in made["claims"]}
    out: dict[Key, Json] = {}
    for s in made["statements"]:
        key = statements[s["id"]]
        # one cue may carry several statements: they are told apart by their content
        out[(*key, *(_span(s["content"][0], view) or ()))] = _statement(s, view)
    for c in made["claims"]:
        out[claims[c["id"]]] = _claim(c, view, statements, claims)
    for a in made["abstentions"]:
        if not a["code"].startswith("ABST-PLACE"):
            out[("abstention", *(_span(a, view) or ()), a["code"])] = {}
    return out


def _same(field: str, before: Any, after: Any, raw: Any) -> bool:
    """Whether a field followed the exchange; a name that no words of the span tell may also have stayed."""
    if before == after:
        return True
    if field.endswith((".affiliation", ".name")):
        (name, own), (new, own_new) = before, after
        return not own and not own_new and new in (name, raw)
    return False


def compare(before: Json, after: Json, swapped: Swapped, sides: Sides) -> list[Difference]:
    """Every difference between a record and the record of its exchanged report, in order of the text."""
    old_view, new_view = views(swapped, sides)
    old, new = items(before, old_view), items(after, new_view)
    plain = View(swapped.new, lambda s: neutral(s, sides))
    stayed = items(before, plain)
    out = []
    for key in sorted(old.keys() | new.keys(), key=str):
        where = " ".join(str(k) for k in key)
        if key not in new:
            out.append(Difference(where, "*", "present", "absent"))
        elif key not in old:
            out.append(Difference(where, "*", "absent", "present"))
        else:
            for field, value in old[key].items():
                raw = stayed[key][field]
                raw = raw[0] if isinstance(raw, tuple) and raw else raw
                if not _same(field, value, new[key][field], raw):
                    out.append(Difference(where, field, value, new[key][field]))
    return out

"""What must hold of every record, whatever the text: offsets, texts, ids and references."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]


def spans(node: Any) -> list[Json]:
    """Every object with ``start``, ``end`` and ``text`` anywhere in a record; spans without offsets are left out."""
    found = []
    if isinstance(node, dict):
        if isinstance(node.get("start"), int) and isinstance(node.get("end"), int) and "text" in node:
            found.append(node)
        for value in node.values():
            found += spans(value)
    elif isinstance(node, list):
        for value in node:
            found += spans(value)
    return found


def faults(text: str, made: Json) -> list[str]:
    """What is inconsistent in a record of ``text``: offsets, texts, ids and references; empty where all is well."""
    out = []
    for s in spans(made):
        if not 0 <= s["start"] <= s["end"] <= len(text):
            out.append(f"span {s['start']}:{s['end']} leaves the text of {len(text)}")
        elif text[s["start"] : s["end"]] != s["text"]:
            out.append(f"span {s['start']}:{s['end']} is {text[s['start'] : s['end']]!r}, not {s['text']!r}")
    statements = [s["id"] for s in made["statements"]]
    claims = [c["id"] for c in made["claims"]]
    for name, ids in (("statement", statements), ("claim", claims)):
        if len(ids) != len(set(ids)):
            out.append(f"a {name} id stands twice: {ids}")
    for c in made["claims"]:
        if c["statement"] is not None and c["statement"] not in statements:
            out.append(f"claim {c['id']} is in no statement {c['statement']}")
        if c["part_of"] is not None and (c["part_of"] not in claims or c["part_of"] == c["id"]):
            out.append(f"claim {c['id']} is part of no claim {c['part_of']}")
        q = c["quantity"]
        if q["end"] <= q["start"]:
            out.append(f"claim {c['id']} has an empty quantity")
        if q["low"] is not None and q["high"] is not None and q["low"] > q["high"]:
            out.append(f"claim {c['id']}: low {q['low']} is over high {q['high']}")
        if (q["low"] or 0) < 0:
            out.append(f"claim {c['id']} counts {q['low']}")
    for s in made["statements"]:
        if s["cue"]["end"] <= s["cue"]["start"]:
            out.append(f"statement {s['id']} has an empty cue")
    return out

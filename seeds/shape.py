"""The shape of a record: what must hold whatever the report says, checked by hand.

`shape_faults(record, text, codes)` is all that judge.py uses; the same rules stand as JSON Schema in schemas/.
"""

from datetime import date

OUTCOMES = {
    "killed",
    "wounded",
    "casualties",
    "missing",
    "captured",
    "detained",
    "abducted",
    "displaced",
    "trapped",
    "rescued",
    "deployed",
}
ENUMS = {
    "mode": {"direct", "indirect", "mixed"},
    "stance": {"asserts", "confirms", "denies", "declines"},
    "outcome": OUTCOMES,
    "means": {
        "airstrike",
        "drone",
        "missile",
        "shelling",
        "small_arms",
        "explosive",
        "ground_assault",
        "execution",
        "other",
        None,
    },
    "scope": {"incident", "cumulative"},
    "certainty": {"stated", "estimated", "possible"},
}
SOURCE_KINDS = {
    "government",
    "military",
    "armed_group",
    "official",
    "international_organisation",
    "ngo",
    "health",
    "media",
    "witness",
    "anonymous",
    "other",
}
GROUP_KINDS = {"military", "civilian", "mixed", "unknown"}
ATTRIBUTES = {"children", "women", "elderly", "medical", "aid_worker", "journalist", "police", "prisoner", "patient"}
PRECISIONS = {"point", "settlement", "district", "region", "country"}
STATEMENT_KEYS = ("id", "source", "via", "cue", "content", "mode", "stance", "channel", "said")
CLAIM_KEYS = (
    "id",
    "statement",
    "quantity",
    "outcome",
    "group",
    "attacker",
    "means",
    "places",
    "time",
    "scope",
    "certainty",
    "negated",
    "part_of",
)


def span_of(item):
    """(start, end), or None where it has none."""
    return (item["start"], item["end"]) if item and item.get("start") is not None else None


def is_date(value):
    if value is None:
        return True
    try:
        return isinstance(value, str) and len(value) == 10 and bool(date.fromisoformat(value))
    except ValueError:
        return False


def whole(value):
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def span_faults(label, item, text, empty=False):
    if not isinstance(item, dict):
        return [f"{label}: no span"]
    start, end, words = item.get("start"), item.get("end"), item.get("text")
    if empty and start is None and end is None:
        return []
    if not (whole(start) and whole(end) and start < end <= len(text)):
        return [f"{label}: {start!r}-{end!r} is no span of the text"]
    return [] if text[start:end] == words else [f"{label}: {words!r} does not stand at {start}-{end}"]


def interval_faults(label, value):
    if value is None:
        return []
    if not isinstance(value, dict) or not {"start", "end"} <= set(value):
        return [f"{label}: no interval"]
    start, end = value["start"], value["end"]
    if not (is_date(start) and is_date(end)):
        return [f"{label}: {start!r}, {end!r} are no dates"]
    return [f"{label}: ends before it starts"] if start and end and end < start else []


def enum_faults(label, item, enums):
    wrong = [name for name, values in enums.items() if item.get(name) not in values]
    return [f"{label}: {name} {item.get(name)!r} is no accepted value" for name in wrong]


def statement_shape(statement, text):
    label = f"statement {statement.get('id')}"
    lacks = [k for k in STATEMENT_KEYS if k not in statement]
    if lacks:
        return [f"{label}: lacks {', '.join(lacks)}"]
    source, faults = statement["source"], enum_faults(label, statement, {k: ENUMS[k] for k in ("mode", "stance")})
    faults += span_faults(f"{label} source", source, text) + span_faults(f"{label} cue", statement["cue"], text)
    if isinstance(source, dict):
        faults += enum_faults(f"{label} source", source, {"kind": SOURCE_KINDS})
        faults += [] if source.get("name") else [f"{label} source: lacks a name"]
    if not statement["content"]:
        faults.append(f"{label}: no content")
    for part in list(statement["content"]) + list(statement["via"]):
        faults += span_faults(f"{label} content or via", part, text)
    return faults + interval_faults(f"{label} said", statement["said"])


def quantity_shape(label, quantity, text):
    faults = span_faults(f"{label} quantity", quantity, text)
    if faults:
        return faults
    low, high = quantity.get("low"), quantity.get("high")
    if not all(v is None or whole(v) for v in (low, high)) or not isinstance(quantity.get("approximate"), bool):
        return [f"{label}: low and high are whole numbers or null, approximate is true or false"]
    if low is None and high is None:
        return [f"{label}: both ends are open"]
    return [f"{label}: low is above high"] if low is not None and high is not None and low > high else []


def claim_shape(claim, text):
    label = f"claim {claim.get('id')}"
    lacks = [k for k in CLAIM_KEYS if k not in claim]
    if lacks:
        return [f"{label}: lacks {', '.join(lacks)}"]
    faults = enum_faults(label, claim, {k: ENUMS[k] for k in ("outcome", "means", "scope", "certainty")})
    faults += quantity_shape(label, claim["quantity"], text) + interval_faults(f"{label} time", claim["time"])
    group = claim["group"]
    faults += span_faults(f"{label} group", group, text, empty=True)
    if isinstance(group, dict):
        faults += enum_faults(f"{label} group", group, {"kind": GROUP_KINDS})
        faults += [f"{label}: attribute {a!r}" for a in group.get("attributes", []) if a not in ATTRIBUTES]
    if claim["attacker"] is not None:
        faults += span_faults(f"{label} attacker", claim["attacker"], text)
    for place in claim["places"]:
        faults += span_faults(f"{label} place", place, text)
        faults += enum_faults(f"{label} place", place, {"precision": PRECISIONS})
        if (place.get("lat") is None) != (place.get("lon") is None) or not place.get("name"):
            faults.append(f"{label} place: a name, and both coordinates or neither")
    return faults if isinstance(claim["negated"], bool) else [*faults, f"{label}: negated is true or false"]


def tie_faults(record):
    """Ids are unique, and what they point to is there."""
    faults = []
    for kind in ("statements", "claims"):
        ids = [item.get("id") for item in record[kind]]
        faults += [] if len(ids) == len(set(ids)) else [f"{kind}: an id is used twice"]
    statements, claims = {s.get("id") for s in record["statements"]}, {c.get("id"): c for c in record["claims"]}
    for claim in record["claims"]:
        if claim.get("statement") is not None and claim["statement"] not in statements:
            faults.append(f"claim {claim['id']}: no statement {claim['statement']!r}")
        seen, at = set(), claim
        while at.get("part_of") is not None:
            parent = claims.get(at["part_of"])
            if parent is None or at.get("id") in seen or parent.get("outcome") != at.get("outcome"):
                faults.append(f"claim {claim.get('id')}: part_of leads to no claim of the same outcome")
                break
            seen.add(at.get("id"))
            at = parent
    return faults


def shape_faults(record, text, codes):
    """Everything that is wrong with a record whatever the report says; an empty list when its shape is kept."""
    if not isinstance(record, dict) or not isinstance(record.get("report"), dict):
        return ["no record"]
    lists = ("statements", "claims", "abstentions")
    if not all(isinstance(record.get(k), list) and all(isinstance(i, dict) for i in record[k]) for k in lists):
        return ["statements, claims and abstentions are lists of objects"]
    faults = [f for s in record["statements"] for f in statement_shape(s, text)]
    faults += [f for c in record["claims"] for f in claim_shape(c, text)]
    for item in record["abstentions"]:
        faults += span_faults("abstention", item, text)
        faults += [] if item.get("code") in codes else [f"abstention: no code {item.get('code')!r}"]
    return faults or tie_faults(record)

"""The shape of a record and of a case file: what must hold whatever the reports say, checked by hand.

`shape_faults(record, text, codes)` and `casefile_faults(answer, texts, codes)` are all that the judge uses; the same
rules stand as JSON Schema in schemas/.
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


# ---- case files ----------------------------------------------------------------------------------------------------

DISTORTIONS = {
    "outcome_changed",
    "bound_added",
    "bound_dropped",
    "number_changed",
    "group_changed",
    "place_changed",
    "time_changed",
    "means_changed",
    "attacker_changed",
    "certainty_raised",
    "attribution_dropped",
}
ESTIMATE_KEYS = (
    "outcome",
    "profile",
    "low",
    "best",
    "high",
    "open",
    "origins",
    "basis",
    "rule",
    "conflicts",
    "revisions",
)


def is_ref(value, claims):
    return isinstance(value, list) and len(value) == 2 and tuple(map(str, value)) in claims


def record_entry_faults(record, texts, codes):
    """One entry of `records`: a record, or the error of a report that could not be read."""
    if isinstance(record, dict) and "error" in record:
        code = (record["error"] or {}).get("code")
        return [] if isinstance(code, str) and "report" in record else ["records: an error without report or code"]
    name = ((record.get("report") or {}) if isinstance(record, dict) else {}).get("id")
    known = [text for key, text in texts if name == key] or [text for _, text in texts]
    if not known:
        return [f"records: a report {name!r} that was not given"]
    found = [shape_faults(record, text, codes) for text in known]
    return [] if [] in found else [f"record {name}: {fault}" for fault in found[0]]


def estimate_shape(label, estimate, claims):
    lacks = [k for k in ESTIMATE_KEYS if k not in estimate]
    if lacks:
        return [f"{label}: an estimate lacks {', '.join(lacks)}"]
    label = f"{label}, {estimate['outcome']}"
    faults = [] if estimate["outcome"] in OUTCOMES - {"deployed"} else [f"{label}: no outcome to estimate"]
    numbers = [estimate[k] for k in ("low", "best", "high")]
    if not all(n is None or whole(n) for n in numbers) or not isinstance(estimate["open"], bool):
        return [*faults, f"{label}: low, best and high are whole numbers or null, open is true or false"]
    if estimate["profile"] == "plain" and (None in numbers or numbers != sorted(numbers)):
        faults.append(f"{label}: low, best and high are not in order")
    if not (estimate["origins"] and all(isinstance(o, str) and o for o in estimate["origins"])):
        faults.append(f"{label}: no origins")
    if not (estimate["basis"] and all(is_ref(r, claims) for r in estimate["basis"])):
        faults.append(f"{label}: a basis that names no claims")
    if not (isinstance(estimate["rule"], str) and estimate["rule"].strip()):
        faults.append(f"{label}: no rule in words")
    for conflict in estimate["conflicts"]:
        pair = conflict.get("claims") or []
        if len(pair) != 2 or not all(is_ref(r, claims) for r in pair) or not conflict.get("reason"):
            faults.append(f"{label}: a conflict is two claims and a reason")
    for revision in estimate["revisions"]:
        figures = revision.get("figures") or []
        fine = all(is_ref(r, claims) for f in figures for r in f.get("claims") or [None])
        if not revision.get("origin") or len(figures) < 2 or not fine:
            faults.append(f"{label}: a revision is an origin and two or more figures with their claims")
    return faults


def incident_shape(number, incident, claims):
    label = f"incident {incident.get('id', number)}"
    if not all(isinstance(incident.get(k), list) for k in ("claims", "places", "groups", "estimates")):
        return [f"{label}: claims, places, groups and estimates are lists"]
    faults = interval_faults(f"{label} time", incident.get("time"))
    if not incident["claims"] or not all(is_ref(r, claims) for r in incident["claims"]):
        return [*faults, f"{label}: claims are pairs of a report's id and a claim's"]
    for estimate in incident["estimates"]:
        faults += estimate_shape(label, estimate, claims)
    keys = [(e.get("profile"), e.get("outcome")) for e in incident["estimates"]]
    return faults + ([] if len(keys) == len(set(keys)) else [f"{label}: two estimates of one outcome"])


def relay_shape(relay, claims):
    label, origin, told = f"relay {relay.get('claim')}", relay.get("origin"), relay.get("distortions")
    if not is_ref(relay.get("claim"), claims):
        return [f"{label}: no claim"]
    if not isinstance(origin, dict) or not origin.get("source") or "claim" not in origin:
        return [f"{label}: an origin has a source and a claim"]
    faults = (
        [] if origin["claim"] is None or is_ref(origin["claim"], claims) else [f"{label}: the origin names no claim"]
    )
    faults += [f"{label}: its own origin"] if origin["claim"] == relay["claim"] else []
    if not isinstance(told, list) or len(told) != len(set(told)) or not set(told) <= DISTORTIONS:
        faults.append(f"{label}: distortions {told!r}")
    return faults


def casefile_faults(answer, texts, codes):
    """Everything that is wrong with a case file whatever the reports say. `texts`: pairs of a report's id and text."""
    lists = ("records", "incidents", "relays")
    if not isinstance(answer, dict) or not all(isinstance(answer.get(k), list) for k in lists):
        return ["a case file has records, incidents and relays"]
    if not all(isinstance(item, dict) for k in lists for item in answer[k]) or not answer.get("profile"):
        return ["records, incidents and relays are lists of objects, profile is a name"]
    faults = [f for r in answer["records"] for f in record_entry_faults(r, texts, codes)]
    if faults:
        return faults
    claims = [(r["report"]["id"], c["id"]) for r in answer["records"] if "error" not in r for c in r["claims"]]
    if len(claims) != len(set(claims)):
        return ["two claims have one name"]
    for number, incident in enumerate(answer["incidents"], 1):
        faults += incident_shape(number, incident, set(claims))
    for relay in answer["relays"]:
        faults += relay_shape(relay, set(claims))
    if not faults and sorted(tuple(r) for i in answer["incidents"] for r in i["claims"]) != sorted(claims):
        faults.append("a claim that is in no incident, or in two")
    told = [tuple(r["claim"]) for r in answer["relays"]] if not faults else []
    return faults + ([] if len(told) == len(set(told)) else ["a claim that is a relay twice"])

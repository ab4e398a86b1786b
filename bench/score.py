"""Score any program that writes records against annotated reports: the project's own measure.

    score.py GOLD_DIR -- COMMAND [ARG ...]     run COMMAND (JSON Lines of reports on stdin, records on stdout)
    score.py GOLD_DIR --records FILE           score records already written
    score.py GOLD_DIR --casefile -- COMMAND    run COMMAND on each *.case.json's reports (case file on stdout)
    score.py GOLD_DIR --check                  only check that the annotations fit their reports

A gold file is JSON: {"report": {...}, "statements": [...], "claims": [...]}.
Where a field has several right answers the gold lists them all. Exit status is 0 unless the gold or the
program is broken. Add --detail to see every miss, --json for the figures alone. What the annotated files hold
is told in gold/README.md. Standard library only, so that it can judge a program in any language.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

BOUNDS = ("low", "high")
STRICT = ("bounds", "source", "group", "places", "time")
EXTRA = (
    "approximate",
    "kind",
    "scope",
    "certainty",
    "attacker",
    "means",
    "part_of",
    "via",
    "said",
    "stance",
    "channel",
)


def as_list(value):
    return value if isinstance(value, list) else [value]


def locate(text: str, quote: str, nth: int = 1) -> tuple[int, int]:
    """Offsets of the nth occurrence of quote; 'first words ... last words' spans an ellipsis."""
    head, dots, tail = quote.partition(" ... ")
    start = -1
    for _ in range(nth):
        start = text.find(head, start + 1)
        if start < 0:
            raise ValueError(f"not in the report ({nth}): {head!r}")
    end = start + len(head)
    if dots:
        at = text.find(tail, end)
        if at < 0:
            raise ValueError(f"not in the report: {tail!r}")
        end = at + len(tail)
    return start, end


def overlap(a, b) -> int:
    return max(0, min(a[1], b[1]) - max(a[0], b[0]))


def span(obj):
    """(start, end) of a predicted span, or None where it has none."""
    if not isinstance(obj, dict) or obj.get("start") is None or obj.get("end") is None:
        return None
    return obj["start"], obj["end"]


def says(any_of, *texts) -> bool:
    """True where one of the accepted names stands in one of the predicted texts."""
    texts = [t.casefold() for t in texts if t]
    return any(a.casefold() in t for a in any_of for t in texts)


@dataclass
class Tally:
    hit: int = 0
    gold: int = 0
    pred: int = 0

    def line(self, name):
        p = self.hit / self.pred if self.pred else 0.0
        r = self.hit / self.gold if self.gold else 0.0
        f = 2 * p * r / (p + r) if p + r else 0.0
        return name, round(p, 3), round(r, 3), round(f, 3), self.hit, self.gold, self.pred


@dataclass
class Score:
    attribution: Tally = field(default_factory=Tally)
    found: Tally = field(default_factory=Tally)
    strict: Tally = field(default_factory=Tally)
    fields: dict = field(default_factory=dict)
    misses: list = field(default_factory=list)
    broken: list = field(default_factory=list)

    def mark(self, name, right):
        ok, n = self.fields.get(name, (0, 0))
        self.fields[name] = (ok + bool(right), n + 1)


def greedy(pairs):
    """Match each side at most once, best weight first."""
    left, right, out = set(), set(), []
    for _, i, j in sorted(pairs, key=lambda p: (-p[0], p[1], p[2])):
        if i not in left and j not in right:
            left.add(i), right.add(j), out.append((i, j))
    return out


def content_spans(statement):
    spans = [span(c) for c in as_list(statement.get("content") or [])]
    return [s for s in spans if s]


def span_f1(a, b):
    la, lb = sum(e - s for s, e in a), sum(e - s for s, e in b)
    both = sum(overlap(x, y) for x in a for y in b)
    return 2 * both / (la + lb) if la + lb else 0.0


def same_interval(pred, accepted):
    got = None if not pred else [pred.get("start"), pred.get("end")]
    got = None if got == [None, None] else got
    return any((want or None) == got for want in accepted)


def claim_fields(gold, pred, statement, text):
    """Which fields of a matched claim are right: {name: bool}, only for the fields the gold speaks of."""
    out = {}
    q = pred.get("quantity") or {}
    bounds = [(gold["low"], gold["high"])] + [tuple(b) for b in gold.get("bounds_also", [])]
    got = tuple(q.get(b) for b in BOUNDS)
    out["bounds"] = got in bounds or (got[0] in (0, None), got[1]) in [
        (b[0] in (0, None), b[1]) for b in bounds if b[0] in (0, None)
    ]
    source = (statement or {}).get("source") or {}
    want = gold["source"]
    if want is None:
        out["source"] = statement is None
    else:
        out["source"] = says([w for w in want if w], source.get("name"), source.get("text"))
        if None in want and statement is None:
            out["source"] = True
    group = pred.get("group") or {}
    accepted = gold.get("group") or [None]
    named = [a for a in accepted if a]
    out["group"] = (says(named, group.get("affiliation")) if named else False) or (
        None in accepted and not group.get("affiliation")
    )
    places = [(p.get("name") or "", p.get("text") or "") for p in pred.get("places") or []]
    need, may = gold.get("places", []), gold.get("places", []) + gold.get("places_also", [])
    inside = all(any(says(as_list(m), *p) for m in may) for p in places)
    out["places"] = inside and (not need or any(says(as_list(n), *p) for n in need for p in places))
    out["time"] = same_interval(pred.get("time"), gold.get("time", [None]))
    for name in ("approximate", "scope", "certainty", "means"):
        if name in gold:
            out[name] = (
                pred.get(name, q.get(name)) in as_list(gold[name])
                if name != "approximate"
                else q.get("approximate") in as_list(gold[name])
            )
    if "kind" in gold:
        out["kind"] = group.get("kind") in as_list(gold["kind"])
    if "attacker" in gold:
        attacker = pred.get("attacker") or {}
        want = gold["attacker"] or [None]
        named = [w for w in want if w]
        out["attacker"] = (says(named, attacker.get("affiliation"), attacker.get("text")) if named else False) or (
            None in want and not attacker
        )
    if gold.get("via"):
        out["via"] = all(
            any(
                says(as_list(v), (x.get("name") if isinstance(x, dict) else x))
                for x in (statement or {}).get("via") or []
            )
            for v in gold["via"]
        )
    for name in ("stance", "channel"):
        if name in gold:
            have = (statement or {}).get(name)
            out[name] = any((have or "").casefold() == (w or "").casefold() for w in as_list(gold[name]))
    if "said" in gold:
        out["said"] = same_interval((statement or {}).get("said"), gold["said"])
    return out


def score_report(gold, pred, total: Score):
    text, rid = gold["report"]["text"], gold["report"].get("id", "?")
    statements = {s.get("id"): s for s in pred.get("statements") or []}
    for kind in ("statements", "claims"):
        for item in pred.get(kind) or []:
            for key in ("source", "cue", "quantity", "group"):
                where = span(item.get(key))
                said = (item.get(key) or {}).get("text") if isinstance(item.get(key), dict) else None
                if where and said is not None and text[where[0] : where[1]] != said:
                    total.broken.append(f"{rid}: {kind} {item.get('id')}: {key} span is not its text")

    # attribution: content overlaps and the source is right
    gs = [
        dict(s, _spans=[locate(text, c, s.get("nth", 1)) for c in as_list(s["content"])])
        for s in gold.get("statements", [])
    ]
    ps = [(s, content_spans(s)) for s in statements.values()]
    pairs = [
        (w, i, j) for i, g in enumerate(gs) for j, (s, c) in enumerate(ps) if (w := span_f1(g["_spans"], c)) >= 0.5
    ]
    hits, seen = 0, set()
    matched = greedy(pairs)
    free = set()
    for i, j in matched:
        src = ps[j][0].get("source") or {}
        right = says(gs[i]["source"], src.get("name"), src.get("text"))
        seen.add(i) if right else None
        if gs[i].get("optional"):
            free.add(j)
        else:
            hits += right
        if not right:
            total.misses.append(
                f"{rid}: source of {text[gs[i]['_spans'][0][0] :][:60]!r}: "
                f"got {src.get('name')!r}, want {gs[i]['source']}"
            )
    required = [i for i, g in enumerate(gs) if not g.get("optional")]
    total.attribution.hit += hits
    total.attribution.gold += len(required)
    total.attribution.pred += len(ps) - len(free)
    for i in required:
        if i not in {m[0] for m in matched}:
            total.misses.append(f"{rid}: statement not found: {text[gs[i]['_spans'][0][0] :][:70]!r}")

    # claims: quantity overlaps and the outcome is right; then field by field
    gc = [dict(c, _span=locate(text, c["quantity"], c.get("nth", 1))) for c in gold.get("claims", [])]
    pc = pred.get("claims") or []
    pairs = []
    for i, g in enumerate(gc):
        for j, p in enumerate(pc):
            where = span(p.get("quantity"))
            if where and overlap(g["_span"], where) and p.get("outcome") in as_list(g["outcome"]):
                pairs.append(
                    (overlap(g["_span"], where) / max(g["_span"][1] - g["_span"][0], where[1] - where[0]), i, j)
                )
    matched, free, found = greedy(pairs), set(), {}
    for i, j in matched:
        found[i] = j
        fields = claim_fields(gc[i], pc[j], statements.get(pc[j].get("statement")), text)
        if "part_of" in gc[i]:
            parent = gc[i]["part_of"]
            want = None if parent is None else next((pc[b].get("id") for a, b in matched if a == parent), "?")
            fields["part_of"] = pc[j].get("part_of") == want
        strict = all(fields[name] for name in STRICT)
        if gc[i].get("optional"):
            free.add(j)
            continue
        total.found.hit += 1
        total.strict.hit += strict
        for name, right in fields.items():
            total.mark(name, right)
            if not right:
                total.misses.append(f"{rid}: {gc[i]['quantity']!r} {as_list(gc[i]['outcome'])[0]}: {name} wrong")
    required = [i for i, g in enumerate(gc) if not g.get("optional")]
    for tally in (total.found, total.strict):
        tally.gold += len(required)
        tally.pred += len(pc) - len(free)
    for i in required:
        if i not in found:
            total.misses.append(f"{rid}: claim not found: {gc[i]['quantity']!r} {gc[i]['outcome']}")
    for j, p in enumerate(pc):
        if j not in found.values():
            total.misses.append(f"{rid}: extra claim: {(p.get('quantity') or {}).get('text')!r} {p.get('outcome')}")


def match_claims(gold, record):
    """{gold claim index: predicted claim id}: quantity spans overlap and the outcome is an accepted one."""
    text, pairs, pred = gold["report"]["text"], [], record.get("claims") or []
    for i, g in enumerate(gold.get("claims", [])):
        where = locate(text, g["quantity"], g.get("nth", 1))
        for j, p in enumerate(pred):
            got = span(p.get("quantity"))
            if got and overlap(where, got) and p.get("outcome") in as_list(g["outcome"]):
                pairs.append((overlap(where, got) / max(where[1] - where[0], got[1] - got[0]), i, j))
    return {i: pred[j].get("id") for i, j in greedy(pairs)}


@dataclass
class CaseScore:
    precision: float = 0.0
    recall: float = 0.0
    claims: int = 0
    relays: Tally = field(default_factory=Tally)
    distortions: Tally = field(default_factory=Tally)
    estimates: dict = field(default_factory=lambda: {"low": 0, "best": 0, "high": 0, "origins": 0, "all": 0})
    wanted: int = 0
    misses: list = field(default_factory=list)


def score_case(case, golds, out, total: CaseScore):
    """B-cubed over the case's claims, relays by claim, distortions by label, estimates by event and outcome."""
    records = {(r.get("report") or {}).get("id"): r for r in out.get("records") or []}
    incident_of = {tuple(c): n for n, inc in enumerate(out.get("incidents") or []) for c in inc.get("claims") or []}
    gold_event, cluster, back = {}, {}, {}
    for rid in case["reports"]:
        hits = match_claims(golds[rid], records.get(rid) or {})
        for i, claim in enumerate(golds[rid]["claims"]):
            if i in hits:
                back[rid, hits[i]] = (rid, i)
            if claim.get("optional") or "event" not in claim:
                continue
            gold_event[rid, i] = claim["event"]
            cluster[rid, i] = incident_of.get((rid, hits.get(i)), ("alone", rid, i))
    for item, event in gold_event.items():
        mates = {o for o, c in cluster.items() if c == cluster[item]}
        peers = {o for o, e in gold_event.items() if e == event}
        total.precision += len(mates & peers) / len(mates)
        total.recall += len(mates & peers) / len(peers)
    total.claims += len(gold_event)
    want = {(r["report"], r["claim"]): set(r.get("distortions") or []) for r in case.get("relays", [])}
    free = {(rid, i) for rid in case["reports"] for i, c in enumerate(golds[rid]["claims"]) if c.get("optional")}
    got = {}
    for relay in out.get("relays") or []:
        item = back.get(tuple(relay.get("claim") or ()))
        if item not in free:
            got[item or ("?", str(relay.get("claim")))] = set(relay.get("distortions") or [])
    total.relays.gold += len(want)
    total.relays.pred += len(got)
    for item, labels in want.items():
        if item not in got:
            total.misses.append(f"{case['case']}: relay not found: {item}")
            total.distortions.gold += len(labels)
            continue
        total.relays.hit += 1
        total.distortions.hit += len(labels & got[item])
        total.distortions.gold += len(labels)
        total.distortions.pred += len(got[item])
        if labels != got[item]:
            total.misses.append(f"{case['case']}: {item}: distortions {sorted(got[item])}, want {sorted(labels)}")
    for item, labels in got.items():
        if item not in want:
            total.misses.append(f"{case['case']}: extra relay: {item}")
            total.distortions.pred += len(labels)
    for wanted in case.get("estimates", []):
        total.wanted += 1
        members = [item for item, event in gold_event.items() if event == wanted["event"]]
        votes = [cluster[m] for m in members if isinstance(cluster[m], int)]
        incident = out["incidents"][max(set(votes), key=votes.count)] if votes else {}
        made = next((e for e in incident.get("estimates") or [] if e.get("outcome") == wanted["outcome"]), {})
        origins = made.get("origins")
        right = {k: made.get(k) == wanted[k] for k in ("low", "best", "high")}
        right["origins"] = (len(origins) if isinstance(origins, list) else origins) == wanted["origins"]
        right["all"] = all(right.values())
        for name, ok in right.items():
            total.estimates[name] += ok
        if not right["all"]:
            total.misses.append(
                f"{case['case']}: {wanted['event']} {wanted['outcome']}: got "
                f"{ {k: made.get(k) for k in ('low', 'best', 'high')} } want "
                f"{ {k: wanted[k] for k in ('low', 'best', 'high', 'origins')} }"
            )


def score_cases(folder, command, opts):
    total = CaseScore()
    cases = sorted(folder.glob("*.case.json"))
    for path in cases:
        case = json.loads(path.read_text("utf-8"))
        golds = {}
        for rid in case["reports"]:
            golds[rid] = json.loads((folder / f"{rid}.json").read_text("utf-8"))
            golds[rid]["report"].setdefault("id", rid)
        lines = "".join(json.dumps(golds[r]["report"], ensure_ascii=False) + "\n" for r in case["reports"])
        done = subprocess.run(command, input=lines, capture_output=True, text=True, encoding="utf-8", check=False)
        if done.returncode:
            sys.exit(f"{path.name}: the program ended with {done.returncode}: {done.stderr.strip()[-400:]}")
        score_case(case, golds, json.loads(done.stdout), total)
    n = total.claims or 1
    p, r = total.precision / n, total.recall / n
    rows = [
        (
            "incidents (B3)",
            round(p, 3),
            round(r, 3),
            round(2 * p * r / (p + r), 3) if p + r else 0.0,
            "",
            total.claims,
            "",
        ),
        total.relays.line("relays"),
        total.distortions.line("distortions"),
    ]
    accuracy = {k: round(v / (total.wanted or 1), 3) for k, v in total.estimates.items()}
    if opts.json:
        print(json.dumps({x[0]: {"p": x[1], "r": x[2], "f1": x[3]} for x in rows} | {"estimates": accuracy}))
        return 0
    print(f"{len(cases)} cases\n{'':16}{'precision':>10}{'recall':>8}{'F1':>8}   hit/gold/pred")
    for name, p, r, f, hit, gold, pred in rows:
        print(f"{name:16}{p:>10.3f}{r:>8.3f}{f:>8.3f}   {hit}/{gold}/{pred}")
    print("estimates right:", accuracy, f"of {total.wanted}")
    if opts.detail:
        print(*total.misses, sep="\n")
    return 0


def main(argv=None):
    args = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    args.add_argument("gold", type=Path)
    args.add_argument("--records", type=Path)
    args.add_argument("--check", action="store_true")
    args.add_argument("--casefile", action="store_true")
    args.add_argument("--detail", action="store_true")
    args.add_argument("--json", action="store_true")
    argv = list(sys.argv[1:] if argv is None else argv)
    command = []
    if "--" in argv:
        at = argv.index("--")
        argv, command = argv[:at], argv[at + 1 :]
    opts = args.parse_args(argv)
    if opts.casefile:
        return score_cases(opts.gold, command, opts)
    files = (
        sorted(f for f in opts.gold.glob("*.json") if not f.name.endswith(".case.json"))
        if opts.gold.is_dir()
        else [opts.gold]
    )
    golds = []
    for path in files:
        gold = json.loads(path.read_text("utf-8"))
        gold["report"].setdefault("id", path.stem)
        golds.append(gold)
    if opts.check:
        bad = 0
        for gold in golds:
            for item in gold.get("statements", []) + gold.get("claims", []):
                for quote in as_list(item.get("content") or item.get("quantity")):
                    try:
                        locate(gold["report"]["text"], quote, item.get("nth", 1))
                    except ValueError as error:
                        bad += 1
                        print(f"{gold['report']['id']}: {error}")
            for item in gold.get("claims", []):
                missing = {"quantity", "low", "high", "outcome", "source", "group", "time"} - set(item)
                if missing:
                    bad += 1
                    print(f"{gold['report']['id']}: {item.get('quantity')!r} lacks {sorted(missing)}")
        print(
            f"{len(golds)} reports, {sum(len(g.get('claims', [])) for g in golds)} claims, "
            f"{sum(len(g.get('statements', [])) for g in golds)} statements, {bad} faults"
        )
        return 1 if bad else 0
    reports = "".join(json.dumps(g["report"], ensure_ascii=False) + "\n" for g in golds)
    if opts.records:
        output = opts.records.read_text("utf-8")
    else:
        done = subprocess.run(command, input=reports, capture_output=True, text=True, encoding="utf-8", check=False)
        if done.returncode:
            sys.exit(f"the program ended with {done.returncode}: {done.stderr.strip()[-400:]}")
        output = done.stdout
    records = [json.loads(line) for line in output.splitlines() if line.strip()]
    if len(records) != len(golds):
        sys.exit(f"{len(golds)} reports went in, {len(records)} records came out")
    total = Score()
    for gold, record in zip(golds, records, strict=True):
        score_report(gold, record, total)
    rows = [total.attribution.line("attribution"), total.found.line("claims found"), total.strict.line("claims strict")]
    if opts.json:
        print(
            json.dumps(
                {r[0]: {"p": r[1], "r": r[2], "f1": r[3]} for r in rows}
                | {k: round(a / n, 3) for k, (a, n) in total.fields.items()}
                | {"broken": len(total.broken)}
            )
        )
        return 0
    print(f"{'':16}{'precision':>10}{'recall':>8}{'F1':>8}   hit/gold/pred")
    for name, p, r, f, hit, gold, pred in rows:
        print(f"{name:16}{p:>10.3f}{r:>8.3f}{f:>8.3f}   {hit}/{gold}/{pred}")
    for name in STRICT + EXTRA:
        if name in total.fields:
            ok, n = total.fields[name]
            print(f"  {name:14}{ok / n:>10.3f}   {ok}/{n}")
    for line in total.broken:
        print("broken:", line)
    if opts.detail:
        print(*total.misses, sep="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())

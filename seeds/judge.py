#!/usr/bin/env python3
"""Judge any program that speaks protocol.md against the conformance cases.

    judge.py [--stage STAGE] [--case ID] [--must] [--json] -- COMMAND [ARG ...]

The command is run once over all cases of one report each (JSON Lines in, JSON Lines out), and once more for every
case that is about the protocol itself. It is run exactly as given: an option that it needs, such as
`--world seeds/world`, is part of it. For each case of several reports it is run again, two at a time, with the word
`casefile` in the place of `record`. A case passes when everything it expects is found and the answer keeps its shape;
there are no half points.
Exit status: 0 when every judged MUST case passes, 1 when one does not, 2 when nothing could be judged.
"""

import argparse
import json
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from casefiles import asker, command_for, judge_casefile
from compare import interval, locate, named_or_none, names, options, overlap, place_of, same_number, span_f1
from shape import shape_faults, span_of

HERE = Path(__file__).resolve().parent
SECONDS = 900  # the longest that one run may take
AT_ONCE = 2  # runs of case files side by side
NEAR = 0.1  # degrees: coordinates nearer than this are the same place
SAME = 0.5  # F1 of two contents from which on they are the same statement

# ---- reading the cases ---------------------------------------------------------------------------------------------


def load_cases(folder=HERE / "cases"):
    """All cases, by stage and file; every file holds a list."""
    return [case for path in sorted(folder.glob("*/*.json")) for case in json.loads(path.read_text("utf-8"))]


def load_requirements(path=HERE / "requirements.md"):
    """{id: level} as requirements.md numbers them."""
    return dict(re.findall(r"^- \*\*(R-[A-Z]+-\d{3})\*\* (MUST|SHOULD|MAY)\b", path.read_text("utf-8"), re.M))


# ---- comparing -----------------------------------------------------------------------------------------------------


def same_places(want, also, got):
    """Every wanted place is there, and no place that is neither wanted nor allowed."""
    pairs = [(p.get("name"), p.get("text")) for p in got]
    found = all(any(names(w, *p) for p in pairs) for w in want)
    return found and all(any(names(w, *p) for w in want + also) for p in pairs)


def same_via(want, got):
    pairs = [(v.get("name"), v.get("text")) for v in got]
    return any(len(w) == len(pairs) and all(map(lambda n, p: names(n, *p), w, pairs)) for w in options(want))


def statement_field(name, want, statement):
    """Is one field of a statement as expected? statement is None for the publisher's own voice."""
    statement = statement or {}
    source = statement.get("source") or {}
    if name == "source":
        return named_or_none(want, source.get("name"), source.get("text"))
    if name in ("name", "affiliation"):
        return named_or_none(want, source.get(name))
    if name == "kind":
        return source.get("kind") in options(want)
    if name == "cue":
        return names(want, (statement.get("cue") or {}).get("text"))
    if name == "via":
        return same_via(want, statement.get("via") or [])
    if name == "said":
        return interval(statement.get("said")) in options(want)
    if name == "channel":
        return (statement.get("channel") or "").casefold() in [(w or "").casefold() for w in options(want)]
    return statement.get(name) in options(want)


def claim_field(name, want, claim, context):
    """Is one field of a claim as expected? context: text, statements and claims by id, and the whole expectation."""
    quantity, group = claim["quantity"], claim.get("group") or {}
    if name in ("low", "high"):
        return same_number(want, quantity.get(name), name)
    if name == "approximate":
        return quantity.get(name) in options(want)
    if name == "group":
        return named_or_none(want, group.get("affiliation"))
    if name == "group_kind":
        return group.get("kind") in options(want)
    if name == "attributes":
        return any(set(w) == set(group.get("attributes") or []) for w in options(want))
    if name == "attacker":
        attacker = claim.get("attacker") or {}
        return named_or_none(want, attacker.get("affiliation"), attacker.get("text"))
    if name == "places":
        return same_places(want, context["expected"].get("places_also", []), claim.get("places") or [])
    if name == "time":
        return interval(claim.get("time")) in options(want)
    if name == "part_of":
        return any(same_parent(w, claim, context) for w in options(want))
    if name in ("source", "via", "stance", "channel", "said", "kind"):
        return statement_field(name, want, context["statements"].get(claim.get("statement")))
    return claim.get(name) in options(want)


def same_parent(want, claim, context):
    if want is None:
        return claim.get("part_of") is None
    parent = context["claims"].get(claim.get("part_of"))
    return bool(parent) and overlap(place_of(context["text"], want, "quantity"), span_of(parent["quantity"])) > 0


def pair(wanted, got, weigh):
    """Match each side at most once, best weight first: [(index of wanted, index of got)]."""
    weights = [(weigh(w, g), i, j) for i, w in enumerate(wanted) for j, g in enumerate(got)]
    left, right, out = set(), set(), []
    for weight, i, j in sorted(weights, key=lambda row: (-row[0], row[1], row[2])):
        if weight > 0 and i not in left and j not in right:
            left.add(i)
            right.add(j)
            out.append((i, j))
    return out


# ---- what a case expects -------------------------------------------------------------------------------------------


def claim_faults(case, text, record):
    expect, claims = case["expect"], record["claims"]
    by_id = {
        "statements": {s["id"]: s for s in record["statements"]},
        "claims": {c["id"]: c for c in claims},
        "text": text,
    }

    def wrong(want, got):
        skip = ("quantity", "nth", "places_also")
        return [n for n, v in want.items() if n not in skip and not claim_field(n, v, got, by_id | {"expected": want})]

    def weigh(want, got):
        a, b = place_of(text, want, "quantity"), span_of(got["quantity"])
        if not overlap(a, b) or got["outcome"] not in options(want["outcome"]):
            return 0
        return overlap(a, b) / max(a[1] - a[0], b[1] - b[0]) + 1 / (1 + len(wrong(want, got)))

    wanted = expect.get("claims", [])
    found = dict(pair(wanted, claims, weigh))
    faults = []
    for i, want in enumerate(wanted):
        label = f"claim {want['quantity']!r} {'/'.join(options(want['outcome']))}"
        if i not in found:
            faults.append(f"{label}: not found")
            continue
        got = claims[found[i]]
        faults += [f"{label}: {n} is not {json.dumps(want[n], ensure_ascii=False)}" for n in wrong(want, got)]
    for item in expect.get("no_claims", []):
        where = place_of(text, item, "quantity")
        outcome = item.get("outcome") if isinstance(item, dict) else None
        hit = [c for c in claims if overlap(where, span_of(c["quantity"])) and outcome in (None, c["outcome"])]
        faults += [f"a claim where none is: {c['quantity']['text']!r} {c['outcome']}" for c in hit]
    if expect.get("claim_count") not in (None, len(claims)):
        faults.append(f"{len(claims)} claims, not {expect['claim_count']}")
    return faults


def statement_faults(case, text, record):
    expect, got = case["expect"], record["statements"]
    spans = [[span_of(c) for c in s["content"]] for s in got]
    wanted = []
    for want in expect.get("statements", []):
        parts = want["content"] if isinstance(want["content"], list) else [want["content"]]
        wanted.append((want, [locate(text, part, want.get("nth", 1)) for part in parts]))

    def weigh(want, index):
        f1 = span_f1(want[1], spans[index])
        same_source = "source" in want[0] and statement_field("source", want[0]["source"], got[index])
        return f1 + same_source if f1 >= SAME else 0

    found = dict(pair(wanted, range(len(got)), weigh))
    faults = []
    for i, (want, _) in enumerate(wanted):
        label = f"statement {str(want['content'])[:50]!r}"
        if i not in found:
            faults.append(f"{label}: not found")
            continue
        fields = [n for n in want if n not in ("content", "nth")]
        faults += [
            f"{label}: {n} is not {json.dumps(want[n], ensure_ascii=False)}"
            for n in fields
            if not statement_field(n, want[n], got[found[i]])
        ]
    for item in expect.get("no_statements", []):
        where = place_of(text, item, "content")
        for s, content in zip(got, spans, strict=True):
            if 2 * sum(overlap(where, c) for c in content) >= where[1] - where[0]:
                faults.append(f"a statement where none is: {s['source']['text']!r} {s['cue']['text']!r}")
    if expect.get("statement_count") not in (None, len(got)):
        faults.append(f"{len(got)} statements, not {expect['statement_count']}")
    return faults


def place_faults(case, record):
    """Details of places, wherever a claim has them; and names that no claim may have for a place."""
    places, faults = [p for c in record["claims"] for p in c["places"]], []
    for want in case["expect"].get("places", []):
        hits = [p for p in places if names(want["name"], p["name"], p["text"])]
        if not hits:
            faults.append(f"place {want['name']!r}: not found")
        for place in hits:
            for name in ("country", "precision"):
                if name in want and place[name] not in options(want[name]):
                    faults.append(f"place {want['name']!r}: {name} is {place[name]!r}, not {want[name]!r}")
            for name in ("lat", "lon"):
                if name in want and not near(want[name], place[name]):
                    faults.append(f"place {want['name']!r}: {name} is {place[name]!r}, not {want[name]!r}")
            if "resolved" in want and not names(want["resolved"], place["name"]):
                faults.append(f"place {want['name']!r}: named {place['name']!r}, not {want['resolved']!r}")
    for name in case["expect"].get("no_places", []):
        faults += [f"a place that is none here: {name!r}" for p in places if names(name, p["name"], p["text"])]
    return faults


def near(want, got):
    return got is None if want is None else got is not None and abs(want - got) <= NEAR


def abstention_faults(case, text, record):
    faults = []
    for want in case["expect"].get("abstentions", []):
        where = place_of(text, want, "text")
        codes = [a["code"] for a in record["abstentions"] if overlap(where, span_of(a))]
        if not set(codes) & set(options(want["code"])):
            faults.append(f"abstention {want['text']!r}: {codes or 'none'}, not {want['code']!r}")
    return faults


# ---- running and judging -------------------------------------------------------------------------------------------


def known_codes():
    return set(json.loads((HERE / "errors.json").read_text("utf-8"))["abstentions"])


def run(command, lines):
    """The lines that the command answers with, and what went wrong with the run as a whole, or None."""
    given = "".join(line + "\n" for line in lines).encode("utf-8")
    try:
        done = subprocess.run(command, input=given, capture_output=True, timeout=SECONDS, check=False)
    except OSError as error:
        return [], f"the command cannot be run: {error}"
    except subprocess.TimeoutExpired:
        return [], f"no end after {SECONDS} seconds"
    out = done.stdout.decode("utf-8", "replace").split("\n")
    if out and out[-1] == "":
        out.pop()
    if len(out) != len(lines):
        told = done.stderr.decode("utf-8", "replace")[-300:].strip()
        return [], f"{len(lines)} lines in, {len(out)} out, exit status {done.returncode}: {told}"
    return out, None


def parse(line):
    try:
        return json.loads(line)
    except ValueError:
        return None


def judge_line(expect, report, line, codes):
    """(verdict, faults) of one answer; verdict: pass, fail, skip."""
    record = parse(line)
    if not isinstance(record, dict):
        return "fail", ["the answer is no JSON object"]
    if "skipped" in record:
        return "skip", [str(record["skipped"])]
    code = (record.get("error") or {}).get("code") if "error" in record else None
    if "error" in expect:
        right = code in options(expect["error"])
        return ("pass", []) if right else ("fail", [f"error {code!r}, not {expect['error']!r}"])
    if "error" in record:
        return "fail", [f"error {code}: {(record['error'] or {}).get('message')}"]
    text = report["text"]
    faults = shape_faults(record, text, codes)
    if faults:
        return "fail", faults
    if record["report"].get("id") != report.get("id"):
        faults.append(f"report id {record['report'].get('id')!r}, not {report.get('id')!r}")
    case = {"expect": expect}
    faults += claim_faults(case, text, record) + statement_faults(case, text, record)
    faults += place_faults(case, record) + abstention_faults(case, text, record)
    return ("fail", faults) if faults else ("pass", [])


def report_of(case):
    return {"id": case["id"], **case["report"]}


def judge_protocol(case, command, codes):
    """A case of several lines, run alone: every answer is judged, and equal lines are answered equally."""
    lines = [line if isinstance(line, str) else json.dumps(line, ensure_ascii=False) for line in case["lines"]]
    out, broken = run(command, lines)
    if broken:
        return "fail", [broken]
    faults, verdicts = [], set()
    for number, (given, expect, line) in enumerate(zip(case["lines"], case["expect"]["lines"], out, strict=True), 1):
        verdict, found = judge_line(expect, given, line, codes)
        verdicts.add(verdict)
        faults += [f"line {number}: {fault}" for fault in found]
    for group in case["expect"].get("equal", []):
        if len({out[number - 1] for number in group}) > 1:
            verdicts.add("fail")
            faults.append(f"lines {group} are the same report, their records are not the same")
    return ("fail" if "fail" in verdicts else "skip" if "skip" in verdicts else "pass"), faults


def judge(cases, command):
    """[(case, verdict, faults)] in the order of the cases."""
    codes, plain, several = known_codes(), [c for c in cases if "report" in c], [c for c in cases if "reports" in c]
    one = command_for(command, "record")
    out, broken = run(one, [json.dumps(report_of(c), ensure_ascii=False) for c in plain]) if plain else ([], None)
    answers = {c["id"]: line for c, line in zip(plain, out, strict=not broken)}
    ask = asker(command, SECONDS)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        verdicts = pool.map(lambda c: judge_casefile(c, ask, codes), several)
        tied = {c["id"]: found for c, found in zip(several, verdicts, strict=True)}
    results = []
    for case in cases:
        if "reports" in case:
            results.append((case, *tied[case["id"]]))
        elif "report" not in case:
            results.append((case, *judge_protocol(case, one, codes)))
        elif broken:
            results.append((case, "fail", [broken]))
        else:
            results.append((case, *judge_line(case["expect"], report_of(case), answers[case["id"]], codes)))
    return results


# ---- the score card ------------------------------------------------------------------------------------------------


def tally(results, keys):
    """{key: [passed, all]} with keys(case) the keys that a case counts for."""
    rows = {}
    for case, verdict, _ in results:
        for key in keys(case):
            row = rows.setdefault(key, [0, 0])
            row[0] += verdict == "pass"
            row[1] += 1
    return dict(sorted(rows.items()))


def card(results):
    levels = tally(results, lambda c: [c["level"]])
    passed = sum(v == "pass" for _, v, _ in results)
    return {
        "cases": len(results),
        "passed": passed,
        "skipped": sum(v == "skip" for _, v, _ in results),
        "score": round(passed / len(results), 4),
        "levels": levels,
        "stages": tally(results, lambda c: [c["stage"]]),
        "requirements": tally(results, lambda c: c["requirements"]),
        "missed": [
            {"id": c["id"], "level": c["level"], "verdict": v, "faults": f} for c, v, f in results if v != "pass"
        ],
    }


def show(score, levels):
    for name in ("stages", "levels"):
        print(f"{name}")
        for key, (ok, n) in score[name].items():
            print(f"  {key:<12}{ok:>4} of {n:<4}{ok / n:>7.1%}")
    print("requirements")
    for key, (ok, n) in score["requirements"].items():
        print(f"  {key:<12}{ok:>4} of {n:<4}{levels.get(key, '?'):<7}{'' if ok == n else '<'}")
    for item in score["missed"]:
        print(f"{item['verdict']}: {item['id']} ({item['level']})")
        for fault in item["faults"]:
            print(f"    {fault}")
    print(f"{score['passed']} of {score['cases']} cases pass, {score['skipped']} skipped, score {score['score']:.1%}")


def main(argv):
    args = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    args.add_argument("--stage", help="only the cases of this stage")
    args.add_argument("--case", help="only the case with this id")
    args.add_argument("--must", action="store_true", help="only the MUST cases")
    args.add_argument("--json", action="store_true", help="the score card as JSON")
    at = argv.index("--") if "--" in argv else len(argv)
    opts, command = args.parse_args(argv[:at]), argv[at + 1 :]
    cases = [c for c in load_cases() if opts.stage in (None, c["stage"]) and opts.case in (None, c["id"])]
    cases = [c for c in cases if c["level"] == "MUST" or not opts.must]
    if not command or not cases:
        print("no command after --" if not command else "no such case", file=sys.stderr)
        return 2
    score = card(judge(cases, command))
    if opts.json:
        print(json.dumps(score, ensure_ascii=False, indent=1))
    else:
        show(score, load_requirements())
    ok, n = score["levels"].get("MUST", [0, 0])
    return 0 if ok == n else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

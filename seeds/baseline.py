#!/usr/bin/env python3
"""The simplest program that speaks protocol.md: the floor that any design should beat.

    baseline.py record [--world DIR] < reports.jsonl > records.jsonl
    baseline.py casefile [--world DIR] [--profile NAME]... [--judgements FILE] < reports.jsonl > casefile.json

One pass of regular expressions: a number belongs to the nearest outcome word of its sentence, the words before
"said" are the source, a name of the world in the sentence is the place, a weekday the time. It knows no grammar
and is wrong wherever that matters. In its case files each claim is an incident of its own, nobody relays anybody,
and every profile is alike.
"""

import argparse
import json
import re
import sys
from datetime import date, timedelta
from pathlib import Path

WORDS = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
NUMBER = {word: n for n, word in enumerate(WORDS)} | {"a": 1, "an": 1, "thirty": 30, "forty": 40, "a dozen": 12}
QUANTITY = re.compile(
    r"\b(?:(?P<hedge>at least|more than|over|up to|about|around|some|nearly|almost)\s+)?"
    r"(?P<number>\d{1,3}(?:,\d{3})+|\d+|a dozen|" + "|".join(sorted(NUMBER, key=len, reverse=True)) + r")\b(?![.:]\d)",
    re.I,
)
OUTCOME = {
    "killed": r"killed|dead|died|deaths?",
    "wounded": r"wounded|injured|hurt",
    "missing": r"missing",
    "captured": r"captured|surrendered",
    "detained": r"arrested|detained",
    "abducted": r"abducted|kidnapped",
    "displaced": r"displaced|fled",
    "trapped": r"trapped",
    "rescued": r"rescued|freed",
    "deployed": r"deployed",
}
OUTCOMES = re.compile(r"\b(?:" + "|".join(f"(?P<{name}>{words})" for name, words in OUTCOME.items()) + r")\b", re.I)
SAID = re.compile(
    r"(?P<source>\b(?:[Tt]he |[Aa] )?[A-Z][\w']*(?: [A-Z][\w']*)*)"
    r" (?P<cue>said|says|announced|confirmed|denied)\b(?: that)? ?"
)
STANCE = {"confirmed": "confirms", "denied": "denies"}
WEEKDAY = re.compile(r"\b(Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b")
SENTENCE = re.compile(r"[^\n]+?(?:[.!?](?=\s|$)|(?=\n)|$)")
REACH = 60  # characters from a number to its outcome word


def span(text, start, end):
    return {"start": start, "end": end, "text": text[start:end]}


def bounds(match):
    """(low, high, approximate) of a matched quantity."""
    told, hedge = match["number"].lower(), (match["hedge"] or "").lower()
    n = NUMBER[told] if told in NUMBER else int(told.replace(",", ""))
    if hedge in ("at least", "more than", "over"):
        return n + (hedge != "at least"), None, False
    if hedge == "up to":
        return None, n, False
    return n, n, bool(hedge) or told == "a dozen"


def statement_of(text, start, end, number):
    """The statement of a sentence, or None: what follows the cue, else what goes before the source."""
    match = SAID.search(text, start, end)
    if not match:
        return None
    after, before = span(text, match.end(), end), span(text, start, match.start("source"))
    content = after if len(after["text"].strip(" .")) > len(before["text"].strip(" ,")) else before
    if not content["text"].strip(" .,"):
        return None
    source = span(text, match.start("source"), match.end("source"))
    return {
        "id": f"s{number}",
        "source": {**source, "name": source["text"], "kind": "other", "affiliation": None},
        "via": [],
        "cue": span(text, match.start("cue"), match.end("cue")),
        "content": [content],
        "mode": "indirect",
        "stance": STANCE.get(match["cue"].lower(), "asserts"),
        "channel": None,
        "said": None,
    }


def places_of(text, start, end, places):
    found = []
    for place in places:
        match = re.compile(rf"\b{re.escape(place['name'])}\b").search(text, start, end)
        if match:
            known = {key: place[key] for key in ("name", "country", "lat", "lon")}
            found.append({**span(text, match.start(), match.end()), **known, "precision": place["kind"]})
    return found


def time_of(text, start, end, published):
    match = WEEKDAY.search(text, start, end)
    if not match:
        return None
    names = ("Mon", "Tues", "Wednes", "Thurs", "Fri", "Satur", "Sun")
    day = (published - timedelta((published.weekday() - names.index(match[1])) % 7)).isoformat()
    return {"start": day, "end": day}


def record(report, places):
    """The record of one report."""
    text, published = report["text"], date.fromisoformat(report["published"][:10])
    statements, claims = [], []
    for sentence in SENTENCE.finditer(text):
        start, end = sentence.span()
        statement = statement_of(text, start, end, len(statements) + 1)
        if statement:
            statements.append(statement)
        words = list(OUTCOMES.finditer(text, start, end))
        for match in QUANTITY.finditer(text, start, end):
            word = min(words, key=lambda w: abs(w.start() - match.start()), default=None)
            if word is None or abs(word.start() - match.start()) > REACH:
                continue
            low, high, approximate = bounds(match)
            inside = statement and statement["content"][0]["start"] <= match.start() < statement["content"][0]["end"]
            claims.append(
                {
                    "id": f"c{len(claims) + 1}",
                    "statement": statement["id"] if inside else None,
                    "quantity": {**span(text, *match.span()), "low": low, "high": high, "approximate": approximate},
                    "outcome": word.lastgroup,
                    "attacker": None,
                    "means": None,
                    "places": places_of(text, start, end, places),
                    "group": {
                        "start": None,
                        "end": None,
                        "text": None,
                        "affiliation": None,
                        "kind": "unknown",
                        "attributes": [],
                    },
                    "time": time_of(text, start, end, published),
                    "scope": "incident",
                    "certainty": "stated",
                    "negated": False,
                    "part_of": None,
                }
            )
    head = {"id": report.get("id"), "publisher": report.get("publisher", ""), "published": report["published"]}
    return {"report": head, "statements": statements, "claims": claims, "abstentions": []}


def error(code, message, report=None):
    return {"report": {"id": report.get("id") if report else None}, "error": {"code": code, "message": message}}


def answer(line, places):
    """The object to write for one line of input."""
    try:
        report = json.loads(line)
    except ValueError as reason:
        return error("CC-101", str(reason))
    if not isinstance(report, dict) or not isinstance(report.get("text"), str):
        return error("CC-102", "no text", report if isinstance(report, dict) else None)
    if not report["text"].strip():
        return error("CC-103", "no words", report)
    if not report.get("published"):
        return error("CC-107", "no day of publication", report)
    try:
        return record(report, places)
    except ValueError as reason:
        return error("CC-106", str(reason), report)


def estimate(claim, name, origin, profile):
    """One claim is all that an estimate rests on."""
    low, high = claim["quantity"]["low"], claim["quantity"]["high"]
    return {
        "outcome": claim["outcome"],
        "profile": profile,
        "low": low or 0,
        "best": low if low is not None else high,
        "high": high if high is not None else low,
        "open": low is None or high is None,
        "origins": [origin],
        "basis": [name],
        "rule": "the only claim",
        "conflicts": [],
        "revisions": [],
    }


def casefile(answers, profiles):
    """Each claim its own incident."""
    known, incidents = {}, []
    for number, found in enumerate(answers, 1):
        if "error" not in found:
            found["report"]["id"] = found["report"]["id"] or f"report {number}"
        known.setdefault(json.dumps(found, sort_keys=True), found)
    for found in known.values():
        sources = {s["id"]: s["source"]["name"] for s in found.get("statements", [])}
        for claim in found.get("claims", []):
            name = [found["report"]["id"], claim["id"]]
            origin = sources.get(claim["statement"], found["report"]["publisher"] or "?")
            told = claim["outcome"] != "deployed"
            incidents.append(
                {
                    "claims": [name],
                    "places": [place["name"] for place in claim["places"]],
                    "time": claim["time"],
                    "groups": [],
                    "estimates": [estimate(claim, name, origin, p) for p in profiles] if told else [],
                }
            )
    return {"records": list(known.values()), "incidents": incidents, "relays": [], "profile": profiles[0]}


def main():
    args = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    args.add_argument("command", choices=["record", "casefile"])
    args.add_argument("--world", type=Path)
    args.add_argument("--profile", action="append")
    args.add_argument("--judgements", type=Path, help="not read")
    opts = args.parse_args()
    places = json.loads((opts.world / "places.json").read_text("utf-8"))["places"] if opts.world else []
    answers = (answer(line.decode("utf-8"), places) for line in sys.stdin.buffer)
    if opts.command == "casefile":
        print(json.dumps(casefile(answers, opts.profile or ["plain"]), ensure_ascii=True))
        return
    for found in answers:
        print(json.dumps(found, ensure_ascii=True), flush=True)


if __name__ == "__main__":
    main()

"""Judging case files: what a case of several reports expects of `COMMAND casefile`.

`judge_casefile(case, ask, codes)` is all that judge.py uses. `ask(lines, profiles, judgements)` runs the program on
the lines of one case and gives the case file and what went wrong with the run, of which one is None.
"""

import json
import re
import subprocess
import tempfile
from pathlib import Path

from compare import locate, names, options, overlap, same_number
from shape import casefile_faults, span_of

# ---- running -------------------------------------------------------------------------------------------------------


def command_for(command, word):
    """The command with `word` in the place of the last `record` or `casefile` in it."""
    at = [n for n, part in enumerate(command) if part in ("record", "casefile")]
    return [*command[: at[-1]], word, *command[at[-1] + 1 :]] if at else list(command)


def asker(command, seconds):
    """ask(...) for a command: one process a case."""

    def ask(lines, profiles, judgements):
        words = command_for(command, "casefile")
        for profile in profiles:
            words += ["--profile", profile]
        with tempfile.TemporaryDirectory() as folder:
            if judgements is not None:
                path = Path(folder) / "judgements.jsonl"
                path.write_text("".join(line + "\n" for line in judgements), "utf-8")
                words += ["--judgements", str(path)]
            given = "".join(line + "\n" for line in lines).encode("utf-8")
            try:
                done = subprocess.run(words, input=given, capture_output=True, timeout=seconds, check=False)
            except OSError as error:
                return None, f"the command cannot be run: {error}"
            except subprocess.TimeoutExpired:
                return None, f"no end after {seconds} seconds"
        try:
            return json.loads(done.stdout.decode("utf-8", "replace")), None
        except ValueError:
            told = done.stderr.decode("utf-8", "replace")[-300:].strip()
            return None, f"no case file, exit status {done.returncode}: {told}"

    return ask


# ---- finding -------------------------------------------------------------------------------------------------------


def lines_of(reports):
    return [item if isinstance(item, str) else json.dumps(item, ensure_ascii=False) for item in reports]


def texts_of(reports):
    """[(id, text)] of the reports of a case that can be read."""
    return [(r.get("id"), r["text"]) for r in reports if isinstance(r, dict) and isinstance(r.get("text"), str)]


def show(ref):
    return f"{ref['report']}: {ref['quantity']!r}" + (f" {ref['outcome']}" if "outcome" in ref else "")


class Found:
    """A case file, laid out so that a claim is found by the words of its quantity."""

    def __init__(self, answer, texts):
        self.answer, self.texts, self.faults = answer, dict(texts), []
        self.claims = {}  # (report, claim) -> claim
        for record in answer["records"]:
            for claim in record.get("claims", []):
                self.claims[record["report"]["id"], claim["id"]] = claim
        self.home = {tuple(ref): n for n, i in enumerate(answer["incidents"]) for ref in i["claims"]}
        self.relays = {tuple(r["claim"]): r for r in answer["relays"]}

    def find(self, ref):
        """(report, claim) of the claim that a reference names, or None and a fault."""
        where = locate(self.texts[ref["report"]], ref["quantity"], ref.get("nth", 1))
        near = [
            (-overlap(where, span_of(c["quantity"])), key)
            for key, c in self.claims.items()
            if key[0] == ref["report"]
            and ref.get("outcome") in (None, c["outcome"])
            and overlap(where, span_of(c["quantity"]))
        ]
        if not near:
            self.faults.append(f"no claim {show(ref)}")
            return None
        return min(near)[1]

    def incident(self, ref):
        key = self.find(ref)
        return None if key is None else self.answer["incidents"][self.home[key]]


# ---- what a case expects -------------------------------------------------------------------------------------------


def tie_faults(found, expect):
    for group in expect.get("together", []):
        keys = [found.find(ref) for ref in group]
        homes = {found.home[k] for k in keys if k is not None}
        if len(homes) > 1:
            found.faults.append(f"not one incident: {', '.join(map(show, group))}")
    for group in expect.get("apart", []):
        homes = [found.home[k] for k in map(found.find, group) if k is not None]
        if len(homes) != len(set(homes)):
            found.faults.append(f"one incident: {', '.join(map(show, group))}")


def relay_faults(found, expect):
    for want in expect.get("relays", []):
        key = found.find(want)
        relay = found.relays.get(key)
        if key is None or relay is None:
            found.faults += [f"no relay: {show(want)}"] if key else []
            continue
        origin = relay["origin"]
        if "origin" in want and not names(want["origin"], origin["source"]):
            found.faults.append(f"relay {show(want)}: of {origin['source']!r}, not {want['origin']!r}")
        if "of" in want:
            of = want["of"] and found.find(want["of"])
            if (tuple(origin["claim"]) if origin["claim"] else None) != of:
                found.faults.append(f"relay {show(want)}: measured by {origin['claim']!r}, not {want['of']!r}")
        if "distortions" in want and not any(set(o) == set(relay["distortions"]) for o in options(want["distortions"])):
            found.faults.append(f"relay {show(want)}: {relay['distortions']}, not {want['distortions']}")
    for ref in expect.get("no_relays", []):
        if found.find(ref) in found.relays:
            found.faults.append(f"a relay where none is: {show(ref)}")


def estimates_of(incident, want, profiles):
    """The estimates of the outcome under the wanted profile, by default the first one asked for."""
    profile = want.get("profile", profiles[0] if profiles else "plain")
    return [e for e in incident["estimates"] if e["outcome"] == want["outcome"] and e["profile"] == profile]


def same_origins(want, got):
    if isinstance(want, int):
        return len(got) == want
    return len(got) == len(want) and all(any(names(w, g) for g in got) for w in want)


def estimate_faults(found, expect, profiles):
    for want in expect.get("estimates", []):
        incident = found.incident(want["of"])
        if incident is None:
            continue
        label = f"estimate {want.get('profile', '')} {want['outcome']} of {show(want['of'])}".replace("  ", " ")
        have = estimates_of(incident, want, profiles)
        if not have:
            found.faults.append(f"{label}: none")
            continue
        for name in ("low", "best", "high"):
            if name in want and not same_number(want[name], have[0][name], name):
                found.faults.append(f"{label}: {name} is {have[0][name]!r}, not {want[name]!r}")
        for name in ("open", "grade", "credibility"):
            if name in want and have[0].get(name) not in options(want[name]):
                found.faults.append(f"{label}: {name} is {have[0].get(name)!r}, not {want[name]!r}")
        if "origins" in want and not same_origins(want["origins"], have[0]["origins"]):
            found.faults.append(f"{label}: origins {have[0]['origins']}, not {want['origins']}")
        basis = {tuple(ref) for ref in have[0]["basis"]}
        found.faults += [
            f"{label}: does not rest on {show(r)}" for r in want.get("basis", []) if found.find(r) not in basis
        ]
        found.faults += [f"{label}: rests on {show(r)}" for r in want.get("not_basis", []) if found.find(r) in basis]
        told = have[0].get("note") or ""
        found.faults += [f"{label}: the note lacks {w!r}" for w in want.get("note", []) if w not in told]
    for want in expect.get("no_estimates", []):
        incident = found.incident(want["of"])
        if incident is not None and estimates_of(incident, want, profiles):
            found.faults.append(f"an estimate of {want['outcome']} where none is: {show(want['of'])}")


def revision_faults(found, expect, profiles):
    for want in expect.get("revisions", []):
        incident = found.incident(want["of"])
        if incident is None:
            continue
        have = [
            r
            for e in estimates_of(incident, want, profiles)
            for r in e["revisions"]
            if names(want["origin"], r["origin"])
        ]
        figures = [[[f["low"], f["high"]] for f in r["figures"]] for r in have]
        if want["figures"] not in figures:
            found.faults.append(f"revision {show(want['of'])}: {figures}, not {want['figures']}")
    for want in expect.get("no_revisions", []):
        incident = found.incident(want["of"])
        if incident is not None and any(e["revisions"] for e in estimates_of(incident, want, profiles)):
            found.faults.append(f"a revision where none is: {show(want['of'])}")


def conflict_faults(found, expect):
    have = {
        frozenset(map(tuple, c["claims"]))
        for i in found.answer["incidents"]
        for e in i["estimates"]
        for c in e["conflicts"]
    }
    for key, there in (("conflicts", True), ("no_conflicts", False)):
        for refs in expect.get(key, []):
            claims = [found.find(ref) for ref in refs]
            if None not in claims and (frozenset(claims) in have) != there:
                label = "no conflict" if there else "a conflict where none is"
                found.faults.append(f"{label}: {', '.join(map(show, refs))}")


def input_faults(found, expect):
    """Errors in the place of reports that cannot be read, and problems of the whole."""
    errors = sorted((r.get("error") or {}).get("code") or "" for r in found.answer["records"] if "error" in r)
    if errors != sorted(expect.get("errors", [])):
        found.faults.append(f"errors {errors}, not {expect.get('errors', [])}")
    problems = {p.get("code") for p in found.answer.get("problems") or []}
    found.faults += [f"no problem {code}" for code in expect.get("problems", []) if code not in problems]


# ---- the same case file in what counts -----------------------------------------------------------------------------


def essence(answer, kept, relays=True):
    """What must not change: who is with whom, the relays and the numbers, over the claims of the kept reports.

    A claim is named by its report, its place among the report's claims and its outcome.
    """
    words = {}
    for record in answer["records"]:
        claims = sorted(record.get("claims", []), key=lambda c: (*span_of(c["quantity"]), c["outcome"]))
        for number, claim in enumerate(claims):
            words[record["report"]["id"], claim["id"]] = (record["report"]["id"], number, claim["outcome"])
    together = set()
    for incident in answer["incidents"]:
        own = frozenset(words[tuple(ref)] for ref in incident["claims"] if ref[0] in kept)
        numbers = frozenset(
            (e["profile"], e["outcome"], e["low"], e["best"], e["high"], e["open"], len(e["origins"]))
            for e in incident["estimates"]
        )
        if own:
            together.add((own, numbers))
    passed_on = {
        (words[tuple(r["claim"])], words.get(tuple(r["origin"]["claim"] or ())), frozenset(r["distortions"]))
        for r in answer["relays"]
        if relays
    }
    return together, passed_on


def swapped(reports, pairs):
    """The reports with the names of each pair exchanged."""
    other = {**pairs, **{b: a for a, b in pairs.items()}}
    word = re.compile(r"\b(?:" + "|".join(map(re.escape, sorted(other, key=len, reverse=True))) + r")\b")

    def swap(text):
        return word.sub(lambda m: other[m[0]], text)

    return [{**r, "text": swap(r["text"]), "publisher": swap(r["publisher"])} for r in reports]


def variations(case):
    """(name, reports, whether the relays must be the same too) of each changed run."""
    for change in case["expect"].get("same_when", []):
        if change == "reversed":
            yield "in reversed order", case["reports"][::-1], True
        elif change == "twice":
            yield "each report twice", [r for r in case["reports"] for _ in range(2)], True
        elif "swapped" in change:
            yield "with the names exchanged", swapped(case["reports"], change["swapped"]), True
        else:
            yield "with another report", [*case["reports"], *change["with"]], False


# ---- judging -------------------------------------------------------------------------------------------------------


def judge_casefile(case, ask, codes):
    """(verdict, faults) of a case of several reports; verdict: pass or fail."""
    reports, expect, profiles = case["reports"], case["expect"], case.get("profiles", [])
    answer, broken = ask(lines_of(reports), profiles, None)
    faults = [broken] if broken else casefile_faults(answer, texts_of(reports), codes)
    if faults:
        return "fail", faults
    judgements = None
    if "judgements" in case:
        judgements, faults = judged(Found(answer, texts_of(reports)), case["judgements"])
        if faults:
            return "fail", faults
        answer, broken = ask(lines_of(reports), profiles, judgements)
        faults = [broken] if broken else casefile_faults(answer, texts_of(reports), codes)
        if faults:
            return "fail", faults
    found = Found(answer, texts_of(reports))
    tie_faults(found, expect)
    relay_faults(found, expect)
    estimate_faults(found, expect, profiles)
    revision_faults(found, expect, profiles)
    conflict_faults(found, expect)
    input_faults(found, expect)
    faults = list(dict.fromkeys(found.faults))
    for name, changed, relays in variations(case):
        other, broken = ask(lines_of(changed), profiles, judgements)
        wrong = [broken] if broken else casefile_faults(other, texts_of(changed), codes)
        kept = {name for name, _ in texts_of(reports)}
        if not wrong and essence(other, kept, relays) != essence(answer, kept, relays):
            wrong = ["not the same case file"]
        faults += [f"{name}: {fault}" for fault in wrong]
    return ("fail", faults) if faults else ("pass", [])


def judged(found, wanted):
    """The lines of a file of judgements, their claims named by the ids that the program gave."""
    lines = []
    for item in wanted:
        if isinstance(item, str):
            lines.append(item)
            continue
        ends = {k: item[k] if isinstance(item[k], list) else found.find(item[k]) for k in ("a", "b")}
        if None not in ends.values():
            lines.append(json.dumps({**item, **{k: list(v) for k, v in ends.items()}}, ensure_ascii=False))
    return lines, found.faults

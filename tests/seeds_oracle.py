"""A record or case file made from what a case expects: it must pass, or the case contradicts itself (or the judge is
wrong)."""

from __future__ import annotations

from types import ModuleType
from typing import Any

Item = dict[str, Any]


def oracle(case: Item, judge: ModuleType) -> Item:
    """The record that says exactly what the case asks for, with the first of several accepted answers."""
    return _Oracle(case["report"]["text"], case["expect"], judge).record(case["report"].get("id", case["id"]))


class _Oracle:
    def __init__(self, text: str, expect: Item, judge: ModuleType) -> None:
        self.text, self.expect, self.judge = text, expect, judge
        self.statements = [self.statement(want, n) for n, want in enumerate(expect.get("statements", []), 1)]
        self.wanted = expect.get("claims", [])

    def first(self, value: Any) -> Any:
        return self.judge.options(value)[0]

    def span(self, words: str, nth: int = 1) -> Item:
        at = self.text.casefold().find(words.casefold()) if " ... " not in words and nth == 1 else -1
        start, end = (at, at + len(words)) if at >= 0 else self.judge.locate(self.text, words, nth)
        return {"start": start, "end": end, "text": self.text[start:end]}

    def some_span(self) -> Item:
        """A span for what is only named: a name need not stand in the text as the case gives it."""
        return {"start": 0, "end": 1, "text": self.text[0]}

    def interval(self, value: Any) -> Item | None:
        ends = self.first(value)
        return ends and {"start": ends[0], "end": ends[1]}

    def statement(self, want: Item, number: int) -> Item:
        parts = want.get("content", self.text[-1])
        name = self.first(want["name"]) if "name" in want else self.first(want.get("source", "?"))
        shown = self.first(want.get("source", name))
        source_text = self.span(shown) if shown and shown.casefold() in self.text.casefold() else self.some_span()
        return {
            "id": f"s{number}",
            "source": {
                **source_text,
                "name": name if shown.casefold() in name.casefold() or "name" in want else shown,
                "kind": self.first(want.get("kind", "other")),
                "affiliation": self.first(want.get("affiliation")),
            },
            "via": [{**self.some_span(), "name": self.first(v)} for v in self.first(want.get("via", []))],
            "cue": self.span(self.first(want["cue"])) if want.get("cue") else self.some_span(),
            "content": [self.span(p, want.get("nth", 1)) for p in (parts if isinstance(parts, list) else [parts])],
            "mode": self.first(want.get("mode", "indirect")),
            "stance": self.first(want.get("stance", "asserts")),
            "channel": self.first(want.get("channel")),
            "said": self.interval(want.get("said")),
        }

    def carrier(self, want: Item) -> str | None:
        """The id of the statement that carries a claim; made here where the case asks for none of its own."""
        if not any(key in want for key in ("source", "via", "said")) or self.first(want.get("source", "?")) is None:
            return None
        for have in self.statements:
            if all(self.judge.statement_field(k, want[k], have) for k in ("source", "via", "said") if k in want):
                return str(have["id"])
        keys = ("source", "via", "said", "kind", "stance", "channel")
        made = self.statement({k: want[k] for k in keys if k in want}, len(self.statements) + 1)
        self.statements.append(made)
        return str(made["id"])

    def place(self, name: str) -> Item:
        detail: Item = next((p for p in self.expect.get("places", []) if p["name"] in name), {})
        lat, lon = detail.get("lat"), detail.get("lon")
        return {
            **(self.span(name) if name in self.text else self.some_span()),
            "name": self.first(detail.get("resolved", name)),
            "country": self.first(detail.get("country")),
            "lat": lat,
            "lon": lon,
            "precision": self.first(detail.get("precision", "settlement")),
        }

    def parent(self, want: Item) -> str | None:
        words = self.first(want.get("part_of"))
        if words is None:
            return None
        at = self.judge.place_of(self.text, words, "quantity")
        for number, other in enumerate(self.wanted, 1):
            if other is not want and self.judge.overlap(at, self.judge.place_of(self.text, other, "quantity")):
                return f"c{number}"
        raise AssertionError(f"part_of {words!r}: no claim asked for there")

    def claim(self, want: Item, number: int) -> Item:
        start, end = self.judge.place_of(self.text, want, "quantity")
        low, high = self.first(want.get("low", 1)), self.first(want.get("high"))
        names = [self.first(n) for n in want.get("places", [p["name"] for p in self.expect.get("places", [])])]
        attacker = self.first(want.get("attacker"))
        return {
            "id": f"c{number}",
            "statement": self.carrier(want),
            "quantity": {
                "start": start,
                "end": end,
                "text": self.text[start:end],
                "low": low,
                "high": high,
                "approximate": self.first(want.get("approximate", False)),
            },
            "outcome": self.first(want["outcome"]),
            "group": {
                "start": None,
                "end": None,
                "text": None,
                "affiliation": self.first(want.get("group")),
                "kind": self.first(want.get("group_kind", "unknown")),
                "attributes": self.first(want.get("attributes", [])),
            },
            "attacker": attacker and {**self.some_span(), "affiliation": attacker},
            "means": self.first(want.get("means")),
            "places": [self.place(name) for name in names],
            "time": self.interval(want.get("time")),
            "scope": self.first(want.get("scope", "incident")),
            "certainty": self.first(want.get("certainty", "stated")),
            "negated": self.first(want.get("negated", False)),
            "part_of": self.parent(want),
        }

    def record(self, report_id: str) -> Item:
        claims = [self.claim(want, n) for n, want in enumerate(self.wanted, 1)]
        left_out = [
            {**self.span(w["text"], w.get("nth", 1)), "code": self.first(w["code"]), "reason": ""}
            for w in self.expect.get("abstentions", [])
        ]
        return {"report": {"id": report_id}, "statements": self.statements, "claims": claims, "abstentions": left_out}


def oracle_casefile(case: Item, judge: ModuleType, ties: ModuleType) -> Item:
    """The case file that says exactly what a case of several reports asks for."""
    return _CaseOracle(case, judge, ties).answer()


class _CaseOracle:
    def __init__(self, case: Item, judge: ModuleType, ties: ModuleType) -> None:
        self.judge, self.expect = judge, case["expect"]
        self.texts: dict[str, str] = {name: text for name, text in ties.texts_of(case["reports"]) if text.strip()}
        self.profile = case.get("profiles", ["plain"])[0]
        self.claims: dict[str, list[Item]] = {name: [] for name in self.texts}
        self.home: dict[tuple[str, str], Item] = {}
        self.incidents: list[Item] = []

    def claim(self, ref: Item) -> list[str]:
        """The name of the claim at these words, made where it is not there yet, in an incident of its own."""
        start, end = self.judge.locate(self.texts[ref["report"]], ref["quantity"], ref.get("nth", 1))
        own = self.claims[ref["report"]]
        known = next((c for c in own if (c["quantity"]["start"], c["quantity"]["end"]) == (start, end)), None)
        if known is None:
            words = self.texts[ref["report"]][start:end]
            nobody = {
                "start": None,
                "end": None,
                "text": None,
                "affiliation": None,
                "kind": "unknown",
                "attributes": [],
            }
            known = {
                "id": f"c{len(own) + 1}", "statement": None, "outcome": ref.get("outcome", "killed"), "group": nobody,
                "quantity": {"start": start, "end": end, "text": words, "low": 1, "high": 1, "approximate": False},
                "attacker": None, "means": None, "places": [], "time": None, "scope": "incident", "certainty": "stated",
                "negated": False, "part_of": None,
            }  # fmt: skip
            own.append(known)
            incident = {
                "claims": [[ref["report"], known["id"]]],
                "places": [],
                "time": None,
                "groups": [],
                "estimates": [],
            }
            self.incidents.append(incident)
            self.home[ref["report"], known["id"]] = incident
        return [ref["report"], known["id"]]

    def join(self, refs: list[Item]) -> None:
        first, *rest = (self.claim(ref) for ref in refs)
        keep = self.home[tuple(first)]  # type: ignore[index]
        for name in rest:
            gone = self.home[tuple(name)]  # type: ignore[index]
            if gone is not keep:
                self.incidents.remove(gone)
                keep["claims"] += gone["claims"]
                self.home |= {tuple(c): keep for c in gone["claims"]}

    def estimate(self, want: Item) -> Item:
        """The estimate that a want is about, made where it is not there yet."""
        name = self.claim(want["of"])
        incident = self.home[tuple(name)]  # type: ignore[index]
        key = (want.get("profile", self.profile), want["outcome"])
        known = next((e for e in incident["estimates"] if (e["profile"], e["outcome"]) == key), None)
        if known is None:
            known = {
                "outcome": key[1], "profile": key[0], "low": 1, "best": 1, "high": 1, "open": False, "origins": ["one"],
                "basis": [name], "rule": "what the case asks for", "conflicts": [], "revisions": [],
            }  # fmt: skip
            incident["estimates"].append(known)
        return known

    def numbers(self, want: Item) -> None:
        made, first = self.estimate(want), self.judge.options
        best = want.get("best", 1)
        made.update(low=want.get("low", best), best=best, high=want.get("high", best), open=want.get("open", False))
        origins = want.get("origins", 1)
        made["origins"] = (
            [f"origin {n}" for n in range(origins)] if isinstance(origins, int) else [first(o)[0] for o in origins]
        )
        made.update({k: first(want[k])[0] for k in ("grade", "credibility") if k in want})
        made["note"] = " ".join(want.get("note", []))
        left = [self.claim(ref) for ref in want.get("not_basis", [])]
        others = [[r, c["id"]] for r, claims in self.claims.items() for c in claims if [r, c["id"]] not in left]
        if not others:  # some claim that nothing is asked of
            report, text = next(iter(self.texts.items()))
            others = [self.claim({"report": report, "quantity": text[-3:]})]
        made["basis"] = [self.claim(ref) for ref in want.get("basis", [])] or others[:1]

    def relay(self, want: Item) -> Item:
        first = self.judge.options
        of = want.get("of") and self.claim(want["of"])
        origin = {"source": first(want.get("origin", "somebody"))[0], "claim": of}
        return {"claim": self.claim(want), "origin": origin, "distortions": list(first(want["distortions"])[0])}

    def answer(self) -> Item:
        expect = self.expect
        for refs in expect.get("together", []):
            self.join(refs)
        for refs in [*expect.get("apart", []), expect.get("no_relays", []), *expect.get("no_conflicts", [])]:
            for ref in refs:
                self.claim(ref)
        for want in expect.get("no_estimates", []) + expect.get("no_revisions", []):
            self.claim(want["of"])
        relays = [self.relay(want) for want in expect.get("relays", [])]
        for want in expect.get("estimates", []):
            self.numbers(want)
        for want in expect.get("revisions", []):
            figures = [{"low": a, "high": b, "claims": [self.claim(want["of"])]} for a, b in want["figures"]]
            made = self.estimate(want)
            made["revisions"].append({"origin": self.judge.options(want["origin"])[0], "figures": figures})
        for refs in expect.get("conflicts", []):
            names = [self.claim(ref) for ref in refs]
            made = self.estimate({"of": refs[0], "outcome": "killed"})
            made["conflicts"].append({"claims": names, "reason": "not both"})
        head = {"statements": [], "abstentions": []}
        records = [{"report": {"id": name}, "claims": own, **head} for name, own in self.claims.items()]
        errors = [{"report": {"id": None}, "error": {"code": c, "message": ""}} for c in expect.get("errors", [])]
        problems = [{"code": code} for code in expect.get("problems", [])]
        answer = {"records": records + errors, "incidents": self.incidents, "relays": relays, "profile": self.profile}
        return {**answer, "problems": problems}

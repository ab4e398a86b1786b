"""The order of the stages: report -> record. The only module that knows it."""

from __future__ import annotations

import hashlib
import json
import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import msgspec

from counterclaim import claims, groups, hedges, parts, quantities, statements, told, toponyms
from counterclaim.assemble import Assembler, Found
from counterclaim.errors import CounterclaimError
from counterclaim.gazetteer import Gazetteer, open_gazetteer
from counterclaim.knowledge import STATE_BODIES, ActorIndex, fingerprint, lexicon, load_actors, load_composed
from counterclaim.parse import Bodies, Name, Parser
from counterclaim.paths import data_path
from counterclaim.records import Record, Report, ReportInfo
from counterclaim.resolve import actors, dates, places
from counterclaim.voices import Voices


class Knowledge:
    """Everything a reading needs besides the report: loaded once a process, never changed."""

    def __init__(self, index: ActorIndex, gazetteer: Gazetteer, files: Sequence[Path]) -> None:
        irregular = lexicon("verbs.yaml")["irregular"]
        said = lexicon("statements.yaml")
        group_data = lexicon("groups.yaml")
        self.actors = index
        self.gazetteer = gazetteer
        self.cues = statements.load_lexicon(said, irregular)
        self.saying = frozenset(form for form, base in self.cues.verbs.items() if base not in said["not_of_saying"])
        self.speakers = actors.load_words(said)
        self.channels: dict[str, list[str]] = said["channels"]
        self.channel_verbs: dict[str, str] = said["channel_verbs"]
        claim_data = lexicon("claims.yaml")
        self.outcomes = claims.load_lexicon(claim_data, group_data, irregular)
        self.parts = parts.load_lexicon(claim_data)
        self.hedges = hedges.load_lexicon(claim_data)
        self.groups = groups.load_lexicon(group_data)
        self.place_words = toponyms.load_lexicon(lexicon("places.yaml"))
        self.quantities = quantities.load_lexicon(data_path("lexicons", "en", "quantities.yaml"))
        self.dates = dates.load_lexicon(data_path("lexicons", "en", "dates.yaml"))
        self.told = told.load_lexicon(lexicon("told.yaml"))
        self.parser = Parser({})
        self.parser.learn(_names(index), Bodies(index.composed.phrases, index.bodies, index.composed.not_before))
        self.fingerprint = fingerprint(files)


def load_knowledge(*, gazetteer: Path | None = None, world: Path | None = None) -> Knowledge:
    """The packaged knowledge, or that of a conformance world (a folder with actors.json and places.json).

    ``gazetteer`` is a user's own GeoNames TSV. Raises CC-201, CC-202, CC-203.
    """
    files = sorted(data_path("lexicons", "en").glob("*.yaml"))
    bodies = data_path("actors", "composed.yaml")
    composed = load_composed(bodies)
    if world is not None:
        actor_files = [world / "actors.json"]
        try:
            table: Any = json.loads((world / "places.json").read_text("utf-8"))
        except (OSError, ValueError) as error:
            raise CounterclaimError("CC-203", str(error), where=str(world / "places.json")) from None
        index = load_actors(actor_files, composed)
        return Knowledge(index, open_gazetteer(gazetteer, world=table), [*files, *actor_files, bodies])
    actor_files = sorted(f for f in data_path("actors").glob("*.yaml") if f != bodies)
    return Knowledge(load_actors(actor_files, composed), open_gazetteer(gazetteer), [*files, *actor_files, bodies])


def _names(index: ActorIndex) -> dict[str, Name]:
    """The ways to write each actor, for the parser; a form of several stands for none ("?IAF") until a report tells."""
    names = {
        words: Name(cls, actor, index.by_id[actor].type not in STATE_BODIES)
        for words, (cls, actor) in index.forms.items()
    }
    return names | {words: Name(index.forms[words][0], f"?{words}") for words in index.shared}


def _meant(text: str, index: ActorIndex) -> dict[str, Name]:
    """Which actor a form of several means in this report: the one whose other names, or whose country, it names most.

    A form that the report leaves open is not in the answer.
    """
    out: dict[str, Name] = {}
    for words, owners in index.shared.items():
        if words not in text:
            continue
        speaks: dict[str, str] = {}
        for _, actor in owners:
            state = index.state_of.get(index.by_id[actor].country or "", "")
            for known in (index.by_id[actor], *([index.by_id[state]] if state else ())):
                for _, form in known.forms():
                    if form not in index.shared:
                        speaks.setdefault(form, actor)
        longest = sorted(speaks, key=lambda form: (-len(form), form))
        seen = dict.fromkeys((actor for _, actor in owners), 0)
        for found in re.finditer(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest))})(?!\w)", text):
            seen[speaks[found[0]]] += 1
        best = max(seen.values())
        if best and list(seen.values()).count(best) == 1:
            out[f"?{words}"] = next(Name(cls, actor) for cls, actor in owners if seen[actor] == best)
    return out


_DEFAULT: list[Knowledge] = []


def default_knowledge() -> Knowledge:
    """The packaged knowledge, loaded at the first call and kept for the process."""
    if not _DEFAULT:
        _DEFAULT.append(load_knowledge())
    return _DEFAULT[0]


def _published(report: Report) -> date | None:
    """The report's day of writing, None where it is not told. Raises CC-106."""
    if not report.published:
        return None
    try:
        return date.fromisoformat(report.published[:10])
    except ValueError:
        raise CounterclaimError("CC-106", report.published) from None


def record(report: Report, knowledge: Knowledge | None = None) -> Record:
    """All that a report says: statements, claims, and what was left out. Pure: the same report gives the same record.

    Raises CC-106 where the date of publication is no ISO 8601 date, and CC-2xx where no knowledge is given and the
    packaged one cannot be loaded.
    """
    know = knowledge or default_knowledge()
    text = report.text
    published = _published(report)
    numbers: Any = quantities.find(text, 0, len(text), know.quantities)
    parsed = know.parser.parse(text, [u for n in numbers if (u := _as_unit(text, n))], _meant(text, know.actors))
    quotes = statements.find_quotes(text)
    utterances = statements.find(text, parsed.sentences, quotes, know.cues)
    speaking = _Stretches(u.source for u in utterances)
    said = _Stretches(r for u in utterances for r in u.content)
    numbers = tuple(n for n in numbers if n.core_start not in speaking or n.core_start in said)
    counts, left = claims.find(text, parsed.sentences, numbers, know.outcomes)
    counts = parts.link(text, parsed.sentences, counts, know.parts)
    names = toponyms.Names(
        known=lambda name: bool(know.gazetteer.lookup(name)),
        persons=actors.person_names(parsed.sentences, know.speakers.names),
        title=report.title or "",
    )
    spots = toponyms.find(text, parsed.sentences, know.place_words, names)
    context = dates.DateContext(published=published) if published else None
    moments = dates.find(text, 0, len(text), context, know.dates) if context else ()
    resolved = places.resolve(
        [places.PlaceMention(t.start, t.end, t.text, t.hint, t.within) for t in spots], know.gazetteer,
        background=_background(parsed.sentences, know),
    )  # fmt: skip
    voices = Voices(report, know, parsed.sentences, quotes)
    statements_told, said_by = voices.read(utterances, moments)
    found = Found(statements_told, said_by, counts, spots, resolved, moments, context)
    made = Assembler(report, know, parsed.sentences, quotes, found).build()
    dateline = text[slice(*parsed.dateline)].strip(" -–—:") if parsed.dateline else None
    info = ReportInfo(
        id=report.id, publisher=report.publisher, published=report.published, title=report.title, url=report.url,
        language=report.language, channel=report.channel, dateline=dateline, synthetic=report.synthetic,
        sha256=hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest(),
    )  # fmt: skip
    abstentions = tuple(sorted((*left, *made.abstentions), key=lambda a: (a.start, a.end, a.code)))
    counted = told.mark(text, parsed.sentences, made.claims, know.told)
    return msgspec.structs.replace(
        made, report=info, claims=counted, abstentions=abstentions, reasons=(*voices.reasons, *made.reasons)
    )


class _Stretches:
    """Which offsets are in any of many stretches: joined once, then looked up."""

    def __init__(self, ranges: Iterable[tuple[int, int]]) -> None:
        self.starts: list[int] = []
        self.ends: list[int] = []
        for a, b in sorted(ranges):
            if self.ends and a <= self.ends[-1]:
                self.ends[-1] = max(b, self.ends[-1])
            else:
                self.starts.append(a)
                self.ends.append(b)

    def __contains__(self, offset: int) -> bool:
        at = bisect_right(self.starts, offset) - 1
        return at >= 0 and offset < self.ends[at]


def _as_unit(text: str, n: Any) -> tuple[int, int, str] | None:
    """How the parser shall see a number: one word, whatever it says."""
    if n.code or n.form in ("article", "both", "zero", "partitive"):
        return None
    start = n.start if n.text[:1].isdigit() or not n.text.split()[0].endswith(("ed", "ing")) else n.core_start
    end = (
        n.core_end
        if n.end - n.core_end > 1
        and not text[n.core_end : n.end].strip(" +").startswith(("or ", "odd", "-odd", "plus"))
        else n.end
    )
    of = text[end : end + 4] == " of "
    if n.form == "vague" and of:
        return start, end, "dozens"
    return start, end, "one" if n.low == n.high == 1 else "30"


_COUNTRY_NAMES = frozenset({"state", "adjective", "people", "capital", "person"})


def _background(sentences: Sequence[Any], know: Knowledge) -> list[str]:
    """The countries that the report names, by themselves or in a body's name, the most named first."""
    seen: dict[str, int] = {}
    for s in sentences:
        for t in s.tokens:
            if t.actor:
                actor = know.actors.by_id[t.actor]
                if actor.country and (t.name in _COUNTRY_NAMES or actor.type in STATE_BODIES):
                    seen[actor.country] = seen.get(actor.country, 0) + 1
    return sorted(seen, key=lambda c: (-seen[c], c))

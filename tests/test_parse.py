"""The parser: datelines, marks before a line's words, names and numbers as one word, offsets that hold."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import corpus
from counterclaim import parse
from counterclaim.errors import CounterclaimError
from counterclaim.parse import Bodies, Name, Parsed, Parser, find_dateline, split_plain
from counterclaim.pipeline import _names

REST = "Officials said 12 people were killed on Monday."


def parser() -> Parser:
    made: Parser = corpus.knowledge().parser
    return made


def words(parsed: Parsed) -> list[str]:
    return [t.text for s in parsed.sentences for t in s.tokens]


def names(text: str) -> list[tuple[str, str]]:
    """(words, actor) of every known name of a text."""
    return [(t.text, t.actor) for s in parser().parse(text).sentences for t in s.tokens if t.actor]


DATELINES = [
    "KYIV — ", "KYIV, Ukraine (AP) — ", "JERUSALEM (Reuters) - ", "GAZA CITY, Gaza Strip — ", "KHARTOUM: ",
    "PORT-AU-PRINCE, Haiti (AFP) – ", "NEW DELHI, May 7 (Reuters) - ", "KYIV, Dec 16, 2024 (Reuters) -- ",
    "BEIRUT/JERUSALEM, Sept 24 (Reuters) - ", "N'DJAMENA, Chad — ", "SAN SALVADOR -- ", "Kyiv, 16 December 2024 — ",
    "Goma, DR Congo, Jan. 27 — ", "Bamako (AFP) – ", "Kabul (Pajhwok) - ", "Port Sudan (Sudan Tribune) — ",
    "(Nairobi) – ", "(New York, December 12, 2024) – ", "(Goma) ", "Nairobi — ", "Mogadishu -- ", "16 December 2024 — ",
    "May 7: ", "LVIV, Ukraine, 3 March: ", "Tel Aviv, from our correspondent. ",
]  # fmt: skip


@pytest.mark.parametrize("line", DATELINES)
def test_a_dateline_is_taken_off(line: str) -> None:
    found = find_dateline(line + REST)
    assert found is not None and line[slice(*found)].rstrip(" -–—:") == line.rstrip(" -–—:")
    parsed = parser().parse(line + REST)
    assert parsed.dateline == found and words(parsed)[0] == "Officials"


def test_a_dateline_may_stand_under_a_headline() -> None:
    text = f"Twelve killed in strike\n\nKYIV (Reuters) - {REST}"
    found = find_dateline(text)
    assert found is not None and text[slice(*found)] == "KYIV (Reuters) - "


@pytest.mark.parametrize(
    "text",
    [
        REST,
        "The army — once feared — lost 30 men near the town.",
        "He said: 12 people were killed in the attack.",
        "UN experts said 12 people were killed in the attack.",
        "KYIV — short",  # nothing left to read
        "",
    ],
)
def test_ordinary_words_are_no_dateline(text: str) -> None:
    assert find_dateline(text) is None


MARKS = ["• ", "* ", "- ", "– ", "1. ", "(2) ", "12) ", "> ", "# ", "► ", "⚡️ "]
STAMPS = ["14:05 ", "14.05 ", "9:30 am ", "14:05 GMT ", "23h59 "]


@pytest.mark.parametrize("mark", [*MARKS, *STAMPS])
def test_marks_and_time_stamps_before_a_line_are_no_words_of_it(mark: str) -> None:
    parsed = parser().parse(f"First line here.\n{mark}{REST}")
    assert words(parsed)[4] == "Officials"
    assert parsed.sentences[-1].start == len("First line here.\n" + mark)


@pytest.mark.parametrize("text", ["12 people died.", "2023 was worse.", '"We lost 12," he said.', "$30 was paid."])
def test_a_lines_own_first_word_stays(text: str) -> None:
    assert parser().parse(text).sentences[0].start == 0


def test_paragraphs_are_lines() -> None:
    parsed = parser().parse("One died.\n\nTwo died. Three died.\n")
    assert [s.paragraph for s in parsed.sentences] == [0, 2, 2]
    assert [s.index for s in parsed.sentences] == [0, 1, 2]


@pytest.mark.parametrize(
    ("text", "want"),
    [
        ("Ukraine's defence ministry said so.", "Ukraine's defence ministry"),
        ("Kenya's defence ministry said so.", "Kenya's defence ministry"),
        ("Kenya’s Defence Ministry said so.", "Kenya’s Defence Ministry"),
        ("The Kenyan Ministry of Defense said so.", "Kenyan Ministry of Defense"),
        ("The Ministry of Defence of Peru said so.", "Ministry of Defence of Peru"),
        ("Laos' army said so.", "Laos' army"),
        ("The US Department of Defense said so.", "US Department of Defense"),
        ("The Peruvian prime minister's office said so.", "Peruvian prime minister's office"),
    ],
)
def test_a_states_body_is_one_word_for_every_state(text: str, want: str) -> None:
    found = names(text)
    assert [w for w, _ in found] == [want]
    actor = corpus.knowledge().actors.by_id[found[0][1]]
    assert actor.type in ("ministry", "military", "government")


@pytest.mark.parametrize(
    ("text", "want"),
    [
        ("Kenyan army officers said so.", "Kenyan"),
        ("Ukrainian army officers said so.", "Ukrainian"),
        ("Twelve Israeli soldiers died.", "Israeli"),
        ("Twelve North Korean troops died.", "North Korean"),
        ("The pro-Russian army said so.", "Russian"),
    ],
)
def test_a_body_that_only_describes_is_left_in_words(text: str, want: str) -> None:
    assert [w for w, _ in names(text)] == [want]


def test_all_ways_to_write_a_states_body_are_one_actor_and_look_alike_to_the_grammar() -> None:
    seen = {}
    for state, adjective in (
        ("Ukraine", "Ukrainian"),
        ("Kenya", "Kenyan"),
        ("Israel", "Israeli"),
        ("Peru", "Peruvian"),
    ):
        forms = (f"{state}'s army", f"{adjective} military", f"{adjective} armed forces", f"armed forces of {state}")
        found = [names(f"The {form} said 12 people were killed.") for form in forms]
        assert all(len(f) == 1 for f in found), found
        assert len({f[0][1] for f in found}) == 1
        grammar = [
            [(t.tag, t.dep, t.head, t.name) for t in parser().parse(f"The {form} said 12 died.").sentences[0].tokens]
            for form in forms
        ]
        seen[state] = grammar
    assert all(g == seen["Ukraine"] for g in seen.values())


def test_another_bodys_own_name_stays_its_own() -> None:
    assert names("The White Helmets, or Syria Civil Defence, said so.")[-1] == ("Syria Civil Defence", "white-helmets")


def test_the_longest_name_wins() -> None:
    assert names("South Sudan said so.") == [("South Sudan", "ss")]


def test_numbers_are_one_word() -> None:
    text = "At least twenty to thirty people died."
    parsed = parser().parse(text, [(0, 25, "30")])
    assert words(parsed) == ["At least twenty to thirty", "people", "died", "."]
    assert parsed.sentences[0].tokens[0].tag == "CD"


def test_a_form_of_several_actors_is_joined_only_when_told() -> None:
    text = "The IAF said so."
    assert not [t for t in parser().parse(text).sentences[0].tokens if t.actor]
    told = {"?IAF": Name("body", "indian-air-force")}
    assert [t.actor for t in parser().parse(text, (), told).sentences[0].tokens if t.actor] == ["indian-air-force"]


def test_names_are_cut_as_the_tokenizer_cuts_them() -> None:
    know = corpus.knowledge()
    special = know.parser._nlp.tokenizer.rules
    every = [*_names(know.actors), *know.actors.composed.phrases]
    cut = {form: split_plain(form, special) for form in every}
    plain = {form: parts for form, parts in cut.items() if parts is not None}
    assert len(plain) > 0.9 * len(every)
    assert not {form: parts for form, parts in plain.items() if parts != know.parser.cut(form)}


@pytest.mark.parametrize("text", ["U.S.", "Da'esh", "M23", "Mt. X", "cannot", "he's", "A--B", "", " A"])
def test_odd_names_are_left_to_the_tokenizer(text: str) -> None:
    assert split_plain(text, parser()._nlp.tokenizer.rules) is None


def test_lone_surrogates_keep_their_place() -> None:
    text = "Officials\ud83d said \udc00 12 people were killed."
    parsed = parser().parse(text)
    assert all(text[t.start : t.end] == t.text for s in parsed.sentences for t in s.tokens)
    assert "killed" in words(parsed)


@pytest.mark.parametrize("run", ["(" * 5000, "1" * 5000, "a" * 5000, '"' * 5000, "([{" * 2000, "a.b" * 2000])
def test_a_long_run_without_white_space_is_cut_and_loses_nothing(run: str) -> None:
    parsed = parser().parse(f"See {run} there.")
    assert "".join(words(parsed)) == f"See{run}there."
    assert max(len(w) for w in words(parsed)) <= parse.RUN


def test_a_line_longer_than_a_piece_loses_nothing() -> None:
    text = "30 soldiers were killed in Kursk and " * 1200
    assert len(text) > 2 * parse.PIECE
    assert "".join(words(parser().parse(text))) == text.replace(" ", "")


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(st.sampled_from("aA1 .,“”\"'()-—\n\t:é\u0301\u200b🙂\ud800Kyiv") | st.characters(), max_size=200))
def test_offsets_heads_and_order_hold_for_any_text(text: str) -> None:
    parsed = parser().parse(text)
    at = parsed.dateline[0] if parsed.dateline else 0
    for n, s in enumerate(parsed.sentences):
        assert s.index == n and s.tokens
        assert (s.start, s.end) == (s.tokens[0].start, s.tokens[-1].end)
        for k, t in enumerate(s.tokens):
            assert at <= t.start < t.end <= len(text)
            assert t.text == text[t.start : t.end] and t.lower == t.text.lower()
            assert t.i == k and 0 <= t.head < len(s.tokens)
            assert t.head == k or k in s.children[t.head]
            at = t.end
        roots = [t.i for t in s.tokens if t.head == t.i]
        assert sorted(i for r in roots for i in s.subtree(r)) == list(range(len(s.tokens)))


def test_a_model_with_other_weights_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    import spacy

    for part in parse.MODEL_FILES:
        (tmp_path / part).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / part).write_bytes(b"other")
    fake: Any = SimpleNamespace(path=tmp_path)
    monkeypatch.setattr(spacy, "load", lambda *_a, **_k: fake)
    with pytest.raises(CounterclaimError) as caught:
        parse.load_model()
    assert caught.value.code == "CC-201" and "another content" in caught.value.detail


def test_a_missing_model_is_told() -> None:
    with pytest.raises(CounterclaimError) as caught:
        parse.load_model("en_no_such_model")
    assert caught.value.code == "CC-201"


def test_the_parser_learns_what_it_is_given() -> None:
    own = Parser({})
    own.learn(
        {"Arcadia": Name("state", "xa")}, Bodies({"army": "army"}, {"xa": {"army": "xa-army"}}, frozenset({"boots"}))
    )
    found = [t.actor for s in own.parse("Arcadia's army left Arcadia. Arcadia army boots.").sentences for t in s.tokens]
    assert [a for a in found if a] == ["xa-army", "xa", "xa"]

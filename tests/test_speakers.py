"""Speakers: pronouns, roles, short names and bodies resolved to the fullest name; relays; the publisher."""

from __future__ import annotations

import pytest

from counterclaim.pipeline import default_knowledge, record
from counterclaim.records import Report, Statement
from counterclaim.resolve.names import clean, expansions


def said(text: str, publisher: str = "Test Daily") -> tuple[Statement, ...]:
    report = Report(id="t", publisher=publisher, published="2025-03-10", text=text)
    return record(report, default_knowledge()).statements


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Governor Ana Rusk said four people had died. She added that nine were wounded.", "Ana Rusk"),
        ("Mayor Borys Hlyb said four people had died. Hlyb said nine were wounded.", "Borys Hlyb"),
        (
            "Idris Halloun, the mayor of Tyre, visited the ruins. The mayor said seven people were missing.",
            "Idris Halloun",
        ),
        (
            "The military spokesman, Lt Gen Samir Nasser, said six men died. The spokesman said ten were hurt.",
            "Samir Nasser",
        ),
        ('Mohammed Salem, a detainee, escaped the blast. "We walked out," he said.', "Mohammed Salem"),
        (
            "Residents reached safer ground. They told reporters that 19 men lay dead. Two groups lost 17, they said.",
            "Residents",
        ),
        (
            "Footage seen by the New York Times shows nine bodies. Five men fired, the newspaper reported.",
            "New York Times",
        ),
        ("The broadcaster DVB interviewed two monks. It reported that 200 people were at the hall.", "DVB"),
        ("A doctor at the Kyeshero hospital said 12 civilians had died.", "doctor at the Kyeshero hospital"),
        ("Benin's government said 54 soldiers had died.", "Benin's government"),
    ],
)
def test_the_last_speaker_is_resolved(text: str, name: str) -> None:
    assert said(text)[-1].source.name == name


def test_the_subject_of_what_is_said_is_no_speaker_of_the_next_cue() -> None:
    first, second = said("Governor Ana Rusk said that four people had died, adding that nine were wounded.")
    assert [c.text for c in first.content] == ["four people had died"]
    assert second.source.name == first.source.name == "Ana Rusk"


@pytest.mark.parametrize(
    "text",
    [
        "A senior security official, who asked not to be named, said that eight policemen had been killed.",
        "Eight policemen were killed, a ministry official said on condition of anonymity.",
        "A military source said that eight policemen had been killed.",
    ],
)
def test_a_speaker_whose_name_is_kept_back_is_anonymous(text: str) -> None:
    assert [s.source.kind for s in said(text)] == ["anonymous"]


@pytest.mark.parametrize(
    ("text", "source", "via"),
    [
        (
            "Reuters quoted SANA as citing the minister, Karim Dabbas, as saying that five people had died.",
            "Karim Dabbas",
            ["Reuters", "SANA"],
        ),
        ("Five people were killed, TASS said, citing the governor, Ivan Zorin.", "Ivan Zorin", ["TASS"]),
        ("Citing the governor, Ivan Zorin, TASS said five people were killed.", "Ivan Zorin", ["TASS"]),
        ("The toll was 12, the police chief was quoted as saying by TASS.", "police chief", ["TASS"]),
        ("Aid workers told AFP that 59 people had been killed.", "Aid workers", ["AFP"]),
        (
            "The UN refugee agency believes that 4,000 people have fled, its spokesman, Daniel Lee, said.",
            "UN refugee agency",
            ["Daniel Lee"],
        ),
    ],
)
def test_a_relay_passes_on_the_words_of_the_source(text: str, source: str, via: list[str]) -> None:
    (s,) = said(text)
    assert s.source.name == source
    assert len(s.via) == len(via) and all(want in have.name for have, want in zip(s.via, via, strict=True))


def test_the_publisher_is_no_relay() -> None:
    (s,) = said("Aid workers told AFP that 59 people had been killed.", "AFP")
    assert s.via == ()


def test_names_keep_their_apostrophes_and_lose_quotation_marks() -> None:
    assert clean("the city's “defence” council") == "city's defence council"
    assert clean("Benin's") == "Benin"


def test_an_acronym_is_expanded_where_the_report_does() -> None:
    assert expansions("Kivu Relief Network (KRN) said so.") == {"KRN": "Kivu Relief Network"}

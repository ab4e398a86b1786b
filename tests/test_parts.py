"""Which figure is part of which, over several sentences and lines."""

from __future__ import annotations

import pytest

from counterclaim.pipeline import default_knowledge, record
from counterclaim.records import Report

PARTS = [
    ("Seven people died in the raid. Two of the dead were nurses.", {"Two": "Seven"}),
    ("Twenty men were wounded. Four of them are in a critical condition.", {"Four of them": "Twenty"}),
    ("Rebels killed 40 soldiers this week, 13 of them in Djibo alone.", {"13 of them": "40"}),
    (
        "In all, the army lost 60 soldiers, as follows.\nNorth: 25 soldiers were lost.\nSouth: 35 soldiers were lost.",
        {"25": "60", "35": "60"},
    ),
    (
        "Nineteen were hurt: nine children and ten adults. Seven of the children were girls.",
        {"nine": "Nineteen", "ten": "Nineteen", "Seven": "nine"},
    ),
    ("Two women, two men and a child were killed in Taiz.", {}),
    ("Shelling killed three people. Another five were killed in an air strike.", {}),
    ("The toll rose to 52, up from 38.", {}),
    ("A medic was killed, bringing the number of dead to nine.", {"A medic": "nine"}),
    ("Seventy people were hurt, 12 seriously.", {"12": "Seventy"}),
    (
        "Raids killed 24 people in May. Of these, 18 were killed by the army and six by rebels.",
        {"18": "24", "six": "24"},
    ),
    ("Some 23 people with wounds were brought in, and four of them have died.", {}),
    ("Five gunmen were shot. All five were killed, the police said.", {}),
    (
        "Strikes killed 64 people: 38 farmers, among them two women, 19 herders and seven guards.",
        {"38": "64", "two": "38", "19": "64", "seven": "64"},
    ),
    ("A drone wounded three men in Beryslav and killed nobody.", {}),
]  # fmt: skip


def parts(text: str) -> dict[str, str]:
    found = record(Report(id="t", publisher="Test Wire", published="2024-12-16", text=text), default_knowledge())
    by_id = {claim.id: claim for claim in found.claims}
    return {c.quantity.text: by_id[c.part_of].quantity.text for c in found.claims if c.part_of}


@pytest.mark.parametrize(("text", "expected"), PARTS, ids=[text[:40] for text, _ in PARTS])
def test_parts(text: str, expected: dict[str, str]) -> None:
    assert parts(text) == expected


def test_a_part_is_never_larger_than_its_whole() -> None:
    assert parts("Nine rebels were killed. The army said it had killed 95 of them.") == {}


def test_items_are_parts_only_where_they_add_up() -> None:
    items = (
        "Shells killed {} people in the province. In Anbar two people were killed, in Diyala three and in Kirkuk four."
    )
    assert parts(items.format("nine")) == {"two": "nine", "three": "nine", "four": "nine"}
    assert parts(items.format("eight")) == {}

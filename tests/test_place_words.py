"""The place words: every list of the file is read, phrases word by word."""

from __future__ import annotations

from counterclaim.knowledge import lexicon
from counterclaim.place_words import PlaceLexicon, load_lexicon


def test_every_list_of_the_file_is_read() -> None:
    data = lexicon("places.yaml")
    assert set(data) - {"origin", "licence", "not_places"} == set(PlaceLexicon.__struct_fields__) - {"never"}


def test_phrases_are_read_word_by_word() -> None:
    lex = load_lexicon(lexicon("places.yaml"))
    assert ("up", "from") in lex.compared and ("than",) in lex.compared
    assert ("overall",) in lex.grand


def test_kinds_are_those_that_places_have() -> None:
    assert set(load_lexicon(lexicon("places.yaml")).kinds.values()) == {"region", "district", "settlement"}

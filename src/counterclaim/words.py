"""Word forms from the word lists: inflected verbs, plurals, sets. Pure helpers over lexicon data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

_VOWELS = "aeiou"


def verb_forms(base: str, irregular: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """All forms of an English verb: base, third person, -ing, past, participle."""
    if base in irregular:
        return (base, *irregular[base])
    stem = base[:-1] if base.endswith("e") else base
    if base.endswith("y") and base[-2] not in _VOWELS:
        return base, base[:-1] + "ies", base + "ing", base[:-1] + "ied", base[:-1] + "ied"
    double = (
        len(base) <= 4 and base[-1] not in "aeiouwxyh" and base[-2] in _VOWELS and base[-3:-2] not in tuple(_VOWELS)
    )
    stem = base + base[-1] if double else stem
    third = base + "es" if base.endswith(("s", "x", "z", "ch", "sh", "o")) else base + "s"
    ing = base + "ing" if base.endswith("ee") else stem + "ing"
    return base, third, ing, stem + "ed", stem + "ed"


def form_table(bases: Iterable[str], irregular: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Form -> base for many verbs; the first base that owns a form keeps it."""
    out: dict[str, str] = {}
    for base in bases:
        for form in verb_forms(base, irregular):
            out.setdefault(form, base)
    return out


def plural(noun: str) -> str:
    """The regular plural of a noun."""
    if noun.endswith("man") and noun != "human":
        return noun[:-3] + "men"
    if noun.endswith("y") and noun[-2] not in _VOWELS:
        return noun[:-1] + "ies"
    if noun.endswith(("s", "x", "z", "ch", "sh")):
        return noun + "es"
    return noun + "s"

"""Names as a report writes them: full personal names, short names after them, acronyms that the report expands."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

import msgspec

from counterclaim.parse import Sentence, Token

_MARK = re.compile(r"(?<!\w)[\"“”‘’']+|[\"“”‘’']+(?!\w)")
_ARTICLE = re.compile(r"^(?:the|a|an|its|his|her|their|our|one|another)\s+", re.I)


class NameLexicon(msgspec.Struct, frozen=True):
    """Words around and inside personal names, from ``statements.yaml``."""

    titles: frozenset[str]
    particles: frozenset[str]
    before_places: frozenset[str]

    def titled(self, word: str) -> bool:
        """True for a title that stands before names ("Gen", "Mayor")."""
        return word in self.titles or word.rstrip(".") in self.titles

    def in_name(self, token: Token, inner: bool) -> bool:
        """True where the token may belong to a personal name; particles and hyphens only inside one."""
        if token.name:
            return False
        if token.tag in ("NNP", "NNPS") and token.text[:1].isupper():
            return True
        return inner and (token.lower in self.particles or token.text == "-")


def _kept_mark(found: re.Match[str]) -> str:
    """The apostrophe of a plural possessive ("the Doctors' Collective") stays, other marks go."""
    text, a, b = found.string, found.start(), found.end()
    inside = b - a == 1 and text[a] in "'’" and a > 0 and text[a - 1] == "s" and text[b : b + 2].strip()[:1].isalpha()
    return found[0] if inside and not re.search(r"(?<!\w)['‘]\w", text[:a]) else ""


def clean(text: str) -> str:
    """A name without quotation marks, outer separators, first article and possessive ending; inner apostrophes stay."""
    text = _MARK.sub(_kept_mark, text).strip(" ,.;:-–—")
    text = re.sub(r"\s+", " ", text)
    text = text.removesuffix("'s").removesuffix("’s")
    return _ARTICLE.sub("", text)


def person_names(sentences: Sequence[Sentence], lex: NameLexicon) -> dict[str, str]:
    """Last word of each full personal name of the report -> the full name ("Kirby" -> "John Kirby")."""
    out: dict[str, str] = {}
    places: set[str] = set()
    for s in sentences:
        i, tokens = 0, s.tokens
        while i < len(tokens):
            j = i
            while (
                j < len(tokens)
                and lex.in_name(tokens[j], j > i)
                and (j == i or tokens[j].start - tokens[j - 1].end <= 1)
            ):
                j += 1
            while j > i and tokens[j - 1].lower in lex.particles:
                j -= 1
            place = i > 0 and tokens[i - 1].lower in lex.before_places
            if place:
                places.add(tokens[i].text)
            if j - i >= 2 and not place:
                words = [t.text for t in tokens[i:j]]
                while len(words) > 2 and lex.titled(words[0]):
                    words = words[1:]
                name = _glue(tokens[i:j], words)
                for part in (words[-1], *words[:1]):
                    have = out.get(part)
                    if have is None or (len(name) > len(have) and have in name):
                        out[part] = name
            i = max(j, i + 1)
    return {k: v for k, v in out.items() if v.split()[0] not in places}


def _glue(tokens: Sequence[Token], words: Sequence[str]) -> str:
    """The last tokens, one for each word, joined as the text joins them."""
    kept = tokens[len(tokens) - len(words) :]
    out = kept[0].text
    for a, b in pairwise(kept):
        out += (" " if b.start > a.end else "") + b.text
    return out


def expansions(text: str) -> dict[str, str]:
    """Acronyms the report expands itself: "Jama'at ... (JNIM)" -> {"JNIM": "Jama'at ..."}."""
    out: dict[str, str] = {}
    for found in re.finditer(
        r"((?:[A-ZÀ-Þ][\w'’.\-]*[ ,]+(?:(?:of|the|for|and|al|wal|to|on|de|des|in)\s+){0,2}){1,9})"
        r"\(([A-Z][A-Za-z\-]{1,9})\)",
        text,
    ):
        words, short = found.group(1).strip(" ,"), found.group(2)
        parts = words.split()
        letters = [c for c in short if c.isupper()]
        initials = [p for p in parts if p[:1].isupper()]
        take = next(
            (
                k
                for k in range(len(parts))
                if parts[k][:1].upper() == letters[0]
                and len([p for p in parts[k:] if p[:1].isupper()]) <= len(letters) + 2
            ),
            0,
        )
        if len(initials) >= 2 or len(parts) == 1:
            out.setdefault(short, " ".join(parts[take:]) if len(initials) > len(letters) + 1 else words)
    return out

"""Runs of name words in a sentence: the stretches that could be a place name. A helper of ``toponyms``."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from counterclaim.parse import Sentence, Token
from counterclaim.place_words import PlaceLexicon

_FUNCTION = frozenset({"IN", "WRB", "WP", "RB", "DT", "PRP", "CC", "WDT", "TO"})
_JOINTS = frozenset({"-", "'", "’"})

Known = Callable[[str], bool]


class NameWords:
    """Finds the runs of one text."""

    def __init__(self, text: str, known: Known, lexicon: PlaceLexicon) -> None:
        self.text, self.known, self.lex = text, known, lexicon

    def runs(self, s: Sentence) -> list[tuple[int, int]]:
        """(first, last) token of each run; joined over "of" and "and" where the gazetteer knows the whole or an article
        leads it ("the Line of Control")."""
        joined: list[tuple[int, int]] = []
        for a, b in self._plain(s):
            if joined and self._one_name(s, joined[-1], (a, b)):
                joined[-1] = (joined[-1][0], b)
            else:
                joined.append((a, b))
        return joined

    def _one_name(self, s: Sentence, left: tuple[int, int], right: tuple[int, int]) -> bool:
        between = [t.lower for t in s.tokens[left[1] + 1 : right[0]]]
        if not 1 <= len(between) <= 2 or not set(between) <= self.lex.name_links or s.tokens[left[0]].name:
            return False
        last = s.tokens[left[1]].lower
        titled = left[0] > 0 and s.tokens[left[0] - 1].lower == "the" and between == ["of"]
        if titled and last not in self.lex.kinds and last not in self.lex.organisations:
            return True
        return self.known(self.text[s.tokens[left[0]].start : s.tokens[right[1]].end])

    def _plain(self, s: Sentence) -> list[tuple[int, int]]:
        out: list[tuple[int, int]] = []
        tokens, i = s.tokens, 0
        while i < len(tokens):
            if self._area_adjective(tokens, i):
                out.append((i, i))
                i += 1
            elif self._begins(tokens, i):
                j = i
                while not tokens[i].name and self._goes_on(tokens, j + 1):
                    j += 1
                out.append((i, j))
                i = j + 1
            else:
                i += 1
        return out

    def _begins(self, tokens: Sequence[Token], i: int) -> bool:
        token = tokens[i]
        follows = tokens[i + 1] if i + 1 < len(tokens) else None
        if token.lower in self.lex.kinds and not (follows is not None and self._nameable(follows)):
            return False
        return self._nameable(token) or self._label(tokens, i) or self._after_preposition(tokens, i)

    def _nameable(self, token: Token) -> bool:
        if token.name:
            return token.name in ("state", "capital") or (
                token.name == "body" and token.text[:1].isupper() and self.known(token.text)
            )
        proper = token.tag in ("NNP", "NNPS") and token.text[:1].isupper()
        return proper and token.lower not in self.lex.never and any(c.isalpha() for c in token.text)

    def _label(self, tokens: Sequence[Token], i: int) -> bool:
        """The first word of a line that opens with a place: "Siversk: ...", "Doda recorded"; a line of one name."""
        first = tokens[0]
        if i or first.name:
            return False
        line = " ".join(t.text for t in tokens if t.text[:1].isalnum())
        if len(tokens) <= 3 and first.text[:1].isupper() and self.known(line):
            return True
        if len(tokens) < 2 or first.tag in _FUNCTION or not first.text.istitle():
            return False
        return tokens[1].text in (":", "(") or tokens[1].lower in self.lex.witnessed

    def _after_preposition(self, tokens: Sequence[Token], i: int) -> bool:
        """A capitalised word the tagger did not take for a name: "fell in Tibú"."""
        token = tokens[i]
        odd = i > 0 and not token.name and token.text[:1].isupper() and token.tag not in ("NNP", "NNPS")
        return odd and tokens[i - 1].tag == "IN" and token.lower not in self.lex.never and self.known(token.text)

    def _area_adjective(self, tokens: Sequence[Token], i: int) -> bool:
        """A people's name before a word for an area: "Kachin state"."""
        follows = tokens[i + 1] if i + 1 < len(tokens) else None
        return (
            tokens[i].name == "adjective" and follows is not None and follows.lower in self.lex.kinds
            and follows.tag != "NNS"
            and follows.text.islower() and self.known(tokens[i].text)
        )  # fmt: skip

    def _goes_on(self, tokens: Sequence[Token], j: int) -> bool:
        if j >= len(tokens) or tokens[j].name:
            return False
        token = tokens[j]
        if token.lower in self.lex.kinds and token.text.islower():
            return False
        if self._nameable(token) or (
            token.text[:1].isupper() and token.text.isalpha() and token.lower not in self.lex.never
        ):
            return True
        follows = tokens[j + 1] if j + 1 < len(tokens) else None
        if follows is None or follows.name or follows.start != token.end:
            return False
        if token.text in self.lex.name_particles and follows.text == "-":
            return self._goes_on(tokens, j + 1)
        elided = len(follows.text) > 2 and follows.text[1] in "'’" and follows.text[2].isupper()  # "Saut-d'Eau"
        return token.text in _JOINTS and (elided or self._nameable(follows))

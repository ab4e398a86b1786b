"""Comparing: what counts as the same words, name, interval or number. Used by judge.py and casefiles.py."""


def locate(text, quote, nth=1):
    """(start, end) of the nth occurrence of quote; 'first words ... last words' spans what lies between."""
    head, dots, tail = quote.partition(" ... ")
    start = -1
    for _ in range(nth):
        start = text.find(head, start + 1)
        if start < 0:
            raise ValueError(f"not in the report: {head!r} ({nth})")
    end = start + len(head)
    if dots:
        at = text.find(tail, end)
        if at < 0:
            raise ValueError(f"not in the report after {head!r}: {tail!r}")
        end = at + len(tail)
    return start, end


def place_of(text, item, key):
    """Where an expected item points to: item is a string, or an object with the words under key and perhaps nth."""
    return locate(text, item) if isinstance(item, str) else locate(text, item[key], item.get("nth", 1))


def options(value):
    """The accepted answers: {"any": [...]} lists them, anything else is the only one."""
    return value["any"] if isinstance(value, dict) and set(value) == {"any"} else [value]


def overlap(a, b):
    return max(0, min(a[1], b[1]) - max(a[0], b[0]))


def span_f1(a, b):
    total = sum(e - s for s, e in a) + sum(e - s for s, e in b)
    return 2 * sum(overlap(x, y) for x in a for y in b) / total if total else 0.0


def names(accepted, *texts):
    """True where an accepted name stands in one of the texts, whatever the case of its letters."""
    return any(name.casefold() in text.casefold() for name in options(accepted) if name for text in texts if text)


def named_or_none(accepted, *texts):
    given = [text for text in texts if text]
    return names(accepted, *given) if given else None in options(accepted)


def interval(value):
    if not value:
        return None
    ends = [value.get("start"), value.get("end")]
    return None if ends == [None, None] else ends


def same_number(want, got, name):
    """An open lower end may be written as 0, for nobody counts fewer."""
    return any(w == got or (name == "low" and w in (0, None) and got in (0, None)) for w in options(want))

"""The pages say what is: their code runs, what they name exists, and the output they show is what the program prints.

``UPDATE_DOCS=1`` in the environment writes the generated blocks anew (the README's output, the tables of codes)
instead of comparing them.
"""

from __future__ import annotations

import importlib.util
import json
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import ModuleType, UnionType
from typing import Any, Literal, get_args, get_origin

import msgspec
import pytest
import yaml

import counterclaim
from counterclaim import records
from counterclaim.profiles import load_profile, profile_names
from counterclaim.render_trace import status_words, value_words

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
README = ROOT / "README.md"
LEXICONS = ROOT / "knowledge" / "lexicons" / "en"
UPDATE = os.environ.get("UPDATE_DOCS") == "1"
EXAMPLE = "examples/kursk-wire.json"
CASE = "examples/birket-amara.jsonl"
WIDTH = 120  # columns of the output that the README shows

PAGES = (
    "accuracy", "actors", "casefile", "claims", "cli", "dates", "dependencies", "development", "errors", "groups",
    "index", "knowledge", "linking", "parse", "performance", "pipeline", "places", "profiles", "quantities", "read",
    "record", "settings", "statements",
)  # fmt: skip
FILES = [README, ROOT / "CHANGELOG.md", *sorted(DOCS.glob("*.md"))]
PAGE_OF = {
    "verbs": "knowledge",
    "places": "settings",
    "told": "claims",
}  # a lexicon that is told of on a page of another name
# folders that a name on a page may be relative to
HOMES = (
    "", "docs", "src", "src/counterclaim", "knowledge", "knowledge/actors", "knowledge/gazetteer",
    "knowledge/lexicons/en", "bench", "seeds", "seeds/world", "tests", "examples",
)  # fmt: skip
MADE = ("out/", ".venv", "~")  # what running a command makes, and a user's own folders
ENDINGS = "py|md|yaml|yml|toml|tsv|json|jsonl|txt|html|lock"

every_page = pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(ROOT).as_posix())


def text_of(path: Path) -> str:
    if not path.exists():
        pytest.fail(f"the page {path.relative_to(ROOT)} does not exist")
    return path.read_text("utf-8")


def fences(text: str, language: str) -> list[str]:
    """The fenced blocks of a language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", text, flags=re.M | re.S)


def prose(text: str) -> str:
    """A page without its fenced blocks and comments."""
    return re.sub(r"^```.*?^```$|<!--.*?-->", "", text, flags=re.M | re.S)


@cache
def builder() -> ModuleType:
    spec = importlib.util.spec_from_file_location("docs_build", DOCS / "build.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def generated(path: Path, name: str, wanted: str) -> None:
    """Compares the block between ``<!-- name -->`` and ``<!-- /name -->`` with what it shall be, or writes it anew."""
    text = text_of(path)
    head, tail = f"<!-- {name} -->\n", f"<!-- /{name} -->"
    assert text.count(head) == text.count(tail) == 1, f"{path.name} lacks the marks of the block {name}"
    start, end = text.index(head) + len(head), text.index(tail)
    if UPDATE:
        path.write_text(text[:start] + wanted + text[end:], "utf-8")
    else:
        assert text[start:end] == wanted, f"run UPDATE_DOCS=1 python -m pytest tests/test_docs.py, and read {path.name}"


# -- what runs ---------------------------------------------------------------------------------------------------------


@every_page
def test_python_on_the_page_runs(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The blocks of one page run in their order, each after those before it, in the project's folder."""
    monkeypatch.chdir(ROOT)
    space: dict[str, Any] = {"__name__": "page"}
    text = text_of(path)
    for block in fences(text, "python"):
        above = text[: text.index(block)].count("\n")
        exec(compile("\n" * above + block, str(path), "exec"), space)


@every_page
def test_data_on_the_page_is_well_formed(path: Path) -> None:
    text = text_of(path)
    for block in fences(text, "yaml"):
        assert yaml.safe_load(block)
    for block in fences(text, "json"):
        json.loads(block)


@cache
def printed(*arguments: str) -> str:
    """What the program prints."""
    run = subprocess.run(
        [sys.executable, "-m", "counterclaim.cli", *arguments],
        cwd=ROOT, env={**os.environ, "COLUMNS": str(WIDTH), "PYTHONIOENCODING": "utf-8", "NO_COLOR": "1"},
        capture_output=True, check=True, encoding="utf-8", timeout=120,
    )  # fmt: skip
    return run.stdout


def test_the_output_in_the_readme_is_what_the_program_prints() -> None:
    """The head, the table of claims and the marked text; the table of statements is cut."""
    out = [line.rstrip() for line in printed("read", EXAMPLE).splitlines()]
    first, end = out.index("Statements"), out.index("", out.index("Statements"))
    claims = out[out.index("Claims") : first]
    assert sum(line.startswith("│c") for line in claims) >= 3, "the example shows too little"
    last = max(n for n, line in enumerate(out) if line.startswith("count  source"))
    shown = "\n".join([*out[: first + 1], "...", *out[end:last]]).strip()
    generated(README, "output", f"```text\n{shown}\n```\n")


def test_the_case_in_the_readme_is_what_the_program_prints() -> None:
    """Its first incident as far as the relays; conflicts, what was left out, and the other happenings are cut."""
    out = [line.rstrip() for line in printed("case", CASE).splitlines()]
    first = next(n for n, line in enumerate(out) if line.startswith("1. "))
    end = next(n for n, line in enumerate(out) if line.startswith("Passed on unchanged"))
    shown = "\n".join([*out[:2], "...", "", *out[first:end], "..."]).strip()
    generated(README, "case", f"```text\n{shown}\n```\n")


# -- what is told whole ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", PAGES)
def test_the_page_is_there(name: str) -> None:
    assert text_of(DOCS / f"{name}.md").startswith("# ")


def test_every_page_is_linked_from_the_index() -> None:
    linked = set(re.findall(r"\]\((\w+)\.md\)", text_of(DOCS / "index.md")))
    there = {path.stem for path in DOCS.glob("*.md")}
    assert sorted(there - {"index"} - linked) == [], "pages not linked from docs/index.md"
    assert sorted(there - set(PAGES)) == [], "pages that this test does not know"


def test_every_command_and_option_is_told() -> None:
    page = text_of(DOCS / "cli.md")
    front = printed("--help")
    commands = re.findall(r"^│ ([a-z][\w-]*) {2,}\S", front, flags=re.M)
    assert {"read", "record", "table", "casefile", "case", "trace", "explain", "profiles"} <= set(commands)
    missing = [name for name in commands if not re.search(rf"^## {name}\b", page, flags=re.M)]
    for name in ("", *commands):
        options = re.findall(r"(?<![\w-])--[a-z][a-z-]+", printed(*([name] if name else []), "--help"))
        assert options or name == "table"
        missing += [f"{name} {option}".strip() for option in options if not re.search(rf"{option}(?![\w-])", page)]
    assert sorted(set(missing)) == []


def codes(part: str) -> dict[str, Any]:
    found = json.loads((ROOT / "seeds" / "errors.json").read_text("utf-8"))[part]
    assert isinstance(found, dict) and found
    return found


def test_every_error_is_told() -> None:
    rows = [f"| `{code}` | {told['meaning']} | {told['remedy']} |" for code, told in codes("errors").items()]
    table = "\n".join(["| code | meaning | what helps |", "|---|---|---|", *rows, ""])
    generated(DOCS / "errors.md", "errors", table.replace("\\", "\\\\"))


def test_every_abstention_is_told() -> None:
    rows = [f"| `{code}` | {told} |" for code, told in codes("abstentions").items()]
    generated(DOCS / "errors.md", "abstentions", "\n".join(["| code | reason |", "|---|---|", *rows, ""]))


def test_every_parameter_of_every_method_is_told() -> None:
    out = []
    for name in profile_names():
        told = load_profile(name)
        out += [f"## {name}", f"{told.title}, version {told.version}. Document: {told.document.rstrip('.')}.", ""]
        out += ["| parameter | value | status | where |", "|---|---|---|---|"]
        out += [
            f"| `{key}` | {value_words(p.value).replace('_', ' ')} | {status_words(p)} | {p.where} |"
            for key, p in told.parameters.items()
        ]
        out.append("")
    generated(DOCS / "profiles.md", "profiles", "\n".join(out))


@pytest.mark.parametrize("path", sorted(LEXICONS.glob("*.yaml")), ids=lambda path: path.stem)
def test_every_lexicon_has_a_page_an_origin_and_a_licence(path: Path) -> None:
    assert text_of(DOCS / f"{PAGE_OF.get(path.stem, path.stem)}.md")
    assert f"`{path.name}`" in text_of(DOCS / "knowledge.md")
    data = yaml.safe_load(path.read_text("utf-8"))
    told = data.get("meta", data)
    assert told.get("licence") and (told.get("origin") or told.get("origins"))


def structures() -> Iterator[type[msgspec.Struct]]:
    for value in vars(records).values():
        if isinstance(value, type) and issubclass(value, msgspec.Struct) and not value.__name__.startswith("_"):
            yield value


def values(kind: Any) -> Iterator[str]:
    """Every value that a type of closed choices allows."""
    if get_origin(kind) is Literal:
        yield from get_args(kind)
    elif get_origin(kind) in (tuple, UnionType):
        for inner in get_args(kind):
            yield from values(inner)


@pytest.mark.parametrize("kind", list(structures()), ids=lambda kind: kind.__name__)
def test_every_field_and_value_of_a_record_is_told(kind: type[msgspec.Struct]) -> None:
    page = text_of(DOCS / "record.md") + text_of(DOCS / "casefile.md")
    assert re.search(rf"\b{kind.__name__}\b|^# The record", page, flags=re.M | re.I)
    for field in msgspec.structs.fields(kind):
        assert f"`{field.name}`" in page, f"{kind.__name__}.{field.name}"
        for value in values(field.type):
            assert f"`{value}`" in page, f"{kind.__name__}.{field.name}: {value}"


def test_the_version_is_one() -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    assert counterclaim.__version__ == version
    assert re.search(r"^## (\S+)", text_of(ROOT / "CHANGELOG.md"), flags=re.M).group(1) == version  # type: ignore[union-attr]


# -- what is named -----------------------------------------------------------------------------------------------------


def is_there(name: str, page: Path) -> bool:
    name = name.rstrip("/")
    places = [page.parent, *(ROOT / home for home in HOMES)]
    return any((place / name).exists() or (("*" in name) and any(place.glob(name))) for place in places)


def names(text: str) -> list[str]:
    """What looks like a file or folder of the project in a page's inline code."""
    out = []
    for code in re.findall(r"`([^`\n]+)`", prose(text)):
        for word in code.split():
            looks = re.fullmatch(rf"[\w./*-]+\.({ENDINGS})|[\w.-]+(/[\w.*-]+)*/", word)
            if looks and not word.startswith(MADE) and "FILE" not in word:
                out.append(word)
    return out


def test_the_reader_of_names_sees_files_and_folders() -> None:
    text = "`seeds/judge.py`, `docs/`, not `a/b`, `--json`, `out/x.json` or\n```\nreport.json\n```\n`python x.py --y`"
    assert names(text) == ["seeds/judge.py", "docs/", "x.py"]
    assert is_there("judge.py", README) and not is_there("judges.py", README)


@every_page
def test_files_named_on_the_page_exist(path: Path) -> None:
    assert [name for name in names(text_of(path)) if not is_there(name, path)] == []


@every_page
def test_links_lead_somewhere(path: Path) -> None:
    text = prose(text_of(path))
    broken = []
    for link in re.findall(r"\]\(([^)\s]+)\)", text):
        file, _, anchor = link.partition("#")
        goal = (path.parent / file) if file else path
        if "://" in link:
            continue
        if not goal.exists() or (anchor and anchor not in builder().headings(goal.read_text("utf-8"))):
            broken.append(link)
    assert broken == []


def test_commands_on_the_pages_are_targets_of_the_makefile() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), flags=re.M))
    lines = [line for path in FILES for line in path.read_text("utf-8").splitlines()]
    told = [words for line in lines for words in re.findall(r"(?:^|`)make ((?:[a-z]+ ?)+?)(?:`| {2}|$)", line)]
    named = {word for words in told for word in words.split()}
    assert {"demo", "test"} <= named
    assert sorted(named - targets) == []


# -- the site ----------------------------------------------------------------------------------------------------------


def test_the_site_is_whole_and_needs_nothing_from_outside(tmp_path: Path) -> None:
    built = {path.name: path.read_text("utf-8") for path in builder().build(tmp_path)}
    assert {"index.html", "readme.html", "modules.html", "record.html"} <= set(built)
    for name, text in built.items():
        assert text.startswith("<!doctype html>") and "<h1" in text, name
        assert not re.search(r"<(script|link|img|iframe)\b|@import|url\(", text), name
        ids = re.findall(r'\bid="([^"]+)"', text)
        assert len(ids) == len(set(ids)), name
        for link in re.findall(r'href="([^"]+)"', text):
            page, _, anchor = link.partition("#")
            if "://" in link:
                continue
            target = built.get(page or name)
            assert target or (tmp_path / page).exists(), f"{name}: {link}"
            assert not anchor or target is None or f'id="{anchor}"' in target, f"{name}: {link}"

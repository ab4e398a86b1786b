"""The shape of the program, read from its source: who may import whom, no clock, small modules and functions."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "src" / "counterclaim"
NAME = "counterclaim"

STAGES = {"read", "parse", "statements", "quantities", "claims", "resolve", "link", "reconcile"}
EDGES = {"cli", "render", "engines", "export", "web"}
# the order of the stages, and what joins their results
ORDER = {"pipeline", "assemble", "timeline", "voices", "casefile", "rerun"}
MAX_LINES = 500
MAX_PARAMETERS = 6
IMPURE = {"random", "secrets", "socket", "time", "urllib.request", "http.client", "requests", "httpx", "subprocess"}
CLOCK = {"now", "today", "utcnow"}


class Module(NamedTuple):
    name: str  # dotted, without the package's own name: "read.html"
    path: Path
    tree: ast.Module

    @property
    def part(self) -> str:
        return family(self.name)


def family(name: str) -> str:
    """The first part of a dotted name; the files of one edge count as one: ``render_case`` is of ``render``."""
    part = name.partition(".")[0]
    return part.split("_")[0] if part.split("_")[0] in EDGES else part


def load(path: Path) -> Module:
    parts = list(path.relative_to(PACKAGE).with_suffix("").parts)
    if parts[-1] == "__init__":
        parts.pop()
    return Module(".".join(parts), path, ast.parse(path.read_text("utf-8")))


MODULES = [load(path) for path in sorted(PACKAGE.rglob("*.py"))]
NAMES = {module.name for module in MODULES}
every_module = pytest.mark.parametrize("module", MODULES, ids=lambda module: module.name or "__init__")


def imports(module: Module) -> set[str]:
    """Every module imported anywhere in ``module``, inside functions too, by its full dotted name."""
    found: set[str] = set()
    package = [NAME, *module.name.split(".")]
    if module.path.name != "__init__.py":
        package.pop()
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = ".".join(package[: len(package) - node.level + 1]) if node.level else ""
            origin = ".".join(part for part in (base, node.module) if part)
            found.add(origin)
            # "from counterclaim.read import html" imports a module, "... import Span" does not
            found.update(
                full for alias in node.names if (full := f"{origin}.{alias.name}").removeprefix(f"{NAME}.") in NAMES
            )
    return found


def own(module: Module) -> set[str]:
    """The parts of this package that ``module`` imports, itself left out: {"records", "read", ...}."""
    names = {name.removeprefix(f"{NAME}.") for name in imports(module) if name.startswith(f"{NAME}.")}
    return {family(name) for name in names} - {module.part}


def test_the_reader_of_imports_sees_them_all() -> None:
    source = (
        "import spacy.tokens\nfrom counterclaim import read, errors\nfrom . import records\n"
        "def f():\n    from counterclaim.read.html import read_html\n    import time\n"
    )
    module = Module("claims", PACKAGE / "claims.py", ast.parse(source))
    assert {"spacy.tokens", "counterclaim.read.html", "time"} <= imports(module)
    assert own(module) == {"read", "errors", "records"}


def test_there_is_something_to_check() -> None:
    assert {"records", "errors", "identity", "read.html", "cli"} <= NAMES


@pytest.mark.parametrize(
    "module", [module for module in MODULES if module.part not in EDGES | ORDER | {""}], ids=lambda module: module.name
)
def test_stages_import_no_other_stage_and_nothing_above(module: Module) -> None:
    allowed = {"parse"}  # its record types: sentences and tokens
    wrong = own(module) & ((STAGES - allowed) | EDGES | ORDER)
    assert not wrong, f"{module.name} must not import {sorted(wrong)}"


@every_module
def test_edges_are_imported_by_the_command_line_alone(module: Module) -> None:
    edges = own(module) & EDGES
    if module.part != "cli":
        assert not edges, f"{module.name} must not import {sorted(edges)}"
    assert "cli" not in edges


@every_module
def test_only_the_parser_imports_the_language_library(module: Module) -> None:
    used = {name for name in imports(module) if name.split(".")[0] in {"spacy", "thinc"}}
    assert not used or module.name == "parse"


@every_module
def test_no_clock_no_network_no_chance(module: Module) -> None:
    if module.part not in EDGES and module.name != "read.fetch":
        assert not imports(module) & IMPURE
    calls = [
        node.func.attr
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in CLOCK
    ]
    assert not calls, f"{module.name} asks the clock: {calls}"


@every_module
def test_nothing_global_is_rebound(module: Module) -> None:
    assert not [node.names for node in ast.walk(module.tree) if isinstance(node, ast.Global)]


@every_module
def test_modules_are_small(module: Module) -> None:
    assert len(module.path.read_text("utf-8").splitlines()) < MAX_LINES


@every_module
def test_functions_take_few_parameters(module: Module) -> None:
    for node in ast.walk(module.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            names = [argument.arg for argument in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)]
            names += [extra.arg for extra in (node.args.vararg, node.args.kwarg) if extra]
            counted = [name for name in names if name not in ("self", "cls")]
            assert len(counted) <= MAX_PARAMETERS, f"{module.name}.{node.name} has {len(counted)}"


@every_module
def test_modules_and_public_functions_say_what_they_do(module: Module) -> None:
    if not module.tree.body:
        return  # an empty file that makes a folder a package
    assert ast.get_docstring(module.tree), f"{module.name} has no docstring"
    for node in module.tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
            assert ast.get_docstring(node), f"{module.name}.{node.name} has no docstring"


def test_imports_form_no_circle() -> None:
    graph = {
        module.name: {n.removeprefix(f"{NAME}.") for n in imports(module)} & NAMES - {module.name} for module in MODULES
    }
    done: set[str] = set()
    while ready := {name for name, needs in graph.items() if name not in done and needs - parents(name) <= done}:
        done |= ready
    assert done == set(graph), f"in or above a circle: {sorted(set(graph) - done)}"


def parents(name: str) -> set[str]:
    """The packages that ``name`` lies in; a package may import its modules, which count as importing it."""
    parts = name.split(".")
    return {".".join(parts[:end]) for end in range(len(parts))}


# --- the lock file -----------------------------------------------------------------------------------------------


def locked() -> dict[str, list[str]]:
    """The lines of each package in the lock file, by name and version."""
    blocks: dict[str, list[str]] = {}
    name = ""
    for line in (ROOT / "requirements.lock").read_text("utf-8").splitlines():
        if found := re.match(r"([a-z0-9][a-z0-9.-]*)==([\w.]+)", line):
            name = f"{found[1]} {found[2]}"
        blocks.setdefault(name, []).append(line)
    return blocks


def test_every_package_is_pinned_with_hashes_and_real() -> None:
    blocks = locked()
    assert "" not in blocks and len(blocks) > 50
    for name, lines in blocks.items():
        assert any("--hash=sha256:" in line for line in lines), name
        assert not name.endswith(" 999.9.9"), f"{name} is a placeholder"


def test_the_lock_file_names_no_host_and_no_folder() -> None:
    text = (ROOT / "requirements.lock").read_text("utf-8")
    assert not re.findall(r"^-|://|file:|(?<![\w-])/\w+", text, re.MULTILINE)


def test_the_page_on_dependencies_lists_what_is_locked() -> None:
    page = (ROOT / "docs" / "dependencies.md").read_text("utf-8")
    rows = dict(re.findall(r"^\| ([a-z0-9-]+) \| ([^|]+) \|", page, re.MULTILINE))
    pins = [package.split() for package in locked()]
    for name, version in pins:
        assert version in rows[name], f"{name} {version} is not on the page"
    assert set(rows) - {"package"} == {name for name, _ in pins}

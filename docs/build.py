"""Builds the documentation as plain HTML pages in ``out/site``, from ``docs/*.md``, the README and the docstrings.

    python docs/build.py [FOLDER]

The pages need nothing from outside: no script, no font, no picture. Links between pages are kept; links to other files
of the project point to those files where they lie.
"""

from __future__ import annotations

import ast
import html
import os
import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
SOURCE = ROOT / "src" / "counterclaim"
FRONT = ("README.md", "CHANGELOG.md")
MODULES = "modules.html"

CSS = """
:root { color-scheme: light dark; --line: #8884; --mark: #8881; --link: #0a58ca; }
@media (prefers-color-scheme: dark) { :root { --link: #8ab4f8; } }
* { box-sizing: border-box; }
body { margin: 0; font: 16px/1.55 system-ui, sans-serif; display: grid; grid-template-columns: 14rem minmax(0, 1fr); }
nav { padding: 1.5rem 1rem; border-right: 1px solid var(--line); font-size: .9rem; }
nav h2 { font-size: .8rem; margin: 1.2rem 0 .3rem; font-weight: 600; opacity: .7; }
nav ul { list-style: none; margin: 0; padding: 0; }
nav li { padding: .1rem 0; }
nav [aria-current] { font-weight: 600; color: inherit; text-decoration: none; }
main { padding: 1.5rem 2.5rem 4rem; max-width: 62rem; min-width: 0; }
h1 { line-height: 1.2; margin: .3rem 0 1rem; }
main h2 { margin: 2.2rem 0 .6rem; padding-bottom: .2rem; border-bottom: 1px solid var(--line); }
a { color: var(--link); }
a:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
code, pre { font: .88em/1.45 ui-monospace, "DejaVu Sans Mono", monospace; }
code { background: var(--mark); padding: .1em .25em; border-radius: 3px; overflow-wrap: break-word; }
pre { background: var(--mark); border: 1px solid var(--line); border-radius: 4px; padding: .8rem; overflow-x: auto; }
pre code { background: none; padding: 0; overflow-wrap: normal; }
pre:has(.language-text) { font-size: .8rem; line-height: 1.2; }
.table { overflow-x: auto; }
table { border-collapse: collapse; margin: .8rem 0; }
th, td { border: 1px solid var(--line); padding: .35rem .6rem; text-align: left; vertical-align: top; }
th { background: var(--mark); }
td:first-child code { white-space: nowrap; }
dt { margin-top: .8rem; } dd { margin-left: 1.5rem; }
@media (max-width: 50rem) {
  body { display: block; }
  nav { border: 0; border-bottom: 1px solid var(--line); }
  nav li { display: inline-block; padding: .2rem .8rem .2rem 0; }
  main { padding: 1rem; }
}
"""


def slug(heading: str) -> str:
    """The name of a heading in addresses, as code hosts make it: small letters, hyphens for blanks, no other marks."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-")


def pages() -> dict[Path, str]:
    """Every Markdown file that becomes a page, with its HTML file's name."""
    named = {ROOT / name: Path(name).stem.lower() + ".html" for name in FRONT}
    return named | {path: path.stem + ".html" for path in sorted(DOCS.glob("*.md"))}


def parse(text: str) -> list[Token]:
    """The tokens of a Markdown text."""
    return MarkdownIt("commonmark").enable("table").parse(text)


def headings(text: str) -> list[str]:
    """The slugs of a text's headings; a repeated one gets a number, as code hosts do."""
    tokens, out = parse(text), []
    seen: dict[str, int] = {}
    for at, token in enumerate(tokens):
        if token.type == "heading_open":
            name = slug(_plain(tokens[at + 1]))
            seen[name] = seen.get(name, 0) + 1
            out.append(name if seen[name] == 1 else f"{name}-{seen[name] - 1}")
    return out


def _plain(inline: Token) -> str:
    return "".join(child.content for child in inline.children or () if child.type in ("text", "code_inline"))


def target(link: str, source: Path, folder: Path) -> str:
    """Where a link of the Markdown file ``source`` leads on its page in ``folder``."""
    path, mark, anchor = link.partition("#")
    if not path or "://" in path:
        return link
    file = (source.parent / path).resolve()
    name = pages().get(file) or Path(os.path.relpath(file, folder)).as_posix()
    return name + mark + anchor


def body(source: Path, folder: Path) -> str:
    """The HTML of one Markdown file. ``folder`` is where the page will stand."""
    text = source.read_text("utf-8")
    tokens, names = parse(text), iter(headings(text))
    for token in tokens:
        if token.type == "heading_open":
            token.attrSet("id", next(names))
        for child in token.children or ():
            if child.type == "link_open":
                child.attrSet("href", target(str(child.attrGet("href")), source, folder))
    made = MarkdownIt("commonmark").enable("table")
    out = str(made.renderer.render(tokens, made.options, {}))
    return out.replace("<table>", '<div class="table"><table>').replace("</table>", "</table></div>")


def navigation(current: str) -> str:
    """The list of pages, as the index groups them; the page shown is marked."""
    out = [_entry("index.html", "contents", current), _entry("readme.html", "read me", current)]
    shown = ["<ul>", *out, "</ul>"]
    for part in re.split(r"^## ", (DOCS / "index.md").read_text("utf-8"), flags=re.M)[1:]:
        title, _, rest = part.partition("\n")
        links = re.findall(r"^\| \[([^\]]+)\]\((\w+)\.md\)", rest, flags=re.M)
        shown += [f"<h2>{html.escape(title)}</h2>", "<ul>"]
        shown += [_entry(f"{stem}.html", name, current) for name, stem in links]
        shown += ["</ul>"]
    return "\n".join([*shown, "<h2>Reference</h2>", "<ul>", _entry(MODULES, "modules", current), "</ul>"])


def _entry(page: str, name: str, current: str) -> str:
    here = ' aria-current="page"' if page == current else ""
    return f'<li><a href="{page}"{here}>{html.escape(name)}</a></li>'


def page(name: str, title: str, content: str) -> str:
    """A whole HTML page."""
    return (
        f'<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{html.escape(title)} - counterclaim</title>\n<style>{CSS}</style>\n</head>\n<body>\n"
        f"<nav>\n{navigation(name)}\n</nav>\n<main>\n{content}</main>\n</body>\n</html>\n"
    )


def reference() -> str:
    """Every module with its public classes and functions, from the docstrings; nothing is imported for it."""
    out = ["<h1>Modules</h1>\n<p>Made from the docstrings.</p>\n"]
    for path in sorted(SOURCE.rglob("*.py")):
        parts = ["counterclaim", *path.relative_to(SOURCE).with_suffix("").parts]
        name = ".".join(part for part in parts if part != "__init__")
        tree = ast.parse(path.read_text("utf-8"))
        out.append(f'<h2 id="{name}">{name}</h2>\n{_prose(ast.get_docstring(tree))}')
        entries = list(_public(tree.body))
        out.append(f"<dl>\n{''.join(entries)}</dl>\n" if entries else "")
    return "".join(out)


def _public(nodes: Sequence[ast.stmt], owner: str = "") -> Iterator[str]:
    for node in nodes:
        if not isinstance(node, (ast.FunctionDef, ast.ClassDef)) or node.name.startswith("_"):
            continue
        told = ast.get_docstring(node)
        if isinstance(node, ast.ClassDef):
            yield f"<dt><code>class {node.name}</code></dt>\n<dd>{_prose(told)}</dd>\n"
            yield from _public(node.body, f"{node.name}.")
        elif told:
            gives = f" -> {ast.unparse(node.returns)}" if node.returns else ""
            words = html.escape(f"{owner}{node.name}({ast.unparse(node.args)}){gives}")
            yield f"<dt><code>{words}</code></dt>\n<dd>{_prose(told)}</dd>\n"


def _prose(docstring: str | None) -> str:
    """A docstring as paragraphs; one with an indented part is kept as it is set."""
    out = []
    for part in (docstring or "").split("\n\n"):
        words = re.sub(r"``(.+?)``", r"<code>\1</code>", html.escape(part.strip("\n"), quote=False), flags=re.S)
        out.append(f"<pre>{words}</pre>\n" if part.startswith("    ") else f"<p>{words}</p>\n")
    return "".join(out) if docstring else ""


def build(folder: Path) -> list[Path]:
    """Writes all pages into ``folder`` and returns them; pages of an earlier build are removed first."""
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.html"):
        old.unlink()
    written = []
    for source, name in pages().items():
        text = source.read_text("utf-8")
        title = next((line[2:] for line in text.splitlines() if line.startswith("# ")), source.stem)
        (folder / name).write_text(page(name, title, body(source, folder)), "utf-8")
        written.append(folder / name)
    (folder / MODULES).write_text(page(MODULES, "Modules", reference()), "utf-8")
    return [*written, folder / MODULES]


if __name__ == "__main__":
    goal = Path(sys.argv[1] if len(sys.argv) > 1 else ROOT / "out" / "site").resolve()
    print(f"{len(build(goal))} pages; begin at {goal / 'index.html'}")

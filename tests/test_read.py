"""Bytes of every kind become a report or a numbered error, never anything else."""

from __future__ import annotations

import codecs
import http.server
import json
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from counterclaim.errors import CounterclaimError
from counterclaim.read import MAX_BYTES, Given, Origin, line_id, read_bytes, read_report_line, sniff
from counterclaim.read.checks import MAX_TEXT, checked, is_iso_date
from counterclaim.read.encodings import decode
from counterclaim.read.fetch import fetch, is_address, is_public
from counterclaim.read.html import declared_charset
from counterclaim.read.markdown import split_front_matter
from counterclaim.records import Report

EXAMPLES = Path(__file__).resolve().parent.parent / "examples"


def code_of(data: bytes, name: str = "") -> str:
    with pytest.raises(CounterclaimError) as caught:
        read_bytes(data, Origin(name))
    return caught.value.code


# --- formats -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "origin", "kind"),
    [
        (b"30 killed", Origin("a.txt"), "text"),
        (b"30 killed", Origin("a.MD"), "markdown"),
        (b"30 killed", Origin("a.htm"), "html"),
        (b"30 killed", Origin("a.jsonl"), "json"),
        (b"30 killed", Origin("standard input"), "text"),
        (b"30 killed", Origin("Jan. 3 message"), "text"),
        (b"\n <!-- x --> <!DOCTYPE html><p>30", Origin(), "html"),
        (b'<?xml version="1.0"?>\n<html><p>30', Origin(), "html"),
        (b"\xef\xbb\xbf<html><p>30", Origin(), "html"),
        (b' {"text": "30"}', Origin(), "json"),
        (b"{30} killed", Origin(), "text"),
        (b"# Title", Origin("https://x.example/a", content_type="text/markdown"), "markdown"),
        (b"x", Origin("https://x.example/a.json", content_type="text/html"), "html"),
        (b"# x", Origin("https://x.example/a.md", content_type="text/plain"), "markdown"),
    ],
)
def test_the_format_is_told_by_type_suffix_or_first_characters(data: bytes, origin: Origin, kind: str) -> None:
    assert sniff(data, origin) == kind


def test_plain_text_is_kept_as_it_is() -> None:
    text = (
        "Zero\u200bwidth, \u202eright-to-left\u202c, soft\u00adhyphen, e\u0301, \x1b[31m, no\u00a0break,\ttab.\n\n30. "
    )
    assert read_bytes(text.encode(), Origin("a.txt")).text == text


def test_line_ends_and_the_byte_order_mark_are_the_only_changes() -> None:
    assert read_bytes("\ufeffA\r\nB\rC\n30".encode()).text == "A\nB\rC\n30"


def test_json_text_is_kept_exactly_so_that_offsets_hold() -> None:
    text = "\ufeffA\r\nB \u0000 30 killed \U0001f600"
    assert read_report_line(json.dumps({"text": text}).encode()).text == text


def test_json_report_with_all_fields() -> None:
    told = {
        "id": "x1", "publisher": "P", "published": "2024-12-16T18:05:00+00:00", "text": "30 killed", "url": "https://x.example",
        "title": "T", "language": "en", "channel": "Telegram", "synthetic": True, "unknown": {"kept": "no"},
    }  # fmt: skip
    report = read_bytes(json.dumps(told).encode(), Origin("a.json"))
    del told["unknown"]
    assert report == Report(**told)  # type: ignore[arg-type]


def test_json_in_utf16_as_editors_save_it() -> None:
    assert read_bytes('{"text": "Téra: 30"}'.encode("utf-16"), Origin("a.json")).text == "Téra: 30"


def test_what_the_user_says_goes_first() -> None:
    data = b'{"text": "30 killed", "publisher": "File", "published": "no date", "title": "File"}'
    report = read_bytes(data, Origin("a.json"), Given("User", "2024-12-16", None))
    assert (report.publisher, report.published, report.title) == ("User", "2024-12-16", "File")


def test_markdown_becomes_its_words() -> None:
    page = (
        "# A *title*\n\nAt least **30** were\nkilled, [the post](https://x.example) said & `more`.\n\n"
        "- item one\n- item *two*\n\n> quoted words\n\n## Heading\n\n![picture](a.png)\n<div>raw</div>\n\n"
        "| who | count |\n|---|---|\n| army | 3 |\n"
    )
    report = read_bytes(page.encode(), Origin("a.md"))
    assert report.title == "A title"
    assert report.text.split("\n") == [
        "At least 30 were killed, the post said & more.", "item one", "item two", "quoted words", "Heading",
        "who", "count", "army", "3",
    ]  # fmt: skip


def test_markdown_front_matter() -> None:
    front = '---\ntitle: "Toll: rises"\ndate: 2024-12-16\npublisher: P\nsynthetic: true\nother: x\n---\n'
    page = front + "\n# Heading\n\n30 killed\n"
    report = read_bytes(page.encode(), Origin("a.md"))
    told = Report(title="Toll: rises", published="2024-12-16", publisher="P", synthetic=True, text="30 killed")
    assert report == told


def test_a_rule_in_markdown_is_no_front_matter() -> None:
    assert split_front_matter("---\nnot closed") == ({}, "---\nnot closed")
    assert split_front_matter("text\n---\ntitle: x\n---\n")[0] == {}


PAGE = """<!doctype html><html lang="en-GB"><head><title>Toll rises to 30</title>{head}</head><body>
<nav><a href="/">Home</a></nav><article><h1>Toll rises to 30</h1>
<p>At least 30 soldiers were killed at the weekend, the ministry said on Monday in a statement.</p>
<p>The ministry gave no further details and did not say where the soldiers had been killed.</p></article>
<footer>Copyright 2031</footer></body></html>"""


def test_a_page_gives_the_article_without_title_and_surroundings() -> None:
    head = '<meta property="og:site_name" content="Site">'
    head += '<meta property="article:published_time" content="2024-12-16T08:00:00Z">'
    report = read_bytes(PAGE.format(head=head).encode(), Origin("a.html"))
    assert report.text.startswith("At least 30 soldiers")
    assert "Home" not in report.text and "Copyright" not in report.text
    assert report.text.count("\n") == 1
    assert (report.title, report.publisher, report.language) == ("Toll rises to 30", "Site", "en")
    assert report.published == "2024-12-16T08:00:00Z"


@pytest.mark.parametrize(
    ("head", "published"),
    [
        ('<meta name="date" content="2024-12-16">', "2024-12-16"),
        ('<meta itemprop="datePublished" content="2124-01-02">', "2124-01-02"),
        ('<meta name="DC.date.issued" content="2024-12-16T10:00:00+0000">', "2024-12-16T10:00:00+0000"),
        ('<meta name="date" content="2024-12-16 10:00 o\'clock">', "2024-12-16"),
        ('<meta property="article:modified_time" content="2024-12-17">', ""),
        ('<meta name="date" content="16 December">', ""),
        ('<script type="application/ld+json">{"@graph": [{"datePublished": "2024-12-15"}]}</script>', "2024-12-15"),
        ('<script type="application/ld+json">{broken</script><meta name="pubdate" content="2024-12-14">', "2024-12-14"),
        ('<script type="application/ld+json">' + "[" * 5000 + "</script>", ""),
        ("", ""),
    ],
)
def test_the_day_is_read_only_where_a_page_declares_it(head: str, published: str) -> None:
    assert read_bytes(PAGE.format(head=head).encode(), Origin("2024-11-11.html")).published == published


SINGLE = sorted(path for path in EXAMPLES.glob("*") if path.suffix != ".jsonl")  # of those each line is a report


@pytest.mark.parametrize("path", SINGLE, ids=lambda path: path.name)
def test_the_examples_can_be_read(path: Path) -> None:
    report = read_bytes(path.read_bytes(), Origin(path.name))
    assert len(report.text) > 500
    assert "\r" not in report.text
    if path.suffix == ".json":
        assert report.synthetic and report.published and report.publisher and report.title and report.id
        assert 120 <= len(report.text.split()) <= 250


# --- encodings ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_encodings_with_a_mark_or_utf8(codec: str) -> None:
    assert decode("Téra: «30» убиты 😀".encode(codec)) == "Téra: «30» убиты 😀"


@pytest.mark.parametrize(("mark", "codec"), [(codecs.BOM_UTF16_BE, "utf-16-be"), (codecs.BOM_UTF32_BE, "utf-32-be")])
def test_big_endian_marks(mark: bytes, codec: str) -> None:
    assert decode(mark + "30 killed".encode(codec)) == "30 killed"


def test_windows_1252_is_the_last_resort_for_western_text() -> None:
    assert decode("“At least 30” – the café’s owner".encode("cp1252")) == "“At least 30” – the café’s owner"


@pytest.mark.parametrize(
    ("declaration", "codec"),
    [
        ('<meta charset="windows-1251">', "cp1251"),
        ("<meta http-equiv=x content='text/html; charset=koi8-r'>", "koi8-r"),
    ],
)
def test_a_page_declares_its_encoding(declaration: str, codec: str) -> None:
    page = f"<html><head>{declaration}</head><body><p>Не менее 30 солдат убиты, сообщило министерство.</p>"
    assert "Не менее 30 солдат убиты" in read_bytes(page.encode(codec), Origin("a.html")).text


def test_the_servers_charset_goes_before_the_pages() -> None:
    page = '<html><head><meta charset="koi8-r"></head><body><p>Не менее 30 солдат убиты, сообщило министерство.</p>'
    origin = Origin("https://x.example/", content_type="text/html", charset="windows-1251")
    assert "Не менее 30" in read_bytes(page.encode("cp1251"), origin).text


@pytest.mark.parametrize("name", ["iso-8859-1", "utf-16", "rot13", "zip", "no-such-thing", "unicode_escape"])
def test_a_wrong_declaration_does_not_spoil_utf8(name: str) -> None:
    charset = declared_charset(f'<meta charset="{name}">'.encode())
    assert decode("Téra \\u0041".encode(), charset=charset) == "Téra \\u0041"


@pytest.mark.parametrize(
    "data",
    [
        b"%PDF-1.7\nsome text", b"PK\x03\x04word/document.xml", b"\x89PNG\r\n", b"\x1f\x8b\x08abc", b"{\\rtf1 text}",
        b"30\x00killed", bytes(range(256)) * 4, b"\x01\x02\x03\x04\x05\x06" * 40,
        "Тридцать человек погибли".encode("cp1251"), "قتل ثلاثون جنديا في الهجوم".encode("cp1256"),
        b"\xff\xfe3\x000", b"\xff\xfe\x00\xd8\x00\x00", "30 killed".encode("utf-16-le"), b"caf\x8f\xe9 30",
    ],
)  # fmt: skip
def test_what_is_no_text_is_refused(data: bytes) -> None:
    assert code_of(data) == "CC-104"


# --- bad input ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "data", [b"", b" \n\t\r\n", b"\xef\xbb\xbf", b"...!? --- \xe2\x80\x9c", "\u200b\u200b".encode()]
)
def test_empty_input(data: bytes) -> None:
    assert code_of(data) == "CC-103"


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (b"nope", "CC-101"),
        (b'{"text": "30 killed"', "CC-101"),
        (b'{"text": "30 killed"} {"text": "31"}', "CC-101"),
        (b'{"text": "30 \xff"}', "CC-101"),
        (b'{"text": "raw\nline"}', "CC-101"),
        (b'{"text": "30", "n": NaN}', "CC-101"),
        (b'{"a":' * 20_000 + b"1" + b"}" * 20_000, "CC-101"),
        (b"[" * 100_000, "CC-102"),
        (b"[]", "CC-102"),
        (b'"30 killed"', "CC-102"),
        (b"null", "CC-102"),
        (b"7" * 100_000, "CC-102"),
        (b'{"publisher": "P"}', "CC-102"),
        (b'{"text": ""}', "CC-103"),
        (b'{"text": "\\u200b \\n"}', "CC-103"),
        (b'{"text": "30", "published": "2024-13-40"}', "CC-106"),
        (b'{"text": "30", "published": "16 December 2024"}', "CC-106"),
        (b'{"text": "30", "published": "20241216"}', "CC-106"),
        (b'{"text": 30}', "CC-110"),
        (b'{"text": null}', "CC-110"),
        (b'{"text": ' + b"1" * 100_000 + b"}", "CC-110"),
        (b'{"text": ["30 killed"]}', "CC-110"),
        (b'{"text": "30", "published": 20241216}', "CC-110"),
        (b'{"text": "30", "synthetic": "yes"}', "CC-110"),
        (b'{"text": "30", "id": 7}', "CC-110"),
        (b'{"text": "half \\ud800 pair"}', "CC-111"),
        (b'{"text": "half \\udc00 pair"}', "CC-111"),
        (b'{"text": "30", "title": "\\ud83d"}', "CC-111"),
    ],
)
def test_bad_report_lines(line: bytes, code: str) -> None:
    with pytest.raises(CounterclaimError) as caught:
        read_report_line(line, where="line 3")
    assert caught.value.code == code
    assert "(line 3)" in str(caught.value) and len(str(caught.value)) < 600


def test_a_report_without_a_day_is_read() -> None:
    assert read_report_line(b'{"text": "30 killed"}').published == ""


@pytest.mark.parametrize(
    "value",
    ["2024-12-16", "2124-12-16", "0001-01-01", "2024-02-29", "2024-12-16T18:05:00+00:00", "2024-12-16T18:05Z",
     "2024-12-16 18:05:00.123456", "2024-12-16T18:05:00.1+0530"],
)  # fmt: skip
def test_days_that_exist(value: str) -> None:
    assert is_iso_date(value)


@pytest.mark.parametrize(
    "value",
    ["", "2024", "2024-12", "2024-02-30", "2023-02-29", "2024-00-01", "24-12-16", "2024-W50-1", "2024-12-16T25:00",
     "2024-12-16T18", "2024-12-16T18:05:00+99:00", " 2024-12-16", "2024-12-16\n", "２０２４-12-16", "2024-12-16T"],
)  # fmt: skip
def test_days_that_do_not(value: str) -> None:
    assert not is_iso_date(value)


def test_ten_megabytes_of_text_are_accepted() -> None:
    text = "At least 30 soldiers were killed. " * 300_000
    assert len(read_bytes(text.encode(), Origin("a.txt")).text) == len(text)


def test_more_than_the_limit_is_refused() -> None:
    with pytest.raises(CounterclaimError) as caught:
        checked(Report(text="a" * (MAX_TEXT + 1)))
    assert caught.value.code == "CC-105"
    assert code_of(b" " * (MAX_BYTES + 1)) == "CC-105"


@pytest.mark.parametrize(
    ("unit", "times", "name"),
    [
        ("1", 100_000, "a.txt"),
        ("“‘(", 50_000, "a.txt"),
        ("> ", 5_000, "a.md"),
        ("[", 20_000, "a.md"),
        ("![", 10_000, "a.md"),
        ("*a ", 20_000, "a.md"),
        ("- ", 5_000, "a.md"),
        ("`", 20_000, "a.md"),
        ("<a ", 20_000, "a.md"),
        ("<div>", 20_000, "a.html"),
        ("<blockquote>", 2_000, "a.html"),
        ("<!--", 20_000, "a.html"),
        ("&amp;", 20_000, "a.html"),
    ],
)
def test_deep_and_long_input_ends_in_a_report_or_a_code(unit: str, times: int, name: str) -> None:
    tail = "30 killed" if unit != "1" else ""
    try:
        report = read_bytes((unit * times + tail).encode(), Origin(name))
    except CounterclaimError as error:
        assert error.code in ("CC-103", "CC-109") and not name.endswith(".txt")
    else:
        assert report.text


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=300), st.sampled_from(["a.txt", "a.md", "a.html", "a.json", "-"]))
def test_any_bytes_give_a_report_or_a_code(data: bytes, name: str) -> None:
    try:
        report = read_bytes(data, Origin(name))
    except CounterclaimError as error:
        assert str(error).startswith("[CC-1")
    else:
        report.text.encode("utf-8")  # whatever was read can be written


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=200), st.sampled_from(["a.md", "a.html"]))
def test_any_text_in_markup_gives_a_report_or_a_code(text: str, name: str) -> None:
    try:
        assert read_bytes(text.encode("utf-8", "ignore"), Origin(name)).text
    except CounterclaimError as error:
        assert error.code in ("CC-103", "CC-104", "CC-106", "CC-109")


@pytest.mark.parametrize(
    ("line", "found"),
    [
        (b'{"id": "a", "text": 5}', "a"),
        (b'\xef\xbb\xbf{"id": "a"}', "a"),
        (b'{"id": 5}', None),
        (b"nope", None),
        (b"[1]", None),
        (b"[" * 100_000, None),
        (b"1" * 100_000, None),
        (b'{"id": "\\ud800"}', "?"),
        (b'{"id": "\xff"}', None),
    ],
)
def test_the_id_of_a_broken_line(line: bytes, found: str | None) -> None:
    assert line_id(line) == found


# --- addresses ---------------------------------------------------------------------------------------------------


class _Site(http.server.BaseHTTPRequestHandler):
    """/page, /again (a redirect to it), /loop, /big, /gone, /file (a redirect to a file), /slow headers."""

    def do_GET(self) -> None:
        targets = {"/again": "/page", "/loop": "/loop", "/file": "file:///etc/passwd", "/user": "http://u:p@127.0.0.1/"}
        if self.path in targets:
            self.send_response(302)
            self.send_header("Location", targets[self.path])
            self.end_headers()
            return
        if self.path == "/gone":
            self.send_error(404)
            return
        body = b"x" * 300_000 if self.path == "/big" else PAGE.format(head="").encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Site)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def refused(url: str, **options: object) -> str:
    with pytest.raises(CounterclaimError) as caught:
        fetch(url, **options)  # type: ignore[arg-type]
    return caught.value.code


def test_a_page_is_fetched_after_a_redirect(site: str) -> None:
    page = fetch(f"{site}/again", allow_private=True)
    assert (page.charset, page.content_type, page.url) == ("utf-8", "text/html", f"{site}/page")
    report = read_bytes(page.data, Origin(page.url, page.url, page.content_type, page.charset))
    assert report.url == page.url and report.text.startswith("At least 30 soldiers")


@pytest.mark.parametrize(
    ("path", "code"), [("/gone", "CC-108"), ("/loop", "CC-108"), ("/file", "CC-108"), ("/user", "CC-112")]
)
def test_answers_that_are_not_followed(site: str, path: str, code: str) -> None:
    assert refused(site + path, allow_private=True) == code


def test_a_page_above_the_limit_is_given_up(site: str) -> None:
    assert refused(f"{site}/big", allow_private=True, max_bytes=100_000) == "CC-105"


def test_private_addresses_are_refused(site: str) -> None:
    assert refused(f"{site}/page") == "CC-112"
    assert refused(site.replace("127.0.0.1", "localhost") + "/page") == "CC-112"


@pytest.mark.parametrize(
    "url",
    ["file:///etc/passwd", "ftp://x.example/a", "gopher://x", "http://", "http://user@x.example/", "https://u:p@x.example/",
     "http://x.example:99999/", "http://[::1", "javascript://x"],
)  # fmt: skip
def test_addresses_that_are_never_asked(url: str) -> None:
    assert is_address(url)
    assert refused(url, allow_private=True) == "CC-112"


def test_a_password_is_not_repeated_in_the_message() -> None:
    with pytest.raises(CounterclaimError) as caught:
        fetch("https://user:secret@x.example/")
    assert "secret" not in str(caught.value)


def test_nobody_answers() -> None:
    assert refused("http://127.0.0.1:9/", allow_private=True, timeout=2.0) == "CC-108"


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("8.8.8.8", True),
        ("2606:4700::1111", True),
        ("127.0.0.1", False),
        ("10.1.2.3", False),
        ("192.168.0.1", False),
        ("169.254.169.254", False),
        ("0.0.0.0", False),
        ("::1", False),
        ("fe80::1%eth0", False),
        ("::ffff:10.0.0.1", False),
        ("224.0.0.1", False),
        ("100.64.0.1", False),
    ],
)
def test_public_addresses(address: str, public: bool) -> None:
    assert is_public(address) is public

"""The links that may fail for a time: what is wrong in their file, which they are."""

from __future__ import annotations

from conftest import BOOKS, MakeBook, problems_of, run_mkdocs
from modelbook.web.allowed_links import read_allowed

FILE = "content/links-allowed.yml"


def test_what_is_wrong_in_the_file_is_said_with_all_else(make_book: MakeBook) -> None:
    book = make_book(
        {
            FILE: """\
round.example:
  reason: no
  until: 2027-06-30
https://a.example/:
  reasons: slow
  until: soon
https://b.example/*: yes
https://c.example/:
  reason: [x]
"""
        }
    )
    assert problems_of(book) == [
        f"{FILE}:1:1: 'round.example' is no address of the web; expected https:// or http:// and a host; with * at its "
        "end all addresses that begin so",
        f"{FILE}:4:1: 'https://a.example/' has no reason; expected `reason:` and why it may fail",
        f"{FILE}:5:3: unknown field 'reasons'; did you mean 'reason'?",
        f"{FILE}:6:10: until is 'soon'; expected `until:` and a date such as 2027-06-30",
        f"{FILE}:7:1: 'https://b.example/*' has no fields; expected `reason:` and `until:` below it",
        f"{FILE}:8:1: 'https://c.example/' has no last day; expected `until:` and a date such as 2027-06-30",
        f"{FILE}:8:1: 'https://c.example/' has no reason; expected `reason:` and why it may fail",
    ]
    (book / FILE).write_text("a: b: c\n", encoding="utf-8")
    assert problems_of(book)[0].startswith(f"{FILE}:1:5: a second ':' in one value")


def test_an_address_may_be_the_beginning_of_several(make_book: MakeBook) -> None:
    below = ":\n  reason: r\n  until: 2027-06-30\n"
    book = make_book({FILE: f"https://a.example/x{below}https://b.example/*{below}"})
    (exact, several), problems = read_allowed(book / FILE, book)
    assert not problems
    assert exact.covers("https://a.example/x")
    assert not exact.covers("https://a.example/x/y")
    assert several.covers("https://b.example/x/y")
    assert not several.covers("https://c.example/")


def test_there_need_be_no_such_file() -> None:
    assert read_allowed(BOOKS / "minimal" / FILE, BOOKS / "minimal") == ([], [])


def test_the_file_is_not_published(make_book: MakeBook) -> None:
    book = make_book({FILE: "https://a.example/:\n  reason: r\n  until: 2027-06-30\n"})
    assert run_mkdocs(book, "build", "--strict").returncode == 0
    assert not list((book / "site").glob("**/links-allowed.yml"))

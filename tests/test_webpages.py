"""What web pages say of themselves, however they say it."""

from __future__ import annotations

from time import monotonic

import pytest

from modelbook.web.webpages import read_page


def test_a_page_is_read_in_its_encoding() -> None:
    said = "<meta charset='gbk'><title>形状</title>".encode("gbk")
    assert read_page(said).title == "形状"
    assert read_page("<title>é</title>".encode("latin-1"), "text/html; charset=ISO-8859-1").title == "é"
    assert read_page("<title>é</title>".encode(), "text/html; charset=nonsense").title == "é"


def test_elements_of_use_are_read() -> None:
    page = read_page(
        b"""<!DOCTYPE html><!-- <title>No</title> --><title>A &amp; B</title><svg><title>Icon</title></svg>
        <META NAME=Author CONTENT="Ada"><meta property="author" content="Emmy"><meta name="date">
        <meta name="x" content=" ">
        <script type="application/ld+json">[{"headline": "1 < 2"}, {"@graph": [{"name": "N"}]}, 3]</script>
        <script>"<title>No</title>"</script><time datetime="2024-03-05">March</time>
        <a name="old" id="new">x</a><p name="no">"""
    )
    assert page.title == "A & B"
    assert page.all("author") == ["Ada", "Emmy"]
    assert page.first("x", "date", "author") == "Ada"
    assert [sorted(each) for each in page.data] == [["headline"], ["@graph"], ["name"]]
    assert page.times == ["2024-03-05"]
    assert page.ids == {"old", "new"}


def test_json_that_is_none_says_nothing() -> None:
    for data in ("{", "[" * 100_000, '"text"', "", "{'a': 1}"):
        assert read_page(f'<script type="application/ld+json">{data}</script>'.encode()).data == []


@pytest.mark.parametrize("part", ["<!--", "<!", "<?", "<a", "<a b='", "</", "<title>", "<a b=\"'>", "&", "<script></s"])
def test_no_page_holds_the_reader(part: str) -> None:
    start = monotonic()
    read_page((part * 100_000).encode())
    assert monotonic() - start < 5


def test_no_encoding_holds_the_reader() -> None:
    start = monotonic()
    assert read_page(b"<title>a</title>" + b"-" + b"b9" * 200_000, "text/html; charset=punycode").title == "a"
    assert monotonic() - start < 2

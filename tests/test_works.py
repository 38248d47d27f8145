"""How works are identified, and what strangers say of them as one plain line."""

from __future__ import annotations

import pytest

from modelbook.errors import BookError
from modelbook.web.works import MAX_TEXT, clean, identify, read_date, same_address


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("2307.09288", "arXiv 2307.09288"),
        (" arXiv:2307.09288v2 ", "arXiv 2307.09288"),
        ("cs/0112017v1", "arXiv cs/0112017"),
        ("math.GT/0309136", "arXiv math.GT/0309136"),
        ("https://arxiv.org/abs/2307.09288v2", "arXiv 2307.09288"),
        ("http://www.arxiv.org/pdf/2307.09288v1.pdf", "arXiv 2307.09288"),
        ("https://export.arxiv.org/html/2307.09288", "arXiv 2307.09288"),
        ("arxiv.org/abs/cs/0112017", "arXiv cs/0112017"),
        ("https://ar5iv.labs.arxiv.org/html/2307.09288", "arXiv 2307.09288"),
        ("https://huggingface.co/papers/2307.09288", "arXiv 2307.09288"),
        ("https://doi.org/10.48550/arXiv.2307.09288", "arXiv 2307.09288"),
        ("10.1038/nature14539", "DOI 10.1038/nature14539"),
        ("doi:10.1038/NATURE14539.", "DOI 10.1038/NATURE14539"),
        ("https://dx.doi.org/10.1002/(SICI)1097%3C1", "DOI 10.1002/(SICI)1097<1"),
        ("doi.org/10.1162/tacl_a_00577", "DOI 10.1162/tacl_a_00577"),
        ("https://openreview.net/pdf?id=nZeVKeeFYf9", "https://openreview.net/forum?id=nZeVKeeFYf9"),
        ("https://aclanthology.org/2023.emnlp-main.298.pdf", "https://aclanthology.org/2023.emnlp-main.298/"),
        ("https://arxiv.org/list/cs.CL/recent", "https://arxiv.org/list/cs.CL/recent"),
        ("github.com/meta-llama/llama", "https://github.com/meta-llama/llama"),
        ("https://huggingface.co/01-ai/Yi-34B", "https://huggingface.co/01-ai/Yi-34B"),
    ],
)
def test_works_are_identified_as_people_copy_them(written: str, found: str) -> None:
    assert str(identify(written)) == found


@pytest.mark.parametrize(
    "written",
    [
        "",
        "llama",
        "10.1/x",
        "ftp://a.example/b",
        "https://",
        "https://a.example/{b}",
        "javascript:alert(1)",
        "http://[a/",
    ],
)
def test_what_identifies_nothing_is_said(written: str) -> None:
    with pytest.raises(BookError, match="names no work; expected an arXiv id such as"):
        identify(written)


def test_addresses_that_differ_in_looks_are_the_same() -> None:
    address = same_address("https://www.Round.example/a%20b/?utm_source=x#part")
    assert address == same_address("http://round.example:80/a b")
    assert address != same_address("https://round.example/A%20b")
    assert same_address("https://a.example/?p=2&q=1") == same_address("https://a.example/?q=1&p=2")
    assert same_address("https://a.example/#/one") != same_address("https://a.example/#/two")
    assert same_address("http://[a/") == "http://[a/"


def test_texts_of_strangers_become_one_plain_line() -> None:
    assert (
        clean("  Deep\n<i>learning</i> &amp; &lt;b&gt;more&lt;/b&gt;\x00\x1b[31m\u202e ") == "Deep learning & more[31m"
    )
    assert clean("a < b > c") == "a < b > c"
    assert clean("e\u0301") == "é"
    assert clean(None) == clean(["x"]) == ""
    long = clean("word " * 1000)
    assert len(long) <= MAX_TEXT + 2
    assert long.endswith("word …")


@pytest.mark.parametrize(
    ("said", "date"),
    [
        ("2023-07-18T10:00:00Z", "2023-07-18"),
        ("2023/7/8", "2023-07-08"),
        ("2023-07", "2023-07"),
        ("20230718", "2023-07-18"),
        ("2023", "2023"),
        ("July 18th, 2023", "2023-07-18"),
        ("Posted on 18 Jul. 2023", "2023-07-18"),
        ("March 2024", "2024-03"),
        ("2023-13-01", "2023"),
        ("2023-02-45", "2023-02"),
        ("0001-01-01", ""),
        ("yesterday", ""),
        (None, ""),
    ],
)
def test_dates_are_read_as_others_write_them(said: object, date: str) -> None:
    assert read_date(said) == date

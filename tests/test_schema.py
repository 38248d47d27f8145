"""The types of values: dates known in part, quantities as written, addresses, claims."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from pydantic import ValidationError

from modelbook.schema import (
    Citation,
    Claim,
    Country,
    LanguageTag,
    Missing,
    Name,
    PartialDate,
    Quantity,
    Status,
    Text,
    Url,
    is_safe_url,
    walk,
)

# --- dates -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "first", "last", "precision"),
    [
        ("2023", date(2023, 1, 1), date(2023, 12, 31), "year"),
        ("2023-07", date(2023, 7, 1), date(2023, 7, 31), "month"),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29), "month"),
        ("1900-02", date(1900, 2, 1), date(1900, 2, 28), "month"),
        ("2023-12", date(2023, 12, 1), date(2023, 12, 31), "month"),
        ("2023-07-18", date(2023, 7, 18), date(2023, 7, 18), "day"),
        ("9999", date(9999, 1, 1), date(9999, 12, 31), "year"),
        ("2023-01/2023-07", date(2023, 1, 1), date(2023, 7, 31), "month"),
        ("2023/2024-02-03", date(2023, 1, 1), date(2024, 2, 3), "year"),
        ("2023/2023", date(2023, 1, 1), date(2023, 12, 31), "year"),
    ],
)
def test_dates_have_a_first_and_a_last_day(written: str, first: date, last: date, precision: str) -> None:
    parsed = PartialDate.parse(written)
    assert (parsed.written, parsed.first, parsed.last, parsed.precision) == (written, first, last, precision)


@pytest.mark.parametrize(
    ("written", "about", "doubtful"), [("2023", False, False), ("2023-07~", True, False), ("2023-07-18?", False, True)]
)
def test_dates_may_be_about_or_doubtful(written: str, about: bool, doubtful: bool) -> None:
    parsed = PartialDate.parse(written)
    assert (parsed.about, parsed.doubtful) == (about, doubtful)


def test_each_end_of_an_interval_has_its_own_doubt() -> None:
    parsed = PartialDate.parse("2023-01~/2023-07?")
    assert parsed.end
    assert (parsed.about, parsed.doubtful, parsed.end.about, parsed.end.doubtful) == (True, False, False, True)


def test_dates_that_begin_together_sort_by_precision() -> None:
    order = ["2022-12-31", "2023-01-01", "2023-01", "2023-01/2023-02", "2023", "2023/2024", "2023-01-02"]
    shuffled = [order[position] for position in (3, 6, 0, 5, 1, 4, 2)]
    assert sorted(shuffled, key=lambda written: PartialDate.parse(written).sort_key) == order


@pytest.mark.parametrize(
    "written",
    [
        "", "23", "2023-7", "2023-07-1", "20230718", "2023-13", "2023-00", "2023-02-30", "0000", "2023~~", "2023~?",
        "~2023", "2023/", "/2023", "2023/2024/2025", "2024/2023", "2023-07 ", "2023\n", "２０２３", "2023-07-18T10:00",
        "unknown",
    ],
)  # fmt: skip
def test_what_is_no_date(written: str) -> None:
    with pytest.raises(ValueError, match="expected"):
        PartialDate.parse(written)


# --- quantities ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "value", "about", "at_least", "upper"),
    [
        ("4096", "4096", False, False, None),
        ("0", "0", False, False, None),
        ("7B", "7000000000", False, False, None),
        ("1.3K", "1300", False, False, None),
        ("860M", "860000000", False, False, None),
        ("~2T", "2000000000000", True, False, None),
        ("15.8+", "15.8", False, True, None),
        ("~1B+", "1000000000", True, True, None),
        ("2.2T-3T", "2200000000000", False, False, "3000000000000"),
        ("1-3B", "1000000000", False, False, "3000000000"),
        ("500M-1B", "500000000", False, False, "1000000000"),
        ("2B-2B", "2000000000", False, False, "2000000000"),
        ("9" * 15 + "T", "9" * 15 + "0" * 12, False, False, None),
    ],
)
def test_quantities(written: str, value: str, about: bool, at_least: bool, upper: str | None) -> None:
    parsed = Quantity.parse(written)
    assert parsed.written == written
    assert parsed.value == Decimal(value)
    assert (parsed.about, parsed.at_least) == (about, at_least)
    assert parsed.upper == (None if upper is None else Decimal(upper))


def test_quantities_sort_by_value() -> None:
    order = ["860M", "1B", "1.5B-9B", "2000000000", "1T"]
    assert [quantity.written for quantity in sorted(map(Quantity.parse, reversed(order)))] == order


@pytest.mark.parametrize(
    "written",
    ["", "-3", "7 billion", "1e9", ".5", "5.", "7G", "3T-2T", "2B-3", "1B+2", "$600", "７B", "7B\n", "NaN", "9" * 16],
)
def test_what_is_no_quantity(written: str) -> None:
    with pytest.raises(ValueError, match="quantity"):
        Quantity.parse(written)


@pytest.mark.parametrize(("written", "meant"), [("7b", "7B"), ("4,096", "4096"), ("~ 2 t", "~2T"), ("7B\n", "7B")])
def test_the_quantity_that_is_meant_is_said(written: str, meant: str) -> None:
    with pytest.raises(ValueError, match=rf"; did you mean '{meant}'\?$"):
        Quantity.parse(written)


# --- addresses, citations, codes -------------------------------------------------------


@pytest.mark.parametrize(
    "url",
    [
        "https://a.example", "HTTP://a.example", "mailto:a@b.example", "page.md", "../page.md#part", "#part", "/page",
        "//host/path", "", "?query=a:b", "page.md#a:b", "a/b:c",
    ],
)  # fmt: skip
def test_addresses_that_run_nothing(url: str) -> None:
    assert is_safe_url(url)


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)", "JaVaScRiPt:alert(1)", "java\tscript:alert(1)", "java\nscript:alert(1)",
        "\x01javascript:alert(1)", " javascript:alert(1)", "javascript :alert(1)", "java\0script:alert(1)",
        " data:text/html,x", "data:image/svg+xml,x", "vbscript:x", "blob:x", "file:///etc/passwd", "ftp://host",
        "view-source:x", ":x", "x:https://a.example", "javascript:https://a.example",
    ],
)  # fmt: skip
def test_addresses_that_could(url: str) -> None:
    assert not is_safe_url(url)


@pytest.mark.parametrize(
    "url", ["https://a.example", "http://a.example/x?y#z", "mailto:a@b.example", "https://边.example"]
)
def test_urls(url: str) -> None:
    assert Url.parse(url) == url


@pytest.mark.parametrize(
    "url",
    [
        "", "a.example", "//a.example", "https://", "https:///x", "https:a.example", "https://a b", "https://a.example\n",
        " https://a.example", "javascript:alert(1)", "mailto:", "ftp://a.example", "java\tscript:alert(1)",
    ],
)  # fmt: skip
def test_what_is_no_url(url: str) -> None:
    with pytest.raises(ValueError, match="not an allowed address; expected"):
        Url.parse(url)


@pytest.mark.parametrize(
    ("written", "key", "locator"),
    [
        ("a2023b", "a2023b", ""),
        ("@a2023b", "a2023b", ""),
        ("a, table 1", "a", "table 1"),
        ("a,p. 1, 2", "a", "p. 1, 2"),
    ],
)
def test_citations(written: str, key: str, locator: str) -> None:
    assert Citation.parse(written) == Citation(key, locator)


@pytest.mark.parametrize("written", ["", "@", "table 1", ", p. 1", "a;b", "[@a]", "a, @b", "@@a"])
def test_what_is_no_citation(written: str) -> None:
    with pytest.raises(ValueError, match="not a citation; expected"):
        Citation.parse(written)


@pytest.mark.parametrize(
    ("kind", "good", "bad"),
    [
        (LanguageTag, ["en", "zh-Hant", "pt-BR", "multiple"], ["English", "en_US", "e", "EN", "multi", "en-", ""]),
        (Country, ["FR", "CN"], ["fr", "France", "FRA", ""]),
    ],
)
def test_codes(kind: Any, good: list[str], bad: list[str]) -> None:
    assert [kind.parse(code) for code in good] == good
    for code in bad:
        with pytest.raises(ValueError, match="expected"):
            kind.parse(code)


# --- texts and claims ------------------------------------------------------------------


def test_texts_are_found_in_the_first_language_that_they_have() -> None:
    text = Text({"en": "circle", "zh": "圆"})
    assert text.find(["zh", "en"]) == ("圆", "zh")
    assert text.find(["fr", "en"]) == ("circle", "en")
    assert text.find(["fr"]) == ("circle", "en")
    assert Name({"": "Circle"}).find(["zh"]) == ("Circle", "")


def test_claims_are_bare_or_full() -> None:
    kind = Claim[Quantity]
    bare = kind.model_validate("7B")
    assert bare == kind.model_validate({"value": "7B"})
    assert bare.known == Quantity.parse("7B")
    assert (bare.status, bare.cite, bare.note, bare.alternatives) == (Status.REPORTED, [], None, [])
    full = kind.model_validate(
        {
            "value": "7B",
            "status": "disputed",
            "cite": ["a, p. 1"],
            "note": {"en": "why"},
            "alternatives": [{"value": "8B", "cite": ["b"]}],
        }
    )
    assert full.status is Status.DISPUTED
    assert full.cite == [Citation("a", "p. 1")]
    assert full.alternatives[0].value == Quantity.parse("8B")


@pytest.mark.parametrize("word", list(Missing))
def test_claims_may_say_why_there_is_no_value(word: Missing) -> None:
    for written in (word.value, {"value": word.value, "cite": ["a"]}):
        claim = Claim[Quantity].model_validate(written)
        assert claim.value is word
        assert claim.known is None


def test_claims_of_text_and_of_lists() -> None:
    named = Claim[Name].model_validate({"en": "grouped", "zh": "分组"})
    assert named.known == Name({"en": "grouped", "zh": "分组"})
    assert Claim[Name].model_validate({"value": {"en": "grouped"}, "cite": ["a"]}).known == Name({"en": "grouped"})
    assert Claim[list[LanguageTag]].model_validate(["en", "zh"]).known == ["en", "zh"]


@pytest.mark.parametrize(
    "written",
    [
        {"en": "7B"},  # languages, but no text
        {"cite": ["a"]},
        {},
        [],
        ["7B"],
        "seven",
        {"value": "7B", "status": "rumored"},
        {"value": "7B", "alternatives": [{"value": "8B"}]},
        {"value": "7B", "alternatives": [{"value": "unknown", "cite": ["a"]}]},
    ],
)
def test_what_is_no_claim(written: Any) -> None:
    with pytest.raises(ValidationError):
        Claim[Quantity].model_validate(written)


def test_walking_goes_into_everything_with_its_path() -> None:
    claim = Claim[list[LanguageTag]].model_validate({"value": ["en"], "cite": ["a"], "note": {"en": "x"}})
    found = {path: value for path, value in walk({"x": [claim]}) if path}
    assert found["x", 0] is claim
    assert found["x", 0, "value", 0] == "en"
    assert found["x", 0, "cite", 0] == Citation("a")
    assert found["x", 0, "note"] == Text({"en": "x"})

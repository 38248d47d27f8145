"""Places of keys and values in YAML, and that nothing but a said problem comes out of a broken file."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from conftest import BOOKS
from modelbook.errors import InvalidBookError, Location
from modelbook.records import KINDS, read_record
from modelbook.sources import MAX_DEPTH, Document, ValuePath, parse_document, read_document, read_text, relative

RECORDS = sorted((BOOKS / "minimal" / "data").rglob("*.yaml"))


def place(document: Document, *path: str | int, key: bool = False) -> tuple[int, int]:
    location = document.locate(path, key=key)
    assert location.path == document.path
    return location.line, location.column


def test_keys_and_values_have_places() -> None:
    document = parse_document("name: Circle\nlinks:\n  - url: a\n    type:  home\n  - url: b\n", "data/x.yaml")
    assert document.id == "x"
    assert document.values == {"name": "Circle", "links": [{"url": "a", "type": "home"}, {"url": "b"}]}
    assert place(document) == (1, 1)
    assert place(document, "name") == (1, 7)
    assert place(document, "name", key=True) == (1, 1)
    assert place(document, "links") == (3, 3)
    assert place(document, "links", key=True) == (2, 1)
    assert place(document, "links", 0) == (3, 5)
    assert place(document, "links", 0, "type") == (4, 12)
    assert place(document, "links", 0, "type", key=True) == (4, 5)
    assert place(document, "links", 1, "url") == (5, 10)


def test_flow_collections_have_places() -> None:
    document = parse_document("text: {en: A, zh: [一, 二]}\n", "x.yaml")
    assert place(document, "text") == (1, 7)
    assert place(document, "text", "en", key=True) == (1, 8)
    assert place(document, "text", "en") == (1, 12)
    assert place(document, "text", "zh", 0) == (1, 20)
    assert place(document, "text", "zh", 1) == (1, 23)


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (("claim", "known"), (1, 8)),
        (("claim", "value", "known"), (1, 16)),
        (("claim", "known", "value"), (1, 16)),
        (("nothing",), (1, 1)),
        ((), (1, 1)),
    ],
)
def test_steps_that_are_not_written_are_passed_over(path: ValuePath, expected: tuple[int, int]) -> None:
    assert place(parse_document("claim: {value: 7B}\n", "x.yaml"), *path) == expected


def test_a_value_that_is_a_key_elsewhere_keeps_its_place() -> None:
    document = parse_document("a: {name: 1}\nname: 2\n", "x.yaml")
    assert place(document, "a", "name", key=True) == (1, 5)
    assert place(document, "name", key=True) == (2, 1)


@pytest.mark.parametrize(
    "text", ["no", "yes", "12:30", "7e9", "0x10", "2023-07-18", "1_000", "010", ".5", "=", "<<", "True", "NULL"]
)
def test_scalars_stay_text(text: str) -> None:
    assert parse_document(f"value: {text}\n", "x.yaml").values == {"value": text}


@pytest.mark.parametrize(
    ("written", "value"), [("", None), ("~", None), ("null", None), ("'null'", "null"), ('""', "")]
)
def test_nothing_is_none_and_quoted_is_text(written: str, value: str | None) -> None:
    assert parse_document(f"value: {written}\n", "x.yaml").values == {"value": value}


@pytest.mark.parametrize("data", [b"a: 1\r\nb: |\r\n  x\r\n  y\r\n", b"\xef\xbb\xbfa: 1\nb: |\n  x\n  y\n"])
def test_line_ends_and_byte_order_marks_change_nothing(data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    path.write_bytes(data)
    document = read_document(path, tmp_path)
    assert document.values == {"a": "1", "b": "x\ny\n"}
    assert place(document, "a", key=True) == (1, 1)
    assert place(document, "b") == (2, 4)


def test_characters_are_counted_not_bytes(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    path.write_bytes("# 边\n边边: 𝕊\n圆".encode() + b"\xff")
    with pytest.raises(InvalidBookError) as caught:
        read_text(path, tmp_path)
    assert caught.value.problems[0].location == Location("x.yaml", 3, 2)
    assert place(parse_document("边边: {𝕊: 圆, 角: 形}\n", "x.yaml"), "边边", "角") == (1, 15)


def test_a_missing_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(InvalidBookError, match=r"^x\.yaml:1:1: cannot be read: No such file or directory$"):
        read_text(tmp_path / "x.yaml", tmp_path)


def test_paths_outside_the_book_are_whole() -> None:
    assert relative(Path("/book/data/x.yaml"), Path("/book")) == "data/x.yaml"
    assert relative(Path("/other/x.yaml"), Path("/book")) == "/other/x.yaml"


def test_depth_is_limited_and_no_more_is_read() -> None:
    def nested(depth: int) -> str:
        return "a: " + "[" * depth + "]" * depth

    parse_document(nested(MAX_DEPTH), "x.yaml")
    for depth in (MAX_DEPTH + 1, 50, 100_000):
        with pytest.raises(InvalidBookError) as caught:
            parse_document(nested(depth), "x.yaml")
        assert len(caught.value.problems) == 1


@pytest.mark.parametrize("opening", ["[", "{a: ", "{? ", "- ", "? ", "a:\n ", "!t [", "&a [", '["', "'"])
def test_what_is_opened_very_often_is_a_problem(opening: str) -> None:
    with pytest.raises(InvalidBookError):
        parse_document(opening * 3000, "x.yaml")


# --- broken files ----------------------------------------------------------------------


def problems_in(path: Path) -> list[str]:
    """What is said of a file; anything but a said problem fails the test."""
    try:
        document = read_document(path, path.parent)
        read_record(KINDS["models"], document)
    except InvalidBookError as error:
        return [str(problem) for problem in error.problems]
    return []


def mutated(text: str, dice: random.Random) -> str:
    """*text* with a few characters taken away, put in or moved."""
    for _ in range(dice.randint(1, 4)):
        start = dice.randrange(len(text) + 1)
        end = min(len(text), start + dice.choice((0, 0, 1, 1, 5, 40)))
        put = dice.choice(("", "\t", "\n", " ", ":", ": ", "- ", "[", "]", "{", "}", "'", '"', "#", "&a", "*a", "!b "))
        put = dice.choice(
            (put, put, "@", "`", "%", "|", ">", "?", "~", "\0", "\x85", "\u2028", "\r", "边", text[start:end])
        )
        text = text[:start] + put + text[end:]
    return text


def test_mutated_records_are_read_or_said_to_be_wrong() -> None:
    dice = random.Random(7)  # noqa: S311
    broken = 0
    for turn in range(3000):
        path = RECORDS[turn % len(RECORDS)]
        text = mutated(path.read_text(encoding="utf-8"), dice)
        try:
            read_record(KINDS[path.parent.name], parse_document(text, "data/x.yaml"))
        except InvalidBookError as error:
            broken += 1
            said = [str(problem) for problem in error.problems]
            last = max(problem.location.line for problem in error.problems)
        else:
            said, last = ["read"], 1
        assert said
        assert not any("\n" in line for line in said)
        assert last <= len(text.splitlines()) + 1
    assert 500 < broken < 3000


def test_random_bytes_are_said_to_be_wrong(tmp_path: Path) -> None:
    dice = random.Random(11)  # noqa: S311
    path = tmp_path / "x.yaml"
    for _ in range(500):
        path.write_bytes(dice.choice((b"", b"a: ", b"- ", b"\xef\xbb\xbf")) + dice.randbytes(dice.randint(0, 60)))
        assert problems_in(path)


def test_mutated_bytes_are_read_or_said_to_be_wrong(tmp_path: Path) -> None:
    dice = random.Random(13)  # noqa: S311
    path = tmp_path / "x.yaml"
    for turn in range(500):
        data = bytearray(RECORDS[turn % len(RECORDS)].read_bytes())
        for _ in range(3):
            data[dice.randrange(len(data))] = dice.randrange(256)
        path.write_bytes(data)
        problems_in(path)

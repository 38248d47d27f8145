"""How a record is read, with a toy kind."""

from __future__ import annotations

from typing import Any, Literal

import pytest
from pydantic import Field

from modelbook.errors import InvalidBookError, Location
from modelbook.records import Column, Comparison, Record, Row, field_titles, known_field, read_record
from modelbook.schema import Citation, Claim, Name, Quantity, Text, Value, Words
from modelbook.sources import parse_document


class Side(Value):
    length: Claim[Quantity]
    label: Name | None = None


class Shape(Record):
    singular = "shape"

    sides: list[Side] = Field([], min_length=1)
    color: Literal["red", "blue"] = "red"
    named: dict[str, Side] = {}
    note: Text | None = None
    code: Words | None = None


def read(text: str, path: str = "data/shapes/square.yaml") -> Shape:
    record = read_record(Shape, parse_document(text, path))
    assert isinstance(record, Shape)
    return record


def problems(text: str, path: str = "data/shapes/square.yaml") -> list[str]:
    with pytest.raises(InvalidBookError) as caught:
        read(text, path)
    return [str(problem).removeprefix(f"{path}:") for problem in caught.value.problems]


def test_a_record_knows_its_id_and_its_places() -> None:
    shape = read("name: Square\nsides:\n  - length: {value: 7B, cite: [euler]}\n")
    assert (shape.id, shape.path) == ("square", "data/shapes/square.yaml")
    assert shape.name == Name({"": "Square"})
    assert shape.sides[0].length.cite == [Citation("euler")]
    assert shape.locate(("sides", 0, "length", "cite", 0)) == Location("data/shapes/square.yaml", 3, 32)
    assert shape.locate(("sides",), key=True) == Location("data/shapes/square.yaml", 2, 1)


def test_dots_belong_to_an_id() -> None:
    assert read("name: Square\n", "data/shapes/square-1.5.yaml").id == "square-1.5"


@pytest.mark.parametrize("id", ["Square", "a_b", "a--b", "-a", "a.", "a b", "方", ""])
def test_badly_formed_ids(id: str) -> None:
    assert problems("name: Square\n", f"data/shapes/{id}.yaml")[0].startswith("1:1: ")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("name: A\nsides: []\n", ["2:8: empty list; expected at least one item"]),
        ("name: A\nsids: []\n", ["2:1: unknown field 'sids'; did you mean 'sides'?"]),
        (
            "name: A\nsides:\n  - {length: 7B, lable: B}\n",  # codespell:ignore lable
            ["3:18: unknown field 'lable'; did you mean 'label'?"],  # codespell:ignore lable
        ),
        (
            "name: A\nnamed:\n  top: {length: {value: 7B, note: {en: a}, notes: b}}\n",
            ["3:44: unknown field 'notes'; did you mean 'note'?"],
        ),
        ("name: A\nsides:\n  - {}\n", ["3:5: field 'length' is missing"]),
        ("name: A\ncolor: rde\n", ["2:8: 'rde' is not allowed here; did you mean 'red'?"]),
        ("name: A\ncolor: x\n", ["2:8: 'x' is not allowed here; expected 'red' or 'blue'"]),
        ("name: A\ncolor: [red]\n", ["2:8: a list stands here; expected 'red' or 'blue'"]),
        ("name: A\nnote:\n  en: a\n  zh: ''\n", ["4:3: no text for language 'zh'; expected text in every language"]),
        ("name: A\ncode: ' '\n", ["2:7: empty text; expected some, or none at all"]),
        (
            f"name: A\nnote: {'x' * 100}\n",
            [f"2:7: '{'x' * 59}…' stands here; expected text by language, `{{en: ..., zh: ...}}`"],
        ),
        ("name: A\ncode: {a: b}\n", ["2:7: a mapping stands here; expected text"]),
    ],
)
def test_problems_have_places_and_say_what_is_expected(text: str, expected: list[str]) -> None:
    assert problems(text) == expected


def test_all_problems_are_said_at_once() -> None:
    assert len(problems("color: green\nsides: [{length: x}, {length: y}]\n")) == 4


def test_titles_of_fields_are_by_path() -> None:
    titles = field_titles()
    assert titles["parameters"] == "Parameters"
    assert titles["training.tokens"] == "Training tokens"
    assert not {"cite", "links", "derived_from", "training", "name"} & set(titles)


def test_rows_and_columns() -> None:
    comparison = read_record(
        Comparison,
        parse_document("name: A\ncolumns: [name, {field: vram, unit: B}]\nrows: [a, 'b:7b']\n", "data/x/a.yaml"),
    )
    assert isinstance(comparison, Comparison)
    assert comparison.columns == [Column(field="name"), Column(field="vram", unit="B")]
    assert [(row.id, row.variant) for row in comparison.rows or ()] == [("a", None), ("b", "7b")]
    assert Row("c:").variant == ""


def test_every_value_is_frozen() -> None:
    shape: Any = read("name: Square\n")
    with pytest.raises(ValueError, match="frozen"):
        shape.color = "blue"


def test_a_field_is_guessed_by_the_last_part_of_its_path() -> None:
    with pytest.raises(ValueError, match=r"no field 'atention' of models; did you mean 'architecture\.attention'\?"):
        known_field("atention")

"""Values put into records: nothing else in the text changes."""

from __future__ import annotations

import difflib

import pytest

from modelbook.authoring.edits import add_alternative, add_field
from modelbook.sources import parse_document

TEXT = """\
# What it is.
name: X # said so
parameters: 7B   # bare
context: "4096"
hardware:
  en: A, b
  # inside
  zh: 甲

langs:
- en
- zh
# behind
training:
  tokens:
    value: 1T
    alternatives:
      - value: 2T   # two
        cite: [a]
    # after
  period: {value: "2022"}
variants:
  7b: {name: Y, parameters: {value: 7B, alternatives: [{value: 8B, cite: [a]}]}}
  8b: {}
text: |
  one
  two
"""

ALTERNATIVE = {"value": "6.7B", "cite": ["k, p. 7"], "note": {"en": "Of: X.", "zh": "甲，乙。"}}
ITEM = '{value: 6.7B, cite: ["k, p. 7"], note: {en: "Of: X.", zh: 甲，乙。}}'


def changed(before: str, after: str) -> list[str]:
    """The lines that went and came."""
    lines = difflib.ndiff(before.splitlines(), after.splitlines())
    return [line for line in lines if line[0] in "+-"]


@pytest.mark.parametrize(
    ("path", "lines"),
    [
        ("parameters", ["- parameters: 7B   # bare", f"+ parameters: {{value: 7B, alternatives: [{ITEM}]}}   # bare"]),
        ("context", ['- context: "4096"', f'+ context: {{value: "4096", alternatives: [{ITEM}]}}']),
        ("training.tokens", [f"+       - {ITEM}"]),
        (
            "training.period",
            ['-   period: {value: "2022"}', f'+   period: {{value: "2022", alternatives: [{ITEM}]}}'],
        ),
        (
            "variants.7b.parameters",
            [
                "-   7b: {name: Y, parameters: {value: 7B, alternatives: [{value: 8B, cite: [a]}]}}",
                f"+   7b: {{name: Y, parameters: {{value: 7B, alternatives: [{{value: 8B, cite: [a]}}, {ITEM}]}}}}",
            ],
        ),
        (
            "text",
            [f'+ text: {{value: "one\\ntwo\\n", alternatives: [{ITEM}]}}', "- text: |", "-   one", "-   two"],
        ),
    ],
)
def test_an_alternative_is_put_beside_the_value(path: str, lines: list[str]) -> None:
    assert changed(TEXT, add_alternative(TEXT, path.split("."), ALTERNATIVE)) == lines


@pytest.mark.parametrize("path", ["hardware", "langs"])
def test_a_value_of_several_lines_becomes_a_claim_of_several_lines(path: str) -> None:
    text = add_alternative(TEXT, [path], ALTERNATIVE)
    before, after = parse_document(TEXT, "").values, parse_document(text, "").values
    assert after == {**before, path: {"value": before[path], "alternatives": [ALTERNATIVE]}}
    assert "  # inside\n" in text


@pytest.mark.parametrize(
    ("path", "lines"),
    [
        ("announced", ['+ announced: "2023-01-02"']),
        ("training.cost", ['+   cost: "2023-01-02"']),
        ("architecture.layers", ['+ architecture: {layers: "2023-01-02"}']),
        ("variants.8b.parameters", ["-   8b: {}", '+   8b: {parameters: "2023-01-02"}']),
    ],
)
def test_a_missing_field_comes_where_it_belongs(path: str, lines: list[str]) -> None:
    order = ["name", "announced", "parameters", "cost", "tokens"]
    after = add_field(TEXT, path.split("."), "2023-01-02", lambda _: order)
    assert changed(TEXT, after) == lines
    if path == "announced":
        assert after.index("announced") < after.index("parameters")


def test_line_ends_stay() -> None:
    for after in (
        add_alternative(TEXT.replace("\n", "\r\n"), ["training", "tokens"], ALTERNATIVE),
        add_alternative(TEXT.replace("\n", "\r\n"), ["langs"], ALTERNATIVE),
        add_field(TEXT.replace("\n", "\r\n"), ["announced"], "2023", lambda _: []),
    ):
        assert after.count("\n") == after.count("\r\n") > TEXT.count("\n")


def test_nothing_is_put_over_a_value() -> None:
    with pytest.raises(KeyError):
        add_field(TEXT, ["name"], "Z", lambda _: [])
    with pytest.raises(KeyError):
        add_alternative(TEXT, ["nothing"], ALTERNATIVE)

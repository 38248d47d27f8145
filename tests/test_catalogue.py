"""Records together: what variants take from their model, and lineage."""

from __future__ import annotations

from pathlib import Path

import pytest

from modelbook.catalogue import Catalogue, Subject, check_catalogue, derivations, load_catalogue, released
from modelbook.errors import MissingRecordError
from modelbook.records import Model, Organization, Record, read_record
from modelbook.schema import Citation
from modelbook.sources import parse_document

START = """
organizations: [labs]
purpose: base
modality: {input: [text], output: [text]}
summary: {en: x}
checked: "2026"
"""


def model(id: str, text: str = "") -> Model:
    record = read_record(Model, parse_document(f"name: {id.upper()}{START}{text}", f"data/models/{id}.yaml"))
    assert isinstance(record, Model)
    return record


def catalogue(*records: Record) -> Catalogue:
    labs = read_record(Organization, parse_document("name: Labs\ntype: company\n", "data/organizations/labs.yaml"))
    return Catalogue([labs, *records])


def problems(*records: Record) -> list[str]:
    return [problem.message for problem in check_catalogue(catalogue(*records))]


# --- inheritance -----------------------------------------------------------------------

FAMILY = model(
    "family",
    """
cite: [of-model]
parameters: 7B
context: {value: "10", cite: [of-context]}
training:
  tokens: 1T
  cost: {value: "5", cite: [of-cost]}
announced: "2023"
variants:
  own: {parameters: 70B, purpose: chat, cite: [of-variant], training: {tokens: 2T}}
  cited: {context: {value: "20", cite: [of-own-context]}, released: "2024"}
  bare: {context: "30"}
  empty: {}
""",
)


@pytest.mark.parametrize(
    ("variant", "field", "value", "cite"),
    [
        (None, "parameters", "7B", "of-model"),
        (None, "context", "10", "of-context"),
        (None, "training.cost", "5", "of-cost"),
        ("own", "parameters", "70B", "of-variant"),
        ("own", "training.tokens", "2T", "of-variant"),
        ("own", "context", "10", "of-context"),
        ("own", "training.cost", "5", "of-cost"),
        ("cited", "context", "20", "of-own-context"),
        ("cited", "parameters", "7B", "of-model"),
        ("bare", "context", "30", "of-model"),
        ("empty", "training.tokens", "1T", "of-model"),
    ],
)
def test_a_variant_takes_values_and_their_sources_from_the_model(
    variant: str | None, field: str, value: str, cite: str
) -> None:
    found, sources = Subject(FAMILY, variant).find(field)
    assert found.known.written == value
    assert sources == [Citation(cite)]
    assert Subject(FAMILY, variant).value(field) is found


def test_the_source_of_a_value_goes_with_it() -> None:
    """A value of the model is not supported by what the variant cites."""
    assert Subject(FAMILY, "own").find("announced")[1] == [Citation("of-model")]


def test_plain_values_are_taken_too() -> None:
    assert Subject(FAMILY, "own").value("purpose") == "chat"
    assert Subject(FAMILY, "empty").value("purpose") == "base"


@pytest.mark.parametrize("field", ["vram", "training.data", "nothing", "parameters.nothing.at.all", "links"])
def test_what_nobody_says_is_none(field: str) -> None:
    assert Subject(FAMILY, "own").find(field) == (None, [])


def test_the_date_is_of_release_or_else_of_announcement() -> None:
    assert released(Subject(FAMILY)).known.written == "2023"
    assert released(Subject(FAMILY, "cited")).known.written == "2024"
    assert released(Subject(model("other"))) is None


def test_subjects_have_ids_and_paths() -> None:
    assert (Subject(FAMILY).id, Subject(FAMILY).path) == ("family", ())
    assert (Subject(FAMILY, "own").id, Subject(FAMILY, "own").path) == ("family:own", ("variants", "own"))


# --- lookups ---------------------------------------------------------------------------


def test_records_are_found_by_kind_and_id() -> None:
    a, b = model("a"), model("b")
    records = catalogue(b, a)
    assert records.all(Model) == [a, b]
    assert records.get(Model, "a") is a
    assert records.get(Organization, "a") is None
    assert records.find(Model, "b") is b
    assert records.target(a.organizations[0]) is records.get(Organization, "labs")
    assert {record.id for record in records} == {"a", "b", "labs"}


def test_a_record_that_is_missing_is_said_with_the_nearest() -> None:
    with pytest.raises(MissingRecordError, match=r"^no model 'circel'; did you mean 'circle'\?$") as caught:
        catalogue(model("circle")).find(Model, "circel")
    assert not caught.value.said_already


def test_a_record_that_could_not_be_read_has_been_said() -> None:
    with pytest.raises(MissingRecordError) as caught:
        Catalogue([], [("models", "circle")]).find(Model, "circle")
    assert caught.value.said_already


def test_lineage_is_looked_up_in_both_directions() -> None:
    base = model("base", "variants: {7b: {}}")
    tuned = model(
        "tuned",
        """
derived_from: [{model: base, relation: fine-tune}]
variants:
  small: {derived_from: [{model: base, variant: 7b, relation: distilled}]}
  chat: {derived_from: [{model: tuned, variant: small, relation: fine-tune}]}
""",
    )
    records = catalogue(base, tuned)
    assert [(variant, each.model, each.variant) for variant, each in derivations(tuned)] == [
        (None, "base", None),
        ("small", "base", "7b"),
        ("chat", "tuned", "small"),
    ]
    assert [(other.id, variant, each.variant) for other, variant, each in records.derivatives(base)] == [
        ("tuned", None, None),
        ("tuned", "small", "7b"),
    ]
    assert records.derivatives(tuned) == []
    assert problems(base, tuned) == []


# --- checks ----------------------------------------------------------------------------


def test_a_long_lineage_is_no_circle() -> None:
    chain = [
        model(f"m{number}", f"derived_from: [{{model: m{number - 1}, relation: successor}}]" if number else "")
        for number in range(60)
    ]
    assert problems(*chain) == []


def test_a_circle_is_said_once() -> None:
    circle = [model(id, f"derived_from: [{{model: {base}, relation: merge}}]") for id, base in ("ab", "bc", "ca", "da")]
    assert problems(*circle) == ["lineage goes in a circle, a → b → c → a; expected models to derive from earlier ones"]


@pytest.mark.parametrize(
    ("base", "derived", "relation", "is_wrong"),
    [
        ("2023", "2022", "fine-tune", True),
        ("2023", "2023", "fine-tune", False),
        ("2023-07", "2023", "fine-tune", False),
        ("2023", "2023-01", "fine-tune", False),
        ("2023-07-02", "2023-07-01", "successor", True),
        ("2023-07-02", "2023-07-01", "component", False),
        ("unknown", "2022", "fine-tune", False),
        ("2023", "undisclosed", "fine-tune", False),
        ("2023/2025", "2024", "fine-tune", False),
        ("9999", "9999", "fine-tune", False),
    ],
)
def test_nothing_is_older_than_its_base(base: str, derived: str, relation: str, is_wrong: bool) -> None:
    text = f"released: '{derived}'\nderived_from: [{{model: base, relation: {relation}}}]"
    assert bool(problems(model("base", f"released: '{base}'"), model("tuned", text))) is is_wrong


def test_nothing_is_read_that_is_hidden(tmp_path: Path) -> None:
    folder = tmp_path / "data" / "terms"
    folder.mkdir(parents=True)
    (folder / ".side.yaml.swp").write_bytes(b"\xff")
    (folder / "side.yaml").write_text("name: Side\ntext: {en: A line.}\n", encoding="utf-8")
    records, wrong = load_catalogue(tmp_path / "data", tmp_path)
    assert [record.id for record in records] == ["side"]
    assert wrong == []

"""The JSON Schemas of records: they are up to date, allow what the book allows, and say what each field is."""

from __future__ import annotations

import itertools
import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner
from jsonschema import Draft7Validator
from referencing import Registry, Resource

from conftest import BOOKS, MakeBook
from modelbook.authoring.jsonschemas import BOOK, book_schema, kind_schema, schema_text
from modelbook.cli import main
from modelbook.errors import InvalidBookError
from modelbook.mkdocs_plugin.reading import read_book, read_config
from modelbook.records import KINDS, Record, read_record
from modelbook.schema import Citation, Country, LanguageTag, PartialDate, Quantity, Url, Value
from modelbook.sources import parse_document

ROOT = Path(__file__).parent.parent
SCHEMAS = ROOT / ".vscode" / "schemas"
MINIMAL = BOOKS / "minimal"
CASES = Path(__file__).parent / "cases" / "problems"


class EditorLoader(yaml.SafeLoader):
    """YAML as editors read it: 1.2 with its core types. https://yaml.org/spec/1.2.2/#103-core-schema"""


EditorLoader.yaml_implicit_resolvers = {}
for _name, _pattern in {
    "null": r"null|Null|NULL|~|",
    "bool": r"true|True|TRUE|false|False|FALSE",
    "int": r"[-+]?[0-9]+",
    "float": r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?",
}.items():
    EditorLoader.add_implicit_resolver(f"tag:yaml.org,2002:{_name}", re.compile(f"^(?:{_pattern})$"), None)
EditorLoader.add_constructor("tag:yaml.org,2002:int", lambda _, node: int(node.value))


def validator(kind: str, book: dict[str, Any]) -> Draft7Validator:
    resource: Resource[Any] = Resource.from_contents(book)
    schema = kind_schema(KINDS[kind])
    Draft7Validator.check_schema(schema)
    return Draft7Validator(schema, registry=Registry().with_resource(BOOK, resource))


@pytest.fixture(scope="module")
def validators() -> dict[str, Draft7Validator]:
    """For each kind of record, with the ids of the minimal book."""
    book = book_schema(read_book(read_config(str(MINIMAL / "mkdocs.yml"))).book)
    return {kind: validator(kind, book) for kind in KINDS}


def allows(validator: Draft7Validator, text: str) -> bool:
    return bool(validator.is_valid(yaml.load(text, EditorLoader)))  # noqa: S506 (a safe loader)


def is_read(kind: str, text: str) -> bool:
    try:
        read_record(KINDS[kind], parse_document(text, f"data/{kind}/a.yaml"))
    except InvalidBookError:
        return False
    return True


# --- up to date ------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_the_committed_schema_is_that_of_the_kind(kind: str) -> None:
    committed = (SCHEMAS / f"{kind}.json").read_text(encoding="utf-8")
    assert committed == schema_text(kind_schema(KINDS[kind])), "run `modelbook schemas`"


def test_nothing_else_is_committed() -> None:
    assert {path.name for path in SCHEMAS.iterdir()} == {BOOK, *(f"{kind}.json" for kind in KINDS)}
    committed = json.loads((SCHEMAS / BOOK).read_text(encoding="utf-8"))
    Draft7Validator.check_schema(committed)
    assert set(committed["definitions"]) == {*KINDS, "rows", "citations", "text"}


# --- what is allowed -------------------------------------------------------------------

GOOD = {
    "bare values": ("models", "{}"),
    "a number where text is read": ("models", "context: 4096\nvram: 15.8\nparameters: 7B"),
    "dates without quotes": ("models", "released: 2023-07\nannounced: 2023\nvariants: {7b: {released: 2023-07-18}}"),
    "a claim": (
        "models",
        "training: {tokens: {value: ~2T, status: disputed, cite: [a, 'b, p. 7'], note: {en: A., zh: 啊。}, "
        "alternatives: [{value: 3T+, cite: ['@c']}]}}",
    ),
    "words for what is missing": ("models", "parameters: undisclosed\nlicense: {weights: {value: unknown}}"),
    "ids that the book does not have yet": (
        "models",
        "techniques: [new, 360]\nderived_from: [{model: x, relation: merge}]",
    ),
    "a field without a value": ("models", "context:\nlanguages: ~"),
    "names by language": (
        "models",
        "architecture: {family: {en: A, zh: 甲}, attention: {value: {en: B}}, position: C}",
    ),
    "a list as a claim": (
        "models",
        "languages: [en, zh-Hant]\ntraining: {data: {value: [{dataset: c4, partial: yes}]}}",
    ),
    "truth in other words": ("licenses", "osi_approved: true\ncommercial_use: yes"),
    "truth in capitals": ("licenses", "osi_approved: 'OFF'\ncommercial_use: 'no'"),
    "conditions": ("licenses", "osi_approved: 0\ncommercial_use: conditional\nconditions: {en: Few.}"),
    "a word in digits": ("events", "date: 1758~\ntype: paper\nimportance: 1"),
    "an interval": ("events", "date: {value: 2023-01/2023-07}\ntype: paper\nimportance: '3'"),
    "rows": ("comparisons", "columns: [name, {field: parameters, unit: B}]\nrows: [circle:7b, ellipse]"),
    "a filter": (
        "comparisons",
        "columns: [name]\nrows: ~\nfilter: {purpose: base, organizations: [a, b], released: 2023}\nsort: -vram",
    ),
}

MODEL = """name: A
organizations: [round-labs]
purpose: base
modality: {input: [text], output: [text]}
summary: {en: A., zh: 啊。}
checked: 2026-11
"""


def record(kind: str, fields: str) -> str:
    if fields == "{}":
        fields = ""
    return (MODEL if kind == "models" else "name: A\n") + fields + "\n"


@pytest.mark.parametrize("path", sorted(MINIMAL.glob("data/*/*.yaml")), ids=lambda path: path.stem)
def test_records_of_a_book_are_allowed(path: Path, validators: dict[str, Draft7Validator]) -> None:
    text = path.read_text(encoding="utf-8")
    errors = validators[path.parent.name].iter_errors(yaml.load(text, EditorLoader))  # noqa: S506
    assert [error.message for error in errors] == []


@pytest.mark.parametrize(("kind", "fields"), GOOD.values(), ids=GOOD)
def test_what_the_book_reads_is_allowed(kind: str, fields: str, validators: dict[str, Draft7Validator]) -> None:
    text = record(kind, fields)
    assert is_read(kind, text)
    assert allows(validators[kind], text)


BAD = {
    "an unknown field": ("models", "corners: 7"),
    "an unknown field below": ("models", "training: {token: 2T}"),
    "an unknown field of a claim": ("models", "context: {value: 4096, sited: [a]}"),
    "a claim without a value": ("models", "context: {cite: [a]}"),
    "a claim of another type": ("models", "context: [4096]"),
    "a disputed value without a note": ("models", "context: {value: 4096, status: disputed}"),
    "an alternative without a source": ("models", "context: {value: 1, alternatives: [{value: 2}]}"),
    "a quantity in words": ("models", "parameters: 7 billion"),
    "a quantity with a comma": ("models", "context: 4,096"),
    "a quantity below zero": ("models", "context: -3"),
    "an unknown word": ("models", "openness: {weights: ajar}"),
    "a date in words": ("models", "released: July 2023"),
    "a month without its zero": ("models", "released: 2023-7"),
    "a month that is none": ("models", "released: 2023-13"),
    "a day that is none": ("models", "released: 2023-04-31"),
    "a number that is no year": ("models", "released: 20230718"),
    "the year 0": ("models", "released: '0000'"),
    "two marks at a date": ("models", "released: 2023~?"),
    "a list that is none": ("models", "techniques: rolling"),
    "an empty alias": ("models", "aliases: ['']"),
    "an id that is none": ("models", "techniques: [Rolling Stones]"),
    "the id of a variant that is none": ("models", "variants: {7B: {parameters: 7B}}"),
    "a citation that is none": ("models", "cite: [a b]"),
    "a citation with two keys": ("models", "cite: ['a, @b']"),
    "an address that runs": ("models", "links: [{type: home, url: 'javascript:alert(1)'}]"),
    "an address without its scheme": ("models", "links: [{type: home, url: example.org}]"),
    "a language that is none": ("models", "languages: [English]"),
    "text without languages": ("models", "limitations: [Slow.]"),
    "text in no language": ("models", "limitations: [{}]"),
    "text in a language that is none": ("models", "limitations: [{english: Slow.}]"),
    "an empty text": ("models", "limitations: [{en: Slow., zh: ' '}]"),
    "a comma in text without quotes": ("models", "limitations: [{en: Slow, and large., zh: 慢。}]"),
    "an empty list": ("models", "scores: [{benchmark: a, value: 1, by: developer, cite: []}]"),
    "nothing where something is needed": ("models", "links: ~"),
    "neither yes nor no": ("licenses", "osi_approved: maybe\ncommercial_use: yes"),
    "2 as yes or no": ("licenses", "osi_approved: 2\ncommercial_use: yes"),
    "conditional without conditions": ("licenses", "osi_approved: no\ncommercial_use: conditional"),
    "conditions without a value": ("licenses", "osi_approved: no\ncommercial_use: conditional\nconditions: ~"),
    "a field is missing": ("licenses", "osi_approved: no"),
    "a country in words": ("organizations", "type: company\ncountry: France"),
    "importance beyond its words": ("events", "date: 2023\ntype: paper\nimportance: 4"),
    "a column that is none": ("comparisons", "columns: [corners]\nrows: [a]"),
    "a column of no field": ("comparisons", "columns: [{unit: B}]\nrows: [a]"),
    "a sort by no field": ("comparisons", "columns: [name]\nrows: [a]\nsort: -corners"),
    "no columns": ("comparisons", "columns: []\nrows: [a]"),
    "neither rows nor a filter": ("comparisons", "columns: [name]"),
    "rows and a filter": ("comparisons", "columns: [name]\nrows: [a]\nfilter: {}"),
}


@pytest.mark.parametrize(("kind", "fields"), BAD.values(), ids=BAD)
def test_what_the_book_rejects_is_rejected(
    kind: str, fields: str, validators: dict[str, Draft7Validator], make_book: MakeBook
) -> None:
    text = record(kind, fields)
    assert not allows(validators[kind], text)
    book = make_book({f"data/{kind}/wrong.yaml": text})
    problems = read_book(read_config(str(book / "mkdocs.yml"))).book.problems
    assert any(problem.location.path == f"data/{kind}/wrong.yaml" for problem in problems)


def test_nothing_is_rejected_that_the_book_allows(validators: dict[str, Draft7Validator]) -> None:
    """Every record of the golden cases that a schema rejects has a problem there."""
    rejected = 0
    for path in sorted(CASES.glob("*.yml")):
        for case in yaml.safe_load(path.read_text(encoding="utf-8")):
            for name, text in case["files"].items():
                folder, _, file = name.removeprefix("data/").partition("/")
                if not isinstance(text, str) or folder not in KINDS or not file.endswith(".yaml"):
                    continue
                try:
                    is_allowed = allows(validators[folder], text)
                except (yaml.YAMLError, ValueError):  # no schema sees what is no YAML
                    continue
                if not is_allowed:
                    rejected += 1
                    said = [problem for problem in case["problems"] if problem.startswith(f"{name}:")]
                    assert said, f"{case['case']}: {name}"
    assert rejected > 20


SCALARS: dict[Any, list[str]] = {
    Quantity: ["".join(letters) for n in range(1, 6) for letters in itertools.product("70.~+-KB", repeat=n)],
    PartialDate: [
        f"{year}{month}{day}{mark}{end}"
        for year in ("0000", "2023", "2024", "23", "20233")
        for month in ("", *(f"-{month:02}" for month in range(14)), "-7")
        for day in ("", *(f"-{day:02}" for day in range(33)), "-7")
        for mark in ("", "~", "?", "~?")
        for end in ("", "/2024", "/")
    ],
    LanguageTag: ["en", "zh-Hant", "pt-BR", "multiple", "EN", "english", "e", "en-", "en-x", "多"],
    Country: ["FR", "fr", "FRA", "F", "法国"],
    Url: [
        "https://a.example",
        "http://a/?b#c",
        "mailto:a@b",
        "https://",
        "https:///a",
        "//a",
        "a",
        "ftp://a",
        "https://a b",
    ],
    Citation: [
        "".join(signs)
        for n in range(1, 5)
        for signs in itertools.product(("a", "@", ",", "，", " ", "[", ";"), repeat=n)
    ],
}


@pytest.mark.parametrize("kind", SCALARS, ids=lambda kind: kind.__name__)
def test_patterns_allow_what_is_read(kind: Any, validators: dict[str, Draft7Validator]) -> None:
    """A pattern may allow more: it knows neither calendars nor which of two numbers is larger."""
    if kind is Citation:
        schema: Any = validators["models"].evolve(schema={"$ref": f"{BOOK}#/definitions/citations"})
    else:
        schema = Draft7Validator(
            next(
                definitions[kind.__name__]
                for folder in KINDS
                if kind.__name__ in (definitions := kind_schema(KINDS[folder])["definitions"])
            )
        )
    more = set()
    for text in SCALARS[kind]:
        try:
            kind.parse(text)
        except ValueError:
            if schema.is_valid(text):
                more.add(text)
        else:
            assert schema.is_valid(text), text
    if kind is PartialDate:
        assert {text[:10] for text in more if "/" not in text} == {"2023-02-29"}
    elif kind is Quantity:
        assert all("-" in text for text in more)
    else:
        assert more == set()


# --- what is said ----------------------------------------------------------------------


def fields(schema: Any) -> list[tuple[str, Any]]:
    """The fields of all mappings in a schema."""
    if isinstance(schema, list):
        return [field for part in schema for field in fields(part)]
    if not isinstance(schema, dict):
        return []
    own = list(schema["properties"].items()) if schema.get("additionalProperties") is False else []
    return own + [field for part in schema.values() for field in fields(part)]


@pytest.mark.parametrize("kind", KINDS)
def test_every_field_is_described(kind: str) -> None:
    found = fields(kind_schema(KINDS[kind]))
    assert {"name", "cite"} <= {name for name, _ in found}
    for name, field in found:
        assert field["description"], name
        assert field["description"] == field["markdownDescription"]


def values(kind: type[Value]) -> set[type[Value]]:
    return {kind, *(value for below in kind.__subclasses__() for value in values(below))}


def test_every_field_has_words_of_its_own() -> None:
    for kind in values(Value):
        if kind.__module__ in ("modelbook.schema", "modelbook.records"):
            for name, field in kind.model_fields.items():
                assert field.description, f"{kind.__name__}.{name}"


def test_a_field_says_how_it_is_written_and_where_that_comes_from() -> None:
    properties = kind_schema(KINDS["models"])["properties"]
    assert "EDTF" in properties["released"]["description"]
    assert "https://www.loc.gov/standards/datetime/" in properties["released"]["description"]
    assert "`~2T`" in properties["parameters"]["description"]
    assert "`data/organizations/`" in properties["organizations"]["description"]


def test_what_stands_beside_a_reference_only_explains() -> None:
    """Draft 7 passes over the rest."""

    def check(schema: Any) -> None:
        if isinstance(schema, dict):
            if isinstance(schema.get("$ref"), str):
                assert schema.keys() <= {"$ref", "description", "markdownDescription", "default"}
            for part in schema.values():
                check(part)
        elif isinstance(schema, list):
            for part in schema:
                check(part)

    for kind in KINDS.values():
        check(kind_schema(kind))


class Mood:
    """A type that no schema knows."""


def test_a_type_that_is_not_known_is_never_passed_over() -> None:
    class Odd(Value):
        model_config = {"arbitrary_types_allowed": True}
        mood: Mood

    class Kind(Record):
        singular = "kind"
        odd: Odd

    with pytest.raises(TypeError, match=r"no JSON Schema is known for .*Mood"):
        kind_schema(Kind)


# --- what can be completed -------------------------------------------------------------


def completed(schema: Any) -> dict[str, str]:
    chosen = schema["anyOf"][0]
    return dict(zip(chosen["enum"], chosen["enumDescriptions"], strict=True))


def test_ids_keys_and_languages_of_the_book_are_completed() -> None:
    definitions = book_schema(read_book(read_config(str(MINIMAL / "mkdocs.yml"))).book)["definitions"]
    assert completed(definitions["models"]) == {"circle": "Circle", "ellipse": "Ellipse"}
    assert completed(definitions["rows"]) == {
        "circle": "Circle",
        "circle:70b": "Circle 70B",
        "circle:7b": "Circle 7B",
        "ellipse": "Ellipse",
    }
    assert completed(definitions["citations"])["noy2023shapes"] == "Shapes of AI (2023)"
    assert list(definitions["text"]["properties"]) == ["en", "zh"]


def test_a_record_that_cannot_be_read_is_completed_all_the_same(make_book: MakeBook) -> None:
    book = make_book({"data/organizations/round-labs.yaml": "title: Round Labs\n"})
    definitions = book_schema(read_book(read_config(str(book / "mkdocs.yml"))).book)["definitions"]
    assert completed(definitions["organizations"]) == {"round-labs": ""}


# --- the command -----------------------------------------------------------------------


def run(book: Path, *arguments: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(main, ["schemas", "-f", str(book / "mkdocs.yml"), *arguments])
    return result.exit_code, result.stdout, result.stderr


def test_schemas_are_written_once_and_then_up_to_date(make_book: MakeBook) -> None:
    book = make_book({})
    code, out, err = run(book)
    assert code == 0
    assert set(out.split()) == {f".vscode/schemas/{name}.json" for name in (*KINDS, "book")}
    assert err == "11 schemas: 11 written\n"
    assert run(book) == (0, "", "11 schemas: 0 written\n")
    assert run(book, "--check") == (0, "11 schemas: no problem\n", "")
    assert not list((book / ".vscode/schemas").glob(".*"))


def test_check_says_what_is_not_up_to_date_and_writes_nothing(make_book: MakeBook) -> None:
    book = make_book({})
    run(book, "--output", "made")
    folder = book / "made"
    (folder / "terms.json").unlink()
    (folder / "events.json").write_text("{}", encoding="utf-8")
    (folder / "shapes.json").write_text("{}", encoding="utf-8")
    code, out, err = run(book, "--output", "made", "--check")
    assert code == 1
    assert out.splitlines() == [
        "made/events.json:1:1: not what the kind of record is like now; "
        "expected its schema, which `modelbook schemas` writes",
        "made/shapes.json:1:1: no kind of record 'shapes'; expected no such file",
        "made/terms.json:1:1: no such file; expected a schema, which `modelbook schemas` writes",
    ]
    assert err == "11 schemas: 3 problems\n"
    assert (folder / "events.json").read_text(encoding="utf-8") == "{}"


def test_a_new_record_makes_no_problem(make_book: MakeBook) -> None:
    book = make_book({})
    run(book)
    (book / "data/terms/side.yaml").write_text("name: side\ntext: {en: A line., zh: 边。}\n", encoding="utf-8")
    code, out, _ = run(book, "--check", "--format", "json")
    said = json.loads(out)
    assert (code, said["problems"], said["schemas"]) == (0, [], 11)
    assert [(notice["path"], notice["message"]) for notice in said["notices"]] == [
        (
            ".vscode/schemas/book.json",
            "ids, keys or languages are missing or gone; expected those of the book, which `modelbook schemas` writes",
        )
    ]
    (book / ".vscode/schemas/book.json").unlink()
    assert run(book, "--check")[0] == 1


def test_a_book_that_cannot_be_read_is_another_exit_code(tmp_path: Path) -> None:
    code, out, err = run(tmp_path)
    assert (code, out) == (2, "")
    assert "does not exist" in err

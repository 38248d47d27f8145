"""`modelbook import models`, as a contributor runs it on a table in the shape of Epoch AI's."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from conftest import MakeBook, problems_of
from modelbook.cli import main

COLUMNS = "Model,Organization,Publication date,Domain,Parameters,Tokens,Confidence,Access"

ROWS = [
    "Circle-7B,Round Labs,2024-03-05,Language,7043000000.0,2e12,Confident,Open",
    "Circle-70B,Round Labs,2024-07-02,Language,71500000000.0,,Confident,Open",
    'Ellipse,"Round Labs, Oval",2024-05,Language,1000000000.0,5e11,Speculative,Closed',
    "Square (new),Round Labs,2025-01-02,Language,1.5e9,,Confident,Closed",
    "Circle Mini,Round Labs,2025-01-02,Language,1.5e9,,Confident,Closed",
    "Go Player,Round Labs,2016-01-27,Games,,,,",
]

MAPPING = """\
name: Model
cite: noy2023shapes
status:
  column: Confidence
  values:
    Confident: {}
    Speculative: {status: estimated, note: {en: Speculative., zh: 推测。}}
fields:
  organizations: {column: Organization}
  purpose: {column: Domain, words: {Language: base}}
  modality.input: {column: Domain, words: {Language: text}}
  modality.output: {column: Domain, words: {Language: text}}
  released: {column: Publication date, status: {}}
  parameters: {column: Parameters}
  training.tokens: {column: Tokens, where: {Domain: Language}}
  openness.weights: {column: Access, words: {Open: open, Closed: [closed, gated]}, status: {}}
new:
  summary: {en: "A model by {Organization}.", zh: "{Organization} 的模型。", fr: Un modèle.}
ignore:
  - {column: Domain, words: [Games], reason: it plays}
"""


SHOWN = """\
table.csv:4:2: column 'Organization': no organization is called 'Oval'; expected the name of one, or what it means \
under `words` in the mapping
data/models/circle.yaml:28:39: '70B' here; the table has parameters 71.5B ('Circle-70B', line 3 of the table)
data/models/circle.yaml:28:78: '2024-06' here; the table has released 2024-07-02 ('Circle-70B', line 3 of the table)
data/models/ellipse.yaml:1:1: no value; the table has openness.weights closed ('Ellipse', line 4 of the table)
data/models/ellipse.yaml:1:1: no value; the table has training.tokens 500B ('Ellipse', line 4 of the table)
data/models/ellipse.yaml:9:13: 'undisclosed' here is cited from this table; the table has parameters 1B ('Ellipse', \
line 4 of the table)
table.csv:6:1: 'Circle Mini' may belong to 'circle'; expected a line `Circle Mini: circle`, with a variant perhaps, or \
`new`, in `rows` of the mapping

6 rows: 3 matched, 1 new, 0 new but incomplete, 1 not clear, 1 ignored
values of matched rows: 6 same, 2 different, 2 missing, 1 outdated, 0 unclear
1 problem in the table
""".splitlines()


@pytest.fixture
def book(make_book: MakeBook) -> Path:
    return make_book({"table.csv": "\n".join([COLUMNS, *ROWS, ""]), "mapping.yaml": MAPPING})


def run(book: Path, *arguments: str) -> tuple[int, str, str]:
    config = ["-f", str(book / "mkdocs.yml")]
    if "--mapping" not in arguments:
        config += ["--mapping", str(book / "mapping.yaml")]
    result = CliRunner().invoke(main, ["import", "models", str(book / "table.csv"), *config, *arguments])
    return result.exit_code, result.stdout, result.stderr


def files(book: Path) -> dict[str, bytes]:
    return {path.relative_to(book).as_posix(): path.read_bytes() for path in (book / "data").rglob("*.yaml")}


def test_a_table_is_shown_beside_the_book_and_nothing_written(book: Path) -> None:
    before = files(book)
    code, out, err = run(book, "--brief")
    assert (code, err) == (1, "")
    assert out.splitlines() == SHOWN
    assert files(book) == before


def test_each_row_is_found_or_said_not_to_be(book: Path) -> None:
    found = json.loads(run(book, "--format", "json")[1])
    assert [(each["row"], each["model"]) for each in found["matched"]] == [
        ("Circle-7B", "circle:7b"),
        ("Circle-70B", "circle:70b"),
        ("Ellipse", "ellipse"),
    ]
    states = {
        (match["model"], value["field"]): value["state"] for match in found["matched"] for value in match["values"]
    }
    assert states == {
        ("circle:7b", "released"): "same",
        ("circle:7b", "parameters"): "same",
        ("circle:7b", "training.tokens"): "same",
        ("circle:7b", "openness.weights"): "same",
        ("circle:70b", "released"): "different",
        ("circle:70b", "parameters"): "different",
        ("circle:70b", "openness.weights"): "same",
        ("ellipse", "released"): "same",
        # The whole record cites the table: what it says was taken from there.
        ("ellipse", "parameters"): "outdated",
        ("ellipse", "training.tokens"): "missing",
        ("ellipse", "openness.weights"): "missing",
    }
    assert [(each["row"], each["path"], each["lacking"]) for each in found["new"]] == [
        ("Square (new)", "data/models/square-new.yaml", [])
    ]
    assert [(each["row"], each["near"]) for each in found["unclear"]] == [("Circle Mini", "circle")]
    assert [(each["row"], each["reason"]) for each in found["ignored"]] == [("Go Player", "it plays")]
    assert "summary:\n  en: A model by Round Labs.\n  zh: Round Labs 的模型。\n" in found["new"][0]["text"]


def test_writing_changes_these_values_only_and_leaves_a_good_book(book: Path) -> None:
    before = files(book)
    code, out, _ = run(book, "--write", "--brief")
    assert code == 1
    assert out.splitlines()[-3:] == [
        "data/models/circle.yaml: 2 alternatives written",
        "data/models/ellipse.yaml: 2 values written",
        "data/models/square-new.yaml: new",
    ]
    after = files(book)
    assert {name for name in after if after[name] != before.get(name)} == {
        "data/models/circle.yaml",
        "data/models/ellipse.yaml",
        "data/models/square-new.yaml",
    }
    assert (
        "  70b: {name: Circle 70B, parameters: {value: 70B, alternatives: [{value: 71.5B, cite: [noy2023shapes]}]}, "
        'active_parameters: 12B, released: {value: "2024-06", alternatives: [{value: "2024-07-02", '
        "cite: [noy2023shapes]}]}}\n"
    ) in after["data/models/circle.yaml"].decode()
    assert "openness: {weights: {value: closed, cite: [noy2023shapes]}}\n" in after["data/models/ellipse.yaml"].decode()
    assert "status: estimated, cite: [noy2023shapes], note: {en: Speculative., zh: 推测。}" in (
        after["data/models/ellipse.yaml"].decode()
    )
    assert problems_of(book) == []
    assert run(book, "--write", "--brief")[1].count("written") == 0
    assert files(book) == after


def test_a_part_and_some_rows_can_be_written_alone(book: Path) -> None:
    before = files(book)
    run(book, "--write", "--part", "values", "--only", "Ell*")
    assert {name for name, content in files(book).items() if content != before.get(name)} == {
        "data/models/ellipse.yaml"
    }


def test_a_difference_from_what_a_variant_inherits_says_whose_it_is(book: Path) -> None:
    table = book / "table.csv"
    table.write_text(f"{COLUMNS}\nCircle-7B,Round Labs,2024-03-05,Language,7e9,,Confident,Closed\n", encoding="utf-8")
    run(book, "--write")
    assert (
        "openness: {weights: {value: open, alternatives: [{value: closed, cite: [noy2023shapes], "
        "note: {en: Of Circle-7B., zh: 指 Circle-7B。}}]}, data: "
    ) in (book / "data/models/circle.yaml").read_text(encoding="utf-8")
    assert problems_of(book) == []


def test_a_mapping_adds_to_another_and_names_rows(book: Path) -> None:
    more = "extends: {}\nrows: {{Circle Mini: 'circle:7b', Square (new): new, Nothing: circle, Ellipse: oval}}\n"
    (book / "more.yaml").write_text(more.format(book / "mapping.yaml"), encoding="utf-8")
    found = json.loads(run(book, "--format", "json", "--mapping", str(book / "more.yaml"))[1])
    assert ("Circle Mini", "circle:7b") in [(each["row"], each["model"]) for each in found["matched"]]
    assert [each["message"] for each in found["problems"] if each["path"].endswith("more.yaml")] == [
        "no row 'Nothing' in the table",
        "no model 'oval'; expected the id of a model, or 'new'",
    ]


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ("", "table.csv:1:1: no headings; expected a first row with the names of the columns"),
        ("Model,Organizatoin\n", "table.csv:1:1: no column 'Organization', which the mapping names; did you mean "),
        (f"{COLUMNS},Access\n", "table.csv:1:9: column 'Access' is repeated; expected names that differ"),
        (f'{COLUMNS}\n"open', "table.csv:2:1: not valid CSV: unexpected end of data"),
    ],
)
def test_a_table_that_cannot_be_read_is_said(book: Path, table: str, said: str) -> None:
    (book / "table.csv").write_text(table, encoding="utf-8")
    code, out, err = run(book)
    assert (code, out) == (2, "")
    assert said in err


def test_rows_and_cells_that_cannot_be_read_are_said_with_their_places(book: Path) -> None:
    rows = [
        "Circle-7B,Round Labs",
        ",Round Labs,2024,Language,,,,",
        "Circle-7B,Round Labs,soon,Language,many,,Sure,Ajar",
        "Circle-7B,Round Labs,2024,Language,,,,",
    ]
    (book / "table.csv").write_text("\n".join([COLUMNS, *rows, ""]), encoding="utf-8")
    code, out, _ = run(book)
    assert code == 1
    assert out.splitlines()[:8] == [
        "table.csv:2:1: 2 cells; expected 8, as above",
        "table.csv:3:1: no 'Model'; expected the name of a model",
        "table.csv:4:3: column 'Publication date': 'soon' is not a date; expected 2023, 2023-07 or 2023-07-18, with ~ "
        "(about) or ? (doubtful) at the end, or an interval 2023-01/2023-07",
        "table.csv:4:5: column 'Parameters': 'many' is not a quantity; expected a number such as 7B, 860M, ~2T "
        "(about), 15.8+ (at least) or 2.2T-3T, with K, M, B or T for thousands to trillions",
        "table.csv:4:7: column 'Confidence': 'Sure' is no status that the mapping names; expected 'Confident' or "
        "'Speculative'",
        "table.csv:4:8: column 'Access': 'Ajar' is not allowed here; expected 'open', 'restricted', 'gated', "
        "'non-commercial', 'leaked' or 'closed'",
        "table.csv:5:1: row 'Circle-7B' is repeated; first on line 4",
        "",
    ]


@pytest.mark.parametrize(
    ("mapping", "said"),
    [
        ("name: Model\n", "field 'cite' is missing"),
        ("name: Model\ncite: k\nfields: {parameter: {column: Parameters}}\n", "did you mean 'parameters'"),
        (
            "name: Model\ncite: k\nfields: {training.data: {column: X}}\n",
            "no field 'training.data' that a cell can hold",
        ),
        (
            "name: Model\ncite: k\nfields: {parameters: {column: X, status: {status: estimated}}}\n",
            "status 'estimated' needs a note",
        ),
        ("name: Model\ncites: k\n", "unknown field 'cites'; did you mean 'cite'?"),
    ],
)
def test_a_mapping_that_is_wrong_is_said(book: Path, mapping: str, said: str) -> None:
    (book / "mapping.yaml").write_text(mapping, encoding="utf-8")
    code, _, err = run(book)
    assert code == 2
    assert said in err


def test_nothing_is_written_without_the_source_or_over_broken_records(book: Path) -> None:
    mapping = book / "mapping.yaml"
    mapping.write_text(MAPPING.replace("noy2023shapes", "noy2023shape"), encoding="utf-8")
    code, _, err = run(book, "--write")
    assert code == 2
    assert "no entry 'noy2023shape' in references.bib; did you mean 'noy2023shapes'?" in err
    mapping.write_text(MAPPING, encoding="utf-8")
    (book / "data/models/ellipse.yaml").write_text("name: Ellipse\n", encoding="utf-8")
    before = files(book)
    code, _, err = run(book, "--write")
    assert code == 2
    assert "nothing was written; expected these to be mended first" in err
    assert files(book) == before


def test_unknown_mappings_are_said(book: Path) -> None:
    code, _, err = run(book, "--mapping", "epoch-notable-model")
    assert code == 2
    assert "no mapping 'epoch-notable-model'; did you mean 'epoch-notable-models'?" in err


def test_annotations_stand_at_the_lines_of_the_book(book: Path) -> None:
    code, out, _ = run(book, "--format", "github")
    assert code == 1
    assert "::warning file=table.csv,line=4,col=2::" in out
    assert "::notice file=data/models/circle.yaml,line=28,col=39::" in out

"""Records to fill in, as `modelbook new` writes them."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from conftest import MakeBook, problems_of
from modelbook.authoring.record_layout import format_record
from modelbook.authoring.skeletons import fields_of, required, skeleton, to_fill_in
from modelbook.cli import main
from modelbook.records import KINDS, read_record
from modelbook.sources import parse_document

FILLED = {
    "models": "organizations=round-labs purpose=base modality={input:[text],output:[text]} checked=2026-11",
    "organizations": "type=company",
    "licenses": "osi_approved=yes commercial_use=yes",
    "datasets": "",
    "benchmarks": "metric=accuracy",
    "techniques": "type=attention",
    "tools": "type=browser",
    "events": "date=2023-07 type=leak",
    "terms": "",
    "comparisons": "columns=name,parameters rows=circle:7b,ellipse",
}
"""What is required beside the name and the text in each language."""


def run(book: Path, *arguments: str, input: str = "") -> tuple[int, str, str]:
    result = CliRunner().invoke(main, ["new", "-f", str(book / "mkdocs.yml"), *arguments], input=input)
    return result.exit_code, result.stdout, result.stderr


def settings(folder: str) -> list[str]:
    text = next((field.name for field in required(KINDS[folder]) if field.is_text), "")
    said = ["name=New", *filter(None, FILLED[folder].split(" "))]
    said = [each.replace("{input:[text],output:[text]}", "{input: [text], output: [text]}") for each in said]
    said += [f"{text}.en=In English, with commas.", f"{text}.zh=中文。"] if text else []
    return [argument for each in said for argument in ("--set", each)]


@pytest.mark.parametrize("folder", KINDS)
def test_an_empty_skeleton_says_what_to_fill_in(folder: str, make_book: MakeBook) -> None:
    book = make_book({})
    kind = KINDS[folder]
    path = book / "data" / folder / "new.yaml"
    code, out, err = run(book, kind.singular, "new")
    assert (code, out) == (0, f"data/{folder}/new.yaml\n")
    text = path.read_text(encoding="utf-8")
    assert format_record(text, "", kind) == text
    fields = list(required(kind))
    problems = to_fill_in(kind, text, f"data/{folder}/new.yaml")
    assert problems_of(book) == [str(problem) for problem in problems] == err.splitlines()[:-1]
    lines = text.split("\n")
    found = [lines[problem.location.line - 1].strip().removesuffix(":") for problem in problems]
    assert found == ["en" if field.is_text else field.path[-1] for field in fields]
    assert all(problem.message.startswith("no ") for problem in problems)


@pytest.mark.parametrize("folder", KINDS)
def test_what_is_filled_in_has_no_problem(folder: str, make_book: MakeBook) -> None:
    book = make_book({})
    code, out, err = run(book, folder, "new", *settings(folder))
    assert (code, out) == (0, f"data/{folder}/new.yaml\n"), err
    assert err == "nothing is required any more; `modelbook check` says what is wrong\n"
    assert problems_of(book) == []
    text = (book / "data" / folder / "new.yaml").read_text(encoding="utf-8")
    assert format_record(text, "", KINDS[folder]) == text


@pytest.mark.parametrize("folder", KINDS)
def test_each_field_is_explained_with_an_example_that_is_valid(folder: str, make_book: MakeBook) -> None:
    book = make_book({})
    run(book, folder, "new", *settings(folder))
    kind = KINDS[folder]
    lines = (book / "data" / folder / "new.yaml").read_text(encoding="utf-8").split("\n")
    names = {field.name for field in fields_of(kind)}
    examples, inside = [], False
    for line in lines:
        bare = line.removeprefix("# ")
        begins = bare.partition(":")[0] in names and line.startswith("# ")
        inside = line.startswith("# ") and (begins or (inside and bare.startswith(" ")))
        if begins and bare.partition(":")[0] in ("rows", "filter"):
            inside = False  # they do not go together
        if inside or not line.startswith("#"):
            examples.append(bare)
    text = "\n".join(examples)
    document = parse_document(text, "data/x/new.yaml")
    assert names - {"rows", "filter"} <= document.values.keys() | {"rows", "filter"}
    read_record(kind, document)
    for field in fields_of(kind):
        assert field.description, field.name


def test_text_has_the_languages_of_the_book() -> None:
    text = skeleton(KINDS["terms"], "x", {}, ["de", "fr"])
    assert "text:\n  de:\n  fr:\n" in text
    assert "# expansion: {de: …, fr: …}" in text


def test_what_exists_is_not_touched(make_book: MakeBook) -> None:
    book = make_book({})
    before = (book / "data/models/circle.yaml").read_bytes()
    assert run(book, "model", "circle", "--set", "name=Other") == (
        2,
        "",
        "data/models/circle.yaml exists; expected another id, or that you edit it\n",
    )
    assert (book / "data/models/circle.yaml").read_bytes() == before


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["modle", "x"], "no kind of record 'modle'; did you mean 'model'"),
        (["thing", "x"], "no kind of record 'thing'; expected 'model', 'organization', "),
        (["model", "GPT 4"], "'GPT 4' is not an id; did you mean 'gpt-4'?"),
        (["model", "某"], "'某' is not an id; expected lower case letters, digits, - and ., such as llama-2"),
        (["model", "../x"], "'../x' is not an id; did you mean 'x'?"),
        (["model", "x.yaml"], "'x.yaml' is not an id; did you mean 'x'?"),
        (["term", "x", "--set", "name"], "'name' sets nothing; expected FIELD=VALUE, such as name=Meta"),
        (["term", "x", "--set", "nmae=X"], "no field 'nmae' of terms; did you mean 'name'?"),
        (
            ["model", "x", "--set", "training.tokes=1"],
            "no field 'training.tokes' of models; did you mean 'training.tokens'",
        ),
        (["organization", "x", "--set", "type=compny"], "type: 'compny' is not allowed here; did you mean 'company'"),
        (["event", "x", "--set", "date=July"], "date: 'July' is not a date; expected 2023, "),
        (["event", "x", "--set", "date.en=July"], "no field 'date.en'; expected 'date', which is not text by language"),
        (["term", "x", "--set", "text=[a"], "text: bracket is opened here and not closed"),
        (
            ["model", "x", "--set", "modality.input=txt"],
            "modality.input: 'txt' is not allowed here; did you mean 'text'",
        ),
    ],
)
def test_what_cannot_be_done(arguments: list[str], said: str, make_book: MakeBook) -> None:
    book = make_book({})
    files = sorted(book.rglob("*"))
    code, out, err = run(book, *arguments)
    assert (code, out) == (2, "")
    assert err.startswith(said)
    assert sorted(book.rglob("*")) == files


def test_all_that_is_wrong_is_said_at_once(make_book: MakeBook) -> None:
    _, _, err = run(make_book({}), "organization", "x", "--set", "type=x", "--set", "country=France", "--set", "y=1")
    assert [line.partition(" ")[0] for line in err.splitlines()] == ["type:", "country:", "no"]


def test_what_is_named_and_not_there_is_remarked_upon(make_book: MakeBook) -> None:
    book = make_book({})
    _, _, err = run(book, "model", "x", "--set", "organizations=round-lab,new", "--set", "cite=[noy2023shape]")
    assert err.splitlines()[:3] == [
        "data/models/x.yaml: no organization 'round-lab'; did you mean 'round-labs'?",
        "data/models/x.yaml: no organization 'new'",
        "data/models/x.yaml: no entry 'noy2023shape' in the bibliography; did you mean 'noy2023shapes'?",
    ]


def test_what_is_set_last_holds(make_book: MakeBook) -> None:
    book = make_book({})
    run(book, "organization", "x", "--set", "name=Rounds", "--set", "name.en=Round Labs", "--set", "type=company")
    text = (book / "data/organizations/x.yaml").read_text(encoding="utf-8")
    assert "name: {en: Round Labs}" in text


def test_the_id_that_is_meant_is_said(make_book: MakeBook) -> None:
    assert run(make_book({}), "model", "Café 2+")[2] == "'Café 2+' is not an id; did you mean 'cafe-2-plus'?\n"


def test_a_new_folder_is_made_for_a_kind_without_records(make_book: MakeBook) -> None:
    book = make_book({"data/events/solids.yaml": None})
    (book / "data/events").rmdir()
    assert run(book, "event", "leak")[0] == 0
    assert (book / "data/events/leak.yaml").exists()


def test_interactively_each_answer_is_checked(make_book: MakeBook) -> None:
    book = make_book({})
    answers = [
        "Square",
        "方",
        "round-lab",
        "n",
        "round-labs",
        "bse",
        "base",
        "text, imge",
        "text, image",
        "text",
        "soon",
    ]
    answers += ["2026-11", "A square, of sorts.", "方形。"]
    code, out, err = run(book, "-i", "model", "square", input="\n".join(answers) + "\n")
    assert (code, out) == (0, "data/models/square.yaml\n")
    for said in (
        "no organization 'round-lab'; did you mean 'round-labs'?",
        "'bse' is not allowed here; did you mean 'base'?",
        "'imge' is not allowed here; did you mean 'image'?",
        "'soon' is not a date; expected 2023",
        "One of: text, image, audio, video, code",
        "nothing is required any more",
    ):
        assert said in err
    assert problems_of(book) == []
    values = parse_document((book / "data/models/square.yaml").read_text(encoding="utf-8"), "").values
    assert values == {
        "name": {"en": "Square", "zh": "方"},
        "organizations": ["round-labs"],
        "purpose": "base",
        "modality": {"input": ["text", "image"], "output": ["text"]},
        "checked": "2026-11",
        "summary": {"en": "A square, of sorts.", "zh": "方形。"},
    }


def test_interactively_a_name_can_be_the_same_and_what_is_set_is_not_asked(make_book: MakeBook) -> None:
    book = make_book({})
    code, _, err = run(book, "-i", "organization", "acme", "--set", "type=company", input="Acme\n\n")
    assert code == 0, err
    text = (book / "data/organizations/acme.yaml").read_text(encoding="utf-8")
    assert "\nname: Acme\n" in text
    assert problems_of(book) == []


def test_nothing_is_written_if_answers_end(make_book: MakeBook) -> None:
    book = make_book({})
    code, out, _ = run(book, "-i", "organization", "acme", input="Acme\n")
    assert (code, out) == (1, "")
    assert not (book / "data/organizations/acme.yaml").exists()

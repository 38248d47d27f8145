"""One layout of records and of the bibliography: nothing lost, nothing changed twice."""

from __future__ import annotations

import json
import random
import re
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from conftest import BOOKS, MakeBook
from modelbook.authoring import record_layout
from modelbook.authoring.bibliography_layout import FIELDS, format_bibliography
from modelbook.authoring.record_layout import format_record, write_inline, write_record
from modelbook.bibliography import parse_bibliography, read_blocks
from modelbook.cli import main
from modelbook.errors import InvalidBookError
from modelbook.records import KINDS, Record
from modelbook.schema import Claim, Name, Quantity, Text, Value
from modelbook.sources import parse_document

REAL = (Path(__file__).parent / "cases/bibliography/real.bib").read_text(encoding="utf-8")


class Side(Value):
    name: Name | None = None
    length: Claim[Quantity] | None = None
    note: Text | None = None


class Shape(Record):
    singular = "shape"

    is_round: bool = False
    summary: Text | None = None
    points: list[Text] = []
    sides: list[Side] = []
    views: dict[str, Side] = {}
    area: Claim[Quantity] | None = None


def laid_out(text: str) -> str:
    return format_record(text, "shapes/x.yaml", Shape)


def run(*arguments: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(main, arguments)
    return result.exit_code, result.stdout, result.stderr


# --- records ---------------------------------------------------------------------------

CASES = {
    "fields stand in the order of their class, unknown ones last": (
        "zeta: 1B\nsummary: {en: a shape}\ncite: [b]\nname: X\naliases: [a]\n",
        "name: X\naliases: [a]\ncite: [b]\nsummary: {en: a shape}\nzeta: 1B\n",
    ),
    "fields within claims and items, too": (
        "name: X\narea: {note: {en: m}, cite: [a], value: 7B}\nsides: [{note: {en: m}, length: 1K, name: s}]\n",
        "name: X\nsides:\n  - {name: s, length: 1K, note: {en: m}}\narea: {value: 7B, cite: [a], note: {en: m}}\n",
    ),
    "keys that are no fields keep their order, even if called as fields are": (
        "name: X\nviews: {note: {name: a}, name: {name: b}}\n",
        "name: X\nviews:\n  note: {name: a}\n  name: {name: b}\n",
    ),
    "dates, numbers and words that YAML knows are quoted": (
        "name: X\naliases: [2023-07, 2023~, no, 1e3, 'null', 12:30, 0x1F, 7B, ~2T, 15.8+, 5-shot]\n",
        'name: X\naliases: ["2023-07", "2023~", "no", "1e3", "null", "12:30", "0x1F", 7B, ~2T, 15.8+, 5-shot]\n',
    ),
    "what is yes or no is not quoted": ('name: X\nis_round: "true"\n', "name: X\nis_round: true\n"),
    "addresses are quoted, prose only where it must be": (
        "name: X\naliases:\n- https://a.example\n- b:c\nsummary:\n  en: 'One, [two] at 3:1.'\n  zh: 'Colon: so.'\n",
        'name: X\naliases: ["https://a.example", "b:c"]\nsummary:\n  en: One, [two] at 3:1.\n  zh: "Colon: so."\n',
    ),
    "quotes within text": (
        """name: X\naliases: ['say "a"', "it's", "it's \\"b\\"", 'back\\slash', 'a, b', '"c" \\d', "'e'"]\n""",
        """name: X\naliases: [say "a", it's, it's "b", back\\slash, "a, b", '"c" \\d', "'e'"]\n""",
    ),
    "what is not to be seen is written by its number": (
        'name: "a\\tb\\u00a0c\\u0007\\u2028"\n',
        'name: "a\\tb\xa0c\\U00000007\\U00002028"\n',
    ),
    "texts are not wrapped": (
        f"name: X\nsummary:\n  en: >-\n    {'word' * 20}\n    {'more' * 20}\n",
        f"name: X\nsummary:\n  en: {'word' * 20} {'more' * 20}\n",
    ),
    "several lines stay several lines": (
        'name: X\nsummary: {en: "one\\n\\ntwo\\n", zh: "一\\n二"}\n',
        "name: X\nsummary:\n  en: |\n    one\n\n    two\n  zh: |-\n    一\n    二\n",
    ),
    "lines that a block cannot hold": (
        'name: X\naliases: [" a\\nb", "a \\nb", "a\\n\\n", "\\n"]\n',
        'name: X\naliases: [" a\\nb", "a \\nb", "a\\n\\n", "\\n"]\n',
    ),
    "long lists stand one below the other": (
        f"name: X\naliases: [{', '.join(['alias'] * 20)}]\n",
        "name: X\naliases:\n" + "  - alias\n" * 20,
    ),
    "Chinese characters take two columns": (
        f"name: X\naliases: [{', '.join(['名称名称名称'] * 8)}]\n",
        "name: X\naliases:\n" + "  - 名称名称名称\n" * 8,
    ),
    "sentences stand one language a line, short words do not": (
        "name: {en: X,\n  zh: 某}\nsummary: {en: A shape., zh: 形。}\npoints: [{en: Round., zh: 圆。}]\n",
        "name: {en: X, zh: 某}\nsummary:\n  en: A shape.\n  zh: 形。\npoints:\n  - en: Round.\n    zh: 圆。\n",
    ),
    "empty lines and document marks go": ("---\n\nname: X\n\n\naliases: []\n...\n", "name: X\naliases: []\n"),
    "no values": (
        "name:\nsummary: {en: , zh: ~}\naliases: [null]\n",
        "name:\naliases: [null]\nsummary:\n  en:\n  zh:\n",
    ),
    "an empty record": ("{}\n", "{}\n"),
    "remarks go where their fields go": (
        "# of the file\n\n# of summary\nsummary: {en: s} # beside summary\n# of name\nname: X\n\n# the end\n",
        "# of the file\n\n# of name\nname: X\n# of summary\nsummary: {en: s} # beside summary\n\n# the end\n",
    ),
    "remarks within collections": (
        "name: X\naliases: [a, # of a\n  b] # of all\nsides:\n  # above\n  - # in\n    name: s\n"
        "    # below s\n# above area\narea: # at area\n  value: 7B # seven\n  # more\n",
        "name: X\naliases: # of all\n  - a # of a\n  - b\nsides:\n  # above\n  # in\n  - name: s\n"
        "    # below s\n# above area\narea: # at area\n  value: 7B # seven\n  # more\n",
    ),
    "remarks at blocks of text": (
        "summary:\n  en: | # head\n    one # no remark\n    # neither\n    two\n  # below\nname: X\n",
        "name: X\nsummary:\n  en: | # head\n    one # no remark\n    # neither\n    two\n  # below\n",
    ),
    "remarks at what is empty": (
        "name: X # a\naliases: [ # b\n]\nsummary: # c\n  # d\n  en: # e\n",
        "name: X # a\n# b\naliases: []\nsummary: # c\n  # d\n  en: # e\n",
    ),
}


@pytest.mark.parametrize(("before", "after"), CASES.values(), ids=CASES)
def test_records_are_laid_out(before: str, after: str) -> None:
    assert laid_out(before) == after
    assert laid_out(after) == after
    assert parse_document(before, "").values == parse_document(after, "").values


def _scattered(seed: int) -> tuple[str, dict[str, Any], list[str]]:
    """A record as nobody should write it: its text, its values, its comments."""
    chance = random.Random(seed)  # noqa: S311 - the same in every run
    words = [
        "a",
        "2023-07",
        "no",
        "x: y",
        "a, b",
        "- c",
        "#d",
        "'e'",
        '"f"',
        "g\\h",
        "一。",
        "[@k]",
        "1\n2\n",
        "~",
        " i",
        "é😀 j",
        "k:l",
    ]
    comments: list[str] = []

    def comment() -> str:
        comments.append(f"# <{len(comments)}> '[\"{{: 某")
        return comments[-1]

    def quoted(text: str) -> str:
        return json.dumps(text, ensure_ascii=False)

    def value(depth: int) -> Any:
        roll = chance.random()
        if depth > 3 or roll < 0.4:
            return chance.choice(words)
        if roll < 0.7:
            return [value(depth + 1) for _ in range(chance.randint(0, 4))]
        keys = [*Side.model_fields, *Shape.model_fields, "value", "en", "zh", "0.5", "x y", *words]
        return {key: value(depth + 1) for key in chance.sample(keys, chance.randint(0, 4))}

    def flow(of: Any) -> str:
        gap = chance.choice(["", " ", "\n        ", f" {comment()}\n        "] if chance.random() < 0.3 else [" "])
        if isinstance(of, list):
            return f"[{gap}{f',{gap} '.join(map(flow, of))}{gap}]"
        if isinstance(of, dict):
            return f"{{{gap}{f',{gap} '.join(f'{quoted(key)}: {flow(part)}' for key, part in of.items())}{gap}}}"
        return quoted(of)

    def block(of: Any, indent: int) -> str:
        """What stands behind a key or dash, on lines below it or in flow."""
        if not isinstance(of, dict | list) or not of or chance.random() < 0.3:
            tail = f" {comment()}" if chance.random() < 0.2 else ""
            return f" {flow(of)}{tail}\n"
        text = f" {comment()}\n" if chance.random() < 0.3 else "\n"
        step = indent + chance.randint(1, 3)
        pairs = of.items() if isinstance(of, dict) else [(None, item) for item in of]
        for key, part in pairs:
            for _ in range(chance.choice([0, 0, 0, 1, 2])):
                text += chance.choice(["\n", f"{' ' * chance.randint(0, step + 2)}{comment()}\n"])
            text += f"{' ' * step}{'-' if key is None else quoted(key) + ':'}{block(part, step)}"
        return text

    values = {name: value(1) for name in chance.sample(list(Shape.model_fields), 4)}
    text = "".join(f"{name}:{block(part, 0)}" for name, part in values.items())
    used = [said for said in comments if said in text]
    return text, values, used


@pytest.mark.parametrize("seed", range(300))
def test_no_layout_loses_anything(seed: int) -> None:
    before, values, comments = _scattered(seed)
    assert parse_document(before, "").values == values
    after = laid_out(before)
    assert parse_document(after, "").values == values
    assert [after.count(comment) for comment in comments] == [before.count(comment) for comment in comments]
    assert laid_out(after) == after


def test_what_is_read_first_does_not_depend_on_how_it_was_written() -> None:
    for seed in range(50):
        _, values, _ = _scattered(seed)
        assert laid_out(json.dumps(values, ensure_ascii=False)) == write_record(values, Shape)


def test_a_value_within_one_line() -> None:
    value = {"value": "2T", "cite": ["a, table 1"], "note": {"en": "one\ntwo", "zh": None}, "more": [{"x": []}]}
    written = write_inline(value)
    assert written == '{value: 2T, cite: ["a, table 1"], note: {en: "one\\ntwo", zh: null}, more: [{x: []}]}'
    assert parse_document(f"v: {written}\n", "").values == {"v": value}


def test_what_would_be_lost_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "name: X # a remark\n"
    with monkeypatch.context() as patch:
        patch.setattr(record_layout, "_write", lambda root: "name: Y # a remark\n")
        with pytest.raises(
            InvalidBookError, match=r"x\.yaml:1:1: cannot be laid out without loss; it is left as it is"
        ):
            laid_out(text)
        patch.setattr(record_layout, "_write", lambda root: "name: X\n")
        with pytest.raises(InvalidBookError, match="without loss"):
            laid_out(text)
    assert laid_out(text) == text


def test_the_kinds_of_the_book_begin_with_what_names_a_record() -> None:
    for kind in KINDS.values():
        assert list(kind.model_fields)[:3] == ["name", "aliases", "cite"]


# --- the bibliography ------------------------------------------------------------------

BIB = (
    """\
% of the file

@comment{jabref-meta: databaseType:biblatex;}
@String(x = "y")
""".replace('@String(x = "y")\n', '@STRING{acm = "ACM " # {Press}}\n')
    + """\
@string{ieee={IEEE}} % beside
@preamble{"\\newcommand{\\x}{y}"}

% above zeta,
% in two lines

% and after a gap
@Misc{zeta2020,
   YEAR =   2020,
 title="{Z} and
    {"}more{"}",   author = {A
  B}, month=jan, publisher = acm # ", " # ieee, custom={x}, abstract={a}
}  % beside zeta
@article{Alpha2021, title = {T}, author={A}, journal=ieee, date={2021-01}, url={https://x.example/a%20b#c}}

some remark at the end
@comment{with {braces} and

a gap}
"""
)

LAID_OUT = """\
% of the file

@comment{jabref-meta: databaseType:biblatex;}
@string{acm = {ACM } # {Press}}
@string{ieee = {IEEE}} % beside
@preamble{"\\newcommand{\\x}{y}"}

@article{Alpha2021,
  author = {A},
  title = {T},
  journal = ieee,
  date = {2021-01},
  url = {https://x.example/a%20b#c},
}

% above zeta,
% in two lines

% and after a gap
@misc{zeta2020,
  author = {A B},
  title = {{Z} and {"}more{"}},
  publisher = acm # {, } # ieee,
  year = {2020},
  month = jan,
  abstract = {a},
  custom = {x},
} % beside zeta

some remark at the end
@comment{with {braces} and

a gap}
"""


def test_bibliographies_are_laid_out() -> None:
    assert format_bibliography(BIB) == LAID_OUT
    assert format_bibliography(LAID_OUT) == LAID_OUT
    assert parse_bibliography(LAID_OUT, "")[0] == parse_bibliography(BIB, "")[0]


@pytest.mark.parametrize("text", ["", "\n\n", "% only a remark\n", "@string{a = {b}}\n"])
def test_bibliographies_without_entries(text: str) -> None:
    assert format_bibliography(text) == text.lstrip()


def test_a_real_bibliography_loses_nothing_and_settles_at_once() -> None:
    once = format_bibliography(REAL)
    before, after = (parse_bibliography(text, "")[0] for text in (REAL, once))
    assert len(after) == 152
    assert before == after
    assert list(after) == sorted(after, key=lambda key: (key.casefold(), key))
    assert format_bibliography(once) == once


@pytest.mark.parametrize("seed", range(20))
def test_the_order_of_entries_and_fields_does_not_matter(seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - the same in every run
    once = (
        "\n\n".join(block.text for block in read_blocks(format_bibliography(REAL), "") if block.type != "comment")
        + "\n"
    )
    entries = [
        (head, chance.sample(fields, len(fields)))
        for head, *fields, _ in (each.split("\n") for each in once.strip().split("\n\n"))
    ]
    chance.shuffle(entries)
    text = "".join(f"{head}\n" + "\n".join(fields) + "\n}\n" for head, fields in entries)
    text = text.replace(" = ", chance.choice(["=", " =\n\t", " = "]))
    assert format_bibliography(text) == once


def test_each_field_has_one_place() -> None:
    assert len(set(FIELDS)) == len(FIELDS)


# --- the command -----------------------------------------------------------------------

TERM = "name: side\ntext:\n  en: A line.\n  zh: 线。\n"


def test_a_book_is_laid_out_once_and_not_touched_again(make_book: MakeBook) -> None:
    book = make_book({"data/terms/side.yaml": "text: {en: A line., zh: 线。}\nname: 'side'\n"})
    config = ("-f", str(book / "mkdocs.yml"))
    code, out, err = run("format", *config)
    assert (code, err) == (0, "")
    assert "data/terms/side.yaml\n" in out
    assert (book / "data/terms/side.yaml").read_text(encoding="utf-8") == TERM
    times = {path: path.stat().st_mtime_ns for path in book.rglob("*") if path.is_file()}
    assert run("format", *config) == (0, "14 files: in order\n", "")
    assert times == {path: path.stat().st_mtime_ns for path in book.rglob("*") if path.is_file()}
    assert run("check", *config) == (0, "13 records, 3 entries, 20 values: no problem\n", "")


def test_check_says_where_files_differ_and_changes_nothing(make_book: MakeBook) -> None:
    unordered = "text: {en: A line., zh: 线。}\nname: side\n"
    book = make_book({"data/terms/side.yaml": unordered, "data/terms/edge.yaml": TERM.replace("side", "'edge'")})
    terms = book / "data/terms"
    config = ("-f", str(book / "mkdocs.yml"))
    code, out, err = run("format", "--check", *config, str(terms / "side.yaml"), str(terms / "edge.yaml"))
    assert code == 1
    assert out.splitlines() == [
        "data/terms/edge.yaml:1:7: layout is 'name: 'edge''; expected 'name: edge'",
        "data/terms/side.yaml:1:1: layout is 'text: {en: A line., zh: 线。}'; expected 'name: side'",
    ]
    assert err == "2 files: 2 files not in order; `modelbook format` puts them in order\n"
    assert (terms / "side.yaml").read_text(encoding="utf-8") == unordered


def test_problems_can_be_annotations_and_json(make_book: MakeBook) -> None:
    book = make_book({"data/terms/side.yaml": "text: {en: A line., zh: 线。}\nname: side\n"})
    arguments = ("format", "-f", str(book / "mkdocs.yml"), str(book / "data/terms/side.yaml"))
    _, out, _ = run(*arguments, "--check", "--format", "github")
    assert out.startswith("::error file=data/terms/side.yaml,line=1,col=1::layout is 'text: {en: A line.")
    said = json.loads(run(*arguments, "--check", "--format", "json")[1])
    assert [problem["path"] for problem in said["problems"]] == ["data/terms/side.yaml"]
    assert json.loads(run(*arguments, "--format", "json")[1]) == {
        "problems": [],
        "notices": [],
        "files": 1,
        "changed": ["data/terms/side.yaml"],
    }


def test_what_cannot_be_read_is_a_problem_and_left_alone(make_book: MakeBook) -> None:
    broken = {
        "data/terms/side.yaml": "text: {en: A line.\nname: side\n",
        "data/terms/edge.yaml": "name: edge\nname: edge\n",
        "references.bib": "@misc{a,\n  title = {b\n}\n",
    }
    book = make_book({**broken, "data/terms/line.yaml": "name: 'line'\ntext: {en: a, zh: b}\n"})
    code, out, err = run(
        "format", "-f", str(book / "mkdocs.yml"), str(book / "data/terms"), str(book / "references.bib")
    )
    assert code == 1
    assert [line for line in out.splitlines() if re.search(r":\d+:\d+: ", line)] == [
        "data/terms/edge.yaml:2:1: key 'name' is repeated; first used on line 1",
        "data/terms/side.yaml:1:7: bracket is opened here and not closed; expected '}', or quotes "
        "around text with , [ ] { }",
        "references.bib:1:1: broken entry 'a': not closed before the next entry or the end of the file; expected '}'",
    ]
    assert "data/terms/line.yaml\n" in out
    assert "3 other problems" in err
    for name, text in broken.items():
        assert (book / name).read_text(encoding="utf-8") == text


def test_what_an_entry_lacks_does_not_keep_it_from_being_laid_out(make_book: MakeBook) -> None:
    book = make_book({"references.bib": "@misc{b, title={B}}\n@misc{a, title={A}}\n"})
    assert run("format", "-f", str(book / "mkdocs.yml"), str(book / "references.bib"))[0] == 0
    written = (book / "references.bib").read_text(encoding="utf-8")
    assert written == "@misc{a,\n  title = {A},\n}\n\n@misc{b,\n  title = {B},\n}\n"


def test_line_ends_are_kept_and_byte_order_marks_go(make_book: MakeBook) -> None:
    windows = TERM.replace("\n", "\r\n").encode()
    book = make_book(
        {
            "data/terms/side.yaml": windows,
            "data/terms/edge.yaml": windows.replace(b"name: side", b"name: 'side'"),
            "data/terms/line.yaml": b"\xef\xbb\xbf" + TERM.encode(),
            "data/terms/mixed.yaml": windows.replace(b"\r\n", b"\n", 1),
            "data/terms/open.yaml": TERM.rstrip("\n").encode(),
            "data/terms/corner.yaml": TERM.encode(),
            "references.bib": b"@misc{a,\r\n  title = {A},\r\n}\r\n",
        }
    )
    terms = book / "data/terms"
    config = ("-f", str(book / "mkdocs.yml"))
    _, out, err = run("format", "--check", *config, str(terms), str(book / "references.bib"))
    assert out.splitlines() == [
        "data/terms/edge.yaml:1:7: layout is 'name: 'side''; expected 'name: side'",
        "data/terms/line.yaml:1:1: file begins with a byte order mark; expected none",
        "data/terms/mixed.yaml:2:6: line ends in CR LF; expected LF, as other lines",
        "data/terms/open.yaml:4:9: end of the file; expected one line end, and nothing behind it",
    ]
    assert err == "7 files: 4 files not in order; `modelbook format` puts them in order\n"
    assert run("format", *config, str(terms))[0] == 0
    assert {path.name: path.read_bytes() == windows for path in sorted(terms.iterdir())} == {
        "corner.yaml": False,
        "edge.yaml": True,
        "line.yaml": False,
        "mixed.yaml": False,
        "open.yaml": False,
        "side.yaml": True,
    }
    assert {(terms / name).read_bytes() for name in ("line.yaml", "mixed.yaml", "open.yaml")} == {TERM.encode()}


def test_one_line_without_an_end_says_nothing_of_line_ends(make_book: MakeBook) -> None:
    book = make_book({"references.bib": "@misc{a, title = {A}, author = {B, C}, year = {2020}}"})
    assert run("format", "-f", str(book / "mkdocs.yml"), str(book / "references.bib"))[0] == 0
    assert b"\r" not in (book / "references.bib").read_bytes()


def test_paths_that_are_no_sources(make_book: MakeBook) -> None:
    book = make_book({})
    code, _, err = run("format", "-f", str(book / "mkdocs.yml"), str(book / "content"))
    assert code == 2
    assert err == ("'content' is or has no source of the book; expected records in data/<kind>/, or references.bib\n")
    assert run("format", "-f", str(book / "mkdocs.yml"), str(book / "nothing"))[0] == 2


def test_a_file_keeps_its_permissions(make_book: MakeBook) -> None:
    book = make_book({"data/terms/side.yaml": TERM.replace("side", "'side'")})
    path = book / "data/terms/side.yaml"
    path.chmod(0o640)
    assert run("format", "-f", str(book / "mkdocs.yml"), str(path))[0] == 0
    assert path.stat().st_mode & 0o777 == 0o640
    assert [other.name for other in path.parent.iterdir() if other.name.startswith(".")] == []


def test_a_file_that_cannot_be_written(make_book: MakeBook, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*arguments: object) -> None:
        raise OSError(28, "No space left on device")

    book = make_book({"data/terms/side.yaml": TERM.replace("side", "'side'")})
    monkeypatch.setattr(Path, "replace", refuse)
    code, _, err = run("format", "-f", str(book / "mkdocs.yml"), str(book / "data/terms/side.yaml"))
    assert code == 2
    assert "side.yaml: cannot be written: No space left on device" in err


def test_the_minimal_book_stays_as_it_is_in_meaning() -> None:
    for folder, kind in KINDS.items():
        for path in (BOOKS / "minimal/data" / folder).glob("*.yaml"):
            text = path.read_text(encoding="utf-8")
            assert parse_document(format_record(text, path.name, kind), "").values == parse_document(text, "").values

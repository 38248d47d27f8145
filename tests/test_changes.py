"""What changed in a book since a revision: by the command, as text, Markdown, JSON and annotations."""

from __future__ import annotations

import json
import re
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from click.testing import CliRunner
from markdown_it import MarkdownIt

from conftest import BOOKS, MakeBook
from modelbook.cli import main
from modelbook.errors import BookError, Location
from modelbook.reports.change_report import MAX_MARKDOWN, code, from_json, summary, to_json, to_markdown
from modelbook.reports.changes import Change, Changes, Item, PageChange, ValueChange

CIRCLE, ELLIPSE, BIB = "data/models/circle.yaml", "data/models/ellipse.yaml", "references.bib"
EN = "content/en/index.md"


def git(book: Path, *arguments: str) -> None:
    author = ["-c", "user.name=A", "-c", "user.email=a@book.example", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", *author, *arguments], cwd=book, check=True, capture_output=True)


@pytest.fixture
def book(make_book: MakeBook) -> Path:
    """The minimal book with a history of one commit, its translations in step."""
    return committed(make_book({}))


def committed(book: Path) -> Path:
    stamped = CliRunner().invoke(main, ["translations", "-f", str(book / "mkdocs.yml"), "stamp", "--all"])
    assert stamped.exit_code == 0
    git(book, "init", "-q", "-b", "main")
    git(book, "add", ".")
    git(book, "commit", "-qm", "first")
    return book


def edit(book: Path, name: str, old: str, new: str) -> None:
    path = book / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def changes(book: Path, *arguments: str, code: int = 0) -> tuple[list[str], str]:
    """The lines that the command prints, and what it remarks."""
    result = CliRunner().invoke(main, ["changes", "-f", str(book / "mkdocs.yml"), *arguments])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    assert result.exit_code == code, result.output
    return result.stdout.splitlines(), result.stderr


def as_json(book: Path, since: str = "HEAD") -> Any:
    return json.loads("\n".join(changes(book, "--since", since, "--format", "json")[0]))


# --- what is found -------------------------------------------------------------------


def test_nothing_changed(book: Path) -> None:
    assert changes(book, "--since", "HEAD") == (["nothing in the book changed"], "")


def test_a_value_is_told_as_it_was_and_is_with_its_source(book: Path) -> None:
    edit(book, CIRCLE, "parameters: 7B", "parameters: 8B")
    edit(book, CIRCLE, "value: 2T", "value: 3T")
    edit(book, CIRCLE, 'context: "4096"', 'context: {value: "8192", cite: [noy2023shapes]}')
    edit(book, CIRCLE, "note: {en: an early count,", "note: {en: an early guess,")
    assert changes(book, "--since", "HEAD")[0] == [
        f"{CIRCLE}:17:18: context: '4096' → '8192' (source: noy2023shapes)",
        f"{CIRCLE}:17:32: context.cite: 'noy2023shapes', new",
        f"{CIRCLE}:22:12: training.tokens: '2T' → '3T' (source: round2024announcement)",
        f"{CIRCLE}:24:57: training.tokens.alternatives.0.note.en: 'an early count' → 'an early guess' "
        "(source: noy2023shapes)",
        f"{CIRCLE}:27:37: variants.7b.parameters: '7B' → '8B' (source: round2024announcement)",
        "data/comparisons/shapes.yaml:1:1: table 'shapes': 3 values changed",
        f"{CIRCLE}:24:77: 'training.tokens.alternatives.0.note:zh' is behind its original at {CIRCLE}:24:57",
        "1 record changed; 1 table shown otherwise; 1 translation went out of step",
    ]


def test_a_bare_value_is_the_same_as_a_claim_of_it(book: Path) -> None:
    edit(book, CIRCLE, "parameters: 7B", "parameters: {value: 7B}")
    edit(book, CIRCLE, "aliases: [Zero]", "aliases:\n  - Zero # as it was called")
    assert changes(book, "--since", "HEAD")[0] == ["1 file changed in layout alone"]
    assert as_json(book)["layout"] == [CIRCLE]


def test_items_of_lists_are_told_apart(book: Path) -> None:
    edit(book, CIRCLE, "  - {en: It has no corners., zh: 它没有角。}\n", "  - {en: It rolls., zh: 它会滚。}\n"
         "  - {en: It has no corners., zh: 它没有角。}\n")  # fmt: skip
    edit(book, CIRCLE, '  - {type: blog, url: "https://round.example/circle"}\n', "")
    edit(book, CIRCLE, "aliases: [Zero]", "aliases: [Zero, Nought]")
    assert changes(book, "--since", "HEAD")[0][:3] == [
        f"{CIRCLE}:2:10: aliases: 'Zero' → 'Zero, Nought' (source: round2024announcement)",
        f"{CIRCLE}:11:5: uniqueness.0: '{{en: It rolls., zh: 它会滚。}}', new (source: round2024announcement)",
        f"{CIRCLE}:33:5: links.0: '{{type: blog, url: https://round.example/circle}}' is gone "
        "(source: round2024announcement)",
    ]


def test_records_come_and_go(book: Path) -> None:
    (book / "data/tools/compass.yaml").unlink()
    (book / "data/terms/side.yaml").write_text("name: side\ntext: {en: A line., zh: 线。}\n", encoding="utf-8")
    said = as_json(book)["records"]
    assert [(each["kind"], each["id"], each["change"]) for each in said] == [
        ("term", "side", "added"),
        ("tool", "compass", "removed"),
    ]
    assert [(each["field"], each["before"], each["after"]) for each in said[0]["values"]] == [
        ("name", None, "side"),
        ("text.en", None, "A line."),
        ("text.zh", None, "线。"),
    ]
    lines = changes(book, "--since", "HEAD")[0]
    assert lines[:2] == ["data/terms/side.yaml:1:1: new term 'side'", "data/terms/side.yaml:1:7: name: 'side'"]
    assert "data/tools/compass.yaml:1:1: tool is gone: 'Compass'" in lines


def test_entries_are_compared_field_by_field(book: Path) -> None:
    edit(book, BIB, "Shapes of {AI}", "Forms of {AI}")
    with (book / BIB).open("a", encoding="utf-8") as file:
        file.write("@misc{new2024, title = {New}, author = {Ada New}, year = {2024}, url = {https://new.example}}\n")
    said = as_json(book)["entries"]
    assert [(each["id"], each["change"]) for each in said] == [("noy2023shapes", "changed"), ("new2024", "added")]
    assert [(each["field"], each["before"], each["after"]) for each in said[0]["values"]] == [
        ("title", "Shapes of {AI}", "Forms of {AI}")
    ]
    assert {each["field"]: each["after"] for each in said[1]["values"]}["entry type"] == "misc"
    (book / BIB).write_text("\n" + (book / BIB).read_text(encoding="utf-8"), encoding="utf-8")
    git(book, "commit", "-qam", "more")
    edit(book, BIB, "\n@", "\n\n@")
    assert changes(book, "--since", "HEAD")[0] == ["1 file changed in layout alone"]


def test_pages_are_told_by_their_blocks(book: Path) -> None:
    edit(book, EN, "a corner is nothing", "an edge is nothing")
    (book / "content/en/new.md").write_text("# New page {#new}\n\nOne.\n\nTwo.\n", encoding="utf-8")
    (book / "content/zh/open/early.md").unlink()
    (book / "content/en/open/note.txt").write_text("picture", encoding="utf-8")
    front = (book / "content/en/timeline.md").read_text(encoding="utf-8")
    (book / "content/en/timeline.md").write_text(f"---\ndraft: true\n---\n{front}", encoding="utf-8")
    edit(book, "content/zh/index.md", "\n\n", "\n\n\n")
    said = as_json(book)
    pages = {each["location"]["path"]: each for each in said["pages"]}
    assert pages[EN] == {
        "title": "Shapes",
        "change": "changed",
        "location": {"path": EN, "line": 10, "column": 1},
        "changed": 1,
        "added": 0,
        "removed": 0,
        "sections": ["top"],
    }
    assert (pages["content/en/new.md"]["title"], pages["content/en/new.md"]["added"]) == ("New page", 3)
    assert said["files"] == [{"path": "content/en/open/note.txt", "change": "added"}]
    assert said["layout"] == ["content/zh/index.md"]
    lines = changes(book, "--since", "HEAD")[0]
    assert f"{EN}:10:1: blocks: 1 changed (#top)" in lines
    assert "content/en/open/note.txt:1:1: file added" in lines
    assert "content/en/new.md:1:1: new page 'New page' of 3 blocks" in lines
    assert "content/en/timeline.md:1:1: front matter changed" in lines
    assert "content/zh/open/early.md:1:1: page is gone" in lines


def test_tables_with_other_rows_are_named(book: Path) -> None:
    edit(book, "data/comparisons/shapes.yaml", "circle:70b, ", "")
    assert as_json(book)["tables"] == [
        {
            "id": "shapes",
            "location": {"path": "data/comparisons/shapes.yaml", "line": 1, "column": 1},
            "values": [],
            "rows_added": [],
            "rows_removed": ["circle:70b"],
        }
    ]
    assert "data/comparisons/shapes.yaml:1:1: table 'shapes': 1 row gone" in changes(book, "--since", "HEAD")[0]


def test_a_table_shows_what_its_derived_columns_are_made_of(book: Path) -> None:
    edit(book, ELLIPSE, "{weights: angular}", "{weights: open-shape}")
    assert as_json(book)["tables"][0]["values"] == ["ellipse: license.weights", "ellipse: commercial_use"]


def test_the_row_of_a_whole_model_shows_its_variants_in_derived_columns(make_book: MakeBook) -> None:
    table = "name: Sizes\ncolumns: [name, sizes, vram]\nrows: [circle]\n"
    book = committed(make_book({"data/comparisons/sizes.yaml": table}))
    edit(book, CIRCLE, "parameters: 7B, vram: 15.8+", "parameters: 8B, vram: 16+")
    assert {each["id"]: each["values"] for each in as_json(book)["tables"]} == {
        "shapes": ["circle:7b: parameters", "circle:7b: vram"],
        "sizes": ["circle: sizes"],
    }


def test_a_table_shows_variants_with_dots_in_their_ids(make_book: MakeBook) -> None:
    table = "name: Sizes\ncolumns: [name, sizes, vram]\nrows: ['circle:1.5b', circle]\n"
    variant = "variants:\n  1.5b: {name: Circle 1.5B, parameters: 1.5B, vram: 4+}"
    circle = (BOOKS / "minimal" / CIRCLE).read_text(encoding="utf-8").replace("variants:", variant)
    book = committed(make_book({CIRCLE: circle, "data/comparisons/sizes.yaml": table}))
    edit(book, CIRCLE, "parameters: 1.5B, vram: 4+", "parameters: 1.6B, vram: 5+")
    values = {each["id"]: each["values"] for each in as_json(book)["tables"]}["sizes"]
    assert values == ["circle:1.5b: sizes", "circle:1.5b: vram", "circle: sizes"]


def test_blocks_that_come_and_go_are_counted(book: Path) -> None:
    page = book / "content/en/open/index.md"
    before = page.read_text(encoding="utf-8").rstrip("\n").split("\n\n")
    page.write_text("\n\n".join([*before[:-1], "One more.", "And one.", ""]), encoding="utf-8")
    git(book, "commit", "-qam", "blocks")
    page.write_text("\n\n".join(["---\ndraft: true\n---", *before[:-1], ""]), encoding="utf-8")
    [said] = as_json(book)["pages"]
    assert (said["changed"], said["added"], said["removed"]) == (0, 0, 2)


def test_translations_that_were_behind_before_are_not_told_again(book: Path) -> None:
    edit(book, EN, "a corner is nothing", "an edge is nothing")
    git(book, "commit", "-qam", "behind")
    edit(book, EN, "A book about shapes", "A small book about shapes")
    keys = [each["key"] for each in as_json(book)["translations"]]
    assert keys == ["top.1"]
    assert len(as_json(book, "HEAD~1")["translations"]) == 2


# --- states that are no valid books --------------------------------------------------


def test_a_revision_that_is_not_there_is_said(book: Path) -> None:
    result = changes(book, "--since", "nothing", code=2)
    assert result == ([], "no revision 'nothing'; expected a commit, a branch or a tag of git\n")
    assert changes(book, "--since=--output=x", code=2)[0] == []
    assert not list(book.glob("x"))


def test_a_book_without_history_is_said(make_book: MakeBook) -> None:
    said = changes(make_book({}), "--since", "HEAD", code=2)[1]
    assert said.startswith("fatal: not a git repository")


def test_a_record_that_was_wrong_is_compared_all_the_same(make_book: MakeBook) -> None:
    book = make_book({})
    edit(book, ELLIPSE, "purpose: chat", "purpose: nonsense\nx: y")
    git(book, "init", "-q")
    git(book, "add", ".")
    git(book, "commit", "-qm", "wrong")
    edit(book, ELLIPSE, "purpose: nonsense\nx: y", "purpose: chat")
    lines, remarks = changes(book, "--since", "HEAD")
    assert lines[:2] == [
        f"{ELLIPSE}:3:10: purpose: 'nonsense' → 'chat' (source: noy2023shapes)",
        f"{ELLIPSE}:1:1: x: 'y' is gone (source: noy2023shapes)",
    ]
    assert remarks.startswith(f"the book at HEAD has problems, the first is {ELLIPSE}:3:10: 'nonsense'")


def test_a_record_that_was_no_yaml_is_named(make_book: MakeBook) -> None:
    broken = {ELLIPSE: b"name: [\n", BIB: b"\xff", "content/en/timeline.md": b"\xff"}
    book = make_book(broken)
    good = {name: (Path(__file__).parent / "books/minimal" / name).read_bytes() for name in broken}
    git(book, "init", "-q")
    git(book, "add", ".")
    git(book, "commit", "-qm", "broken")
    for name, content in good.items():
        (book / name).write_bytes(content)
    lines, remarks = changes(book, "--since", "HEAD")
    assert f"{ELLIPSE}:1:1: model changed: 'Ellipse'" in lines
    for name in broken:
        assert f"{name} cannot be read at HEAD, its content is not compared: {name}:" in remarks
    # The other way round, the names are those of now.
    git(book, "commit", "-qam", "good")
    for name, content in broken.items():
        (book / name).write_bytes(content)
    lines, remarks = changes(book, "--since", "HEAD")
    assert f"{ELLIPSE}:1:1: model changed: 'Ellipse'" in lines
    assert f"{ELLIPSE} cannot be read, its content is not compared" in remarks
    assert "the book has problems now, the first is " in remarks


def test_an_entry_that_was_broken_is_named(make_book: MakeBook) -> None:
    good = (Path(__file__).parent / "books/minimal/references.bib").read_text(encoding="utf-8")
    book = make_book({BIB: good.replace("title = {Shapes of {AI}}", "title = {Shapes of {AI}")})
    git(book, "init", "-q")
    git(book, "add", ".")
    git(book, "commit", "-qm", "broken")
    (book / BIB).write_text(good, encoding="utf-8")
    assert "entry 'noy2023shapes' cannot be read at HEAD, its fields are not compared" in as_json(book)["remarks"]


@pytest.mark.parametrize("config", [None, "site_name: Other\n", "site_name: [\n"])
def test_what_can_be_is_told_if_the_book_was_none(book: Path, config: str | None) -> None:
    path = book / "mkdocs.yml"
    now = path.read_text(encoding="utf-8")
    path.unlink()
    if config:
        path.write_text(config, encoding="utf-8")
        (book / "docs").mkdir()
        (book / "docs/x.md").write_text("x", encoding="utf-8")
    git(book, "add", ".")
    git(book, "commit", "-qm", "no book")
    path.write_text(now, encoding="utf-8")
    edit(book, CIRCLE, "parameters: 7B", "parameters: 8B")
    lines, remarks = changes(book, "--since", "HEAD")
    assert lines[0] == f"{CIRCLE}:27:37: variants.7b.parameters: '7B' → '8B' (source: round2024announcement)"
    assert remarks.startswith("the book at HEAD cannot be read, neither tables nor translations are compared: ")
    assert str(Path(tempfile.gettempdir())) not in remarks


def test_a_revision_with_a_link_out_of_the_book_is_said(book: Path) -> None:
    (book / "content" / "out").symlink_to("/etc/hostname")
    git(book, "add", ".")
    git(book, "commit", "-qm", "a link")
    assert "the book at HEAD cannot be read: " in changes(book, "--since", "HEAD", code=2)[1]


def test_the_working_tree_is_not_touched(book: Path) -> None:
    edit(book, CIRCLE, "parameters: 7B", "parameters: 8B")
    before = {path: path.read_bytes() for path in book.rglob("*") if path.is_file() and ".git" not in path.parts}
    changes(book, "--since", "HEAD")
    assert before == {
        path: path.read_bytes() for path in book.rglob("*") if path.is_file() and ".git" not in path.parts
    }


# --- how it is told ------------------------------------------------------------------


def test_annotations_stand_at_their_places(book: Path) -> None:
    edit(book, CIRCLE, "parameters: 7B", "parameters: 8B")
    edit(book, EN, "a corner is nothing", "an edge is nothing")
    lines, remarks = changes(book, "--since", "HEAD", "--format", "github")
    assert lines[0].startswith(f"::notice file={CIRCLE},line=27,col=37::variants.7b.parameters: '7B' → '8B'")
    assert lines[-1].startswith("::warning file=content/zh/index.md,line=10,col=1::'top.2' is behind its original at ")
    assert remarks.endswith("1 translation went out of step\n")


def test_markdown_tells_each_part_under_a_heading(book: Path) -> None:
    edit(book, CIRCLE, "parameters: 7B", "parameters: 8B")
    edit(book, EN, "a corner is nothing", "an edge is nothing")
    assert changes(book, "--since", "HEAD", "--format", "markdown")[0] == [
        "### What changes in the book",
        "",
        "Since `HEAD`: 1 record and 1 page changed; 1 table shown otherwise; 1 translation went out of step.",
        "",
        "#### Translations that went out of step",
        "",
        f"- `content/zh/index.md:10:1` `top.2` is behind its original, `{EN}:10:1`",
        "",
        "#### Records",
        "",
        f"`Circle` (`{CIRCLE}`)",
        "",
        "- `variants.7b.parameters`: `7B` → `8B`, from `round2024announcement`",
        "",
        "",
        "#### Tables that show something else",
        "",
        "- `shapes` values: `circle:7b: parameters`",
        "",
        "#### Pages",
        "",
        f"- `{EN}` blocks: 1 changed, under `top`",
    ]


def test_of_long_texts_what_differs_is_shown(book: Path) -> None:
    long = "It was the first of all models to be drawn with nothing but a compass and in one line without a break."
    edit(book, ELLIPSE, "A stretched circle.", long)
    git(book, "commit", "-qam", "long")
    edit(book, ELLIPSE, "nothing but a compass", "little but a compass")
    said = changes(book, "--since", "HEAD")[0][0]
    assert said.startswith(
        f"{ELLIPSE}:5:15: summary.en: '…models to be drawn with nothing but a compass and in on…' → "
        "'…models to be drawn with little but a compass and in on…'"
    )


NASTY = [
    "@octocat and @org/team",
    "<img src=x onerror=alert(1)> <!-- -->",
    "[a link](https://evil.example) https://evil.example #1",
    "``` ticks ` and `` more",
    "`",
    "a\n\n# heading\n\n- [ ] task",
    "</details></summary><script>",
    "\u202eright to left\u202c \x1b[31m red",
    "\\` \\\\",
    "| a | b |",
]


@pytest.mark.parametrize("text", NASTY)
def test_whatever_is_quoted_stays_text(text: str) -> None:
    """Whoever writes a record cannot call people, set links, or leave the place of a value in a comment."""
    place = Location(f"data/{text}.yaml")
    values = [ValueChange(text, place, text, text + "!", [text])] * 7
    found = Changes(
        text,
        [Item("model", text, text, change, place, values) for change in Change],
        pages=[PageChange(text, change, place, 1, 1, 1, [text]) for change in Change],
        layout=[text],
        remarks=[text],
    )
    comment = to_markdown(from_json(to_json(found)))
    soup = BeautifulSoup(MarkdownIt("commonmark").enable("table").render(comment), "html.parser")
    for quoted in soup.find_all("code"):
        quoted.decompose()
    rest = soup.get_text()
    own = "a and b gone more new removed added changed red to 1"
    assert not [word for word in re.findall(r"\w+", text) if word not in own.split() and word in rest]
    assert not soup.find_all(["a", "img", "script", "input"])
    assert not re.search("[\u202e\x1b]", comment)
    assert {tag.name for tag in soup.find_all(True)} <= {"h3", "h4", "p", "ul", "li", "strong", "details", "summary"}


def test_code_spans_show_what_they_quote() -> None:
    assert code("a  b\nc") == "`a b c`"
    assert code("`a`") == "`` `a` ``"
    assert code("a``b") == "```a``b```"
    assert code("") == "(empty)"
    assert code("x" * 500) == f"`{'x' * 159}…`"


def test_a_report_fits_into_a_comment() -> None:
    place = Location("data/models/m.yaml")
    values = [ValueChange("f" * 300, place, "b" * 900, "a" * 900, ["s" * 300] * 300)] * 300
    found = Changes("main", [Item("model", "m", "n" * 300, Change.CHANGED, place, values)] * 300)
    comment = to_markdown(found)
    assert len(comment) <= MAX_MARKDOWN
    assert re.search(r"… and \d+ more: run `modelbook changes`\.$", comment.strip())


def test_a_report_is_read_again(book: Path, tmp_path: Path) -> None:
    edit(book, CIRCLE, "parameters: 7B", "parameters: 8B")
    report = tmp_path / "changes.json"
    report.write_text("\n".join(changes(book, "--since", "HEAD", "--format", "json")[0]), encoding="utf-8")
    for form in ("text", "markdown", "github", "json"):
        assert changes(book, "--read", str(report), "--format", form) == changes(
            book, "--since", "HEAD", "--format", form
        )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[", "not a report, invalid JSON: EOF while parsing a list at line 1 column 1 at its root; expected what "),
        ("{}", "not a report, field required at since; expected what `modelbook changes --format json` prints"),
        ('{"since": "x", "records": [{"id": 1}]}', "not a report, "),
        ('{"since": "x", "layout": [["x"]]}', "not a report, input should be a valid string at layout.0; "),
    ],
)
def test_what_is_no_report_is_not_read(text: str, message: str, book: Path, tmp_path: Path) -> None:
    report = tmp_path / "changes.json"
    report.write_text(text, encoding="utf-8")
    assert changes(book, "--read", str(report), code=2)[1].startswith(message)
    with pytest.raises(BookError):
        from_json(text)


def test_what_a_report_quotes_does_not_rule_the_terminal(book: Path, tmp_path: Path) -> None:
    place = Location("a\x1b[2J.md")
    value = ValueChange("note", place, None, "b\x1b[31m\nc")
    item = Item("model", "a", "A", Change.CHANGED, place, [value])
    path = tmp_path / "changes.json"
    path.write_text(to_json(Changes("main", [item], remarks=["d\n::error::e\x07"])), encoding="utf-8")
    lines, remarks = changes(book, "--read", str(path))
    assert lines[0] == "a\ufffd[2J.md:1:1: note: 'b\ufffd[31m c', new"
    assert remarks == "d ::error::e\ufffd\n"


def test_a_report_that_is_too_large_is_not_read(book: Path, tmp_path: Path) -> None:
    report = tmp_path / "changes.json"
    report.write_bytes(b" " * 5_000_001)
    assert "5,000,001 bytes; expected at most 5,000,000" in changes(book, "--read", str(report), code=2)[1]


@pytest.mark.parametrize("arguments", [[], ["--since", "HEAD", "--read", "x.json"]])
def test_one_of_two_is_expected(book: Path, arguments: list[str]) -> None:
    assert "expected either --since, such as --since main, or --read" in changes(book, *arguments, code=2)[1]


def test_summaries_count() -> None:
    page = PageChange("", Change.CHANGED, Location("x.md"))
    assert summary(Changes("main")) == "nothing in the book changed"
    assert summary(Changes("main", pages=[page])) == "1 page changed"
    item = Item("entry", "k", "k", Change.ADDED, Location("x"))
    assert summary(Changes("main", [item], [item, item], [page])) == "1 record, 2 entries and 1 page changed"

"""What editors are given: settings, tasks, snippets and a container in which everything is installed."""

from __future__ import annotations

import configparser
import json
import re
import tomllib
import typing
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest
from bs4 import BeautifulSoup

from conftest import MakeBook, problems_of, run_mkdocs
from modelbook.cli import main
from modelbook.mkdocs_plugin.reading import read_book, read_config
from modelbook.records import KINDS, Event, Relation, Score, WebLink
from modelbook.schema import Missing, Status
from modelbook.views.chart import CHARTS

ROOT = Path(__file__).parent.parent
VSCODE = ROOT / ".vscode"
CONTAINER = ROOT / ".devcontainer"
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")


def read(path: Path) -> Any:
    """JSON with comments, as editors read it."""
    text = path.read_text(encoding="utf-8")
    return json.loads(re.sub(r'("(?:\\.|[^"\\])*")|//[^\n]*', lambda match: match[1] or "", text))


# --- snippets --------------------------------------------------------------------------

_PLACEHOLDER = re.compile(
    r"\\(?P<escaped>[$}\\])"
    r"|\$\{\d+\|(?P<choices>(?:[^|\\]|\\.)*)\|\}"
    r"|\$\{(?P<number>\d+):(?P<default>(?:[^}\\]|\\.)*)\}"
    r"|\$(?P<bare>\d+)"
)
"""https://code.visualstudio.com/docs/editor/userdefinedsnippets#_grammar"""


class Snippet:
    def __init__(self, name: str, definition: dict[str, Any]) -> None:
        self.name = name
        self.definition = definition
        body = definition["body"]
        self.body = body if isinstance(body, str) else "\n".join(body)

    @property
    def choices(self) -> list[list[str]]:
        return [match["choices"].split(",") for match in _PLACEHOLDER.finditer(self.body) if match["choices"]]

    def expanded(self, given: dict[str, str], turn: int = 0) -> str:
        """What is inserted if nothing is typed but what is *given* for some defaults; of choices the one at *turn*."""

        def insert(match: re.Match[str]) -> str:
            if match["escaped"]:
                return match["escaped"]
            if match["choices"]:
                choices = match["choices"].split(",")
                return choices[min(turn, len(choices) - 1)]
            if match["default"] is None:
                return ""
            assert "$" not in match["default"], "placeholders within placeholders are not expanded here"
            default = re.sub(r"\\([$}\\])", r"\1", match["default"])
            return given.get(default, default)

        text = _PLACEHOLDER.sub(insert, self.body)
        assert "${" not in text
        return text

    def turns(self) -> range:
        return range(max([1, *map(len, self.choices)]))

    @property
    def file(self) -> str:
        return self.name.lower().replace(" ", "-")


def snippets(language: str) -> dict[str, Snippet]:
    found = read(VSCODE / f"{language}.code-snippets")
    return {name: Snippet(name, definition) for name, definition in found.items()}


@pytest.mark.parametrize("language", ["markdown", "yaml", "bibtex"])
def test_snippets_are_told_apart(language: str) -> None:
    prefixes: list[str] = []
    for snippet in snippets(language).values():
        assert snippet.definition.keys() == {"scope", "prefix", "body", "description"}
        assert snippet.definition["scope"] == language
        prefix = snippet.definition["prefix"]
        prefixes += prefix if isinstance(prefix, list) else [prefix]
    assert len(prefixes) == len(set(prefixes))


def test_choices_are_those_of_the_book() -> None:
    markdown, yaml = snippets("markdown"), snippets("yaml")

    def words(kind: Any, field: str) -> list[str]:
        return list(typing.get_args(kind.model_fields[field].annotation))

    assert markdown["Chart"].choices == [list(CHARTS)]
    assert set(markdown["Index of records"].choices[0]) == {*KINDS} - {"models", "events", "terms", "comparisons"}
    assert yaml["Missing value"].choices == [[*Missing]]
    assert set(yaml["Claim with a note"].choices[0]) == {*Status}
    assert yaml["Derivation"].choices == [[*Relation]]
    assert yaml["Link"].choices == [words(WebLink, "type")]
    assert yaml["Score"].choices == [words(Score, "by")]
    assert yaml["Event"].choices[0] == words(Event, "type")
    assert set(yaml["Event"].choices[1]) == set(words(Event, "importance"))


GIVEN = {
    "key": "noy2023shapes",
    "other-key": "euler1758elementa",
    "model": "disk",
    "benchmark": "roundness",
    "comparison": "shapes",
    "term": "corner",
}
"""What the book has for the names that snippets leave open."""

DISK = """name: Disk
organizations: [round-labs]
purpose: base
modality: {input: [text], output: [text]}
summary: {en: A filled circle., zh: 实心圆。}
cite: [noy2023shapes]
checked: "2026-11"
announced: "2024-07"
released: "2024-08"
parameters: 7B
context: "4096"
vram: "16"
training: {tokens: 2T}
license: {weights: open-shape}
openness: {weights: open}
derived_from: [{model: circle, relation: fine-tune}]
"""

TURN = """name: {en: A turn, zh: 转折}
date: "2024-06"
type: paper
importance: "1"
cite: [noy2023shapes]
"""

SMALL: dict[str, str | bytes | None] = {"data/models/disk.yaml": DISK, "data/events/turn.yaml": TURN}

PICTURE = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 4"><title>Picture</title></svg>\n'

TARGETS = """

::: figure fig-{id}
    ![A picture](images/picture.svg)

    A caption.

::: table tbl-{id}
    | A | B |
    | --- | --- |
    | 1 | 2 |

    A caption.

::: equation eq-{id}
    x

## Section {{#{id}}}
"""

INLINE = {
    "Citation",
    "Citation with its place",
    "Citation of several works",
    "Narrative citation",
    "Narrative citation with its place",
    "Term",
    "Value of a model",
    "Reference",
}

SHOWN = {
    "Citation": ".citation a[href*='noy2023']",
    "Citation with its place": ".citation a[href*='noy2023']",
    "Citation of several works": ".citation a[href*='euler1758']",
    "Narrative citation": ".mb-narrative a",
    "Narrative citation with its place": ".mb-narrative a",
    "Term": "a[href*='glossary']",
    "Value of a model": ".mb-value",
    "Reference": "a[href$='-{id}'], a[href$='#{id}']",
    "Heading": "h2#heading",
    "Figure": "figure#fig-{id} img[width='640']",
    "Figure of two parts": "figure#fig-{id}",
    "Table": "#tbl-{id} table",
    "Equation": "#eq-{id} math",
    "Comparison": "table",
    "Timeline": "time",
    "Chart": "figure svg",
    "Lineage": "svg",
    "Model card": "aside",
    "Scores": "table",
    "Index of records": "li",
    "References of the page": "li",
    "Front matter": "h1#title",
    "Note": ".admonition",
}
"""What a reader finds in the page of each snippet, as a CSS selector."""


def pages() -> Iterator[tuple[str, str, str]]:
    """The snippet, the name and the Markdown of a page for each turn of each snippet."""
    for snippet in snippets("markdown").values():
        for turn in snippet.turns():
            name = f"{snippet.file}-{turn}"
            text = snippet.expanded({**GIVEN, "id": name}, turn)
            if snippet.name in INLINE:
                text = f"Words {text} and more."
            if snippet.name == "Reference":
                text += TARGETS.format(id=name)
            if snippet.name != "Front matter":
                text = f"# A page {{#page}}\n\n{text}\n"
            yield snippet.name, name, text


def test_markdown_snippets_make_pages(make_book: MakeBook) -> None:
    files = dict(SMALL)
    for language in ("en", "zh"):
        files[f"content/{language}/snippets/images/picture.svg"] = PICTURE
        for _, name, text in pages():
            files[f"content/{language}/snippets/{name}.md"] = text
    book = make_book(files)
    assert problems_of(book) == []
    result = run_mkdocs(book, "build", "--strict")
    assert result.returncode == 0, result.stderr
    assert {snippet for snippet, _, _ in pages()} == SHOWN.keys()
    for snippet, name, _ in pages():
        html = (book / "site/snippets" / name / "index.html").read_text(encoding="utf-8")
        article = BeautifulSoup(html, "html.parser").select_one("article")
        assert article is not None
        assert article.select_one(SHOWN[snippet].replace("{id}", name)), f"{name}: {article}"
        for sign in (":::", "[@", "@noy", "{model", "{#", "{width", "](", "@fig", "@tbl", "@eq", "@sec", "!!!"):
            assert sign not in article.get_text(), f"{name}: {sign}"


MODEL = """name: Snippet {}
organizations: [round-labs]
purpose: base
modality: {{input: [text], output: [text]}}
summary: {{en: A., zh: 啊。}}
checked: "2026-11"
"""

PLACES = {
    "Claim": "context: {}",
    "Claim with a note": "context: {}",
    "Alternatives": "context:\n  value: 7B\n  {}",
    "Alternative": "context:\n  value: 7B\n  alternatives:\n    {}",
    "Missing value": "context: {}",
    "Text": "limitations:\n  - {}",
    "Long text": "summary: {}",
    "Note": "context:\n  value: 7B\n  status: estimated\n  {}",
    "Score": "scores:\n  {}",
    "Link": "links:\n  {}",
    "Derivation": "derived_from:\n  {}",
    "Variant": "variants:\n  {}",
    "Event": "",
    "Comparison": "",
}
"""Where in a record each snippet is called."""


def test_yaml_snippets_make_records(make_book: MakeBook) -> None:
    found = snippets("yaml")
    assert found.keys() == PLACES.keys()
    files = dict(SMALL)
    for name, snippet in found.items():
        for turn in snippet.turns():
            text = snippet.expanded(GIVEN, turn)
            id = f"{snippet.file}-{turn}"
            if name in ("Event", "Comparison"):
                files[f"data/{snippet.file}s/{id}.yaml"] = f"{text}\n"
                continue
            before, _, _ = PLACES[name].rpartition("{}")
            indentation = re.search(r" *\Z", before.rpartition("\n")[2].replace("-", " "))
            assert indentation is not None
            # An editor indents the lines that it inserts as the line is where it inserts them.
            lead = re.match(" *", before.rpartition("\n")[2])
            assert lead is not None
            inserted = before + text.replace("\n", f"\n{lead[0]}")
            base = MODEL.format(id)
            if name == "Long text":
                base = "".join(line for line in base.splitlines(keepends=True) if not line.startswith("summary"))
            files[f"data/models/{id}.yaml"] = f"{base}{inserted}\n"
    book = make_book(files)
    assert problems_of(book) == []
    catalogue = read_book(read_config(str(book / "mkdocs.yml"))).book.catalogue
    assert not catalogue.broken


def test_bibtex_snippets_make_entries(make_book: MakeBook) -> None:
    entries = {snippet.file: snippet for snippet in snippets("bibtex").values()}
    source = ""
    for file, snippet in entries.items():
        key = re.search(r"@\w+\{\$\{1:(\w+)\}", snippet.body)
        assert key is not None
        source += "\n" + snippet.expanded({key[1]: file.replace("-", "")}) + "\n"
    book = make_book({})
    with (book / "references.bib").open("a", encoding="utf-8") as file_of_entries:
        file_of_entries.write(source)
    cited = "; ".join(f"@{file.replace('-', '')}" for file in entries)
    for language in ("en", "zh"):
        (book / f"content/{language}/cited.md").write_text(f"# Cited {{#cited}}\n\nAll [{cited}].\n", encoding="utf-8")
    assert problems_of(book) == []
    bibliography = read_book(read_config(str(book / "mkdocs.yml"))).book.bibliography
    for file, snippet in entries.items():
        entry = bibliography[file.replace("-", "")]
        assert snippet.body.startswith(f"@{entry.type}{{")
        assert set(entry.fields) == set(re.findall(r"^  (\w+) =", snippet.body, re.M))
        assert entry.year
        assert "Name" in entry.title
        assert entry.authors


# --- settings and tasks ----------------------------------------------------------------


def test_each_kind_of_record_has_its_schema() -> None:
    settings = read(VSCODE / "settings.json")
    assert settings["yaml.schemas"] == {
        f"./.vscode/schemas/{kind}.json": f"data/{kind}/*.yaml" for kind in sorted(KINDS)
    }
    assert settings["yaml.yamlVersion"] == "1.2"


def test_tags_of_the_configuration_are_known() -> None:
    tags = {tag.split()[0] for tag in read(VSCODE / "settings.json")["yaml.customTags"]}
    assert set(re.findall(r"(?<=\s)![A-Za-z]+", (ROOT / "mkdocs.yml").read_text(encoding="utf-8"))) <= tags


def is_command(words: list[str]) -> bool:
    """Whether the first of *words* name a command of `modelbook`."""
    command: click.Command = main
    for word in words:
        if not isinstance(command, click.Group) or word not in command.commands:
            break
        command = command.commands[word]
    return command is not main and not isinstance(command, click.Group)


def test_tasks_run_what_there_is() -> None:
    tasks = {task["label"]: task for task in read(VSCODE / "tasks.json")["tasks"]}
    assert {"serve", "check", "test", "stamp", "schemas"} == tasks.keys()
    for task in tasks.values():
        if task["command"].startswith("make "):
            assert re.search(rf"^{task['command'].removeprefix('make ')}:", MAKEFILE, re.M)
        else:
            assert task["command"] == "${workspaceFolder}/.venv/bin/modelbook"
            assert is_command(task["args"])
    assert not is_command(["translations"])
    assert not is_command(["stamp"])


def test_problems_are_found_in_what_check_prints(make_book: MakeBook) -> None:
    task = next(task for task in read(VSCODE / "tasks.json")["tasks"] if task["label"] == "check")
    assert task["problemMatcher"]["fileLocation"] == ["relative", "${workspaceFolder}"]
    pattern = task["problemMatcher"]["pattern"]
    book = make_book({"data/terms/side.yaml": "name: side\ntext: {en: A line., zh: 线。}\nx: y: z\n"})
    (problem,) = problems_of(book)
    match = re.fullmatch(pattern["regexp"].strip("^$"), problem)
    assert match is not None
    found = {name: match[group] for name, group in pattern.items() if name != "regexp"}
    assert (found["file"], found["line"], found["column"]) == ("data/terms/side.yaml", "3", "5")
    assert found["message"].startswith("a second ':' in one value")
    assert not re.match(pattern["regexp"], "12 records, 3 entries, 20 values: no problem")
    assert not re.match(pattern["regexp"], ".venv/bin/modelbook check")


def test_the_layout_is_that_of_the_linters() -> None:
    config = configparser.ConfigParser()
    text = (ROOT / ".editorconfig").read_text(encoding="utf-8")
    config.read_string(f"[top]\n{text}")
    width = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["ruff"]["line-length"]
    assert config["*.{py,yaml}"]["max_line_length"] == str(width)
    settings = read(VSCODE / "settings.json")
    assert settings["[python]"]["editor.rulers"] == settings["[yaml]"]["editor.rulers"] == [width]
    assert settings["[yaml]"]["editor.tabSize"] == int(config["*"]["indent_size"])
    assert settings["[markdown]"]["editor.tabSize"] == int(config["*.{py,md}"]["indent_size"])


# --- the container ---------------------------------------------------------------------


def test_the_container_has_what_the_book_needs() -> None:
    container = read(CONTAINER / "devcontainer.json")
    dockerfile = (CONTAINER / container["build"]["dockerfile"]).read_text(encoding="utf-8")
    # An official image, which needs no address of a registry.
    image = re.search(r"^FROM (\S+)$", dockerfile, re.M)
    assert image is not None
    version = re.fullmatch(r"python:3\.(\d+)-slim", image[1])
    assert version is not None
    needed = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["requires-python"]
    assert int(version[1]) >= int(needed.removeprefix(">=3."))
    checks = (ROOT / ".ci/run").read_text(encoding="utf-8")
    packages = set(re.findall(r"missing\+=\(([\w-]+)\)", checks)) - {"python3-venv"}  # the image has it
    assert {"chromium", "fonts-noto-cjk", "make"} <= packages
    assert packages <= set(dockerfile.split())
    assert container["remoteUser"] in re.findall(r"^USER (\S+)$", dockerfile, re.M)


def test_the_container_is_made_ready_and_shows_the_book() -> None:
    container = read(CONTAINER / "devcontainer.json")
    target = re.search(r"make (\S+)$", container["postCreateCommand"])
    assert target is not None
    assert f"SETUP := {target[1]}".replace(".venv", ".venv") in MAKEFILE
    served = re.search(r"^serve:.*http://127\.0\.0\.1:(\d+)", MAKEFILE, re.M)
    assert served is not None
    assert container["forwardPorts"] == [int(served[1])]
    assert container["portsAttributes"].keys() == {served[1]}
    recommended = read(VSCODE / "extensions.json")["recommendations"]
    assert container["customizations"]["vscode"]["extensions"] == recommended


def test_none_of_it_is_ignored() -> None:
    ignored = (ROOT / ".gitignore").read_text(encoding="utf-8")
    assert not re.search(r"vscode|devcontainer|editorconfig|\*\.json", ignored)

"""What the end of a page and the mark beside a value lead to: in every page of a site, on every sort of host."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from bs4 import Tag
from click.testing import CliRunner

from conftest import BOOKS, MakeBook, problems_of, run_mkdocs
from modelbook.cli import main
from modelbook.repository import FORMS, WRONG_FACT
from sites import article, page

SETTINGS = "repo_url: https://code.example/shapes\nedit_uri: edit/main/content/\n"

HOSTS = {
    "GitHub": ("https://github.example/a/shapes", "edit/main/content/"),
    "a branch of GitHub": ("https://github.example/edit/edit", "edit/feature/new/look/content/"),
    "GitLab": ("https://gitlab.example/a/b/shapes/", "-/edit/feature/new-look/content/"),
    "Forgejo": ("https://forgejo.example/a/shapes", "_edit/feature/new-look/content/"),
}

LINK = re.compile(
    r"(?P<verb>-/edit|-/blob|-/tree|-/new|-/commits|_edit|_new|src/branch|commits/branch|edit|blob|tree|new|commits)/"
    r"(?P<branch>main|feature/new/look|feature/new-look)/(?P<path>[^?#]*)(?:\?file_?name=(?P<name>[^#]+))?"
    r"(?:#L(?P<line>\d+))?"
)


def settings(repo_url: str, edit_uri: str) -> str:
    written = (BOOKS / "minimal/mkdocs.yml").read_text(encoding="utf-8")
    assert SETTINGS in written
    return written.replace(SETTINGS, f"repo_url: {repo_url}\nedit_uri: {edit_uri}\n")


@pytest.fixture(scope="module", params=HOSTS)
def kept(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A book that is kept somewhere, with a page and texts that are not translated, and its site; where it is kept."""
    book = tmp_path_factory.mktemp("kept") / "book"
    shutil.copytree(BOOKS / "minimal", book)
    address, edit_uri = HOSTS[request.param]
    (book / "mkdocs.yml").write_text(settings(address, edit_uri), encoding="utf-8")
    (book / "content/en/squares.md").write_text("# Squares {#squares}\n", encoding="utf-8")
    rolling = book / "data/techniques/rolling.yaml"
    rolling.write_text(re.sub(r", zh: [^}]*", "", rolling.read_text(encoding="utf-8")), encoding="utf-8")
    if "GitHub" in request.param:
        (book / FORMS).mkdir(parents=True)
        (book / FORMS / WRONG_FACT).touch()
    result = run_mkdocs(book, "build", "--strict")
    assert result.returncode == 0, result.stderr
    return book, address.rstrip("/") + "/"


def links(book: Path, address: str) -> Iterator[tuple[str, str, Tag]]:
    """Every link from a page of the site to the repository: the page, the link without its beginning, its tag."""
    for path in sorted((book / "site").rglob("index.html")):
        name = path.relative_to(book / "site").as_posix().removesuffix("index.html")
        for tag in page(book / "site", name).find_all("a", href=True):
            if str(tag["href"]).startswith(address):
                yield name, str(tag["href"]).removeprefix(address), tag


def test_every_link_to_a_file_leads_to_one_of_the_book(kept: tuple[Path, str]) -> None:
    book, address = kept
    seen = set()
    for name, link, _ in links(book, address):
        if "issues" in link.split("?")[0] or not link:
            continue
        match = LINK.fullmatch(link)
        assert match, f"{name}: {link}"
        path = book / unquote(match["path"])
        verb = match["verb"].rpartition("/")[2].strip("_")
        seen.add(verb)
        if verb == "new":
            assert match["name"], f"{name}: {link}"
            assert not (path / match["name"]).exists(), f"{name}: {link}"
            assert re.fullmatch("content/(en|zh)(/.*)?", match["path"]), f"{name}: {link}"
        elif verb == "tree" or link.endswith("/"):
            assert path.is_dir(), f"{name}: {link}"
        else:
            assert path.is_file(), f"{name}: {link}"
            assert int(match["line"] or 1) <= len(path.read_text(encoding="utf-8").splitlines()), f"{name}: {link}"
    assert {"edit", "new"} < seen


def test_every_issue_names_the_page_its_file_and_the_field(kept: tuple[Path, str]) -> None:
    book, address = kept
    fields = set()
    for name, link, tag in links(book, address):
        parts = urlsplit(link)
        if not parts.path.endswith("issues/new"):
            continue
        asked = {key: values[0] for key, values in parse_qs(parts.query).items()}
        if asked.get("template"):
            assert asked["template"] == WRONG_FACT
            assert "github" in address
            where, file, field = asked["page"], asked["record"], asked.get("field", "")
        else:
            body = asked.get("body") or asked["issue[description]"]
            where, file, *more = body.split("\n\n")[0].split("\n")
            field = more[0] if len(more) == 2 else ""
            assert more[-1].startswith(address), name
        assert where == f"https://book.example/shapes/{name}"
        assert (book / file).is_file(), name
        if is_of_value := tag.find_parent(class_="mb-ways") is not None:
            fields.add(field)
        assert bool(field) is is_of_value, name
    assert {"training.tokens", "variants.7b", "scores.0", "techniques", "commercial_use"} <= fields


def test_the_source_of_a_value_is_its_line(kept: tuple[Path, str]) -> None:
    """The line has the last key of the field, or begins the item of the list."""
    book, address = kept
    lines = {}
    for name, link, tag in links(book, address):
        match = LINK.fullmatch(link)
        if not (match and match["line"]):
            continue
        ways = tag.find_parent(class_="mb-ways")
        assert ways is not None, name
        report = str(ways.select("a")[0]["href"])
        asked = parse_qs(urlsplit(report).query)
        field = asked["field"][0] if "field" in asked else next(iter(asked.values()))[0]
        if "field" not in asked:
            text = asked.get("body") or asked["issue[description]"]
            field = text[0].split("\n")[2]
        written = (book / match["path"]).read_text(encoding="utf-8").splitlines()
        last = field.rpartition(".")[2]
        line = written[int(match["line"]) - 1]
        lines[match["path"], field] = int(match["line"])
        if last.isdigit():
            assert line.lstrip().startswith("- "), (name, field)
        elif any(re.search(rf"\b{last}:", other) for other in written):
            assert re.search(rf"\b{last}:", line), (name, field)
        else:  # it has a value that the record does not write
            assert match["line"] == "1", (name, field)
    circle = "data/models/circle.yaml"
    text = (book / circle).read_text(encoding="utf-8").splitlines()
    assert lines[circle, "training.tokens"] == text.index("  tokens:") + 1
    assert lines[circle, "openness.data"] == lines[circle, "openness.weights"]
    assert text[lines[circle, "scores.0"] - 1].startswith("  - {benchmark: roundness")


def foot(book: Path, name: str) -> list[str]:
    """What the end of a page offers."""
    return [item.get_text(" ", strip=True) for item in article(book / "site", name).select(".mb-colophon__links > li")]


def test_every_page_has_its_ways(kept: tuple[Path, str]) -> None:
    book, _ = kept
    for path in (book / "site").rglob("index.html"):
        name = path.relative_to(book / "site").as_posix().removesuffix("index.html")
        first, second = ("编辑本页", "报告错误") if name.startswith("zh/") else ("Edit this page", "Report an error")
        assert foot(book, name)[:2] == [first, second], name
        icon = article(book / "site", name).select_one("a.md-content__button[rel=edit]")
        at_foot = article(book / "site", name).select_one(".mb-colophon a[rel=edit]")
        assert icon
        assert at_foot
        assert icon["href"] == at_foot["href"], name


def test_what_there_is_to_translate_is_offered_in_every_language(kept: tuple[Path, str]) -> None:
    book, _ = kept
    assert foot(book, "squares/")[2:] == ["Translate into Chinese", "View source"]
    assert foot(book, "zh/squares/")[2:] == ["翻译本页", "查看源文件"]
    assert foot(book, "techniques/rolling/")[2:] == ["Translate into Chinese", "View source data"]
    assert foot(book, "zh/techniques/rolling/")[2:] == ["翻译本页", "查看源数据"]
    assert foot(book, "models/circle/")[2:] == ["View source data"]
    link = article(book / "site", "zh/squares/").select(".mb-colophon__links a")[2]
    assert re.search(r"new/(main|feature/.*)/content/zh\?file_?name=squares\.md$", str(link["href"]))


def test_a_page_leads_to_the_data_that_it_shows(kept: tuple[Path, str]) -> None:
    book, _ = kept
    assert foot(book, "open/early/")[-1] == "Source data: circle.yaml , shapes.yaml , ellipse.yaml"
    assert foot(book, "models/")[-1] == "Source data: models"
    assert foot(book, "zh/timeline/")[-1] == "源数据： events"
    assert foot(book, "references/")[-1] == "Source data: references.bib"


def test_much_data_is_opened_first(make_book: MakeBook) -> None:
    views = ["model-card circle", "model-card ellipse", "comparison shapes", "timeline", "models", "records tools"]
    many = "# Much {#much}\n\n" + "".join(f"::: {view}\n\n" for view in views)
    book = make_book({"content/en/much.md": many, "content/zh/much.md": many})
    assert run_mkdocs(book, "build").returncode == 0
    details = article(book / "site", "much/").select_one(".mb-colophon__links details")
    assert details is not None
    assert details.get_text(" ", strip=True) == (
        "Source data: 6 circle.yaml , ellipse.yaml , shapes.yaml , events , models , tools"
    )


def test_a_translation_out_of_step_is_offered_for_mending(make_book: MakeBook) -> None:
    pages = {
        "content/en/squares.md": "# Squares {#squares}\n\nFour sides.\n",
        "content/zh/squares.md": "# 正方形 {#squares}\n\n四条边。\n",
    }
    book = make_book(pages)
    config = str(book / "mkdocs.yml")
    stamped = CliRunner().invoke(main, ["translations", "--config-file", config, "stamp", "squares"])
    assert stamped.exit_code == 0, stamped.stderr
    (book / "content/en/squares.md").write_text("# Squares {#squares}\n\nFour equal sides.\n", encoding="utf-8")
    assert run_mkdocs(book, "build").returncode == 0
    assert foot(book, "squares/")[2] == "Update the translation into Chinese"
    assert foot(book, "zh/squares/")[2] == "更新本页译文"
    link = article(book / "site", "zh/squares/").select(".mb-colophon__links a")[2]
    assert link["href"] == "https://code.example/shapes/edit/main/content/zh/squares.md"


def test_a_book_that_is_kept_nowhere_offers_nothing(make_book: MakeBook) -> None:
    written = (BOOKS / "minimal/mkdocs.yml").read_text(encoding="utf-8").replace(SETTINGS, "")
    book = make_book({"mkdocs.yml": written})
    assert run_mkdocs(book, "build", "--strict").returncode == 0
    for path in (book / "site").rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        assert "mb-colophon__links" not in text
        assert "mb-ways" not in text
        assert 'rel="edit"' not in text
    assert article(book / "site", "open/early/").select(".mb-colophon") == []
    assert article(book / "site", "models/circle/").select_one(".mb-colophon details") is not None


def test_a_setting_that_leads_elsewhere_is_a_problem(make_book: MakeBook) -> None:
    book = make_book({"mkdocs.yml": settings("https://github.com/a/shapes", "edit/main/docs/")})
    assert problems_of(book) == [
        "mkdocs.yml:1:1: edit_uri is 'edit/main/docs/'; expected it to lead to content/, as in edit/main/content/"
    ]
    assert run_mkdocs(book, "build").returncode == 0
    assert 'rel="edit"' not in (book / "site/index.html").read_text(encoding="utf-8")


def test_a_template_of_mkdocs_is_understood(make_book: MakeBook) -> None:
    written = settings("https://github.com/a/shapes", "x").replace(
        "edit_uri: x", "edit_uri_template: 'edit/main/content/{path}'"
    )
    book = make_book({"mkdocs.yml": written})
    assert run_mkdocs(book, "build", "--strict").returncode == 0
    link = article(book / "site", "models/circle/").select_one(".mb-colophon a[rel=edit]")
    assert link is not None
    assert link["href"] == "https://github.com/a/shapes/edit/main/data/models/circle.yaml"

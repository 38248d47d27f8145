"""Pages of records: what each kind shows, its index, and what can be done from there."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from bs4 import Tag

from conftest import MakeBook, run_mkdocs
from modelbook.pages import PAGED
from sites import article, broken_links, page, table_text

KINDS = [folder for folder in PAGED.values() if folder != "models"]

INDEXES = {
    f"content/{language}/{kind}/index.md": f"---\ntitle: {kind}\n---\n\n# {kind} {{#{kind}}}\n\n::: records {kind}\n"
    for language in ("en", "zh")
    for kind in KINDS
}


def facts(site: Path, address: str) -> dict[str, str]:
    """What a page says above everything else, without what can be opened beside it."""

    def said(tag: Tag) -> str:
        return " ".join(text.strip() for text in tag(string=True) if text.strip() and not text.find_parent("details"))

    return {
        said(each.dt): said(each.dd)
        for each in article(site, address).select(".mb-essentials > div")
        if each.dt and each.dd
    }


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("organizations/round-labs/", {"Kind": "company", "Country": "Switzerland"}),
        ("zh/organizations/round-labs/", {"类型": "公司", "国家或地区": "瑞士"}),
        ("licenses/angular/", {"Commercial use": "with conditions", "Approved by the OSI": "no"}),
        ("zh/licenses/open-shape/", {"商业用途": "是", "OSI 批准": "是"}),
        ("datasets/plane/", {"Organization": "Round Labs", "Tokens": "300B"}),
        ("benchmarks/roundness/", {"Kind": "benchmark", "Measure": "ratio", "Direction": "higher is better"}),
        ("zh/techniques/rolling/", {"类型": "推理", "提出时间": "2023年", "机构": "圆形实验室"}),
        ("tools/compass/", {"Kind": "interface", "Released": "2024", "License": "Open Shape License"}),
    ],
)
def test_a_page_says_what_is_recorded(minimal_site: Path, address: str, said: dict[str, str]) -> None:
    assert facts(minimal_site, address) == said


def test_a_license_says_what_it_permits_and_which_models_are_under_it(minimal_site: Path) -> None:
    angular = article(minimal_site, "licenses/angular/")
    assert angular.select_one(".mb-lead").get_text(strip=True) == "Not for more than seven corners."  # type: ignore[union-attr]
    assert angular.select(".mb-essentials .mb-verdict--conditional svg")
    assert [row[0] for row in table_text(article(minimal_site, "licenses/open-shape/").select("table")[0])] == [
        "Model", "Circle",
    ]  # fmt: skip


def test_scores_stand_with_those_of_their_setting(make_book: MakeBook) -> None:
    score = '{benchmark: roundness, value: "%s", by: developer, cite: [noy2023shapes]%s}'
    circle = Path(__file__).parent / "books/minimal/data/models/circle.yaml"
    text = circle.read_text(encoding="utf-8").split("scores:")[0]
    written = [score % ("50", ", setting: 5-shot"), score % ("70", ", setting: 5-shot"), score % ("99", "")]
    text += "scores:\n" + "".join(f"  - {each}\n" for each in written)
    book = make_book({"data/models/circle.yaml": text})
    assert run_mkdocs(book, "build", "--strict").returncode == 0
    boards = article(book / "site", "benchmarks/roundness/").select("table")
    assert [[row[1].split()[0] for row in table_text(board)[1:]] for board in boards] == [["70", "50"], ["99"]]
    assert [board.caption.get_text() for board in boards if board.caption] == ["5-shot", "Setting not recorded"]


def test_a_page_is_titled_as_its_record_is_named(make_book: MakeBook) -> None:
    circle = Path(__file__).parent / "books/minimal/data/models/circle.yaml"
    text = circle.read_text(encoding="utf-8")
    named = text.replace("name: Circle", "name: {en: CIRCLE-2 & co, zh: 圆形}", 1)
    book = make_book({"data/models/circle.yaml": named})
    assert run_mkdocs(book, "build").returncode == 0
    titles = [page(book / "site", f"{prefix}models/circle/").title for prefix in ("", "zh/")]
    assert [title.get_text().split(" - ")[0] for title in titles if title] == ["CIRCLE-2 & co", "圆形"]


def test_records_lead_to_their_pages_and_those_to_the_web(minimal_site: Path) -> None:
    circle = article(minimal_site, "models/circle/")
    links = {str(link["href"]) for link in circle.select("a[href]")}
    assert {"../../organizations/round-labs/", "../../licenses/open-shape/", "../../techniques/rolling/"} <= links
    assert "https://round.example" in str(article(minimal_site, "organizations/round-labs/"))


def test_events_lead_to_the_timeline_that_shows_them(minimal_site: Path, make_book: MakeBook) -> None:
    def link(site: Path) -> str | None:
        found = article(site, "zh/models/circle/").select_one(".mb-happened a")
        assert found is not None
        return str(found["href"]) if "href" in found.attrs else None

    assert link(minimal_site) == "../../timeline/#event-solids"
    book = make_book({f"content/{code}/timeline.md": "# Timeline {#timeline}\n" for code in ("en", "zh")})
    assert run_mkdocs(book, "build").returncode == 0
    assert link(book / "site") is None


def test_a_page_is_edited_reported_and_cited(minimal_site: Path) -> None:
    circle = page(minimal_site, "models/circle/").select_one(".mb-colophon")
    assert circle is not None
    edit, report, source = (str(link["href"]) for link in circle.select(".mb-colophon__links a"))
    assert edit == "https://code.example/shapes/edit/main/data/models/circle.yaml"
    assert source == "https://code.example/shapes/blob/main/data/models/circle.yaml"
    asked = parse_qs(urlsplit(report).query)
    assert asked["title"] == ["Error in: Circle"]
    assert "https://book.example/shapes/models/circle/" in asked["body"][0]
    assert circle.code is not None
    assert circle.code.get_text() == (
        "@misc{modelbook-circle,\n"
        "  title = {{Circle}},\n"
        "  howpublished = {Shapes},\n"
        "  year = {2026},\n"
        "  note = {Checked against its sources: 2026-11},\n"
        "  url = {https://book.example/shapes/models/circle/}\n"
        "}"
    )


def test_a_technique_that_is_a_term_leads_to_the_glossary(make_book: MakeBook) -> None:
    book = make_book(
        {"data/terms/rolling.yaml": "name: {en: rolling, zh: 滚动}\ntext: {en: To roll., zh: 滚动。}\n"},
    )
    assert run_mkdocs(book, "build", "--strict").returncode == 0
    link = article(book / "site", "techniques/rolling/").select_one("a.mb-term-link")
    assert link is not None
    assert link["href"] == "../../glossary/#term-rolling"


def test_every_kind_has_an_index(make_book: MakeBook) -> None:
    book = make_book(INDEXES)
    result = run_mkdocs(book, "build", "--strict")
    assert result.returncode == 0, result.stderr
    site = book / "site"
    assert broken_links(site) == []
    licenses = table_text(article(site, "licenses/").select("table")[0])
    assert [row[0] for row in licenses] == [
        "Name", "Commercial use: yes", "Open Shape License", "Commercial use: with conditions", "Angular License",
    ]  # fmt: skip
    assert [link["href"] for link in article(site, "zh/licenses/").select(".mb-jumps a")] == ["#group-1", "#group-2"]
    for kind in KINDS:
        eyebrow = article(site, f"{kind}/{next(iter(ids(kind)))}/").select_one(".mb-eyebrow a")
        assert eyebrow is not None
        assert eyebrow["href"] == "../"


def ids(kind: str) -> list[str]:
    return sorted(path.stem for path in (Path(__file__).parent / "books/minimal/data" / kind).glob("*.yaml"))


def test_models_come_by_year_the_newest_first(minimal_site: Path) -> None:
    assert [row[0] for row in table_text(article(minimal_site, "models/").select("table")[0])[1:]] == [
        "Circle", "Ellipse",
    ]  # fmt: skip


def test_the_extent_counts_what_the_book_has(make_book: MakeBook) -> None:
    home = "# Shapes {#shapes}\n\n::: extent\n"
    book = make_book({"content/en/index.md": home, "content/zh/index.md": home})
    assert run_mkdocs(book, "build").returncode == 0
    extent = article(book / "site", "").select_one(".mb-extent")
    assert extent is not None
    said = {each.dt.get_text(strip=True): each.dd.get_text(strip=True) for each in extent.select("div")}  # type: ignore[union-attr]
    assert said["Models"] == "2"
    assert said["Licenses"] == "2"
    assert next(link["href"] for link in extent.select("a")) == "models/"


def test_sections_are_called_in_each_language_and_indexes_of_others_are_pages(make_book: MakeBook) -> None:
    nav = "  - data:\n" + "".join(f"      - {kind}/index.md\n" for kind in ("models", *KINDS))
    config = (Path(__file__).parent / "books/minimal/mkdocs.yml").read_text(encoding="utf-8")
    config = config.replace("  - models/index.md\n", nav).replace("navigation.prune", "navigation.tabs")
    book = make_book(INDEXES | {"mkdocs.yml": config})
    result = run_mkdocs(book, "build", "--strict")
    assert result.returncode == 0, result.stderr
    for address, title in (("licenses/", "Data"), ("zh/licenses/", "数据")):
        tab = page(book / "site", address).select_one(".md-tabs__item--active")
        assert tab is not None
        assert tab.get_text(strip=True) == title
        listed = [
            link["href"] for link in page(book / "site", address).select(".md-nav--primary .md-nav__item--active a")
        ]
        assert {"../models/", "../tools/"} <= set(map(str, listed))

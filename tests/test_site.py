"""The site of the minimal book, built strictly, as readers get it."""

from __future__ import annotations

import csv
import json
import re
import shutil
from pathlib import Path

import pytest

from conftest import BOOKS, MakeBook, run_mkdocs
from sites import article, broken_links, file_of, files, page, table_text

PAGES = [
    "",
    "open/",
    "open/early/",
    "comparisons/",
    "timeline/",
    "models/",
    "models/circle/",
    "models/ellipse/",
    "organizations/round-labs/",
    "licenses/angular/",
    "licenses/open-shape/",
    "datasets/plane/",
    "benchmarks/roundness/",
    "techniques/rolling/",
    "tools/compass/",
    "glossary/",
    "references/",
]
LANGUAGES = {"": "en", "zh/": "zh"}


@pytest.mark.parametrize("address", PAGES)
def test_every_page_stands_in_both_languages_at_the_same_relative_path(minimal_site: Path, address: str) -> None:
    for prefix, language in LANGUAGES.items():
        html = page(minimal_site, prefix + address).html
        assert html is not None
        assert html["lang"] == language


@pytest.mark.parametrize("address", PAGES)
def test_pages_name_themselves_and_their_other_languages(minimal_site: Path, address: str) -> None:
    for prefix in LANGUAGES:
        soup = page(minimal_site, prefix + address)
        base = "https://book.example/shapes/"
        assert [tag["href"] for tag in soup.find_all("link", rel="canonical")] == [base + prefix + address]
        alternates = {tag["hreflang"]: tag["href"] for tag in soup.find_all("link", hreflang=True)}
        assert alternates == {"en": base + address, "zh": f"{base}zh/{address}", "x-default": base + address}


@pytest.mark.parametrize("address", PAGES)
def test_the_language_switch_leads_to_the_same_page(minimal_site: Path, address: str) -> None:
    for prefix in LANGUAGES:
        soup = page(minimal_site, prefix + address)
        links = {str(tag["hreflang"]): str(tag["href"]) for tag in soup.select("a.md-select__link")}
        here = file_of(minimal_site, prefix + address).parent
        for code, link in links.items():
            there = (here / link / "index.html").resolve()
            assert there == file_of(minimal_site, ("zh/" if code == "zh" else "") + address).resolve()


def test_no_page_asks_the_host_of_the_repository_for_anything(minimal_site: Path) -> None:
    """Material does, for stars and releases, where its component stands."""
    header = page(minimal_site, "timeline/")
    assert header.select_one("a.md-source") is not None
    assert not header.select("[data-md-component=source]")


def test_navigation_and_interface_are_in_the_language_of_the_page(minimal_site: Path) -> None:
    titles = {
        prefix: [
            tag.get_text(strip=True)
            for tag in page(minimal_site, f"{prefix}timeline/").select(
                ".md-nav--primary > ul > li > .md-nav__link > .md-ellipsis"
            )
        ]
        for prefix in LANGUAGES
    }
    assert titles[""] == [
        "Shapes",
        "Open shapes",
        "Comparisons",
        "Timeline",
        "Timeline",
        "Models",
        "Glossary",
        "References",
    ]
    assert titles["zh/"] == ["形状", "开放的形状", "比较", "时间线", "时间线", "模型", "术语表", "参考文献"]
    search = page(minimal_site, "zh/timeline/").select_one("input.md-search__input")
    assert search is not None
    assert search["placeholder"] == "搜索"
    for prefix, name in (("", "Shapes"), ("zh/", "形状之书")):
        header = page(minimal_site, f"{prefix}timeline/").select_one("header .md-ellipsis")
        assert header is not None
        assert header.get_text(strip=True) == name


def test_previous_and_next_stay_in_the_language(minimal_site: Path) -> None:
    for prefix in LANGUAGES:
        home, last = page(minimal_site, prefix), page(minimal_site, f"{prefix}references/")
        assert [link["href"] for link in home.find_all("link", rel="next")] == ["open/"]
        assert not home.find_all("link", rel="prev")
        assert not last.find_all("link", rel="next")


def test_the_comparison_is_built_from_data_cell_for_cell(minimal_site: Path) -> None:
    def said(address: str) -> list[str]:
        return [" | ".join(row) for row in table_text(article(minimal_site, address).select("table")[0])]

    assert said("comparisons/") == [
        "Model | Params (B) | Training data | Release details | Training tokens | VRAM (GB) | License of the weights"
        " | Commercial use",
        "Circle 7B | 7 | Plane (partial) | Blog [3] | 2T | 15.8+ | Open Shape License | yes",
        "Circle 70B | 70 | Plane (partial) | Blog [3] | 2T | —not recorded yet | Open Shape License | yes",
        "Ellipse | undisclosed | —not recorded yet | [1] | —not recorded yet | —not recorded yet | Angular License"
        " | with conditions",
    ]
    assert said("zh/comparisons/") == [
        "模型 | 参数（十亿） | 训练数据 | 发布信息 | 训练词元数 | 显存（GB） | 权重许可证 | 商业用途",
        "Circle 7B | 7 | Plane（部分） | 博客 [3] | 2万亿 | 15.8+ | Open Shape License | 是",
        "Circle 70B | 70 | Plane（部分） | 博客 [3] | 2万亿 | —尚未记录 | Open Shape License | 是",
        "椭圆 | 未公开 | —尚未记录 | [1] | —尚未记录 | —尚未记录 | Angular License | 有条件",
    ]


def test_a_value_opens_what_others_say_of_it(minimal_site: Path) -> None:
    notes = article(minimal_site, "comparisons/").select_one("details.mb-notes .mb-notes__body")
    assert notes is not None
    assert " ".join(notes.get_text().split()) == "Source: [3]Other published values: 1.5T [1]: an early count"


def test_verdicts_are_drawn_and_said(minimal_site: Path) -> None:
    verdicts = article(minimal_site, "zh/comparisons/").select(".mb-verdict")
    assert [verdict.get_text(strip=True) for verdict in verdicts] == ["是", "是", "有条件"]
    assert all(verdict.find("svg") for verdict in verdicts)
    everything = "".join(path.read_text(encoding="utf-8") for path in minimal_site.rglob("*.html"))
    assert not re.search("[\u2705\u274c\U0001f300-\U0001faff]", everything)


def test_the_timeline_goes_by_year_and_month_at_the_precision_of_each_date(minimal_site: Path) -> None:
    def said(address: str) -> list[str]:
        content = article(minimal_site, address)
        return [
            " ".join(tag.get_text(" ", strip=True).split()).removesuffix(" #")
            for tag in content.select("h2, h3, .mb-event__date, .mb-event__title")
        ]

    assert said("timeline/") == [
        "1758", "about 1758", "Solids are counted",
        "2024", "2024", "Ellipse", "March", "March 5, 2024", "Circle", "June", "Circle 70B", "June 2024",
    ]  # fmt: skip
    assert said("zh/timeline/") == [
        "1758", "约 1758年", "数清多面体",
        "2024", "2024年", "椭圆", "三月", "2024年3月5日", "Circle", "六月", "Circle 70B", "2024年6月",
    ]  # fmt: skip
    times = [tag["datetime"] for tag in article(minimal_site, "timeline/").select(".mb-event__date time")]
    assert times == ["1758", "2024", "2024-03-05", "2024-06"]


def test_a_model_page_has_facts_variants_lineage_and_scores(minimal_site: Path) -> None:
    circle, ellipse = article(minimal_site, "models/circle/"), article(minimal_site, "zh/models/ellipse/")
    facts = {row[0]: row[1] for row in table_text(circle.select("table.mb-facts")[0]) if len(row) == 2}
    assert facts["Context length (tokens)"] == "4,096 [3]"
    assert facts["Training tokens"] == "2T [3] Other published values:1.5T [1]: an early count"
    assert facts["Access to the training data"] == "closed [3] disputedSome say otherwise."
    assert facts["Also written"] == "Zero"
    lineage = [item.get_text(" ", strip=True) for item in circle.select("#lineage ~ ul:not([class]) li")]
    assert lineage == ["Ellipse : fine-tune of Circle 7B [ 1 ]"]
    lineage = [item.get_text(" ", strip=True) for item in ellipse.select("#lineage ~ ul:not([class]) li")]
    assert lineage == ["微调自 Circle 7B [ 1 ]"]
    assert table_text(circle.select("#scores ~ div table")[0])[1:] == [
        ["Roundness"],
        ["Circle 7B", "99.5 [3]", "", "developer"],
    ]
    assert [tag.get_text(strip=True).removesuffix("#") for tag in circle.select("h1, h2")] == [
        "Circle", "Variants", "Uniqueness", "Limitations", "Facts and sources", "Lineage", "Scores", "Events",
    ]  # fmt: skip


def test_pages_made_of_records_are_edited_in_their_records(minimal_site: Path) -> None:
    def edited(address: str) -> str:
        link = article(minimal_site, address).select_one("a[rel=edit]")
        assert link is not None
        return str(link["href"])

    assert edited("zh/models/circle/") == "https://code.example/shapes/edit/main/data/models/circle.yaml"
    assert edited("zh/open/early/") == "https://code.example/shapes/edit/main/content/zh/open/early.md"


def test_references_are_numbered_in_reading_order_alike_in_both_languages(minimal_site: Path) -> None:
    for prefix in LANGUAGES:
        items = article(minimal_site, f"{prefix}references/").select(".mb-references > li")
        assert [(item["value"], item["id"]) for item in items] == [
            ("1", "ref-noy2023shapes"), ("2", "ref-euler1758elementa"), ("3", "ref-round2024announcement"),
        ]  # fmt: skip
    citation = article(minimal_site, "zh/").select_one(".citation")
    assert citation is not None
    assert [link["href"] for link in citation.find_all("a")] == [
        "references/#ref-noy2023shapes", "references/#ref-euler1758elementa",
    ]  # fmt: skip


def test_a_citation_shows_its_work_on_hovering(minimal_site: Path) -> None:
    title = {prefix: article(minimal_site, prefix).select(".citation a")[0]["title"] for prefix in LANGUAGES}
    assert title[""] == (
        "Shakked Noy, Whitney Zhang, Baptiste Rozière, and Shape Consortium. Shapes of AI. 2023. arXiv:2301.00001"
    )
    assert (
        title["zh/"]
        == "Shakked Noy、Whitney Zhang、Baptiste Rozière和Shape Consortium。Shapes of AI。2023。arXiv:2301.00001"
    )


def test_views_stand_in_lists_and_admonitions_and_code_is_left_alone(minimal_site: Path) -> None:
    early = article(minimal_site, "open/early/")
    assert early.select("li table.mb-comparison")
    assert early.select(".admonition .mb-card")
    assert "::: comparison nothing\n[@nobody]" in early.select("pre code")[0].get_text()
    literal = article(minimal_site, "open/").get_text()
    assert "[@nobody] and {{ braces }} stay" in literal


def test_downloads_say_what_the_pages_say(minimal_site: Path) -> None:
    models = json.loads((minimal_site / "data/models.json").read_text(encoding="utf-8"))
    rows = list(csv.DictReader((minimal_site / "data/models.csv").read_text(encoding="utf-8").splitlines()))
    assert (
        [row["id"] for row in models] == ["circle", "circle:7b", "circle:70b", "ellipse"] == [row["id"] for row in rows]
    )
    tokens = models[1]["fields"]["training.tokens"]
    assert tokens == {
        "value": 2_000_000_000_000,
        "status": "reported",
        "sources": ["round2024announcement"],
        "written": "2T",
        "alternatives": [
            {
                "value": 1_500_000_000_000,
                "sources": ["noy2023shapes"],
                "note": {"en": "an early count", "zh": "早期统计"},
            }
        ],
    }
    assert (rows[1]["training.tokens"], rows[1]["training.tokens_status"]) == ("2T", "reported")
    assert rows[1]["training.tokens_sources"] == "round2024announcement"
    assert (minimal_site / "references.bib").read_bytes() == (BOOKS / "minimal/references.bib").read_bytes()


def test_each_language_has_its_own_search_index(minimal_site: Path) -> None:
    for prefix in LANGUAGES:
        index = json.loads((minimal_site / prefix / "search/search_index.json").read_text(encoding="utf-8"))
        addresses = {entry["location"].partition("#")[0] for entry in index["docs"]}
        assert addresses == set(PAGES)
        base = page(minimal_site, f"{prefix}open/early/").select_one("script#__config")
        assert base is not None
        assert json.loads(base.get_text())["base"] == "../.."


def test_the_sitemap_has_every_page_with_its_languages(minimal_site: Path) -> None:
    sitemap = (minimal_site / "sitemap.xml").read_text(encoding="utf-8")
    base = "https://book.example/shapes/"
    assert set(re.findall("<loc>(.*?)</loc>", sitemap)) == {
        base + prefix + each for prefix in LANGUAGES for each in PAGES
    }
    assert f'<xhtml:link rel="alternate" hreflang="zh" href="{base}zh/timeline/"/>' in sitemap
    assert "lastmod" not in sitemap


def test_the_page_for_what_is_not_there_speaks_every_language(minimal_site: Path) -> None:
    soup = page(minimal_site, "404.html")
    sections = {section["lang"]: section for section in soup.select("article section")}
    assert sections["en"].h2 is not None
    assert sections["zh"].h2 is not None
    assert sections["en"].h2.get_text() == "Page not found"
    assert sections["zh"].h2.get_text() == "页面不存在"
    assert [section.a["href"] for section in sections.values() if section.a] == ["/shapes/.", "/shapes/zh/"]


def test_no_link_leads_nowhere(minimal_site: Path) -> None:
    assert broken_links(minimal_site) == []


def test_pages_ask_no_other_host_for_anything(minimal_site: Path) -> None:
    for path in minimal_site.rglob("*.html"):
        html = path.read_text(encoding="utf-8")
        loaded = re.findall(r'<(?:script|img|iframe|source)[^>]*\ssrc="([^"]*)"', html)
        loaded += re.findall(r'<link[^>]*rel="(?:stylesheet|icon|preload|preconnect)"[^>]*href="([^"]*)"', html)
        assert loaded
        assert not [address for address in loaded if "://" in address or address.startswith("//")]


def test_the_same_book_makes_the_same_bytes(minimal_site: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    shutil.copytree(BOOKS / "minimal", elsewhere)
    result = run_mkdocs(elsewhere, "build", "--strict")
    assert result.returncode == 0, result.stderr
    here, there = files(minimal_site), files(elsewhere / "site")
    assert here.keys() == there.keys()
    assert [name for name in here if here[name] != there[name]] == []
    assert not [name for name, data in there.items() if str(tmp_path).encode() in data]


def test_properdocs_makes_the_same_pages(minimal_site: Path, tmp_path: Path) -> None:
    site = tmp_path / "site"
    result = run_mkdocs(BOOKS / "minimal", "build", "--strict", "--site-dir", str(site), program="properdocs")
    assert result.returncode == 0, result.stderr
    generator = re.compile(rb'<meta name="generator" content="[^"]*">')
    ours, theirs = (
        {name: generator.sub(b"", data) for name, data in files(each).items()} for each in (minimal_site, site)
    )
    assert ours.keys() == theirs.keys()
    assert [name for name in ours if ours[name] != theirs[name]] == []


# --- a book with problems --------------------------------------------------------------


BROKEN = {
    "data/models/circle.yaml": "name: [Circle\n",
    "content/en/open/early.md": "# Early {#early-shapes}\n\n::: nothing\n\nSee [@nobody2024] <b>now</b>.\n",
    "content/en/index.md": "# Home {#home}\n\nA [link](javascript:x) and a ![picture](data:image/svg+xml,x).\n",
}

SAID = [
    "content/en/open/early.md:3:1: no view 'nothing'",
    "content/en/open/early.md:5:6: no entry 'nobody2024' in references.bib",
    "content/en/open/early.md:5:19: raw HTML '<b>'",
    "data/models/circle.yaml:1:7: ",
    "content/en/index.md:3:10: address 'javascript:x' is not allowed",
]


def test_a_strict_build_stops_with_every_problem(make_book: MakeBook) -> None:
    book = make_book(BROKEN)
    result = run_mkdocs(book, "build", "--strict")
    assert result.returncode != 0
    for problem in SAID:
        assert problem in result.stderr
    assert "Traceback" not in result.stderr
    assert not (book / "site/index.html").exists()


def test_another_build_renders_what_it_can_and_says_the_rest(make_book: MakeBook) -> None:
    book = make_book(BROKEN)
    result = run_mkdocs(book, "build")
    assert result.returncode == 0, result.stderr
    for problem in SAID:
        assert problem in result.stderr
    early = article(book / "site", "open/early/")
    assert early.select(".mb-unknown")[0].get_text() == "@nobody2024"
    assert "<b>now</b>" in early.get_text()
    assert not early.find("b")
    assert "A link and a picture." in article(book / "site", "").get_text()
    assert [row[0] for row in table_text(article(book / "site", "models/").select("table")[0])] == ["Model", "Ellipse"]


def test_a_page_is_made_again_only_from_what_it_uses(minimal_site: Path, make_book: MakeBook) -> None:
    """Other records may change as they like: a page that does not use them stays as it is, byte for byte."""
    license = (BOOKS / "minimal/data/licenses/angular.yaml").read_text(encoding="utf-8")
    book = make_book({"data/licenses/angular.yaml": license.replace("Angular License", "Edgy License")})
    assert run_mkdocs(book, "build", "--strict").returncode == 0
    before, after = files(minimal_site), files(book / "site")
    changed = {name for name in before if before[name] != after[name] and name.endswith(".html")}
    uses = ["comparisons/", "models/", "models/ellipse/", "open/early/", "licenses/angular/"]
    assert changed == {f"{prefix}{each}index.html" for prefix in LANGUAGES for each in uses}


def test_a_model_leads_to_its_techniques(minimal_site: Path) -> None:
    for address, name in (("models/circle/", "Rolling"), ("zh/models/circle/", "滚动")):
        link = article(minimal_site, address).select_one("a[href='../../techniques/rolling/']")
        assert link is not None
        assert link.get_text() == name


def test_values_in_prose_come_from_the_records(make_book: MakeBook) -> None:
    text = """# Open {#open}

Circle ({model:circle released}) has {model:circle:7b parameters}, {model:circle training.tokens}.
"""
    book = make_book({f"content/{code}/open/index.md": text for code in ("en", "zh")})
    result = run_mkdocs(book, "build", "--strict")
    assert result.returncode == 0, result.stderr
    said = [article(book / "site", address).select("p")[0].get_text() for address in ("open/", "zh/open/")]
    assert said == ["Circle (March 5, 2024) has 7B, 2T.", "Circle (2024年3月5日) has 70亿, 2万亿."]


def test_titles_and_descriptions_are_text(make_book: MakeBook) -> None:
    attack = "</title><script>1</script>"
    escaped = attack.replace("<", "&lt;").replace(">", "&gt;")
    book = make_book(
        {
            "content/en/open/early.md": f"# {escaped} & `{attack}` {{#early-shapes}}\n\n[@noy2023shapes]\n",
            "content/en/timeline.md": f"---\ntitle: {attack}\ndescription: '\"{attack}'\n---\n# Time {{#timeline}}\n",
        }
    )
    run_mkdocs(book, "build")
    early, timeline = page(book / "site", "open/early/"), page(book / "site", "timeline/")
    assert early.select("title")[0].get_text().startswith(f"{attack} & {attack} - ")
    assert timeline.select("title")[0].get_text().startswith(f"{attack} - ")
    assert timeline.select("meta[name=description]")[0]["content"] == f'"{attack}'
    assert f"{attack} & {attack}" in page(book / "site", "references/").select(".mb-cited")[0].get_text()
    assert "<script>1" not in file_of(book / "site", "timeline/").read_text(encoding="utf-8")


def test_a_page_of_the_navigation_that_no_language_has_is_told(make_book: MakeBook) -> None:
    config = (Path(__file__).parent / "books/minimal/mkdocs.yml").read_text(encoding="utf-8")
    book = make_book({"mkdocs.yml": config.replace("  - timeline.md\n", "  - timeline.md\n  - lost.md\n", 1)})
    assert "lost.md" in (book / "mkdocs.yml").read_text(encoding="utf-8")
    run = run_mkdocs(book, "build", "--strict")
    assert run.returncode == 1
    assert run.stderr.count("A reference to 'en/lost.md' is included in the 'nav' configuration") == 1
    assert run.stderr.count("lost.md") == 1


def test_links_out_of_the_book_are_not_published(make_book: MakeBook, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.txt").write_text("A secret.", encoding="utf-8")
    (outside / "page.md").write_text("# A secret {#secret}\n", encoding="utf-8")
    (outside / "term.yaml").write_text("name: secret\ntext: {en: A secret., zh: 秘密。}\n", encoding="utf-8")
    book = make_book({})
    (book / "content/en/page.md").symlink_to(outside / "page.md")
    (book / "content/en/picture.txt").symlink_to(outside / "secret.txt")
    (book / "content/zh/folder").symlink_to(outside)
    (book / "data/terms/term.yaml").symlink_to(outside / "term.yaml")
    (book / "content/en/inside.txt").symlink_to(book / "mkdocs.yml")
    result = run_mkdocs(book, "build")
    names = [
        "content/en/page.md", "content/en/picture.txt", "content/zh/folder/page.md", "content/zh/folder/secret.txt",
        "data/terms/term.yaml",
    ]  # fmt: skip
    for name in names:
        assert f"{name}:1:1: link out of the book; expected the file itself" in result.stderr
    published = [
        path.read_text(encoding="utf-8", errors="ignore") for path in (book / "site").rglob("*") if path.is_file()
    ]
    assert not any("secret" in text for text in published)
    assert (book / "site/en/inside.txt").exists()

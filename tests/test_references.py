"""References as citation styles show them, and where they are cited.

The styles are compared with pandoc's citeproc on 152 real entries; `benchmarks/style_oracle.py` asks it anew.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from functools import cache
from pathlib import Path

import pytest
from bs4 import BeautifulSoup, Tag
from markupsafe import Markup

from conftest import BOOKS, MakeBook, problems_of, run_mkdocs
from modelbook.bibliography import Bibliography, Entry, parse_bibliography
from modelbook.book import Book, load_book
from modelbook.index import Place
from modelbook.pages import Page
from modelbook.references import SHOWN_PAGES, STYLES, by_page
from modelbook.rendering import Renderer
from sites import article, broken_links, page

CASES = Path(__file__).parent / "cases"
MINIMAL = BOOKS / "minimal"
ADDRESSES = {"en": "references/", "zh": "zh/references/"}


@cache
def renderer(style: str) -> Renderer:
    book: Book = load_book(
        MINIMAL,
        data_dir=MINIMAL / "data",
        references=MINIMAL / "references.bib",
        languages={code: {"name": code, "citation_style": style} for code in ("en", "zh")},
    )
    return Renderer(book)


def html(entry: Entry, style: str, code: str) -> Markup:
    made = renderer(style)
    # Nothing is kept: entries of different cases have one key.
    made._references.clear()
    return made.reference(entry, Page(made.book.languages[code], "page", "page.md", ""))


def said(entry: Entry, style: str, code: str) -> str:
    return " ".join(html(entry, style, code).striptags().split())


def only(text: str) -> Entry:
    bibliography, problems = parse_bibliography(text, "r.bib")
    assert problems == []
    return bibliography["key"]


GOLDEN = json.loads((CASES / "styles" / "golden.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", GOLDEN, ids=[case["case"] for case in GOLDEN])
def test_an_entry_in_every_style_and_language(case: dict[str, str]) -> None:
    entry = only(case["bibtex"])
    found = {f"{style} {code}": said(entry, style, code) for style in STYLES for code in ("en", "zh")}
    expected = {name: text for name, text in case.items() if name in found}
    assert found == expected


@pytest.mark.parametrize("style", STYLES)
def test_nothing_in_an_entry_is_markup(style: str) -> None:
    entry = only(
        '@article{key, author = {{<b>A</b>}}, title = {<script>"x"</script>}, journal = {<i>J</i>}, year = 2020, '
        'volume = {<u>1</u>}, pages = {<s>2</s>}, langid = {"><img>}, url = {https://a.example/"><b>}}'
    )
    for code in ("en", "zh"):
        assert not re.search(r"<(b|i|u|s|script|img)\b", html(entry, style, code))


def test_titles_say_their_language() -> None:
    entry = only("@misc{key, author = {王小云}, title = {近期概览}, year = 2023}")
    for style in STYLES:
        assert 'lang="zh"' in html(entry, style, "en")
        assert "lang=" not in html(entry, style, "zh")


# --- against citeproc ---------------------------------------------------------------------

# Letter case and the form of quotation marks are not compared: pandoc turns titles into sentence case, and the style
# of the standard writes the names of bodies in capitals. Here titles and bodies stand as they were published.
REASONS = {
    "arXiv": "numeric gives the identifier, as the chapter does, not the address",
    "preprint": "a work of type misc with an address is [EB/OL]; CSL knows no type for it and says [Z/OL]",
    "first edition": "the first edition is not mentioned (GB/T 7714, 8.3)",
    "editors": "editors of a whole book stand after its publisher",
    "particle": "'von' and 'de' stay in front of the family name, as they are written",
    "initials": "initials stand as the entry has them",
    "title": "pandoc takes the $ of '$3B' for math and loses the title",
}
"""Deliberate differences from citeproc."""

AGREEING = {
    "numeric": {"": 85, "arXiv": 64, "editors + first edition": 1, "initials": 1, "title": 1},
    "gb-t-7714-2015": {
        "": 84,
        "preprint": 62,
        "preprint + particle": 3,
        "particle": 1,
        "first edition": 1,
        "title": 1,
    },
}


@cache
def real() -> Bibliography:
    text = (CASES / "bibliography" / "real.bib").read_text(encoding="utf-8")
    return parse_bibliography(text, "real.bib")[0]


def alike(text: str) -> str:
    text = re.sub(r"^\[\d+\] ", "", text).translate(str.maketrans("’‘“”–—", "''\"\"--"))
    return " ".join(text.casefold().split()).rstrip(".")


def difference(ours: str, theirs: str) -> str:
    """The class of difference of one entry; empty if there is none, '?' if nobody knows it."""
    found = []
    for name, pattern, replacement in (
        ("arXiv", r"arxiv:(\S+)$", r"https://arxiv.org/abs/\1"),
        ("preprint", r"\[eb/ol\]", "[z/ol]"),
        ("editors", r"(prem), (edited by [^,]+)", r"\2, \1"),
        ("first edition", r"(\]\. |costa-luis, )(prem)", r"\1first@\2"),
        ("particle", r"\b(von|de) (\w+(?: \w)+),", r"\2 \1,"),
        ("initials", r"g\.e\.p\.", "g. e. p."),
        ("title", r"microsoft, openai sued.*chatgpt(\. )?", ""),
    ):
        if ours == theirs:
            break
        if name == "preprint" and "[eb/ol]" in theirs:
            continue
        changed = re.sub(pattern, replacement, ours)
        changed = changed.replace("first@", "first. " if "]. first@" in changed else "first, ")
        if changed != ours:
            ours = changed
            found.append(name)
    return " + ".join(found) if ours == theirs else "?"


@pytest.mark.parametrize("style", STYLES)
def test_how_many_entries_agree_with_citeproc(style: str) -> None:
    oracle = json.loads((CASES / "styles" / "oracle.json").read_text(encoding="utf-8"))[style]
    assert oracle.keys() == real().keys()
    found = {key: difference(alike(said(real()[key], style, "en")), alike(oracle[key])) for key in oracle}
    assert [key for key, name in found.items() if name == "?"] == []
    assert Counter(found.values()) == AGREEING[style]
    assert {part for name in found.values() for part in name.split(" + ") if part} <= REASONS.keys()


# --- on the site --------------------------------------------------------------------------


def entries(site: Path, code: str) -> list[Tag]:
    return article(site, ADDRESSES[code]).select("ol.mb-references > li")


@pytest.mark.parametrize("code", ADDRESSES)
def test_every_entry_leads_back_to_each_place_that_cites_it(minimal_site: Path, code: str) -> None:
    """Every id of a citation in the pages of a language is linked from its entry, and no other."""
    prefix = "" if code == "en" else "zh/"
    cited: set[str] = set()
    for path in sorted((minimal_site / prefix).rglob("index.html")):
        address = path.parent.relative_to(minimal_site).as_posix().removeprefix(".")
        if code == "en" and address.split("/")[0] == "zh":
            continue
        soup = page(minimal_site, f"{address}/" if address else "")
        cited |= {f"{address}#{tag['id']}" for tag in soup.select("[id^=cite-]")}
    found = {
        f"{Path(ADDRESSES[code], link.partition('#')[0])}#{link.partition('#')[2]}"
        for entry in entries(minimal_site, code)
        for link in (str(tag["href"]) for tag in entry.select(".mb-cited a"))
    }
    resolved = {re.sub(r"^(?:(?:zh/)?references/\.\./?)", prefix, link).replace("//", "/") for link in found}
    assert {link.replace("/#", "#").strip("/") for link in resolved} == cited
    assert all(entry.select(".mb-cited a") for entry in entries(minimal_site, code))


def test_no_link_of_the_site_is_broken(minimal_site: Path) -> None:
    assert broken_links(minimal_site) == []


def test_places_are_called_by_page_and_section(minimal_site: Path) -> None:
    places = [tag.get_text() for tag in entries(minimal_site, "en")[0].select(".mb-cited a")]
    assert places[0].startswith("Shapes")


def cited_from(places: list[tuple[int, str]]) -> Tag:
    """The entry of a work that is cited at *places*: numbers of pages, and sections."""
    made = renderer("numeric")
    language = made.book.languages["en"]
    found = [
        Place(Page(language, f"p{number}", f"content/en/p{number}.md", ""), f"Page {number}", section, f"cite-{nth}")
        for nth, (number, section) in enumerate(places, 1)
    ]
    entry = made.book.bibliography["noy2023shapes"]
    html = made.render(
        "views/references.html",
        Page(language, "references", "content/en/references.md", ""),
        entries=[(1, entry)],
        uncited=[],
        citing={entry.key: by_page(found)},
        shown=SHOWN_PAGES,
    )
    item = BeautifulSoup(html, "html.parser").select_one("ol.mb-references > li")
    assert item is not None
    return item


def test_places_are_grouped_by_page_and_section_and_each_has_a_link() -> None:
    (cited,) = cited_from([(1, ""), (1, "A <b>"), (1, ""), (1, "A <b>"), (1, "C"), (2, "D"), (1, "E")]).select(
        ".mb-cited"
    )
    assert " ".join(cited.get_text().split()) == "Cited in: Page 1 (2): A <b> (2), C, E; Page 2: D"
    assert [link["href"] for link in cited.select("a")] == [
        f"../p{page}/#cite-{nth}" for page, nth in [(1, 1), (1, 3), (1, 2), (1, 4), (1, 5), (1, 7), (2, 6)]
    ]


def test_of_many_pages_the_first_are_shown_and_the_others_unfold() -> None:
    few = cited_from([(number, "") for number in range(SHOWN_PAGES)])
    assert not few.select("details.mb-cited")
    many = cited_from([(number, "") for number in range(SHOWN_PAGES + 7)])
    assert len(many.select("span.mb-cited a")) == SHOWN_PAGES
    (more,) = many.select("details.mb-cited")
    assert more.get_text().startswith("and on 7 more pages")
    assert len(more.select("a")) == 7


def test_an_entry_gives_its_bibtex_as_it_is_written(minimal_site: Path) -> None:
    written = (MINIMAL / "references.bib").read_text(encoding="utf-8")
    for code in ADDRESSES:
        for entry in entries(minimal_site, code):
            bibtex = entry.select_one(".mb-bibtex code")
            assert bibtex is not None
            assert bibtex.get_text() in written
            assert bibtex.get_text().startswith("@")


UNCITED = "\n@misc{nobody2020, author = {No Body}, title = {Never Cited}, year = 2020}\n"


def configured(make_book: MakeBook, options: str, files: dict[str, str] | None = None) -> Path:
    config = (MINIMAL / "mkdocs.yml").read_text(encoding="utf-8")
    bibliography = (MINIMAL / "references.bib").read_text(encoding="utf-8") + UNCITED
    changed = config.replace("  - modelbook:\n", f"  - modelbook:\n{options}")
    return make_book({"mkdocs.yml": changed, "references.bib": bibliography, **(files or {})})


def test_uncited_entries_are_listed_apart_on_request(make_book: MakeBook) -> None:
    book = configured(make_book, "      uncited: list\n      page_references: true\n")
    assert problems_of(book) == []
    result = run_mkdocs(book, "build", "--strict")
    assert result.returncode == 0, result.stderr
    for code in ADDRESSES:
        assert len(entries(book / "site", code)) == 3
        (apart,) = article(book / "site", ADDRESSES[code]).select(".mb-references--uncited > li")
        assert "Never Cited" in apart.get_text()
        assert not apart.select(".mb-cited")
    own = article(book / "site", "open/early/").select(".mb-page-references > ol > li")
    cited = {str(tag["href"]).partition("#")[2] for tag in article(book / "site", "open/early/").select(".citation a")}
    assert {str(tag["href"]).partition("#")[2] for item in own for tag in item.select(".mb-permalink")} == cited
    assert broken_links(book / "site") == []


def test_an_uncited_entry_is_a_problem_otherwise(make_book: MakeBook) -> None:
    (problem,) = problems_of(configured(make_book, ""))
    assert "entry 'nobody2020' is never cited" in problem


def test_uncited_entries_are_hidden_on_request(make_book: MakeBook) -> None:
    book = configured(make_book, "      uncited: hide\n")
    assert problems_of(book) == []
    assert run_mkdocs(book, "build", "--strict").returncode == 0
    assert "Never Cited" not in article(book / "site", ADDRESSES["en"]).get_text()


def test_a_page_lists_what_it_cites(make_book: MakeBook) -> None:
    text = "# Shapes {#shapes}\n\nShapes [@noy2023shapes].\n\n::: page-references\n"
    book = configured(make_book, "      uncited: list\n", {"content/en/index.md": text})
    result = run_mkdocs(book, "build")
    assert result.returncode == 0, result.stderr
    (item,) = article(book / "site", "").select(".mb-page-references li")
    assert "Shapes of AI" in item.get_text()


def test_each_language_has_its_style(make_book: MakeBook) -> None:
    book = configured(make_book, "      uncited: list\n")
    config = book / "mkdocs.yml"
    text = config.read_text(encoding="utf-8")
    config.write_text(text.replace("zh: {", "zh: {citation_style: gb-t-7714-2015, "), encoding="utf-8")
    result = run_mkdocs(book, "build", "--strict")
    assert result.returncode == 0, result.stderr
    english, chinese = (entries(book / "site", code)[0].get_text() for code in ADDRESSES)
    assert "[EB/OL]" in chinese
    assert "NOY S, ZHANG W, ROZIÈRE B, et al. Shapes of AI" in chinese
    assert "Shakked Noy, Whitney Zhang" in english


def test_an_unknown_style_is_said_with_the_known_ones(make_book: MakeBook) -> None:
    book = configured(make_book, "")
    config = book / "mkdocs.yml"
    text = config.read_text(encoding="utf-8")
    config.write_text(text.replace("zh: {", "zh: {citation_style: apa, "), encoding="utf-8")
    result = run_mkdocs(book, "build")
    assert result.returncode != 0
    for name in ("'apa'", *STYLES):
        assert name in result.stderr

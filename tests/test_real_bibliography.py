"""A real bibliography of 152 entries, each cited by prose, over 13 pages in the order of the file."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from conftest import run_mkdocs
from modelbook.bibliography import parse_bibliography
from sites import article, broken_links

REAL = (Path(__file__).parent / "cases/bibliography/real.bib").read_text(encoding="utf-8")
PAGES = 13

CONFIG = """\
site_url: https://book.example/
site_name: Real
docs_dir: content
nav: [index.md, {chapters}, references.md]
theme: {{name: material, font: false}}
plugins:
  - search
  - modelbook:
      languages: {{en: {{name: English}}, zh: {{name: 中文}}}}
markdown_extensions: [attr_list]
"""


@pytest.fixture(scope="module")
def keys() -> list[str]:
    return list(parse_bibliography(REAL, "references.bib")[0])


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, keys: list[str]) -> Path:
    book = tmp_path_factory.mktemp("real")
    names = [f"chapter-{number:02}" for number in range(PAGES)]
    (book / "mkdocs.yml").write_text(
        CONFIG.format(chapters=", ".join(f"{name}.md" for name in names)), encoding="utf-8"
    )
    (book / "data").mkdir()
    (book / "references.bib").write_text(REAL, encoding="utf-8")
    size = -(-len(keys) // PAGES)
    for language in ("en", "zh"):
        content = book / "content" / language
        content.mkdir(parents=True)
        (content / "index.md").write_text("# Start {#start}\n", encoding="utf-8")
        (content / "references.md").write_text("# References {#references}\n\n::: references\n", encoding="utf-8")
        for number, name in enumerate(names):
            cited = keys[number * size : (number + 1) * size]
            prose = "\n\n".join(f"A claim about {key} [@{key}]." for key in cited)
            (content / f"{name}.md").write_text(
                f"# Chapter {{#{name}}}\n\n## Part {{#part}}\n\n{prose}\n", encoding="utf-8"
            )
    # The file is as the world writes it: one of its entries names no author, so that the build is not strict.
    result = run_mkdocs(book, "build")
    assert result.returncode == 0, result.stderr
    assert [line for line in result.stderr.splitlines() if "WARNING" in line and "no author" not in line] == []
    return book / "site"


@pytest.mark.parametrize("prefix", ["", "zh/"])
def test_every_entry_has_its_number_in_order(site: Path, keys: list[str], prefix: str) -> None:
    said: dict[str, str] = {}
    for number in range(PAGES):
        for link in article(site, f"{prefix}chapter-{number:02}/").select(".citation a[href*='#ref-']"):
            said[str(link["href"]).partition("#ref-")[2]] = link.get_text()
            assert link.get("title")
    assert said == {key: str(number) for number, key in enumerate(keys, 1)}


@pytest.mark.parametrize("prefix", ["", "zh/"])
def test_every_reference_is_listed_and_leads_back(site: Path, keys: list[str], prefix: str) -> None:
    listed = article(site, f"{prefix}references/")
    for key in keys:
        item = listed.find(id=f"ref-{key}")
        assert item is not None, key
        back = [str(link["href"]) for link in item.select("a[href*='#cite-']")]
        assert [re.sub(r".*#", "", link) for link in back] == [f"cite-{key}-1"], key


def test_no_anchor_is_broken(site: Path) -> None:
    assert broken_links(site) == []


def test_the_download_reads_again_to_the_same_entries(site: Path, keys: list[str]) -> None:
    text = (site / "references.bib").read_text(encoding="utf-8")
    before, after = parse_bibliography(REAL, "references.bib")[0], parse_bibliography(text, "references.bib")[0]
    assert dict(before) == dict(after)
    assert list(after) == keys

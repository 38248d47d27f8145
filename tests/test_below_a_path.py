"""The site below a path, as that of a repository is on GitHub Pages: https://<owner>.github.io/<repository>/."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pytest
from bs4 import BeautifulSoup

from modelbook.mkdocs_plugin.reading import read_config
from pagesite import SITE_URL, build, served

ROOT = Path(__file__).parent.parent
HOST = "{0.scheme}://{0.netloc}/".format(urlsplit(SITE_URL))


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("below"))


def addresses_in(html: str) -> Iterator[str]:
    """What a page links to, loads, or leaves to scripts to load."""
    for tag in BeautifulSoup(html, "html.parser").find_all(True):
        for name, value in tag.attrs.items():
            if name in ("href", "src", "action", "xlink:href", "data-rows"):
                yield str(value)


def astray(site: Path, page: str, links: Iterator[str]) -> list[str]:
    """The links of the page at an address that stay on its host and lead to nothing there."""
    found = (urlsplit(urljoin(page, link)) for link in links)
    return [parts.geturl() for parts in found if parts.geturl().startswith(HOST) and not served(site, parts.path)]


def test_every_address_in_every_page_leads_somewhere(site: Path) -> None:
    checked = 0
    for path in site.rglob("*.html"):
        if path.name == "404.html":
            continue
        address = SITE_URL + path.relative_to(site).as_posix().removesuffix("index.html")
        links = list(addresses_in(path.read_text(encoding="utf-8")))
        assert astray(site, address, iter(links)) == []
        checked += len(links)
    assert checked > 1000


@pytest.mark.parametrize("missing", ["nowhere", "zh/open/nowhere/at/all/", "data/x.json"])
def test_the_page_for_what_is_missing_leads_back_from_anywhere(site: Path, missing: str) -> None:
    links = list(addresses_in((site / "404.html").read_text(encoding="utf-8")))
    assert astray(site, SITE_URL + missing, iter(links)) == []
    assert {urljoin(SITE_URL + missing, link) for link in links} >= {SITE_URL, f"{SITE_URL}zh/"}


def test_search_looks_for_its_index_and_its_results_below_the_path(site: Path) -> None:
    for path in site.rglob("*.html"):
        address = SITE_URL + path.relative_to(site).as_posix().removesuffix("index.html")
        settings = BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser").select_one("script#__config")
        assert settings is not None
        base = urljoin(address, json.loads(settings.get_text())["base"])  # as Material's script does
        found = served(site, urlsplit(base).path + "search/search_index.json")
        assert found, f"{address}: {base}"
        results = json.loads(found.read_text(encoding="utf-8"))["docs"]
        assert results
        assert astray(site, base, (entry["location"] for entry in results)) == []
        worker = urljoin(address, json.loads(settings.get_text())["search"])
        assert served(site, urlsplit(worker).path)


def test_whole_addresses_are_those_of_the_site(site: Path) -> None:
    for name in ("sitemap.xml", "zh/sitemap.xml"):
        text = (site / name).read_text(encoding="utf-8")
        found = re.findall(r'<loc>(.*?)</loc>|href="(.*?)"', text)
        assert found
        for pair in found:
            assert "".join(pair).startswith(SITE_URL)
            assert served(site, urlsplit("".join(pair)).path)
    for path in site.rglob("*.html"):
        head = BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser").select("link[rel=canonical], [hreflang]")
        for tag in head:
            whole = urljoin(SITE_URL + path.relative_to(site).as_posix(), str(tag["href"]))
            assert whole.startswith(SITE_URL), path


def test_a_fork_needs_to_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """What publish.yml says of a repository is what the book's configuration asks for."""
    publish = (ROOT / ".github/workflows/publish.yml").read_text(encoding="utf-8")
    said = set(re.findall(r"(MODELBOOK_\w+): ", publish))
    assert said == set(re.findall(r"!ENV \[(\w+),", (ROOT / "mkdocs.yml").read_text(encoding="utf-8")))
    monkeypatch.setenv("MODELBOOK_SITE_URL", SITE_URL)
    monkeypatch.setenv("MODELBOOK_REPO_URL", "https://github.com/owner/repo")
    monkeypatch.setenv("MODELBOOK_EDIT_URI", "edit/trunk/content/")
    config = read_config(str(ROOT / "mkdocs.yml"))
    assert (config.site_url, config.repo_url) == (SITE_URL, "https://github.com/owner/repo")
    assert config.edit_uri == "edit/trunk/content/"

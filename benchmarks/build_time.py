"""How much longer a build takes than plain Material on the same pages, already rendered.

    python benchmarks/build_time.py 100 1000

For each number of models, a book is generated from the minimal book of the tests and built; then the
same pages are written down as Markdown whose views are finished HTML, and built by MkDocs with
Material and its search alone. Both run in turn; the figures are the CPU seconds of the whole
process (user and system) and the ratio of the medians. Absolute figures depend on the machine.
"""

from __future__ import annotations

import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from bs4 import BeautifulSoup, Tag

MINIMAL = Path(__file__).parent.parent / "tests" / "books" / "minimal"
RUNS = 3

PLAIN_CONFIG = """\
site_name: Plain
site_url: https://book.example/
docs_dir: docs
theme:
  name: material
  font: false
  features: [navigation.prune, navigation.indexes]
not_in_nav: |
  /en/models/*
  /zh/models/*
nav: [en/index.md, en/comparisons.md, en/timeline.md, zh/index.md, zh/comparisons.md, zh/timeline.md]
plugins: [search]
markdown_extensions: [admonition, attr_list, tables, {toc: {permalink: "#"}}, pymdownx.superfences]
validation: {links: {unrecognized_links: ignore, anchors: ignore, not_found: ignore}, nav: {omitted_files: ignore}}
"""


def generate(book: Path, models: int) -> None:
    """A book with *models* more models than the minimal one, each a little different."""
    shutil.copytree(MINIMAL, book)
    circle = (book / "data/models/circle.yaml").read_text(encoding="utf-8")
    for number in range(models):
        text = circle.replace("name: Circle", f"name: Circle {number}", 1).replace("[Zero]", f"[Zero {number}]")
        text = text.replace('released: "2024-03-05"', f'released: "{2015 + number % 10}-{number % 12 + 1:02}"')
        text = text.replace("{parameters: 7B", f"{{parameters: {number % 90 + 1}B")
        (book / f"data/models/circle-{number}.yaml").write_text(text, encoding="utf-8")


def write_plain(site: Path, plain: Path) -> int:
    """The pages of *site* as Markdown for plain Material. Returns how many there are."""
    (plain / "docs").mkdir(parents=True)
    (plain / "mkdocs.yml").write_text(PLAIN_CONFIG, encoding="utf-8")
    pages = 0
    for path in sorted(site.rglob("index.html")):
        name = path.parent.relative_to(site).as_posix()
        language = "zh" if name == "zh" or name.startswith("zh/") else "en"
        name = name.removeprefix("zh").strip("/")
        is_index = name in (".", "", "open", "models")
        target = plain / "docs" / language / (f"{name}/index.md" if is_index else f"{name}.md").lstrip("./")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(as_markdown(path.read_text(encoding="utf-8")), encoding="utf-8")
        pages += 1
    return pages


def as_markdown(html: str) -> str:
    """Headings as Markdown, everything else as HTML."""
    article = BeautifulSoup(html, "html.parser").find("article")
    if not isinstance(article, Tag):
        raise SystemExit("a page without an article")
    parts = []
    for child in article.find_all(recursive=False):
        if child.name in ("h1", "h2", "h3"):
            for link in child.select("a.headerlink"):
                link.decompose()
            parts.append(f"{'#' * int(child.name[1])} {child.get_text()} {{#{child.get('id', 'title')}}}")
        elif "md-content__button" not in (child.get("class") or []):
            parts.append("\n".join(line for line in str(child).splitlines() if line.strip()))
    return "\n\n".join(parts) + "\n"


def cpu_seconds(folder: Path) -> float:
    """CPU seconds of one strict build in *folder*."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    command = [sys.executable, "-m", "mkdocs", "build", "--quiet"]
    subprocess.run(command, cwd=folder, check=True, env=os.environ | {"NO_MKDOCS_2_WARNING": "1"}, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime


def compare(models: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        book, plain = Path(folder, "book"), Path(folder, "plain")
        generate(book, models)
        cpu_seconds(book)
        pages = write_plain(book / "site", plain)
        cpu_seconds(plain)
        ours, theirs = [], []
        for _ in range(RUNS):
            ours.append(cpu_seconds(book))
            theirs.append(cpu_seconds(plain))
    mine, other = statistics.median(ours), statistics.median(theirs)
    print(f"{models} models, {pages} pages: {mine:.1f} s, plain Material {other:.1f} s, ratio {mine / other:.2f}")


if __name__ == "__main__":
    for count in map(int, sys.argv[1:] or ["100", "1000"]):
        compare(count)

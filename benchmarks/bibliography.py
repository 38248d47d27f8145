"""What the bibliography adds to a build: 1,000 pages that cite 2,000 of 10,000 entries.

    python benchmarks/bibliography.py

The same pages are built twice in turn: once with their citations and the whole bibliography, once with the
citations as plain text and no bibliography. The figures are the CPU seconds of the whole process and
their ratio; absolute figures depend on the machine.
"""

from __future__ import annotations

import statistics
import tempfile
from pathlib import Path

from build_time import cpu_seconds

PAGES, ENTRIES, CITED, RUNS = 1000, 10_000, 2_000, 3

CONFIG = """\
site_name: Cited
site_url: https://book.example/
docs_dir: content
nav: [index.md, references.md]
theme: {name: material, font: false, features: [navigation.prune]}
plugins:
  - search
  - modelbook:
      languages: {en: {name: English}}
markdown_extensions: [attr_list]
validation: {nav: {omitted_files: ignore}}
"""

ENTRY = """\
@article{{key{number},
  author = {{M{{\\"u}}ller, Anna and Ren{{\\'e}} Dupont and Wei Wang and {{Group {number}}}}},
  title = {{On the {{Number}} {number} and its Neighbors}},
  journal = {{Journal of Numbers}},
  year = {{{year}}},
  doi = {{10.1000/{number}}},
}}
"""


def write_book(book: Path, *, cited: bool) -> None:
    content = book / "content" / "en"
    content.mkdir(parents=True)
    (book / "data").mkdir()
    (book / "mkdocs.yml").write_text(CONFIG, encoding="utf-8")
    entries = "\n".join(ENTRY.format(number=number, year=1900 + number % 120) for number in range(ENTRIES))
    (book / "references.bib").write_text(entries if cited else "", encoding="utf-8")
    (content / "index.md").write_text("# Start\n", encoding="utf-8")
    (content / "references.md").write_text(
        "# References\n\n::: references\n" if cited else "# References\n", encoding="utf-8"
    )
    for page in range(PAGES):
        keys = [(page * 7 + step * 311) % CITED for step in range(6)] + [page * 2 % CITED, (page * 2 + 1) % CITED]
        said = (f"[@key{key}]" if cited else f"(key{key})" for key in keys)
        paragraphs = "\n\n".join(f"A paragraph of ordinary length about one thing {each}. " * 3 for each in said)
        (content / f"page-{page}.md").write_text(f"# Page {page}\n\n{paragraphs}\n", encoding="utf-8")


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        books = [Path(folder, "with"), Path(folder, "without")]
        for book in books:
            write_book(book, cited=book.name == "with")
            cpu_seconds(book)
        runs = [[cpu_seconds(book) for book in books] for _ in range(RUNS)]
    mine, other = (statistics.median(times) for times in zip(*runs, strict=True))
    print(f"{PAGES} pages, {CITED} of {ENTRIES} entries: {mine:.1f} s, without {other:.1f} s, ratio {mine / other:.2f}")


if __name__ == "__main__":
    main()

"""What the bibliography adds to a build: 1,000 pages that cite 2,000 of 10,000 entries.

    python benchmarks/bibliography.py

The same book is built twice in turn: once with its citations and the whole bibliography, once with the
citations as plain text and no bibliography. A page is as long as the book's own, and has about half the elements
of one: some 1,000 words in five sections, with lists, links, a note and a table. It cites six works; every work
is cited three times, on three pages. First the pages are all in English, then there are 500 in each of two
languages, each citing every work three times and with its own list of references.

The figures are the CPU seconds of the whole process, the least of several runs, and their ratio; absolute
figures depend on the machine.
"""

from __future__ import annotations

import itertools
import random
import tempfile
from collections.abc import Iterator
from pathlib import Path

from build_time import cpu_seconds

PAGES, ENTRIES, CITED, RUNS = 1000, 10_000, 2_000, 3

CONFIG = """\
site_name: Cited
site_url: https://book.example/
docs_dir: content
nav:
  - index.md
{nav}
  - references.md
theme:
  name: material
  font: false
  features: [navigation.indexes, navigation.prune, navigation.footer, navigation.top, toc.follow, search.highlight]
plugins:
  - search
  - modelbook:
      languages: {{{languages}}}
markdown_extensions:
  - admonition
  - attr_list
  - footnotes
  - tables
  - toc: {{permalink: "#"}}
  - pymdownx.details
  - pymdownx.arithmatex: {{generic: true}}
  - pymdownx.highlight
  - pymdownx.superfences
  - pymdownx.tabbed: {{alternate_style: true}}
"""
"""As the book's own."""

LANGUAGES = {"en": "en: {name: English}", "zh": "zh: {name: 中文, citation_style: gb-t-7714-2015}"}

ENTRY = """\
@article{{key{number},
  author = {{M{{\\"u}}ller, Anna and Ren{{\\'e}} Dupont and Wei Wang and {{Group {number}}}}},
  title = {{On the {{Number}} {number} and its Neighbors}},
  journal = {{Journal of Numbers}},
  year = {{{year}}},
  doi = {{10.1000/{number}}},
}}
"""

WORDS = {
    "en": "the of to in that with for it by model training data layers attention tokens which were published "
    "parameters larger than previous results show language context window evaluated benchmark while instructions tuned "
    "weights released license similar architecture normalization position embeddings although fewer steps performance",
    "zh": "这个 模型 的 训练 数据 包括 多种 语言 和 代码 研究人员 发现 参数 规模 更大 时 性能 提高 因此 它们 使用 "
    "注意力 机制 上下文 窗口 评测 结果 表明 与 此前 发布 相比 架构 相似 采用 归一化 位置 编码 步数 较少 仍然 指令 微调",
}
"""A language's prose is drawn from these."""

SENTENCE = {"en": (" ", "{}. "), "zh": ("", "{}。")}
"""What stands between words, and a sentence with its stop."""


def write_book(book: Path, codes: list[str], *, cited: bool) -> None:
    """A book in the languages *codes*, with 1,000 pages in all."""
    (book / "data").mkdir(parents=True)
    languages = ", ".join(LANGUAGES[code] for code in codes)
    pages = PAGES // len(codes)
    parts = [", ".join(f"page-{number}.md" for number in range(first, first + 50)) for first in range(0, pages, 50)]
    nav = "\n".join(f"  - Part {number}: [{part}]" for number, part in enumerate(parts, 1))
    (book / "mkdocs.yml").write_text(CONFIG.format(languages=languages, nav=nav), encoding="utf-8")
    entries = "\n".join(ENTRY.format(number=number, year=1900 + number % 120) for number in range(ENTRIES))
    (book / "references.bib").write_text(entries if cited else "", encoding="utf-8")
    for code in codes:
        content = book / "content" / code
        content.mkdir(parents=True)
        (content / "index.md").write_text("# Start\n", encoding="utf-8")
        listed = "\n::: references\n" if cited else ""
        (content / "references.md").write_text(f"# References\n{listed}", encoding="utf-8")
        keys = itertools.cycle(random.Random(0).sample(range(CITED), CITED))  # noqa: S311
        for number in range(pages):
            marks = [f"[@key{next(keys)}]" if cited else f"(key{next(keys)})" for _ in range(6 * len(codes))]
            (content / f"page-{number}.md").write_text(page(code, number, marks), encoding="utf-8")


def page(code: str, number: int, marks: list[str]) -> str:
    """A page of some 1,000 words in which *marks* stand."""
    words = random.Random(number)  # noqa: S311
    space, stopped = SENTENCE[code]
    waiting = iter(marks)

    def say(count: int) -> str:
        return space.join(words.choices(WORDS[code].split(), k=count))

    def paragraph(mark: str = "") -> str:
        linked = f"[{say(2)}](https://book.example/{words.randrange(1000)})"
        parts = [say(16), say(10), f"**{say(2)}**", say(14), linked, say(10), f"`{words.random():.3f}`", say(12), mark]
        return stopped.format(space.join(part for part in parts if part)) + stopped.format(say(9)) + "\n"

    def table(columns: int = 5, rows: int = 10) -> str:
        cells = [["A", *"BCDE"], ["---"] * columns, *([say(1) for _ in range(columns)] for _ in range(rows))]
        return "\n".join(f"| {' | '.join(row)} |" for row in cells) + "\n"

    def sections() -> Iterator[str]:
        for section in range(5):
            yield f"## {say(3)} {section} {{#section-{section}}}\n"
            yield from (paragraph(mark) for mark in itertools.islice(waiting, -(-len(marks) // 5)))
            yield paragraph()
            yield "\n".join(f"- **{say(2)}**: {say(8)}" for _ in range(3)) + "\n"
        yield f"!!! note\n    {say(30)}\n"
        yield table()

    return "\n".join([f"# {say(3)} {number}\n", paragraph(), *sections()])


def compare(codes: list[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        books = [Path(folder, "with"), Path(folder, "without")]
        for book in books:
            write_book(book, codes, cited=book.name == "with")
        runs = [[cpu_seconds(book) for book in books] for _ in range(RUNS)]
    mine, other = (min(times) for times in zip(*runs, strict=True))
    print(
        f"{PAGES} pages ({', '.join(codes)}), {CITED} of {ENTRIES} entries: "
        f"{mine:.1f} s, without {other:.1f} s, ratio {mine / other:.3f}"
    )


if __name__ == "__main__":
    compare(["en"])
    compare(["en", "zh"])

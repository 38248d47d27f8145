"""Citations in a built book: their labels in both languages, and the file of their cards."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from conftest import MakeBook, run_mkdocs
from sites import article, broken_links, page

KEYS = ("noy2023shapes", "euler1758elementa", "round2024announcement")
ALL = "; ".join(f"@{key}" for key in reversed(KEYS))

ENGLISH = f"""# Shapes [@noy2023shapes] {{#shapes}}

As @noy2023shapes [p. 7] say [@euler1758elementa, 第 3-5 页; {ALL}].[^1]

## The work of @euler1758elementa [@noy2023shapes] {{#work}}

| Table [@noy2023shapes] |
|------------------------|
| By @round2024announcement, not @handle |

!!! note "Note [{ALL}]"

    Literal: \\[@noy2023shapes] and \\@noy2023shapes.

[^1]: A footnote 【@noy2023shapes】.
"""

CHINESE = """# 形状 [@noy2023shapes] {#shapes}

如@noy2023shapes [p. 7]所说【@euler1758elementa，pp. 3-5；@noy2023shapes，表 2】。

## 工作 {#work}
"""

TERM = """name: {en: corner, zh: 角}
text: {en: "As @euler1758elementa says [@noy2023shapes, table 2], not @handle.", zh: "见 @euler1758elementa。"}
"""


@pytest.fixture
def site(make_book: MakeBook, tmp_path: Path) -> Path:
    book = make_book(
        {
            "content/en/index.md": ENGLISH,
            "content/zh/index.md": CHINESE,
            "content/en/timeline.md": "# Timeline {#timeline}\n\n::: glossary\n\n::: timeline\n",
            "content/zh/timeline.md": "# 时间线 {#timeline}\n\n::: glossary\n\n::: timeline\n",
            "data/terms/corner.yaml": TERM,
        }
    )
    result = run_mkdocs(book, "build", "--strict", "--site-dir", str(tmp_path / "site"))
    assert result.returncode == 0, result.stderr
    return tmp_path / "site"


def text(site: Path, address: str) -> str:
    return " ".join(article(site, address).get_text().split())


def test_labels_in_both_languages(site: Path) -> None:
    english, chinese = text(site, ""), text(site, "zh/")
    for said in (
        "Shapes [1]",
        "As Noy et al. [1, p. 7] say [1, 2; 2, pp. 3–5; 3].",
        "The work of Euler [2] [1]",
        "By Round Labs [3], not @handle",
        "Note [1–3]",
        "Literal: [@noy2023shapes] and @noy2023shapes.",
        "A footnote [1].",
    ):
        assert said in english
    assert "如Noy 等 [1, 第 7 页]所说[1, 表 2; 2, 第 3–5 页]。" in chinese
    assert "As Euler [2] says [1, table 2], not @handle." in text(site, "timeline/")
    assert "见 Euler [2]。" in text(site, "zh/timeline/")
    assert broken_links(site) == []


def test_titles_and_the_table_of_contents_have_no_numbers(site: Path) -> None:
    found = page(site, "")
    assert found.title is not None
    assert "[" not in found.title.get_text()
    entries = {" ".join(link.get_text().split()) for link in found.select(".md-nav--secondary a")}
    assert "The work of Euler" in entries


def test_every_id_of_a_citation_is_there_once(site: Path) -> None:
    ids = [str(tag["id"]) for tag in article(site, "").select("[id^=cite-noy2023shapes-]")]
    assert sorted(ids) == [f"cite-noy2023shapes-{position}" for position in range(1, 8)]


def test_cards_say_each_cited_work_in_its_language(site: Path) -> None:
    english = json.loads((site / "references/cards.json").read_text(encoding="utf-8"))
    chinese = json.loads((site / "zh/references/cards.json").read_text(encoding="utf-8"))
    assert list(english["entries"]) == list(KEYS)
    card = english["entries"]["noy2023shapes"]
    times = card.pop("cited")
    assert card == {
        "title": "Shapes of AI",
        "authors": "Shakked Noy, Whitney Zhang, Baptiste Rozière, and Shape Consortium",
        "venue": "",
        "year": "2023",
        "links": [["arXiv:2301.00001", "https://arxiv.org/abs/2301.00001"]],
    }
    assert times.startswith("Cited ")
    assert chinese["words"] == {"label": "所引文献", "reference": "转到参考文献"}
    assert chinese["entries"]["noy2023shapes"]["cited"].startswith("本书引用 ")

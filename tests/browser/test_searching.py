"""What is looked for is found, by Material's own search worker and in its dialog."""

from __future__ import annotations

import functools
import re
import shutil
import threading
from collections.abc import Iterator
from http.server import ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from browsers import Visitor, _Handler
from conftest import BOOKS, run_mkdocs
from sites import article

pytestmark = pytest.mark.browser

FILES = {
    "content/zh/training.md": """\
# 训练 {#training}

大语言模型先预训练，再做指令微调；基于人类反馈的强化学习放在最后。LLaMA 的微调最省参数。

## 上下文 {#context}

滑动窗口注意力加长了上下文长度；多头注意力机制则不然。长文里幻觉更多。
""",
    "content/zh/licensing.md": """\
# 许可 {#licensing}

专有模型须商业许可，开源模型则附许可证。Mistral 7B的许可证是 Apache 2.0（见“Falcon”）。

## 年代 {#years}

时间线从多模态语言模型的推理讲起。
""",
    "content/en/training.md": """\
# Training {#training}

Pretraining comes first.

## Context {#context}

A window.
""",
    "content/en/licensing.md": """\
# Licensing {#licensing}

Apache-2.0 (“Falcon”).

## Years {#years}

A timeline.
""",
    "content/en/kites.md": "# Kites {#kites}\n\nPenrose drew darts, never 模型.\n",
    "data/models/llama-2.yaml": """\
name: LLaMA-2
aliases: [Llama 2]
organizations: [round-labs]
purpose: base
modality: {input: [text], output: [text]}
summary: {en: A successor., zh: 后继者。}
checked: "2026-11"
""",
}

LISTED = [
    "推理", "开源", "参数", "微调", "语言模型", "大语言模型", "专有模型", "滑动窗口注意力", "上下文长度", "多模态",
    "强化学习", "注意力机制", "商业许可", "开源模型", "预训练", "时间线", "许可证", "幻觉", "LLaMA", "Apache",
    "Falcon", "Mistral",
]  # fmt: skip

START = """async () => {
  const {search, base} = JSON.parse(document.querySelector("#__config").textContent);
  const index = await (await fetch(new URL(`${base}/search/search_index.json`, location))).json();
  window.worker = new Worker(new URL(search, location));
  worker.postMessage({type: 0, data: {...index, options: {}}});
  await new Promise((done, fail) => { worker.onmessage = done; worker.onerror = fail; });
}"""

ASK = """async (query) => {
  worker.postMessage({type: 2, data: query});
  return (await new Promise((done) => { worker.onmessage = done; })).data.data.items;
}"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("search")
    shutil.copytree(BOOKS / "minimal", folder / "book")
    for name, text in FILES.items():
        (folder / "book" / name).write_text(text, encoding="utf-8")
    result = run_mkdocs(folder / "book", "build", "--site-dir", str(folder / "site"))
    assert result.returncode == 0, result.stderr
    return folder / "site"


@pytest.fixture(scope="module")
def search_address(site: Path) -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(_Handler, directory=str(site))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/shapes/"
        server.shutdown()


@pytest.fixture(scope="module")
def context(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    yield context
    context.close()


@pytest.fixture(scope="module")
def chinese(context: BrowserContext, search_address: str) -> Page:
    return searching(context, search_address + "zh/")


@pytest.fixture(scope="module")
def english(context: BrowserContext, search_address: str) -> Page:
    return searching(context, search_address)


@pytest.fixture
def seeker(browser: Browser, search_address: str) -> Iterator[Visitor]:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    yield Visitor(context, search_address)
    context.close()


def searching(context: BrowserContext, address: str) -> Page:
    """A page of the site with Material's worker and the index of the page's language."""
    page = context.new_page()
    page.goto(address)
    page.evaluate(START)
    return page


def ask(page: Page, query: str) -> list[list[dict[str, Any]]]:
    """The sections found, by page, the best first."""
    found: list[list[dict[str, Any]]] = page.evaluate(ASK, query)
    return found


def pages(page: Page, query: str) -> list[str]:
    return [sections[0]["location"].partition("#")[0] for sections in ask(page, query)]


def texts(site: Path) -> dict[str, str]:
    """What each Chinese page says, by its address from their home page, save what is not to be found there."""
    addresses = [path.parent.relative_to(site / "zh").as_posix() for path in (site / "zh").rglob("index.html")]
    return {
        address: "\n".join(
            str(text)
            for text in article(site, f"zh/{address}").find_all(string=True)
            if not text.find_parent(attrs={"data-search-exclude": True})
        )
        for address in (f"{each}/".removeprefix("./") for each in sorted(addresses))
    }


def cut(texts: list[str], count: int) -> list[str]:
    """*count* words of two to six characters out of Chinese *texts*, wherever words begin and end."""
    rows = sorted({row for text in texts for row in re.findall("[\u4e00-\u9fff]{2,}", text)})
    pieces = (row[at : at + size] for size in range(2, 7) for row in rows for at in range(len(row) - size + 1))
    words = list(dict.fromkeys(pieces))
    return words[:: len(words) // count][:count]


def test_forty_words_cut_from_the_text_are_found_wherever_they_stand(site: Path, chinese: Page) -> None:
    said = texts(site)
    words = cut(list(said.values()), 40)
    assert len(words) == 40
    for word in words:
        having = {address for address, text in said.items() if word in text}
        found = pages(chinese, word)
        assert set(found[: len(having)]) == having, f"{word}: pages that have it come first"


@pytest.mark.parametrize("word", LISTED)
def test_listed_words_are_found_wherever_they_stand(site: Path, chinese: Page, word: str) -> None:
    having = {address for address, text in texts(site).items() if word in text}
    assert having
    assert set(pages(chinese, word)[: len(having)]) == having


def test_what_is_said_nowhere_is_found_by_its_parts_and_said_to_be_missing(chinese: Page) -> None:
    found = ask(chinese, "大型语言模型")
    assert {sections[0]["location"] for sections in found} == {"training/", "licensing/#years"}
    assert found[0][0]["terms"] == {"大型语言模型": False}
    assert "<mark>语</mark><mark>言</mark><mark>模</mark><mark>型</mark>" in str(found)
    assert pages(chinese, "商业语言") != []
    assert ask(chinese, "天文望远镜") == []


def test_words_of_two_scripts_are_looked_for_each_with_and_without_a_space(chinese: Page) -> None:
    assert {"models/llama-2/", "training/"} <= set(pages(chinese, "LLaMA 微调"))
    assert pages(chinese, "LLaMA 微调") == pages(chinese, "LLaMA微调")
    assert pages(chinese, "Mistral 7B 许可证")[0] == pages(chinese, "Mistral 7B许可证")[0] == "licensing/"


def test_words_can_be_demanded_and_excluded(chinese: Page) -> None:
    assert set(pages(chinese, "语言模型")) == {"training/", "licensing/"}
    assert pages(chinese, "语言模型 -多模态") == ["training/"]
    assert pages(chinese, "+语言模型 +多模态") == ["licensing/"]
    assert pages(chinese, "title:许可") == ["licensing/"]


def test_one_character_is_found_too(chinese: Page) -> None:
    assert set(pages(chinese, "幻")) == set(pages(chinese, "觉")) == {"training/"}


def test_words_that_overlap_are_marked_once(chinese: Page) -> None:
    found = {
        each["location"]: each for sections in ask(chinese, "模型 语言模型 言模型 大语言模型") for each in sections
    }
    assert found["licensing/#years"]["text"] == (
        "<p>时间线从多模态<mark>语</mark><mark>言</mark><mark>模</mark><mark>型</mark>的推理讲起。</p>"
    )


@pytest.mark.parametrize("query", ["Llama 2", "LLaMA-2", "LLaMA 2", "llama2", "llama-2", "Llama2"])
def test_a_model_is_found_however_it_is_spelled(chinese: Page, english: Page, query: str) -> None:
    assert pages(english, query)[0] == pages(chinese, query)[0] == "models/llama-2/"


@pytest.mark.parametrize(("query", "model"), [("zero", "circle"), ("circle7b", "circle"), ("Circle 70B", "circle")])
def test_a_model_is_found_by_its_aliases_and_variants(chinese: Page, english: Page, query: str, model: str) -> None:
    assert pages(english, query)[0] == pages(chinese, query)[0] == f"models/{model}/"


def test_no_page_of_another_language_is_found(chinese: Page, english: Page) -> None:
    assert pages(english, "Pretraining") == ["training/"]
    assert pages(chinese, "Pretraining") == []
    assert pages(english, "预训练") == []


def test_english_words_between_marks_are_found(english: Page) -> None:
    assert pages(english, "Falcon") == pages(english, "Apache 2.0")[:1] == ["licensing/"]


def test_an_original_in_place_of_a_translation_is_found(chinese: Page) -> None:
    assert pages(chinese, "Penrose") == ["kites/"]
    assert "kites/" in pages(chinese, "模型")


def look_up(visitor: Visitor, path: str, query: str) -> Page:
    page = visitor.open(path)
    page.locator("input.md-search__input").click()
    page.keyboard.type(query)
    page.keyboard.press("End")  # Material searches on a key's release, which text put in as a whole lacks
    expect(page.locator(".md-search-result__link").first).to_be_visible()
    return page


@pytest.mark.parametrize(
    ("path", "query", "title", "target", "excerpt"),
    [
        ("zh/timeline/", "滑动窗口注意力", "上下文", "zh/training/", "滑动窗口注意力加长了上下文长度；"),
        ("timeline/", "window", "Context", "training/", "A window."),
    ],
)
def test_a_result_shows_its_section_and_leads_to_it(
    seeker: Visitor, path: str, query: str, title: str, target: str, excerpt: str
) -> None:
    page = look_up(seeker, path, query)
    section = page.locator(".md-search-result__link[href$='#context']")
    expect(section.locator("h2")).to_have_text(title)
    expect(section).to_contain_text(excerpt)
    assert "".join(section.locator("mark").all_inner_texts()) == query
    section.click()
    expect(page).to_have_url(re.compile(f"{re.escape(seeker.address + target)}.*#context$"))
    expect(page.locator("#context")).to_be_in_viewport()
    assert seeker.errors == []


def test_only_the_index_of_the_language_is_asked_for(seeker: Visitor) -> None:
    look_up(seeker, "zh/timeline/", "微调")
    indexes = {url for url in seeker.requests if url.endswith("search_index.json")}
    assert indexes == {f"{seeker.address}zh/search/search_index.json"}
    assert seeker.strangers == []


def test_chinese_is_not_loaded_for_english(seeker: Visitor) -> None:
    look_up(seeker, "timeline/", "window")
    assert not [url for url in seeker.requests if "lunr" in url]
    assert {url for url in seeker.requests if "index.json" in url} == {f"{seeker.address}search/search_index.json"}

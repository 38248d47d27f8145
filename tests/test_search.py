"""The search index of each language, made from the one that Material writes for the whole site."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from mkdocs.exceptions import PluginError

from conftest import BOOKS, MakeBook, run_mkdocs
from modelbook import search
from modelbook.mkdocs_plugin.reading import read_book, read_config
from modelbook.mkdocs_plugin.search_index import split_search_index

PREFIXES = {"en": "", "zh": "zh/"}
SETTINGS = {code: search.settings(code) for code in PREFIXES}

INDEX = {
    "config": {"lang": ["en"], "separator": r"\s", "pipeline": [], "fields": {"title": {"boost": 1000.0}, "text": {}}},
    "docs": [
        {"location": "./", "title": "Home", "text": "zh/ is the other."},
        {"location": "models/llama-2/#variants", "title": "Variants", "text": "7B"},
        {"location": "models/llama-2/", "title": "LLaMA-2", "text": "A model.", "tags": ["open"]},
        {"location": "zh/", "title": "\u200b首页\u200b", "text": "大\u200b语言\u200b模型。"},
        {"location": "zh/models/llama-2/", "title": "LLaMA-2", "text": "模型。"},
    ],
}


def split(names: dict[str, list[str]] | None = None) -> dict[str, list[dict[str, object]]]:
    indexes = search.split(INDEX, PREFIXES, SETTINGS, names or {})
    return {code: index["docs"] for code, index in indexes.items()}


def test_each_language_has_its_own_sections_addressed_from_its_home_page() -> None:
    addresses = {code: [entry["location"] for entry in entries] for code, entries in split().items()}
    assert addresses == {"en": ["", "models/llama-2/#variants", "models/llama-2/"], "zh": ["", "models/llama-2/"]}


def test_text_is_as_on_the_page() -> None:
    assert split()["zh"][0] == {"location": "", "title": "首页", "text": "大语言模型。"}


def test_what_else_material_says_of_a_page_is_kept() -> None:
    assert split()["en"][2]["tags"] == ["open"]


def test_the_given_index_is_left_as_it_is() -> None:
    before = json.dumps(INDEX)
    split({"models/llama-2/": ["Llama 2"]})
    assert json.dumps(INDEX) == before


def test_the_page_of_a_model_has_its_further_names_each_word_once() -> None:
    docs = split({"models/llama-2/": ["LLaMA-2", "Llama 2", "Llama 2 7B Chat"]})
    assert docs["en"][2]["names"] == "Llama 2 Llama2 7B Chat Llama27BChat"
    assert [entry for entries in docs.values() for entry in entries if "names" in entry] == [docs["en"][2]]


def test_further_names_count_less_than_the_title() -> None:
    for index in search.split(INDEX, PREFIXES, SETTINGS, {}).values():
        fields = index["config"]["fields"]
        assert 1 < fields["names"]["boost"] < fields["title"]["boost"]
        assert set(fields) == {"title", "text", "names"}


@pytest.mark.parametrize(
    ("name", "spellings"),
    [
        ("LLaMA-2", {"LLaMA-2", "LLaMA2"}),
        ("Llama2", {"Llama2", "Llama 2"}),
        ("GPT 4", {"GPT 4", "GPT4"}),
        ("Code Llama", {"Code Llama", "CodeLlama"}),
        ("Qwen1.5-7B", {"Qwen1.5-7B", "Qwen 1.5-7B", "Qwen1.57B"}),
        ("通义千问2", {"通义千问2", "通义千问 2"}),
    ],
)
def test_spellings(name: str, spellings: set[str]) -> None:
    assert set(search.spellings(name)) == spellings


def test_models_are_found_by_all_that_they_are_called_in_every_language() -> None:
    book = read_book(read_config(str(BOOKS / "minimal/mkdocs.yml"))).book
    names = search.further_names(book)
    assert names["models/circle/"] == ["Circle", "Zero", "Circle 7B", "Circle 70B"]
    assert names["zh/models/circle/"] == names["models/circle/"]


@pytest.mark.parametrize("code", ["zh", "zh-Hant", "zh-TW"])
def test_chinese_is_searched_without_a_dictionary(code: str) -> None:
    settings = search.settings(code, "", ["stemmer"], r"[\s\u200b]+")
    assert (settings["lang"], settings["pipeline"]) == (["han"], [])


def test_other_languages_are_searched_as_material_does() -> None:
    english = search.settings("en", "en", ["stopWordFilter"], r"[\s\-]+")
    assert (english["lang"], english["pipeline"]) == (["en"], ["stopWordFilter"])
    assert english["separator"].startswith(r"[\s\-]+|")
    japanese = search.settings("ja", "ja", ["stemmer"], r"[\s\-　、。，．]+")
    assert (japanese["lang"], japanese["pipeline"]) == (["ja"], ["stemmer"])
    assert search.settings("eo", "", ["stemmer"])["pipeline"] == []


def test_cells_are_words_of_their_own() -> None:
    html = "<tr><th>Kind</th><td>base</td><td><code>x</code></td></tr>"
    assert search.searchable(html) == "<tr><th>Kind</th> <td>base</td> <td><code>x</code></td> </tr>"
    assert search.searchable("<p><b>bold</b><i>italic</i></p>") == "<p><b>bold</b><i>italic</i></p>"


def test_an_original_in_place_of_a_translation_is_found_in_the_edition_where_it_stands(
    make_book: MakeBook, tmp_path: Path
) -> None:
    text = "# Tilings {#tilings}\n\n## Kites {#kites}\n\nPenrose drew darts.\n"
    book = make_book({"content/en/tilings.md": text})
    assert run_mkdocs(book, "build", "--site-dir", str(tmp_path / "site")).returncode == 0
    for prefix in PREFIXES.values():
        docs = json.loads((tmp_path / "site" / prefix / "search/search_index.json").read_text(encoding="utf-8"))["docs"]
        found = [entry for entry in docs if "Penrose" in entry["text"]]
        assert [(entry["location"], entry["title"]) for entry in found] == [("tilings/#kites", "Kites")]


def test_a_language_without_its_script_is_an_error(tmp_path: Path) -> None:
    """The search would wait for its words for ever, and say nothing."""
    book = read_book(read_config(str(BOOKS / "minimal/mkdocs.yml"))).book
    (tmp_path / "search").mkdir()
    (tmp_path / "search/search_index.json").write_text(json.dumps(INDEX), encoding="utf-8")
    with pytest.raises(PluginError, match=r"lunr\.han\.min\.js is missing"):
        split_search_index(tmp_path, book, SETTINGS, search.Entries())

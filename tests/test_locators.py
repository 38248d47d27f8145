"""Places within cited works, in both languages."""

from __future__ import annotations

import pytest

from conftest import BOOKS
from modelbook.languages import LOCALES, load_languages
from modelbook.locators import is_locator, say_locator

LANGUAGES = load_languages({"en": {"name": "English"}, "zh": {"name": "中文"}}, [LOCALES], BOOKS)[0]


@pytest.mark.parametrize(
    ("written", "english", "chinese"),
    [
        ("p. 7", "p. 7", "第 7 页"),
        ("page 7", "p. 7", "第 7 页"),
        ("pp. 3-5", "pp. 3–5", "第 3–5 页"),
        ("p. 3--5, 9", "pp. 3–5, 9", "第 3–5、9 页"),
        ("p. vii", "p. vii", "第 vii 页"),
        ("fig. 4", "fig. 4", "图 4"),
        ("Figs. 4 and 5", "figs. 4, 5", "图 4、5"),
        ("fig. S2a", "fig. S2a", "图 S2a"),
        ("Table 2", "table 2", "表 2"),
        ("sec. 2.1", "sec. 2.1", "第 2.1 节"),
        ("§ 5", "sec. 5", "第 5 节"),
        ("ch. 3", "ch. 3", "第 3 章"),
        ("eq. (5)", "eq. (5)", "式 (5)"),
        ("app. A", "app. A", "附录 A"),
        ("vol. 3, p. 7", "vol. 3, p. 7", "第 3 卷, 第 7 页"),
        ("part 2", "part 2", "第 2 部分"),
        ("para. 2", "para. 2", "第 2 段"),
        ("algorithm 1", "alg. 1", "算法 1"),
        ("第 7 页", "p. 7", "第 7 页"),
        ("第3–5页，表2", "pp. 3–5, table 2", "第 3–5 页, 表 2"),
        ("表 2、3", "tables 2, 3", "表 2、3"),
        ("第 2.1 小节", "sec. 2.1", "第 2.1 节"),
        ("公式 5", "eq. 5", "式 5"),
    ],
)
def test_places_are_said_in_each_language(written: str, english: str, chinese: str) -> None:
    assert is_locator(written)
    assert say_locator(written, LANGUAGES["en"]) == english
    assert say_locator(written, LANGUAGES["zh"]) == chinese


@pytest.mark.parametrize(
    "written", ["", "see p. 7", "p. 7; see", "part two", "第七页", "7", "code and 1_2", "p.", "sic"]
)
def test_whatever_else_stays_as_it_is(written: str) -> None:
    assert not is_locator(written)
    assert [say_locator(written, language) for language in LANGUAGES.values()] == [written, written]


def test_every_kind_of_place_has_its_words_and_forms() -> None:
    from modelbook.locators import _CHINESE, _ENGLISH
    from modelbook.words import WORDS

    assert set(WORDS["locator"]) == set(WORDS["locators"]) == set(_ENGLISH) == set(_CHINESE)

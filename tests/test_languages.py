"""How languages say dates, numbers and names, and that every interface word is in every catalog."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

import modelbook
from modelbook.coverage import claim_fields
from modelbook.errors import BookError
from modelbook.languages import LOCALES, Language, load_languages
from modelbook.records import KINDS
from modelbook.schema import PartialDate, Quantity, Text
from modelbook.views.comparison import _DERIVED_TITLES
from modelbook.words import WORDS

PACKAGE = Path(modelbook.__file__).parent
SETTINGS = {"en": {"name": "English"}, "zh": {"name": "中文"}, "ja": {"name": "日本語"}}
LANGUAGES, _ = load_languages(SETTINGS, [LOCALES], PACKAGE)
EN, ZH, JA = LANGUAGES.values()


def test_months_of_one_language_are_not_those_of_another(tmp_path: Path) -> None:
    """In a process of its own: Babel would keep what the first language found for all that come after."""
    program = (
        "from pathlib import Path; from modelbook.languages import load_languages;"
        "from modelbook.schema import PartialDate; date = PartialDate.parse('2023-07');"
        "found, _ = load_languages({code: {} for code in ('ja', 'zh', 'en')}, [], Path('.'));"
        "print([(language.month(date), language.date(date)) for language in found.values()])"
    )
    said = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=tmp_path)
    assert said.stdout.strip() == str([("7月", "2023年7月"), ("七月", "2023年7月"), ("July", "July 2023")])


@pytest.mark.parametrize(
    ("written", "english", "chinese"),
    [
        ("2023", "2023", "2023年"),
        ("2023-07", "July 2023", "2023年7月"),
        ("2023-07-18", "July 18, 2023", "2023年7月18日"),
        ("2023-07~", "about July 2023", "约 2023年7月"),
        ("2023-07-18?", "July 18, 2023 (doubtful)", "2023年7月18日（存疑）"),
        ("2022/2023", "2022 – 2023", "2022–2023年"),
        ("2023-01/2023-07", "January – July 2023", "2023年1月至7月"),
        ("2023-07-01/2023-07-18", "Jul 1 – 18, 2023", "2023年7月1日至18日"),
        ("2022-12-30/2023-01-02", "Dec 30, 2022 – Jan 2, 2023", "2022年12月30日至2023年1月2日"),
        ("2022/2023-07", "2022 – July 2023", "2022年 – 2023年7月"),
        ("2023-07-18/2024", "July 18, 2023 – 2024", "2023年7月18日 – 2024年"),
        ("2023-01/2023-07~", "about January – July 2023", "约 2023年1月至7月"),
        ("2023-01/2023-07?", "January – July 2023 (doubtful)", "2023年1月至7月（存疑）"),
        ("2022~/2023?", "about 2022 – 2023 (doubtful)", "约 2022–2023年（存疑）"),
    ],
)
def test_dates(written: str, english: str, chinese: str) -> None:
    date = PartialDate.parse(written)
    # CLDR sets thin spaces around dashes.
    assert [re.sub(r"\s", " ", language.date(date)) for language in (EN, ZH)] == [english, chinese]


def test_months() -> None:
    date = PartialDate.parse("2023-07")
    assert [language.month(date) for language in (EN, ZH)] == ["July", "七月"]


@pytest.mark.parametrize(
    ("written", "english", "chinese"),
    [
        ("7B", "7B", "70亿"),
        ("6.74B", "6.74B", "67.4亿"),
        ("2T", "2T", "2万亿"),
        ("860M", "860M", "8.6亿"),
        ("1M", "1M", "100万"),
        ("100K", "100,000", "100,000"),
        ("4096", "4,096", "4,096"),
        ("15.8+", "15.8+", "15.8+"),
        ("~2T", "~2T", "~2万亿"),
        ("2.2T-3T", "2.2T–3T", "2.2万亿–3万亿"),
        ("30-65B", "30B–65B", "300亿–650亿"),
        ("0.5", "0.5", "0.5"),
        ("63.47", "63.47", "63.47"),
        ("1048576", "1,048,576", "1,048,576"),
    ],
)
def test_quantities(written: str, english: str, chinese: str) -> None:
    quantity = Quantity.parse(written)
    assert (EN.quantity(quantity), ZH.quantity(quantity)) == (english, chinese)


@pytest.mark.parametrize(
    ("written", "unit", "said"),
    [
        ("7.3B", 10**9, "7.3"),
        ("860M", 10**9, "0.86"),
        ("2.2T-3T", 10**12, "2.2–3"),
        ("~1.4T+", 10**9, "~1,400+"),
        ("65B", 10**9, "65"),
    ],
)
def test_quantities_in_units(written: str, unit: int, said: str) -> None:
    assert {language.quantity(Quantity.parse(written), Decimal(unit)) for language in (EN, ZH)} == {said}


def test_lists() -> None:
    assert [EN.join(items) for items in ([], ["a"], ["a", "b"], ["a", "b", "c"])] == ["", "a", "a and b", "a, b, and c"]
    assert [ZH.join(items) for items in ([], ["甲"], ["甲", "乙"], ["甲", "乙", "丙"])] == [
        "",
        "甲",
        "甲和乙",
        "甲、乙和丙",
    ]


@pytest.mark.parametrize(
    ("tag", "english", "chinese"),
    [
        ("fr", "French", "法语"),
        ("zh", "Chinese", "中文"),
        ("zh-Hant", "Traditional Chinese", "繁体中文"),
        ("pt-BR", "Brazilian Portuguese", "巴西葡萄牙语"),
        ("multiple", "multiple languages", "多种语言"),
        ("zzz", "zzz", "zzz"),
        ("en-x-none", "en-x-none", "en-x-none"),
    ],
)
def test_names_of_languages(tag: str, english: str, chinese: str) -> None:
    assert (EN.language_name(tag), ZH.language_name(tag)) == (english, chinese)


def test_texts_fall_back() -> None:
    assert ZH.text(Text({"en": "circle", "zh": "圆"})) == ("圆", "zh")
    assert ZH.text(Text({"ja": "円", "en": "circle"})) == ("circle", "en")
    assert ZH.text(Text({"fr": "cercle"})) == ("cercle", "fr")
    assert ZH.text(Text({"": "Circle"})) == ("Circle", "")


def test_a_language_that_nobody_knows() -> None:
    with pytest.raises(BookError, match="'xx' is not a language that Unicode CLDR knows; expected a code such as en"):
        load_languages({"xx": {"name": "X"}}, [], PACKAGE)


# --- catalogs --------------------------------------------------------------------------

HEADER = 'msgid ""\nmsgstr ""\n"Language: ja\\n"\n"Plural-Forms: nplurals=1; plural=0;\\n"\n\n'


def japanese(folder: Path, text: str) -> tuple[Language, list[str]]:
    """A third language, as a book's own folder of catalogs adds it."""
    (folder / "ja.po").write_text(text, encoding="utf-8")
    languages, problems = load_languages(
        {"en": {"name": "English"}, "ja": {"name": "日本語"}}, [LOCALES, folder], folder
    )
    return languages["ja"], [str(problem) for problem in problems]


def test_a_third_language(tmp_path: Path) -> None:
    words = 'msgid "undated"\nmsgstr "日付なし"\n\nmsgid "about %(value)s"\nmsgstr "約%(value)s"\n'
    language, problems = japanese(tmp_path, HEADER + words)
    assert problems == []
    assert language.gettext("undated") == "日付なし"
    assert language.date(PartialDate.parse("2023-07~")) == "約2023年7月"
    assert language.quantity(Quantity.parse("7B")) == "70億"
    assert language.join(["甲", "乙", "丙"]) == "甲、乙、丙"
    assert language.fallbacks == ("en",)
    assert language.gettext("not translated") == "not translated"


def test_a_book_has_its_own_words(tmp_path: Path) -> None:
    (tmp_path / "zh.po").write_text('msgid "undated"\nmsgstr "年代不详"\n', encoding="utf-8")
    languages, problems = load_languages({"zh": {"name": "中文"}}, [LOCALES, tmp_path], tmp_path)
    assert problems == []
    assert languages["zh"].gettext("undated") == "年代不详"
    assert languages["zh"].gettext("unknown") == "未知"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (
            HEADER + 'msgid "undated\nmsgstr "x"\n',
            "ja.po:6:1: 'msgid \"undated' is not a line of a .po file; expected msgid or msgstr and text in quotes",
        ),
        (
            HEADER + "undated = x\n",
            "ja.po:6:1: 'undated = x' is not a line of a .po file; expected msgid or msgstr and text in quotes",
        ),
        (HEADER + 'msgid "undated"\n', "ja.po:6:1: not a valid .po file: missing msgstr for msgid 'undated'"),
        (
            HEADER + 'msgid "a"\nmsgid_plural "b"\nmsgstr[0] "x"\nmsgstr[1] "y"\n',
            "ja.po:6:1: not a valid .po file: msg has more translations than num_plurals of catalog",
        ),
        (
            HEADER + 'msgid "about %(value)s"\nmsgstr "約%(worth)s"\n',
            "ja.po:6:1: '約%(worth)s' has other placeholders than its msgid; expected %(value)s",
        ),
        (
            HEADER + '# 50%\nmsgid "about %(value)s"\nmsgstr "50% %(value)s"\n',
            "ja.po:7:1: '50% %(value)s' has other placeholders than its msgid; expected %(value)s",
        ),
        (
            HEADER.replace("plural=0", "plural=evil(n)"),
            "ja.po:4:1: not a valid .po file: invalid token in plural form: evil",
        ),
        (
            'msgid ""\nmsgstr ""\n"POT-Creation-Date: never\\n"\n',
            "ja.po:1:1: not a valid .po file: time data 'never' does not match format '%Y-%m-%d %H:%M'",
        ),
    ],
)
def test_a_broken_catalog_is_a_problem(tmp_path: Path, text: str, problem: str) -> None:
    language, problems = japanese(tmp_path, text)
    assert problems == [problem]
    assert language.gettext("undated") == "undated"


def test_a_catalog_in_another_encoding(tmp_path: Path) -> None:
    text = (
        HEADER.replace("Language: ja", "Content-Type: text/plain; charset=latin-1") + 'msgid "undated"\nmsgstr "無"\n'
    )
    assert japanese(tmp_path, text)[0].gettext("undated") == "無"
    (tmp_path / "ja.po").write_bytes('msgid "a"\nmsgstr "é"\n'.encode("latin-1"))
    _, problems = load_languages({"ja": {"name": "日本語"}}, [tmp_path], tmp_path)
    assert [str(each) for each in problems] == ["ja.po:2:9: byte 0xe9 is not UTF-8; expected a file saved as UTF-8"]


# --- every interface word --------------------------------------------------------------


def used_messages() -> dict[str | tuple[str, ...], str]:
    """Every message that templates and code ask for, and where."""

    def extracted() -> Iterator[tuple[Any, str]]:
        methods = [("**.html", "jinja2.ext:babel_extract"), ("**.py", "python")]
        for path, line, message, *_ in extract_from_dir(
            PACKAGE, methods, keywords={"_": None, "gettext": None, "ngettext": (1, 2)}
        ):
            yield message, f"{path}:{line}"
        for kind in KINDS.values():
            for title in claim_fields(kind).values():
                yield title, f"coverage.claim_fields({kind.__name__})"
        for title in _DERIVED_TITLES.values():
            yield title, "views/comparison.py"
        for words in WORDS.values():
            for word in words.values():
                yield word, "words.py"

    return dict(extracted())


CATALOGS = sorted(LOCALES.glob("*.po"))


def catalog_of(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, abort_invalid=True)


def test_messages_are_found() -> None:
    used = used_messages()
    assert len(used) > 100
    assert {"Details", "undated", "Context length (tokens)", "Sizes", "Page not found", "fine-tune of"} <= set(used)


@pytest.mark.parametrize("path", CATALOGS, ids=lambda path: path.name)
def test_a_catalog_has_every_message_and_no_other(path: Path) -> None:
    translated = {message.id for message in catalog_of(path) if message.id and message.string and not message.fuzzy}
    used = used_messages()
    assert {message: place for message, place in used.items() if message not in translated} == {}
    assert translated - set(used) == set()


@pytest.mark.parametrize("path", CATALOGS, ids=lambda path: path.name)
def test_a_catalog_says_each_message_once(path: Path) -> None:
    written = re.findall(r'^msgid "(.+)"$', path.read_text(encoding="utf-8"), re.M)
    assert len(written) == len(set(written))


@pytest.mark.parametrize("path", CATALOGS, ids=lambda path: path.name)
def test_a_catalog_has_no_problem(path: Path) -> None:
    """Placeholders included, which are checked as a catalog is read."""
    _, problems = load_languages({path.stem: {"name": path.stem}}, [LOCALES], PACKAGE)
    assert problems == []

"""Places within a cited work: `p. 7`, `table 2`, `第 7 页`, said in the language of the page.

English and Chinese forms are understood wherever they are written; whatever else stays as it is.
"""

from __future__ import annotations

import re

from modelbook.languages import Language
from modelbook.words import WORDS

_ENGLISH = {
    "page": "pages?|pp?|pgs?",
    "figure": "figures?|figs?",
    "table": "tables?|tabs?|tbls?",
    "section": "sections?|sects?|secs?|§§?",
    "chapter": "chapters?|chaps?|chs?",
    "equation": "equations?|eqns?|eqs?",
    "appendix": "appendix|appendices|apps?",
    "volume": "volumes?|vols?",
    "part": "parts?|pts?",
    "paragraph": "paragraphs?|paras?|¶¶?",
    "algorithm": "algorithms?|algs?",
}
"""What stands before a number, by kind of place; a full stop may follow."""

_CHINESE = {
    "page": "第{}页",
    "figure": "图{}",
    "table": "表{}",
    "section": "第{}小?节",
    "chapter": "第{}章",
    "equation": "公?式{}",
    "appendix": "附录{}",
    "volume": "第{}卷",
    "part": "第{}部分",
    "paragraph": "第{}段",
    "algorithm": "算法{}",
}
"""What stands around a number, by kind of place; spaces may stand between."""

_NUMBER = r"\(?(?:[A-Za-z]?\d+[a-z]?|[A-Z]|[ivxlc]+)(?:[.:][A-Za-z0-9]+)*(?![A-Za-z0-9_.])\)?"
_DASH = r"\s*(?:-{1,3}|[–—~～至到])\s*"
_AND = r"\s*(?:[,，、&和及]|\band\b)\s*"
_RANGE = f"{_NUMBER}(?:{_DASH}{_NUMBER})?"
_NUMBERS = f"{_RANGE}(?:{_AND}{_RANGE})*"
_FORMS = [(kind, rf"(?:{labels})\.?\s*({_NUMBERS})") for kind, labels in _ENGLISH.items()] + [
    (kind, form.replace("{}", rf"\s*({_NUMBERS})\s*")) for kind, form in _CHINESE.items()
]
_KINDS = [kind for kind, _ in _FORMS]
_PLACE = "|".join(form for _, form in _FORMS)
_ONE = re.compile(_PLACE, re.I)
_ALL = re.compile(rf"\s*(?:{_PLACE})(?:\s*[,，;；]?\s*(?:{_PLACE}))*\s*", re.I)


def is_locator(text: str) -> bool:
    """Whether *text* says nothing but places, in a form that is understood."""
    return bool(_ALL.fullmatch(text))


def say_locator(text: str, language: Language) -> str:
    """A locator in *language*: `pp. 3-5` as `pp. 3–5` or `第 3–5 页`; as it is if it is not understood."""
    if not is_locator(text):
        return text
    return ", ".join(_say(match, language) for match in _ONE.finditer(text))


def _say(place: re.Match[str], language: Language) -> str:
    """One kind of place with its numbers."""
    position = place.lastindex or 1
    numbers = [re.sub(_DASH, "–", number) for number in re.split(_AND, place[position].strip())]
    is_plural = len(numbers) > 1 or "–" in numbers[0]
    words = WORDS["locators" if is_plural else "locator"]
    return language.gettext(words[_KINDS[position - 1]], value=language.gettext(", ").join(numbers))

"""What is promised of the book itself: terms, and the anchors of the chapter that it succeeds."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest

from modelbook.book import Book, load_book
from modelbook.records import Term
from modelbook.terms import matcher

ROOT = Path(__file__).parent.parent
CODES = ("en", "zh")

NAMES = [
    "RLHF", "SotA", "foundation model", "MoE", "SFT", "VRAM", "GQA", "DPO", "ORPO", "quantization", "LoRA",
    "Transformer", "tokens",
]  # fmt: skip

ANCHORS = [
    "proprietary-models", "text", "palm-2", "chatgpt", "gpt-4", "claude", "audio", "stableaudio", "vision",
    "midjourney", "open-source-models", "before-public-awareness", "gpt-j-6b", "early-models", "stable-diffusion",
    "llama", "comparisons",
]  # fmt: skip
"""Those that its makers named, of the sections that this book has so far."""


@cache
def book() -> Book:
    languages = {code: {"name": code} for code in CODES}
    return load_book(ROOT, data_dir=ROOT / "data", references=ROOT / "references.bib", languages=languages)


def test_at_least_forty_terms_are_explained_in_both_languages() -> None:
    terms = book().catalogue.all(Term)
    assert len(terms) >= 40
    assert [term.id for term in terms if not {*CODES} <= term.text.by_language.keys()] == []


@pytest.mark.parametrize("name", NAMES)
def test_a_word_that_the_chapter_explains_is_a_term(name: str) -> None:
    found = matcher(book().catalogue.all(Term), book().languages["en"]).find(f"({name})")
    assert [match[0] for match, _ in found] == [name]


@pytest.mark.parametrize("anchor", ANCHORS)
def test_named_anchors_keep_working_in_both_languages(anchor: str) -> None:
    for code in CODES:
        texts = [path.read_text(encoding="utf-8") for path in (ROOT / "content" / code).rglob("*.md")]
        assert sum(len(re.findall(rf"\{{#{re.escape(anchor)}[ }}]", text)) for text in texts) == 1, code

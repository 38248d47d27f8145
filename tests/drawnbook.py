"""A small book of models that derive from one another, to be drawn."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest

from conftest import BOOKS, run_mkdocs

MODEL = """\
name: {name}
organizations: [round-labs]
purpose: {purpose}
modality: {{input: [text], output: [text]}}
summary: {{en: A model., zh: 一个模型。}}
cite: [noy2023shapes]
checked: "2026-11"
"""


def model(name: str, *lines: str, purpose: str = "base") -> str:
    return "\n".join([MODEL.format(name=name, purpose=purpose), *lines, ""])


def derived(base: str, relation: str) -> str:
    return f"derived_from: [{{model: {base}, relation: {relation}}}]"


MODELS: Mapping[str, str] = {
    "point": model(
        "Point", 'released: "2020-05-10"', "parameters: 1B", "training: {tokens: 20B}", "openness: {weights: open}"
    ),
    "line": model(
        "Line",
        'released: "2021-06"',
        derived("point", "successor"),
        "parameters: {value: 10B, status: estimated, note: {en: A guess., zh: 猜测。}}",
        "training: {tokens: 300B}",
        'context: "4096"',
        "vram: 15.8+",
        "openness: {weights: non-commercial}",
        "license: {weights: angular}",
    ),
    "plane": model(
        "Plane",
        'released: "2023-02-01"',
        derived("line", "successor"),
        "parameters: undisclosed",
        "openness: {weights: closed}",
    ),
    "ray": model(
        "Ray", 'announced: "2021-09-01"', derived("line", "fine-tune"), "openness: {weights: gated}", purpose="chat"
    ),
    "arrow": model("Arrow <i>", 'released: "2022-01"', derived("ray", "component"), purpose="code"),
    "ghost": model("Ghost", derived("plane", "fine-tune")),
    "alone": model("Alone", 'released: "2022-08-08"', "license: {weights: open-shape}"),
}

PAGES: Mapping[str, str] = {
    "lineage": "# Lineage {#lineage}\n\n::: lineage\n",
    "charts": (
        "# Charts {#charts}\n\n::: lineage line\n\n::: lineage alone\n\n"
        "As @fig-parameters-over-time shows.\n\n"
        + "\n\n".join(
            f"::: chart {name}"
            for name in (
                "parameters-over-time",
                "parameters-over-time where=purpose=base,to=2021",
                "tokens-against-parameters",
                "context-over-time where=organization=round-labs",
                "openness-over-time",
                "licenses",
                "vram-against-parameters where=comparison=shapes",
                "licenses where=purpose=audio",
            )
        )
        + "\n"
    ),
}


def make_drawn_book(book: Path) -> Path:
    """The minimal book with these models and pages besides."""
    shutil.copytree(BOOKS / "minimal", book)
    for id, text in MODELS.items():
        (book / f"data/models/{id}.yaml").write_text(text, encoding="utf-8")
    for name, text in PAGES.items():
        for code in ("en", "zh"):
            (book / f"content/{code}/{name}.md").write_text(text, encoding="utf-8")
    config = (book / "mkdocs.yml").read_text(encoding="utf-8")
    config = config.replace("  - timeline.md\n", "  - timeline.md\n  - lineage.md\n  - charts.md\n")
    (book / "mkdocs.yml").write_text(config, encoding="utf-8")
    return book


@pytest.fixture(scope="session")
def drawn_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site of the book, built strictly."""
    root = tmp_path_factory.mktemp("drawn")
    result = run_mkdocs(make_drawn_book(root / "book"), "build", "--strict", "--site-dir", str(root / "site"))
    assert result.returncode == 0, result.stderr
    return root / "site"

"""The search of each language, in the place of the one of Material for the whole site."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError

from modelbook import search
from modelbook.book import Book
from modelbook.pages import page_url


def search_settings(env: Any, code: str) -> dict[str, Any]:
    """How a site in this language alone is searched."""
    name = f"partials/languages/{code}.html"
    if name not in env.list_templates(filter_func=name.__eq__):
        return search.settings(code)
    translate = env.get_template(name).module.t
    language, pipeline, separator = (translate(f"search.config.{key}") for key in ("lang", "pipeline", "separator"))
    return search.settings(code, language, [step for step in re.split(r"[\s,]+", pipeline) if step], separator)


def search_scripts(languages: Iterable[str], config: MkDocsConfig) -> Iterator[tuple[str, str, bool]]:
    """The scripts that read words in each language but English, and whether the theme has them."""
    env = config.theme.get_env()
    for code in languages:
        for language in search_settings(env, code)["lang"]:
            script = f"assets/javascripts/lunr/min/lunr.{language}.min.js"
            if language != "en":
                yield code, script, any((Path(folder) / script).exists() for folder in config.theme.dirs)


def split_search_index(site: Path, book: Book, settings: Mapping[str, dict[str, Any]], entries: search.Entries) -> None:
    """One search index for each language, at the root of its pages."""
    whole = site / "search" / "search_index.json"
    if not whole.exists():
        return
    for language in sorted({each for one in settings.values() for each in one.get("lang", [])} - {"en"}):
        script = site / "assets" / "javascripts" / "lunr" / "min" / f"lunr.{language}.min.js"
        if not script.exists():  # the search would never answer
            raise PluginError(f"modelbook: {script} is missing; the search of a language cannot read its words without")
    index = entries.complete(json.loads(whole.read_text(encoding="utf-8")))
    prefixes = {code: page_url("index", language, book) for code, language in book.languages.items()}
    for code, part in search.split(index, prefixes, settings, search.further_names(book)).items():
        path = site / prefixes[code] / "search" / "search_index.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(part, ensure_ascii=False, separators=(",", ":")), encoding="utf-8")

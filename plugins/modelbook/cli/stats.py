"""`modelbook stats`: what the book has, in numbers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import click

from modelbook.cli.console import CONFIG, Command, print_json
from modelbook.coverage import Presence
from modelbook.mkdocs_plugin.reading import convert_pages, read_book, read_config
from modelbook.reports.stats import LanguageStats, Stats, count
from modelbook.schema import Status
from modelbook.translations import State

_TARGETS = {"fig": "figures", "tbl": "tables", "eq": "equations"}


@click.command(cls=Command)
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@CONFIG
def stats(form: str, config_file: str) -> None:
    """Count what the book has: records, values, references, pages, words, translations."""
    config = read_config(config_file)
    plugin = read_book(config)
    drafts = [plugin.draft for _ in convert_pages(plugin, config, plugin.pages.values())]
    found = count(
        plugin.book,
        plugin.pages.values(),
        plugin.translations,
        cited={key for draft in drafts for key in draft.uses.entries},
        targets=[(draft.page, draft.targets) for draft in drafts],
    )
    names = {code: language.name for code, language in plugin.book.languages.items()}
    if form == "json":
        print_json(_facts(found))
    else:
        click.echo(_text(found, names))


def _facts(found: Stats) -> dict[str, Any]:
    return {
        "records": dict(found.records),
        "rows": found.variants,
        "entries": {"cited": found.entries - found.uncited, "uncited": found.uncited},
        "values": {
            "presence": {each.value: found.presence.get(each, 0) for each in Presence if each is not Presence.ABSENT},
            "status": {each.value: found.status.get(each, 0) for each in Status},
            "alternatives": found.alternatives,
            "unsourced": found.unsourced,
        },
        "languages": {code: _language(each) for code, each in found.languages.items()},
        "checked": dict(found.checked),
    }


def _language(found: LanguageStats) -> dict[str, Any]:
    return {
        "pages": found.pages,
        "stand_ins": found.stand_ins,
        "words": found.prose.words,
        "han_characters": found.prose.han,
        **{name: found.targets[prefix] for prefix, name in _TARGETS.items()},
        "translations": {state.value: found.translations[state] for state in State},
    }


def _text(found: Stats, names: Mapping[str, str]) -> str:
    facts = _facts(found)
    values = facts["values"]
    sections: list[tuple[str, Iterable[tuple[str, int]]]] = [
        ("Records", [*facts["records"].items(), ("models and variants", found.variants)]),
        ("Works in the bibliography", facts["entries"].items()),
        ("Values", values["presence"].items()),
        ("Known values by status", [(name, number) for name, number in values["status"].items() if number]),
        ("", [("with no source", found.unsourced), ("alternatives beside values", found.alternatives)]),
    ]
    for code, language in facts["languages"].items():
        counted = {name.replace("_", " "): number for name, number in language.items() if isinstance(number, int)}
        states = language["translations"]
        if total := sum(states.values()):
            counted |= {f"translations {name.replace('-', ' ')}": number for name, number in states.items() if number}
            counted |= {"translations": total}
        sections.append((f"{names[code]} ({code})", [(name, number) for name, number in counted.items() if number]))
    sections.append(("Models by the month in which they were last checked", found.checked.items()))
    lines = []
    for title, rows in sections:
        lines += ["", click.style(title, bold=True)] if title else []
        lines += [f"  {name:<28}{number:>10,}" for name, number in rows]
    return "\n".join(lines[1:])

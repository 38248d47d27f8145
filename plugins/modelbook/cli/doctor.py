"""`modelbook doctor`: what is installed, what is missing, how to get it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import click

from modelbook.cli.console import CONFIG, Command, print_json
from modelbook.errors import BookError, counted
from modelbook.mkdocs_plugin.reading import read_book, read_config
from modelbook.mkdocs_plugin.search_index import search_scripts
from modelbook.reports.doctor import Diagnosis, Health, examine

_SIGNS = {Health.WELL: ("✓", "+", "green"), Health.LACKING: ("–", "-", "yellow"), Health.ILL: ("✗", "x", "red")}


@click.command(cls=Command)
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option("--dev", "is_development", is_flag=True, help="Also the packages by which this one is developed.")
@CONFIG
def doctor(form: str, is_development: bool, config_file: str) -> None:
    """Say what is installed, what is missing, and how to get it; exit with 1 if something needed is missing."""
    path = Path(config_file)
    found = [*examine(path.resolve().parent, is_development=is_development), *_of_book(path)]
    ill = [each for each in found if each.health is Health.ILL]
    if form == "json":
        print_json(list(map(asdict, found)))
    else:
        for each in found:
            _print(each)
        lacking = sum(1 for each in found if each.health is Health.LACKING)
        needed = f"{counted(len(ill), 'thing')} that the book needs" if ill else "nothing that the book needs"
        rest = f"; {counted(lacking, 'thing')} that can be done without" if lacking else ""
        click.echo(f"\nmissing: {needed}{rest}" if ill or lacking else "\nmissing: nothing")
    sys.exit(1 if ill else 0)


def _print(each: Diagnosis) -> None:
    sign, plain, color = _SIGNS[each.health]
    can_show = (sys.stdout.encoding or "").casefold().startswith("utf")
    click.echo(f"{click.style(sign if can_show else plain, fg=color)} {each.name:<22} {each.said}")
    if each.advice:
        click.echo(f"  {'':<22} {click.style(each.advice, bold=True)}")


def _of_book(path: Path) -> Iterator[Diagnosis]:
    """Whether the book can be read, and its languages be searched."""
    if not path.exists():
        said = f"no {path} here; expected this command in the folder of a book"
        yield Diagnosis("book", Health.LACKING, said, "modelbook init my-book")
        return
    try:
        config = read_config(str(path))
        plugin = read_book(config)
    except BookError as error:
        yield Diagnosis("book", Health.ILL, f"{path} cannot be read: {error}")
        return
    said = f"{plugin.book.root}, in {', '.join(language.name for language in plugin.book.languages.values())}"
    if plugin.problems:
        wrong = f"{said}; {counted(len(set(plugin.problems)), 'problem')} in its sources"
        yield Diagnosis("book", Health.LACKING, wrong, "modelbook check")
    else:
        yield Diagnosis("book", Health.WELL, said)
    for code, script, is_there in search_scripts(plugin.book.languages, config):
        if is_there:
            yield Diagnosis(f"search ({code})", Health.WELL, script)
        else:
            missing = f"{script} is in no folder of the theme; the search of this language cannot work"
            yield Diagnosis(f"search ({code})", Health.ILL, missing, "pip install --force-reinstall modelbook")

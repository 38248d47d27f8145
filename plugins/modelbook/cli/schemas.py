"""`modelbook schemas`: what editors are told of the kinds of record and of the book's ids."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import click

from modelbook.authoring.files import write_file
from modelbook.authoring.jsonschemas import BOOK, book_schema, kind_schema, schema_text
from modelbook.cli.console import CONFIG, FORMAT, Command, print_problems
from modelbook.errors import Location, Problem, counted
from modelbook.mkdocs_plugin.reading import read_book, read_config
from modelbook.records import KINDS
from modelbook.sources import relative


@click.command(cls=Command)
@CONFIG
@FORMAT
@click.option("--check", "only_check", is_flag=True, help="Write nothing; exit with 1 if a schema is not up to date.")
@click.option(
    "--output",
    default=".vscode/schemas",
    show_default=True,
    help="The folder of the schemas, from that of the configuration.",
    type=click.Path(file_okay=False),
)
def schemas(config_file: str, form: str, only_check: bool, output: str) -> None:
    """Write the JSON Schemas by which editors complete, explain and check records.

    There is one for each kind of record, made from its class, and book.json, which completes ids of records, keys of
    entries and languages. Run it after a change of a class, and now and then for new ids: --check tells of a
    book.json that lags behind, but that is no problem.

    \b
    modelbook schemas
    modelbook schemas --check --format github
    """
    plugin = read_book(read_config(config_file))
    folder = plugin.root / output
    made = {f"{name}.json": schema_text(kind_schema(kind)) for name, kind in KINDS.items()}
    made[BOOK] = schema_text(book_schema(plugin.book))
    stale = [name for name, text in made.items() if _read(folder / name) != text]
    if only_check:
        outdated = sorted(_outdated(folder, plugin.root, stale, set(made)))
        lagging = relative(folder / BOOK, plugin.root) if (folder / BOOK).exists() else None
        problems = [problem for problem in outdated if problem.location.path != lagging]
        notices = [problem for problem in outdated if problem.location.path == lagging]
        summary = f"{counted(len(made), 'schema')}: {counted(len(problems), 'problem') if problems else 'no problem'}"
        print_problems(problems, form, summary, notices=notices, facts={"schemas": len(made)})
        sys.exit(1 if problems else 0)
    for name in stale:
        write_file(folder / name, made[name])
        click.echo(relative(folder / name, plugin.root))
    click.echo(f"{counted(len(made), 'schema')}: {len(stale)} written", err=True)


def _outdated(folder: Path, root: Path, stale: list[str], known: set[str]) -> Iterator[Problem]:
    """What of *folder* is not as it would be written."""
    for name in stale:
        if not (folder / name).exists():
            said = "no such file; expected a schema"
        elif name == BOOK:
            said = "ids, keys or languages are missing or gone; expected those of the book"
        else:
            said = "not what the kind of record is like now; expected its schema"
        yield Problem(Location(relative(folder / name, root)), f"{said}, which `modelbook schemas` writes")
    for path in sorted(folder.glob("*.json")):
        if path.name not in known:
            yield Problem(Location(relative(path, root)), f"no kind of record '{path.stem}'; expected no such file")


def _read(path: Path) -> str | None:
    """The text of a file; None if it is not there or no text."""
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return None

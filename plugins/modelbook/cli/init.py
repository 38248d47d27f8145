"""`modelbook init`: another book, to begin with."""

from __future__ import annotations

from pathlib import Path

import click

from modelbook.authoring.files import write_file
from modelbook.authoring.new_book import starter_files
from modelbook.cli.console import Command
from modelbook.errors import BookError
from modelbook.mkdocs_plugin.reading import read_book, read_config
from modelbook.translations import LOCK, lock_text, stamp


@click.command(cls=Command)
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option("--languages", default="en,zh", show_default=True, help="Codes of its languages, the first one first.")
@click.option("--name", help="What the book is called; as its folder, if left out.")
def init(folder: Path, languages: str, name: str | None) -> None:
    """Make a small working book in FOLDER, which is new or empty.

    It has a chapter, a few records, a work that they cite, and passes its own checks.

    \b
    modelbook init my-book --languages en,zh --name 'My Book'
    """
    if folder.exists() and any(folder.iterdir()):
        raise BookError(f"{folder}: not empty; expected a new folder")
    called = " ".join((name or folder.resolve().name).split())
    if not called:
        raise BookError("no name; expected one with --name")
    files = starter_files(called, [code.strip() for code in languages.split(",") if code.strip()])
    for path, text in files.items():
        write_file(folder / path, text)
    plugin = read_book(read_config(str(folder / "mkdocs.yml")))
    write_file(plugin.content_dir / LOCK, lock_text(stamp(plugin.translations, plugin.translations.units)))
    click.echo(f"{folder}: a book of {len(files) + 1} files\n")
    click.echo("Next:")
    for command, what in (
        (f"cd {folder}", ""),
        ("mkdocs serve", "see it at http://127.0.0.1:8000 while you write"),
        ("modelbook check", "find every problem, with its place"),
        ("git init", "keep its history, by which changed originals are found"),
    ):
        click.echo(f"  {click.style(command, bold=True)}{' ' * (18 - len(command))}{what}".rstrip())
    click.echo("\nBegin with data/models/transformer.yaml and content/, and name the site in mkdocs.yml.")

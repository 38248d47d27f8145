"""The `modelbook` command: what can be done with a book without building it."""

from __future__ import annotations

import sys

import click

from modelbook.errors import BookError
from modelbook.mkdocs_plugin import check as check_config
from modelbook.mkdocs_plugin import read_config


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="modelbook")
def main() -> None:
    """Make and check a bilingual book from records, references and prose."""


@main.command()
@click.option(
    "-f",
    "--config-file",
    default="mkdocs.yml",
    show_default=True,
    help="The book's configuration.",
    type=click.Path(dir_okay=False),
)
def check(config_file: str) -> None:
    """Print every problem of every file, one a line; exit with 1 if there is one."""
    try:
        book, problems = check_config(read_config(config_file))
    except BookError as error:
        click.echo(str(error), err=True)
        sys.exit(2)
    for problem in problems:
        click.echo(str(problem))
    records = sum(1 for _ in book.catalogue)
    summary = f"{records} records, {len(book.bibliography)} entries: "
    click.echo(
        summary + (f"{len(problems)} problem{'s' * (len(problems) > 1)}" if problems else "no problem"),
        err=bool(problems),
    )
    sys.exit(1 if problems else 0)

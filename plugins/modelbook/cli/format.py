"""`modelbook format`: records and references in their one layout."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from modelbook.authoring.formatting import Layout, find_sources, lay_out
from modelbook.cli.console import CONFIG, FORMAT, Command, print_problems
from modelbook.errors import InvalidBookError, Problem, counted
from modelbook.mkdocs_plugin.reading import read_config, sources_of


@click.command("format", cls=Command)
@click.argument("paths", nargs=-1, type=click.Path(exists=True, path_type=Path))
@CONFIG
@FORMAT
@click.option("--check", "only_check", is_flag=True, help="Change nothing; list files that are not in order.")
def format_(paths: tuple[Path, ...], config_file: str, form: str, only_check: bool) -> None:
    """Lay out records and references.bib: fields in order, quotes where they are needed, entries by their keys.

    Values and comments stay as they are; a file that is in order is not touched. What cannot be read is left alone
    and listed as a problem. Without PATHS (files and folders) all of the book is laid out.

    \b
    Examples:
      modelbook format data/models/llama-2.yaml
      modelbook format --check
    """
    book = sources_of(read_config(config_file))
    sources = find_sources(paths, book.root, book.data_dir, book.references)
    problems: list[Problem] = []
    changed: list[Layout] = []
    for path in sources:
        try:
            layout = lay_out(path, book.root)
        except InvalidBookError as error:
            problems += error.problems
            continue
        if not layout.is_in_order:
            changed.append(layout)
    if only_check:
        problems += [layout.problem for layout in changed]
    else:
        for layout in changed:
            layout.write()
            if form == "text":
                click.echo(layout.name)
    names = [layout.name for layout in changed]
    done = "not in order; `modelbook format` puts them in order" if only_check else "laid out anew"
    said = f"{counted(len(names), 'file')} {done}" if names else "in order"
    unread = len(problems) - (len(changed) if only_check else 0)
    print_problems(
        sorted(problems),
        form,
        f"{counted(len(sources), 'file')}: {said}" + (f", {counted(unread, 'other problem')}" if unread else ""),
        facts={"files": len(sources), "changed": [] if only_check else names},
    )
    sys.exit(1 if problems else 0)

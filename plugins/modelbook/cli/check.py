"""`modelbook check`: every problem of every file."""

from __future__ import annotations

import sys

import click

from modelbook.cli.console import CONFIG, FORMAT, Command, counted, print_problems
from modelbook.coverage import claims, unsourced
from modelbook.errors import Problem
from modelbook.mkdocs_plugin import check as check_config
from modelbook.mkdocs_plugin import read_config


@click.command(cls=Command)
@CONFIG
@FORMAT
@click.option("--unsourced", "list_unsourced", is_flag=True, help="List the values that name no source.")
def check(config_file: str, form: str, list_unsourced: bool) -> None:
    """Print every problem of every file, one a line; exit with 1 if there is one.

    Places where the pages of two languages do not pair are printed, too, and values without a source counted; these
    are no problems.
    """
    plugin, problems = check_config(read_config(config_file))
    unpaired = list(plugin.translations.notices)
    values = [claim for record in plugin.book.catalogue for claim in claims(record)]
    bare = [record.locate(path) for record in plugin.book.catalogue for path in unsourced(record)]
    expected = "expected `cite` beside it, or at the top of the record"
    listed = [Problem(place, f"value without a source; {expected}") for place in bare] if list_unsourced else []
    facts = {
        "records": sum(1 for _ in plugin.book.catalogue),
        "entries": len(plugin.book.bibliography),
        "values": len(values),
    }
    said = [counted(len(problems), "problem") if problems else "no problem"]
    if unpaired:
        said.append(f"{counted(len(unpaired), 'place')} not paired")
    if bare:
        said.append(f"{counted(len(bare), 'value')} without a source")
    read = ", ".join(f"{count} {noun}" for noun, count in facts.items())
    print_problems(
        problems,
        form,
        f"{read}: {', '.join(said)}",
        notices=sorted([*unpaired, *listed]),
        facts=facts | {"unsourced": len(bare)},
    )
    sys.exit(1 if problems else 0)

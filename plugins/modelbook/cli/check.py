"""`modelbook check`: every problem of every file."""

from __future__ import annotations

import sys

import click

from modelbook.cli.console import CONFIG, FORMAT, Command, print_problems
from modelbook.cli.links import check_links
from modelbook.coverage import claims, unsourced
from modelbook.errors import Problem, counted
from modelbook.mkdocs_plugin.reading import check as check_config
from modelbook.mkdocs_plugin.reading import read_config
from modelbook.web.links import Manner


@click.command(cls=Command)
@CONFIG
@FORMAT
@click.option("--unsourced", "list_unsourced", is_flag=True, help="List the values that name no source.")
@click.option("--links", is_flag=True, help="Check the external links instead, which asks the network.")
@click.option("--anchors", is_flag=True, help="With --links: look for the places in pages that links name, too.")
@click.option(
    "--keep",
    type=click.FloatRange(0),
    default=14,
    show_default=True,
    metavar="DAYS",
    help="With --links: how long links that are fine are not asked again.",
)
@click.option(
    "--pause",
    type=click.FloatRange(0),
    default=1,
    show_default=True,
    metavar="SECONDS",
    help="With --links: how long to wait between two requests to a host.",
)
@click.option(
    "--timeout",
    type=click.FloatRange(0.1, 300),
    default=20,
    show_default=True,
    metavar="SECONDS",
    help="With --links: how long to wait for a host.",
)
def check(
    config_file: str,
    form: str,
    list_unsourced: bool,
    links: bool,
    anchors: bool,
    keep: float,
    pause: float,
    timeout: float,
) -> None:
    """Print every problem of every file, one a line; exit with 1 if there is one.

    Nothing is built: links between pages, and pictures that are not there, are said by `mkdocs build --strict`.

    Places where the pages of two languages do not pair are printed, too, and values without a source counted; these
    are no problems.

    With --links, what is checked is whether the links to the web lead somewhere, and nothing else. Links that are gone
    are problems; those that have moved, or could not be checked, are only said. A link that may fail for a time stands
    in links-allowed.yml beside the pages, with a reason and the last day of it. What answers well is kept in
    .cache/modelbook/links.json.

    \b
      modelbook check --format github
      modelbook check --links --keep 0
    """
    if links:
        check_links(config_file, form, Manner(pause, timeout, backoff=2 * pause, anchors=anchors), keep)
        return
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
    nouns = {"records": "record", "entries": "entry", "values": "value"}
    read = ", ".join(f"{count} {nouns[noun] if count == 1 else noun}" for noun, count in facts.items())
    print_problems(
        problems,
        form,
        f"{read}: {', '.join(said)}",
        notices=sorted([*unpaired, *listed]),
        facts=facts | {"unsourced": len(bare)},
    )
    sys.exit(1 if problems else 0)

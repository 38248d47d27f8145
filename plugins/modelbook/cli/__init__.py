"""The `modelbook` command: what can be done with a book without building it."""

from __future__ import annotations

import click

from modelbook.cli.changes import changes
from modelbook.cli.check import check
from modelbook.cli.cite import cite
from modelbook.cli.completion import completion
from modelbook.cli.console import Group
from modelbook.cli.doctor import doctor
from modelbook.cli.format import format_
from modelbook.cli.importing import importing
from modelbook.cli.init import init
from modelbook.cli.new import new
from modelbook.cli.schemas import schemas
from modelbook.cli.stats import stats
from modelbook.cli.translations import translations

SECTIONS: dict[str, tuple[click.Command, ...]] = {
    "Begin": (init, doctor, completion),
    "Write": (new, cite, importing, format_, translations, schemas),
    "Check": (check, changes, stats),
}
"""Commands by what they are for, as `--help` lists them."""


class _Main(Group):
    """Lists its commands by what they are for."""

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        for title, commands in SECTIONS.items():
            with formatter.section(title):
                formatter.write_dl([(each.name or "", each.get_short_help_str(100)) for each in commands])


@click.group(cls=_Main, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="modelbook")
def main() -> None:
    """Make and check a bilingual book from records, references and prose."""


COMMANDS: tuple[click.Command, ...] = tuple(command for commands in SECTIONS.values() for command in commands)

for command in COMMANDS:
    main.add_command(command)

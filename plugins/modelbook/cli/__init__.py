"""The `modelbook` command: what can be done with a book without building it."""

from __future__ import annotations

import click

from modelbook.cli.check import check
from modelbook.cli.console import Group
from modelbook.cli.translations import translations


@click.group(cls=Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="modelbook")
def main() -> None:
    """Make and check a bilingual book from records, references and prose."""


COMMANDS: tuple[click.Command, ...] = (check, translations)

for command in COMMANDS:
    main.add_command(command)

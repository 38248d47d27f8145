"""`modelbook import`: what others have, brought into the book."""

from __future__ import annotations

import click

from modelbook.cli.console import Group
from modelbook.cli.import_chapter import chapter_command
from modelbook.cli.import_models import models


@click.group("import", cls=Group)
def importing() -> None:
    """Bring tables of models, or chapters, into the book."""


importing.add_command(chapter_command)
importing.add_command(models)

"""`modelbook completion`: the script by which a shell completes commands, and what arguments are completed with."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import click
from click.shell_completion import get_completion_class

from modelbook.cli.console import Command
from modelbook.errors import BookError
from modelbook.records import KINDS
from modelbook.sources import relative

_PROGRAM = "modelbook"
_VARIABLE = "_MODELBOOK_COMPLETE"

_SHELLS = ("bash", "zsh", "fish")


@click.command(cls=Command)
@click.argument("shell", type=click.Choice(_SHELLS))
@click.pass_context
def completion(context: click.Context, shell: str) -> None:
    """Print the script by which SHELL completes commands, options, pages and ids.

    \b
    bash: echo 'eval "$(modelbook completion bash)"' >> ~/.bashrc
    zsh:  echo 'eval "$(modelbook completion zsh)"' >> ~/.zshrc
    fish: modelbook completion fish > ~/.config/fish/completions/modelbook.fish
    """
    made = get_completion_class(shell)
    if made is None:
        raise BookError(f"click cannot complete in '{shell}'; expected bash, zsh or fish")
    click.echo(made(context.find_root().command, {}, _PROGRAM, _VARIABLE).source())


def completing(names: Callable[[Path], Iterable[str]]) -> Any:
    """Values for a parameter: *names* in the folder of the book, which the command's `--config-file` says.

    Nothing is read that a shell would have to wait for: file names only. What cannot be read completes nothing.
    """

    def complete(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[str]:
        found: set[str] = set()
        for each in (context, context.parent):
            if each and (config := each.params.get("config_file")):
                found.update(names(Path(config).parent))
        return sorted(name for name in found or names(Path()) if name.startswith(incomplete))

    return complete


def pages(root: Path) -> Iterable[str]:
    """The names of pages, as `open/early`, in a book whose pages are in `content/`."""
    for language in (root / "content").glob("*/"):
        for path in language.rglob("*.md"):
            yield relative(path, language).removesuffix(".md")


def kinds(root: Path) -> Iterable[str]:
    """The kinds of record, in the singular."""
    return [kind.singular for kind in KINDS.values()]


COMPLETE_PAGES = completing(pages)
COMPLETE_KINDS = completing(kinds)

"""What all commands have in common: options, how they fail, how they say what is wrong."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import click

from modelbook.errors import BookError, InvalidBookError, Problem, printable

CONFIG = click.option(
    "-f",
    "--config-file",
    default="mkdocs.yml",
    show_default=True,
    help="The book's configuration.",
    type=click.Path(dir_okay=False),
)

FORMAT = click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "github"]),
    default="text",
    show_default=True,
    help="How problems are listed: for people, for programs, or as annotations of a pull request.",
)


class Command(click.Command):
    """A command that says what went wrong with the book, without a traceback, and exits with 2."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except BookError as error:
            click.echo(printable(str(error)), err=True)
            sys.exit(2)


class Group(Command, click.Group):
    """A group of such commands."""

    command_class = Command


def require_none(problems: Iterable[Problem], done: str) -> None:
    """Raises BookError with the *problems*, if there are any: nothing was *done* (`stamped`) with them there."""
    if said := str(InvalidBookError(problems)):
        raise BookError(f"{said}\nnothing was {done}; expected these to be mended first")


def print_problems(
    problems: Sequence[Problem],
    form: str,
    summary: str,
    *,
    notices: Sequence[Problem] = (),
    facts: Mapping[str, Any] | None = None,
    err: bool = False,
) -> None:
    """List *problems* and *notices* (which are none) in one of the formats of `FORMAT`.

    As text, *summary* is the last line, on standard error if there are problems. As JSON, *facts* stand beside them.
    All goes to standard error if *err*, for commands with another result.
    """
    if form == "json":
        found = {"problems": problems, "notices": notices}
        print_json({name: list(map(problem_facts, each)) for name, each in found.items()} | dict(facts or {}), err=err)
        return
    for level, listed in (("error", problems), ("notice", notices)):
        for problem in listed:
            click.echo(github_annotation(problem, level) if form == "github" else styled(problem), err=err)
    click.echo(summary, err=err or bool(problems) or form == "github")


def styled(problem: Problem) -> str:
    """A problem in one line, its place in bold on a terminal."""
    place, said = str(problem.location), str(problem)
    return click.style(place, bold=True) + said.removeprefix(place)


def print_json(facts: Any, *, err: bool = False) -> None:
    """What a program reads, as all commands print it."""
    click.echo(json.dumps(facts, ensure_ascii=False, indent=1), err=err)


def problem_facts(problem: Problem) -> dict[str, Any]:
    """A problem in JSON."""
    place = problem.location
    return {"path": place.path, "line": place.line, "column": place.column, "message": problem.message}


def github_annotation(problem: Problem, level: str) -> str:
    """A problem as GitHub shows it at its line.

    https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands
    """

    def escaped(text: str, more: str = "") -> str:
        for sign in "%\r\n" + more:
            text = text.replace(sign, f"%{ord(sign):02X}")
        return text

    place = problem.location
    return (
        f"::{level} file={escaped(place.path, ':,')},line={place.line},col={place.column}::{escaped(problem.message)}"
    )

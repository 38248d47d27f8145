"""`modelbook import models`: what a published table says of models, beside what the book does."""

from __future__ import annotations

import datetime
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import click
from click.shell_completion import CompletionItem

from modelbook.authoring.files import write_file
from modelbook.cli.console import (
    CONFIG,
    FORMAT,
    Command,
    github_annotation,
    print_json,
    problem_facts,
    require_none,
    styled,
)
from modelbook.errors import BookError, Problem, counted
from modelbook.importing.table_import import PARTS, Change, Finding, Match, Report, State, changes, compare_table
from modelbook.importing.tables import mapping_names, read_mapping, read_table
from modelbook.mkdocs_plugin import ModelbookPlugin
from modelbook.mkdocs_plugin.reading import read_book, read_config
from modelbook.sources import relative


def _complete_mapping(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    names = [CompletionItem(name) for name in mapping_names() if name.startswith(incomplete)]
    return [*names, CompletionItem(incomplete, type="file")]


@click.command("models", cls=Command)
@click.argument("table", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--mapping",
    "name",
    required=True,
    metavar="NAME|FILE",
    shell_complete=_complete_mapping,
    help=f"How its columns are read: a file, or one that comes with the package ({', '.join(mapping_names())}).",
)
@click.option("--only", metavar="PATTERN", multiple=True, help="Only the rows of such models: 'Qwen*'. Repeatable.")
@click.option("--part", "parts", type=click.Choice(PARTS), multiple=True, help="Only this part of it. Repeatable.")
@click.option("--write", is_flag=True, help="Write missing values, alternatives and new models into data/.")
@click.option("--brief", is_flag=True, help="Leave out the files of new models.")
@CONFIG
@FORMAT
def models(
    table: Path,
    name: str,
    only: Sequence[str],
    parts: Sequence[str],
    write: bool,
    brief: bool,
    config_file: str,
    form: str,
) -> None:
    """Compare TABLE, a CSV file of models, with the book.

    Says which values of the table the book lacks, and which differ from its own beyond the precision of both: these
    would become alternatives, with the table as their source. Values of the book are never replaced. Rows of new
    models are shown as the files that they would make. Nothing is written without --write. Exits with 1 if something
    in the table could not be read.

    \b
    modelbook import models notable_ai_models.csv --mapping epoch-notable-models --brief
    modelbook import models notable_ai_models.csv --mapping epoch.yaml --only 'Qwen*' --part values --write
    """
    plugin = read_book(read_config(config_file))
    mapping, places = read_mapping(name, plugin.root)
    report = compare_table(
        read_table(table, plugin.root, mapping),
        mapping,
        places,
        plugin.book,
        data_path=relative(Path(plugin.config.data_dir), plugin.root),
        month=f"{datetime.date.today():%Y-%m}",
        only=only,
    )
    chosen = parts or PARTS
    written: list[Change] = []
    wrong: list[Problem] = []
    if write:
        written, wrong = _write(report, plugin, chosen)
    _FORMATS[form](report, chosen, brief)
    if form != "json":
        for change in written:
            click.echo(_said(change), err=form == "github")
    for problem in wrong:
        click.echo(styled(problem), err=True)
    sys.exit(1 if report.problems or wrong else 0)


def _write(report: Report, plugin: ModelbookPlugin, parts: Sequence[str]) -> tuple[list[Change], list[Problem]]:
    """Write what *parts* says of the report; return the changed files, and what is wrong between records now."""
    cite = report.mapping.cite
    if cite and cite.key not in plugin.book.bibliography:
        said = "\n".join(str(problem) for problem in report.problems if f"'{cite.key}'" in problem.message)
        raise BookError(f"{said}\nnothing was written; expected the source of the table among the entries")
    if plugin.book.catalogue.broken:
        require_none(plugin.book.problems, "written")
    written, wrong = changes(report, plugin.book, parts)
    for change in written:
        write_file(plugin.root / change.path, change.text)
    return written, wrong


def _said(change: Change) -> str:
    if change.is_new:
        return f"{change.path}: new"
    said = [counted(change.values, "value")] if change.values else []
    said += [counted(change.alternatives, "alternative")] if change.alternatives else []
    return f"{change.path}: {' and '.join(said)} written"


# --- how it is shown -------------------------------------------------------------------


def _as_text(report: Report, parts: Sequence[str], brief: bool) -> None:
    for problem in report.problems:
        click.echo(styled(problem))
    for notice in _notices(report, parts):
        click.echo(styled(notice))
    for each in report.new if "models" in parts and not brief else ():
        if not each.lacking:
            click.echo(click.style(f"\n{each.path}:", bold=True))
            click.echo("".join(f"    {line}\n" for line in each.text.splitlines()), nl=False)
    for line in _summary(report):
        click.echo(line)


def _summary(report: Report) -> Iterator[str]:
    found = {state: len(report.found(state)) for state in State}
    complete = sum(1 for each in report.new if not each.lacking)
    yield (
        f"\n{counted(len(report.table.rows), 'row')}: {len(report.matches)} matched, {complete} new, "
        f"{len(report.new) - complete} new but incomplete, {len(report.unclear)} not clear, "
        f"{len(report.ignored)} ignored"
    )
    yield "values of matched rows: " + ", ".join(f"{count} {state}" for state, count in found.items())
    yield f"{counted(len(report.problems), 'problem')} in the table" if report.problems else "no problem in the table"
    if report.unused:
        yield f"columns that the mapping does not name: {', '.join(report.unused)}"


def _notices(report: Report, parts: Sequence[str]) -> Iterator[Problem]:
    """What the table has that the book does not, at the place of the book where it would be seen to."""
    states = [
        *([State.MISSING] if "values" in parts else []),
        *([State.DIFFERENT, State.OUTDATED, State.UNCLEAR] if "alternatives" in parts else []),
    ]
    yield from sorted(Problem(finding.place, _described(match, finding)) for match, finding in report.found(*states))
    if "models" not in parts:
        return
    for row, subject in report.unclear:
        yield Problem(
            report.table.place(row, str(report.mapping.name)),
            f"'{row.name}' may belong to '{subject.model.id}'; expected a line `{row.name}: {subject.model.id}`, "
            "with a variant perhaps, or `new`, in `rows` of the mapping",
        )
    for each in report.new:
        if each.lacking:
            place = report.table.place(each.row, str(report.mapping.name))
            yield Problem(place, f"'{each.row.name}' makes no record: {', '.join(each.lacking)}")


def _described(match: Match, finding: Finding) -> str:
    reading = finding.reading
    theirs = f"{reading.field} {_shown(reading.written)} ('{match.row.name}', line {match.row.line} of the table)"
    where = f"'{finding.ours}' here" if finding.ours else "the variants differ"
    return {
        State.MISSING: f"no value; the table has {theirs}",
        State.DIFFERENT: f"'{finding.ours}' here; the table has {theirs}",
        State.OUTDATED: f"'{finding.ours}' here is cited from this table; the table has {theirs}",
        State.UNCLEAR: f"{where}; the table has {theirs}",
    }[finding.state]


def _shown(written: Any) -> str:
    return ", ".join(written) if isinstance(written, list) else str(written)


def _as_github(report: Report, parts: Sequence[str], brief: bool) -> None:
    for problem in report.problems:
        click.echo(github_annotation(problem, "warning"))
    for notice in _notices(report, parts):
        click.echo(github_annotation(notice, "notice"))
    for line in _summary(report):
        click.echo(line, err=True)


def _as_json(report: Report, parts: Sequence[str], brief: bool) -> None:
    def value(finding: Finding) -> dict[str, Any]:
        place = finding.place
        return {
            "field": finding.reading.field,
            "state": finding.state.value,
            "table": finding.reading.written,
            "column": finding.reading.column,
            "status": finding.reading.meaning.status.value,
            "book": finding.ours,
            "path": place.path,
            "line": place.line,
        }

    found = {
        "matched": [
            {
                "row": match.row.name,
                "line": match.row.line,
                "model": match.subject.id,
                "values": [value(finding) for finding in match.findings],
            }
            for match in report.matches
        ],
        "new": [
            {"row": each.row.name, "line": each.row.line, "path": each.path, "lacking": list(each.lacking)}
            | ({} if brief else {"text": each.text})
            for each in report.new
        ],
        "unclear": [{"row": row.name, "line": row.line, "near": subject.id} for row, subject in report.unclear],
        "ignored": [{"row": row.name, "line": row.line, "reason": reason} for row, reason in report.ignored],
        "problems": list(map(problem_facts, report.problems)),
        "unused_columns": report.unused,
    }
    print_json(found)


_FORMATS: dict[str, Callable[[Report, Sequence[str], bool], None]] = {
    "text": _as_text,
    "json": _as_json,
    "github": _as_github,
}

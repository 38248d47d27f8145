"""`modelbook translations`: how translations stand to their originals."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from typing import Any

import click

from modelbook.authoring.files import write_file
from modelbook.cli.completion import COMPLETE_PAGES
from modelbook.cli.console import CONFIG, FORMAT, Group, github_annotation, print_json, require_none
from modelbook.errors import BookError, counted, did_you_mean
from modelbook.history import exported, former_texts
from modelbook.mkdocs_plugin import ModelbookPlugin
from modelbook.mkdocs_plugin.reading import read_book, read_config, read_former
from modelbook.translations import (
    LOCK,
    State,
    Summary,
    Unit,
    describe,
    former_original,
    lock_text,
    out_of_step,
    stamp,
    summaries,
    word_changes,
)


@click.group(cls=Group, invoke_without_command=True)
@CONFIG
@FORMAT
@click.option("--since", metavar="REVISION", help="Only what went out of step since a revision of git.")
@click.option("--fail-over", type=click.IntRange(0), metavar="N", help="Exit with 1 if more than N are out of step.")
@click.pass_context
def translations(context: click.Context, config_file: str, form: str, since: str | None, fail_over: int | None) -> None:
    """Say how each translation stands to its original.

    A block of a page or a text of a record is in step with its original once that has been said (`stamp`), until
    the words of the original change.
    """
    context.obj = config_file
    if context.invoked_subcommand:
        return
    plugin = read_book(read_config(config_file))
    found = out_of_step(plugin.translations)
    if since:
        before = _out_of_step_at(plugin, since, config_file)
        found = [unit for unit in found if (unit.path, unit.key) not in before]
    _FORMATS[form](plugin, found)
    if fail_over is not None and len(found) > fail_over:
        sys.exit(1)


def _out_of_step_at(plugin: ModelbookPlugin, revision: str, config_file: str) -> set[tuple[str, str]]:
    """What was not in step at a revision, by file and key."""
    with exported(plugin.root, revision) as folder:
        return {(unit.path, unit.key) for unit in out_of_step(read_former(config_file, folder).translations)}


_STATES = {
    State.IN_STEP: "in step",
    State.CHANGED: "changed since",
    State.UNSTAMPED: "not stamped",
    State.UNPAIRED: "not paired",
    State.MISSING: "missing",
}


def _as_text(plugin: ModelbookPlugin, found: list[Unit]) -> None:
    pages = [each for each in summaries(plugin.translations) if each.path.endswith(".md")]
    rows = [[each.path, *(str(each.counts.get(state, 0)) for state in _STATES)] for each in pages]
    for code in plugin.book.languages:
        records = [s for s in summaries(plugin.translations) if s.language == code and not s.path.endswith(".md")]
        if records:
            totals = [sum(each.counts.get(state, 0) for each in records) for state in _STATES]
            rows.append([f"data ({code})", *map(str, totals)])
    heading = ["translation", *_STATES.values()]
    widths = [max(len(row[column]) for row in [heading, *rows]) for column in range(len(heading))]
    for row in [heading, *rows]:
        cells = [row[0].ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True))]
        click.echo("  ".join(cells).rstrip())
    for unit in found:
        click.echo(str(describe(unit)))
    click.echo(f"{counted(len(found), 'translation')} out of step" if found else "all in step")


def _as_json(plugin: ModelbookPlugin, found: list[Unit]) -> None:
    def file(summary: Summary) -> dict[str, Any]:
        counts = {state.value: summary.counts.get(state, 0) for state in State}
        return {"path": summary.path, "language": summary.language, "counts": counts}

    def place(unit: Unit) -> dict[str, Any]:
        return {
            "path": unit.path,
            "line": unit.location.line,
            "column": unit.location.column,
            "language": unit.language,
            "key": unit.key,
            "state": unit.state.value,
            "original": {"path": unit.original_location.path, "line": unit.original_location.line},
        }

    files = [file(each) for each in summaries(plugin.translations)]
    print_json({"files": files, "out_of_step": [place(unit) for unit in found]})


def _as_github(plugin: ModelbookPlugin, found: list[Unit]) -> None:
    for unit in found:
        click.echo(github_annotation(describe(unit), "warning"))


_FORMATS: dict[str, Callable[[ModelbookPlugin, list[Unit]], None]] = {
    "text": _as_text,
    "json": _as_json,
    "github": _as_github,
}


@translations.command()
@click.argument("page", shell_complete=COMPLETE_PAGES)
@click.pass_obj
def diff(config_file: str, page: str) -> None:
    """Show what changed in the originals of PAGE since they were translated, beside the translation.

    PAGE is the file of a translation, or a page's name such as open/early. Words that went stand in [-…-], new ones
    in {+…+}. The original as it was translated is looked for in the history of git.
    """
    plugin = read_book(read_config(config_file))
    changed = [unit for unit in _chosen(plugin, page) if unit.state is State.CHANGED]
    texts: dict[str, list[str]] = {}
    for unit in changed:
        path = unit.original_location.path
        if path not in texts:
            texts[path] = list(former_texts(plugin.root, path))
        former = former_original(unit, texts[path])
        click.echo(click.style(f"{unit.location}: {unit.key}", bold=True))
        if former is None:
            click.echo("  (the original as it was translated is not in the history; this is what it says now)")
            click.echo(f"  {' '.join(unit.original.split())}")
        else:
            click.echo("  " + "".join(map(_styled, word_changes(former, unit.original))))
        click.echo(f"  {' '.join(unit.text.split())}\n")
    click.echo(f"{counted(len(changed), 'translation')} behind" if changed else f"{page}: nothing has changed since")


def _styled(change: tuple[str, str]) -> str:
    kind, text = change
    if kind == "same":
        return text
    return click.style(f"[-{text}-]", fg="red") if kind == "removed" else click.style(f"{{+{text}+}}", fg="green")


@translations.command("stamp")
@click.argument("targets", nargs=-1, metavar="[PAGE[#SECTION]]...", shell_complete=COMPLETE_PAGES)
@click.option("--all", "everything", is_flag=True, help="Stamp the whole book.")
@click.pass_obj
def stamp_command(config_file: str, targets: tuple[str, ...], everything: bool) -> None:
    """Say that translations are in step with their originals.

    A target is the file of a translation or a page's name such as open/early, perhaps with one of its sections
    (open/early#llama), blocks (open/early#llama.3) or fields (data/models/llama.yaml#summary).
    """
    if not targets and not everything:
        raise click.UsageError("nothing to stamp; expected a page such as open/early, or --all")
    plugin = read_book(read_config(config_file))
    require_none(plugin.problems, "stamped")
    units = plugin.translations.units
    chosen = units if everything else [unit for target in targets for unit in _chosen(plugin, target)]
    stamped = [unit for unit in chosen if unit.state in (State.CHANGED, State.UNSTAMPED)]
    write_file(plugin.content_dir / LOCK, lock_text(stamp(plugin.translations, chosen)))
    click.echo(f"{counted(len(stamped), 'translation')} stamped")
    for unit in _unstampable(chosen):
        click.echo(str(describe(unit)), err=True)


def _unstampable(units: Iterable[Unit]) -> list[Unit]:
    return [unit for unit in units if unit.state in (State.UNPAIRED, State.MISSING)]


def _chosen(plugin: ModelbookPlugin, target: str) -> list[Unit]:
    """The units that a target names. Raises BookError if there are none."""
    path, _, part = target.partition("#")
    units = plugin.translations.units
    names = {f"{plugin.content_path}/{unit.language}/{path.removesuffix('.md')}.md" for unit in units}
    found = [unit for unit in units if unit.path == path or unit.path in names]
    if not found:
        known = {unit.path for unit in units}
        known |= {each.split("/", 2)[2].removesuffix(".md") for each in known if each.endswith(".md")}
        raise BookError(
            f"no translation '{path}'" + (did_you_mean(path, known) or "; expected a page such as open/early")
        )
    if not part:
        return found
    chosen = [unit for unit in found if part in (unit.key, unit.group, *_without_language(unit))]
    if not chosen:
        parts = {unit.group for unit in found}
        raise BookError(f"'{path}' has no part '{part}'" + (did_you_mean(part, parts) or "; expected a section's id"))
    return chosen


def _without_language(unit: Unit) -> tuple[str, str]:
    return unit.key.removesuffix(f":{unit.language}"), unit.group.removesuffix(f":{unit.language}")

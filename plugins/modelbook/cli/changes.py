"""`modelbook changes`: what changed in the book since a revision of git."""

from __future__ import annotations

from pathlib import Path

import click

from modelbook.cli.console import CONFIG, Command, github_annotation, styled
from modelbook.errors import BookError, printable
from modelbook.history import exported
from modelbook.mkdocs_plugin import ModelbookPlugin
from modelbook.mkdocs_plugin.reading import read_book, read_config, read_former
from modelbook.reports.change_report import from_json, notices, summary, to_json, to_markdown, warnings
from modelbook.reports.changes import Changes, Snapshot, compare_snapshots
from modelbook.sources import read_text


@click.command(cls=Command)
@CONFIG
@click.option("--since", metavar="REVISION", help="Compare with a commit, branch or tag of git, such as main.")
@click.option(
    "--read",
    "report",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Tell what a file says that was made with --format json; it need not be trusted.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "markdown", "github"]),
    default="text",
    show_default=True,
    help="For people, for programs, as a comment, or as annotations of a pull request.",
)
def changes(config_file: str, since: str | None, report: Path | None, form: str) -> None:
    """Say what changed in the book between a revision and the files as they are now.

    Records and entries with each value as it was and is, with its source; pages; tables that show something else;
    translations that went out of step. Records count as they are written, so that what is wrong is compared, too.

    \b
      modelbook changes --since main
      modelbook changes --since HEAD~1 --format markdown
    """
    if (since is None) == (report is None):
        raise click.UsageError("nothing to compare with; expected either --since, such as --since main, or --read")
    if report is not None:
        found = from_json(read_text(report, report.parent))
    else:
        found = _changes_since(str(since), config_file)
    if form == "json":
        click.echo(to_json(found))
    elif form == "markdown":
        click.echo(to_markdown(found), nl=False)
    else:
        _print_lines(found, form)


def _print_lines(found: Changes, form: str) -> None:
    for level, lines in (("notice", notices(found)), ("warning", warnings(found))):
        for line in lines:
            click.echo(github_annotation(line, level) if form == "github" else styled(line))
    for remark in found.remarks:
        click.echo(printable(" ".join(remark.split())), err=True)
    click.echo(summary(found), err=form == "github")


def _changes_since(revision: str, config_file: str) -> Changes:
    plugin = read_book(read_config(config_file))
    now = _snapshot(plugin)
    remarks = [f"the book has problems now, the first is {min(plugin.problems)}"] if plugin.problems else []
    with exported(plugin.root, revision) as folder:
        try:
            former_plugin = read_former(config_file, folder)
        except BookError as error:
            remarks.append(
                f"the book at {revision} cannot be read, neither tables nor translations are compared: {error}"
            )
            data_dir, content_dir, references = (
                folder / path.relative_to(now.root) for path in (now.data_dir, now.content_dir, now.references)
            )
            former = Snapshot(folder, data_dir, content_dir, references, folder / now.config.name)
        else:
            if former_plugin.problems:
                remarks.append(f"the book at {revision} has problems, the first is {min(former_plugin.problems)}")
            former = _snapshot(former_plugin)
        return compare_snapshots(revision, former, now, remarks)


def _snapshot(plugin: ModelbookPlugin) -> Snapshot:
    return Snapshot(
        plugin.root,
        Path(plugin.config.data_dir),
        plugin.content_dir,
        Path(plugin.config.references),
        plugin.config_file,
        plugin.book.catalogue,
        plugin.translations,
    )

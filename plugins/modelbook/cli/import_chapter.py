"""`modelbook import chapter`: a chapter of a Jupyter Book as a page of this one."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

import click

from modelbook.anchors import FILE as ANCHORS
from modelbook.anchors import read_anchors
from modelbook.authoring.files import write_file
from modelbook.cli.console import CONFIG, FORMAT, Command, print_problems
from modelbook.errors import BookError, counted
from modelbook.mkdocs_plugin.reading import read_book, read_config
from modelbook.sources import read_text, relative

if TYPE_CHECKING:
    from modelbook.importing.myst.importing import Picture


@click.command("chapter", cls=Command)
@click.argument("chapter", type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="FILE")
@click.option("--language", default="en", show_default=True, metavar="CODE", help="The language that it is written in.")
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="PATH",
    help="The page that it becomes; content/CODE/NAME.md if left out.",
)
@click.option("--write", is_flag=True, help="Write the page, its pictures and its anchors into content/.")
@click.option("--force", is_flag=True, help="With --write: in the place of a page that is there.")
@CONFIG
@FORMAT
def chapter_command(
    chapter: Path, language: str, output: Path | None, write: bool, force: bool, config_file: str, form: str
) -> None:
    """Convert FILE, a chapter in MyST Markdown, into a page of this book.

    Figures, tables, equations and headings keep their order, captions and anchors: where an id is another one here,
    content/anchors.yml sends readers on. Substitutions and labels are also looked for in the Jupyter Book around the
    chapter. What cannot be carried over stays in its place, as text or as code, and is listed with its line.

    Without --write the page is printed, and the list goes to standard error. Exits with 1 if something is to be done.

    \b
    modelbook import chapter book/models.md
    modelbook import chapter book/models.md --output content/en/open/models.md --write
    """
    myst = _importer()
    config = read_config(config_file)
    plugin = read_book(config)
    path: Path = myst.page_path(chapter, plugin.content_dir, plugin.book, language, output)
    shown = relative(path, plugin.root.resolve())
    if write and path.exists() and not force:
        raise BookError(f"{shown} exists; expected another path in --output, or --force to replace it")
    anchors_path = plugin.content_dir / ANCHORS
    anchors, unread = read_anchors(anchors_path, plugin.root)
    page = path.relative_to(plugin.content_dir.resolve() / language).with_suffix("").as_posix()
    pages = plugin.pages.values()
    myst.check_address(page, {each.name for each in pages if each.language.code == language})
    imported, jupyter_book = myst.import_file(
        chapter, page, language, plugin.book, pages, anchors, config.markdown_extensions
    )
    copied, missing = myst.pictures(imported, chapter, path, jupyter_book, plugin.book)
    before = read_text(anchors_path, plugin.root) if anchors_path.exists() else ""
    after = before if unread else myst.with_anchors(before, page, imported.anchors)
    problems = sorted({*imported.problems, *missing, *unread})
    if write:
        _write(path, imported.markdown, copied)
        if after != before:
            write_file(anchors_path, after)
    else:
        click.echo(imported.markdown, nl=False)
        if after != before and form == "text":
            moved = "\n".join(f"  {anchor}: {page}.md#{id}" for anchor, id in imported.anchors.items())
            click.echo(f"with --write, {relative(anchors_path, plugin.root)} has:\n{page}.md:\n{moved}", err=True)
    carried = dict(sorted(imported.carried.items(), key=lambda item: item[0].casefold()))
    said = ", ".join(counted(count, noun) for noun, count in carried.items()) or "no construct"
    print_problems(
        problems,
        form,
        f"{shown}{'' if write else ' (not written)'}: {said}; "
        + (f"{counted(len(problems), 'problem')}" if problems else "no problem"),
        facts={
            "page": shown,
            "written": write,
            "carried": carried,
            "anchors": dict(imported.anchors),
            "images": [relative(each.target, plugin.root.resolve()) for each in copied],
        },
        err=not write,
    )
    sys.exit(1 if problems else 0)


def _importer() -> ModuleType:
    """What reads MyST, which is an extra: most who work on a book never import a chapter."""
    try:
        from modelbook.importing.myst import importing
    except ModuleNotFoundError as error:
        package = {"markdown_it": "markdown-it-py", "mdit_py_plugins": "mdit-py-plugins"}.get(str(error.name))
        if package is None:
            raise
        message = f"'{package}' is not installed, which reads MyST; expected `pip install 'modelbook[import]'`"
        raise BookError(message) from None
    return importing


def _write(path: Path, markdown: str, copied: list[Picture]) -> None:
    """Write a page and the pictures beside it. Raises BookError if that cannot be done."""
    write_file(path, markdown)
    for picture in copied:
        try:
            picture.target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(picture.source, picture.target)
        except OSError as error:
            raise BookError(f"{picture.target}: cannot be written: {error.strerror}") from None

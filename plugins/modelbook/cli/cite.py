"""`modelbook cite`: entries of the bibliography, from what identifies a work."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

import click

from modelbook.authoring.bibliography_layout import insert_entry
from modelbook.authoring.files import write_file
from modelbook.bibliography import Bibliography, load_bibliography, parse_bibliography
from modelbook.cli.console import CONFIG, Group, require_none
from modelbook.errors import BookError, printable
from modelbook.mkdocs_plugin.reading import read_config, sources_of
from modelbook.sources import relative
from modelbook.web.client import Client
from modelbook.web.entries import Likeness, Shelf, dated, require_key, template
from modelbook.web.metadata import ARXIV, DOI, PAUSE, Services, find_works
from modelbook.web.works import Identifier, Work, identify


@click.group(cls=Group)
def cite() -> None:
    """Work on the entries that pages and records cite."""


@cite.command()
@CONFIG
@click.argument("works", nargs=-1, required=True, metavar="WORK...")
@click.option("--key", help="The key of the entry; if left out, one is made: touvron2023llama.")
@click.option("--dry-run", is_flag=True, help="Print the entry, write nothing.")
@click.option("--force", is_flag=True, help="Add it although another entry has nearly the same title.")
@click.option("--timeout", type=click.FloatRange(0.1, 300), default=20, show_default=True, help="Seconds to wait.")
@click.option("--arxiv-url", envvar="MODELBOOK_ARXIV_URL", default=ARXIV, show_default=True, help="API of arXiv.")
@click.option("--doi-url", envvar="MODELBOOK_DOI_URL", default=DOI, show_default=True, help="Resolver of DOIs.")
def add(
    config_file: str,
    works: tuple[str, ...],
    key: str | None,
    dry_run: bool,
    force: bool,
    timeout: float,
    arxiv_url: str,
    doi_url: str,
) -> None:
    """Add the entry of each WORK to the bibliography, at its place.

    A WORK is an arXiv id, a DOI or an address, as it is copied from anywhere. What it is called and who wrote it is
    asked of arXiv, of doi.org or of the page. A work that has an entry is not added again.

    \b
      modelbook cite add 2307.09288
      modelbook cite add 10.1038/nature14539 https://openai.com/index/gpt-4-research/
      modelbook cite add --dry-run --key meta2023code https://github.com/meta-llama/llama

    Exits with 1 if a work has an entry, with 2 if one could not be asked for: then an entry to fill in is printed.
    """
    identifiers = _identify(works)
    if key and len(identifiers) > 1:
        raise click.UsageError("one key for several works; expected --key with one work only")
    book = sources_of(read_config(config_file))
    shelf = Shelf(_read(book.references, book.root))
    if key:
        require_key(key, shelf.bibliography)
    adding = _Adding(book.references, book.root, shelf, dry_run=dry_run, force=force)
    unknown = [each for each in identifiers if not adding.has(each)]
    with Client(pause=PAUSE, backoff=PAUSE, timeout=timeout) as client:
        for identifier, found in find_works(unknown, client, Services(arxiv_url, doi_url)).items():
            if isinstance(found, BookError):
                adding.fail(identifier, found, key)
            else:
                adding.add(identifier, found, key)
    sys.exit(adding.exit_code)


def _identify(works: tuple[str, ...]) -> list[Identifier]:
    found, wrong = [], []
    for work in works:
        try:
            found.append(identify(work))
        except BookError as error:
            wrong.append(str(error))
    if wrong:
        raise BookError("\n".join(wrong))
    return list(dict.fromkeys(found))


def _read(path: Path, root: Path) -> Bibliography:
    bibliography, problems = load_bibliography(path, root)
    require_none(problems, "added")
    return bibliography


class _Adding:
    """Adds one work after the other to the file."""

    def __init__(self, path: Path, root: Path, shelf: Shelf, *, dry_run: bool, force: bool) -> None:
        self.path = path
        self.name = relative(path, root)
        self.shelf = shelf
        self.dry_run = dry_run
        self.force = force
        self.exit_code = 0
        self.text = path.read_bytes().decode("utf-8")

    def has(self, identifier: Identifier) -> bool:
        """Whether there is an entry of the work; then it is said which."""
        if same := self.shelf.find_same(identifier):
            self._refuse(identifier, same)
        return bool(same)

    def _refuse(self, identifier: Identifier, same: Likeness) -> None:
        place, key = same.entry.location, same.entry.key
        otherwise = f"cite it with [@{key}]" + ("" if same.is_certain else ", or add this one, too, with --force")
        click.echo(f"{place}: '{key}' has {same.why}; {identifier} was not added: {otherwise}", err=True)
        self.exit_code = max(self.exit_code, 1)

    def fail(self, identifier: Identifier, error: BookError, key: str | None) -> None:
        """Say why a work could not be found, and print an entry to fill in."""
        click.echo(printable(f"{identifier}: {error}"), err=True)
        click.echo(template(identifier, key), nl=False)
        self.exit_code = 2

    def add(self, identifier: Identifier, work: Work, key: str | None) -> None:
        """Add the entry of a work, unless there is one."""
        same = self.shelf.find_like(work)
        if same and (same.is_certain or not self.force):
            self._refuse(identifier, same)
            return
        work = dated(self.shelf.named(work), date.today())
        key = key or self.shelf.key(work)
        try:
            entry = self.shelf.write(work, key)
            text, added = self._with(entry, key)
        except BookError as error:
            self.fail(identifier, error, key)
            return
        self.shelf = Shelf(added)
        place = added[key].location
        if self.dry_run:
            click.echo(entry, nl=False)
            click.echo(f"{place}: {key} would be added; nothing was written", err=True)
        else:
            write_file(self.path, text)
            click.echo(f"{place}: {key} was added; cite it with [@{key}]")
        for remark in work.remarks:
            click.echo(f"{place}: {remark}", err=True)

    def _with(self, entry: str, key: str) -> tuple[str, Bibliography]:
        """The file with an entry more and nothing else changed, and what is in it. Raises BookError."""
        before = self.shelf.bibliography
        text = insert_entry(self.text, entry, key)
        after, problems = parse_bibliography(text.replace("\r\n", "\n").removeprefix("\ufeff"), self.name)
        others = {other: each for other, each in after.items() if other != key}
        if problems or others != before:
            raise BookError(f"'{key}' cannot be added to {self.name} so that it can be read; fill it in by hand")
        self.text = text
        return text, after

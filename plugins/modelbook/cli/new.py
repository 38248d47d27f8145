"""`modelbook new`: a record to fill in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import click

from modelbook.authoring.files import write_file
from modelbook.authoring.skeletons import (
    Field,
    find_field,
    find_kind,
    missing_targets,
    problems_of,
    put,
    read_value,
    require_id,
    required,
    skeleton,
    to_fill_in,
)
from modelbook.bibliography import load_bibliography
from modelbook.cli.completion import COMPLETE_KINDS
from modelbook.cli.console import CONFIG, Command, styled
from modelbook.errors import BookError, counted
from modelbook.mkdocs_plugin.reading import Sources, read_config, sources_of
from modelbook.records import KINDS, Record
from modelbook.sources import relative


@click.command(cls=Command)
@click.argument("kind", shell_complete=COMPLETE_KINDS)
@click.argument("id")
@CONFIG
@click.option("-i", "--interactive", is_flag=True, help="Ask for what is required.")
@click.option(
    "--set",
    "settings",
    multiple=True,
    metavar="FIELD=VALUE",
    help="Fill in a field, such as summary.en='A model.'; items of a list with commas. Can be repeated.",
)
def new(kind: str, id: str, config_file: str, interactive: bool, settings: tuple[str, ...]) -> None:
    """Write data/<KIND>/<ID>.yaml: a record with its fields explained, those that are required to be filled in.

    KIND is model, organization, license, dataset, benchmark, technique, tool, event, term or comparison. A record
    that exists is never touched.

    \b
    Examples:
      modelbook new model llama-4
      modelbook new --interactive event llama-leak
      modelbook new organization meta --set name=Meta --set type=company
    """
    book = sources_of(read_config(config_file))
    folder = find_kind(kind)
    require_id(id)
    path = book.data_dir / folder / f"{id}.yaml"
    name = relative(path, book.root)
    if path.exists():
        raise BookError(f"{name} exists; expected another id, or that you edit it")
    record = _Filled(KINDS[folder], book)
    record.set(settings)
    if interactive:
        record.ask()
    text = skeleton(KINDS[folder], id, record.values, book.languages)
    write_file(path, text)
    click.echo(name)
    for remark in record.remarks:
        click.echo(f"{name}: {remark}", err=True)
    problems = to_fill_in(KINDS[folder], text, name)
    for problem in problems:
        click.echo(styled(problem), err=True)
    said = f"{counted(len(problems), 'value')} to fill in" if problems else "nothing is required any more"
    click.echo(f"{said}; `modelbook check` says what is wrong", err=True)


class _Filled:
    """The values that a new record begins with."""

    def __init__(self, kind: type[Record], book: Sources) -> None:
        self.kind = kind
        self.languages = book.languages
        self.values: dict[str, Any] = {}
        self.remarks: list[str] = []
        self.ids = {folder: [path.stem for path in sorted((book.data_dir / folder).glob("*.yaml"))] for folder in KINDS}
        self.keys = list(load_bibliography(book.references, book.root)[0])

    def set(self, settings: Sequence[str]) -> None:
        """Fill in what is said as `field=value`. Raises BookError with everything that is wrong in it."""
        wrong = []
        for setting in settings:
            name, equals, written = setting.partition("=")
            try:
                if not equals:
                    raise BookError(f"'{setting}' sets nothing; expected FIELD=VALUE, such as name=Meta")
                self._set(name.strip(), written)
            except BookError as error:
                wrong.append(str(error))
        if wrong:
            raise BookError("\n".join(wrong))

    def _set(self, name: str, written: str) -> None:
        path, language = name, ""
        if "." in name and name.rpartition(".")[2] in self.languages:
            path, _, language = name.rpartition(".")
        field = find_field(self.kind, path)
        if language and not (field.is_text or field.is_name):
            raise BookError(f"no field '{name}'; expected '{path}', which is not text by language")
        value = written.strip() if language else read_value(field, written)
        full = (*field.path, language) if language else field.path
        if said := problems_of(self.kind, full, value):
            raise BookError("\n".join(f"{name}: {problem}" for problem in said))
        put(self.values, full, value)
        self.remarks += missing_targets(field, value, self.ids, self.keys)

    def ask(self) -> None:
        """Ask for each required value that is not there, until it is right."""
        for field in required(self.kind):
            if not self._has(field):
                put(self.values, field.path, self._answer(field))

    def _has(self, field: Field) -> bool:
        values: Any = self.values
        for name in field.path:
            if not isinstance(values, dict) or name not in values:
                return False
            values = values[name]
        return True

    def _answer(self, field: Field) -> Any:
        click.echo(err=True)
        click.echo(field.description, err=True)
        if field.choices:
            click.echo(f"One of: {', '.join(field.choices)}", err=True)
        while True:
            value = self._prompt(field)
            if said := problems_of(self.kind, field.path, value):
                for problem in said:
                    click.echo(problem, err=True)
                continue
            missing = missing_targets(field, value, self.ids, self.keys)
            for problem in missing:
                click.echo(problem, err=True)
            if not missing or click.confirm("Write it all the same?", err=True):
                self.remarks += missing
                return value

    def _prompt(self, field: Field) -> Any:
        if not field.is_text and not field.is_name:
            several = " (several with commas)" if field.is_list else ""
            return read_value(field, click.prompt(f"{field.name}{several}", err=True))
        first, *others = self.languages
        said = {first: click.prompt(f"{field.name}, {first}", err=True).strip()}
        for code in others:
            default = said[first] if field.is_name else None
            said[code] = click.prompt(f"{field.name}, {code}", default=default, err=True).strip()
        return said[first] if field.is_name and len(set(said.values())) == 1 else said

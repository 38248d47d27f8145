"""Records to fill in: the fields of a kind with what they mean, made from its class."""

from __future__ import annotations

import re
import textwrap
import typing
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Any, Literal

from modelbook.authoring.record_layout import format_record, types_of, write_record
from modelbook.errors import BookError, InvalidBookError, Problem, did_you_mean, quoted
from modelbook.records import KINDS, Record, read_record
from modelbook.schema import (
    ID_PATTERN,
    Citation,
    Claim,
    Country,
    LanguageTag,
    Link,
    Name,
    PartialDate,
    Quantity,
    Text,
    Url,
    Value,
)
from modelbook.sources import parse_document

Path = tuple[str, ...]
"""The names of fields from the record to one within it."""

_WIDTH = 100
"""Characters of a comment on one line."""

_EXAMPLES: dict[type, str] = {
    Quantity: "7B",
    PartialDate: "2023-07-18",
    Url: "https://example.org",
    Country: "FR",
    LanguageTag: "en",
    Citation: "zhao2023survey",
}


def find_kind(word: str) -> str:
    """The folder of the kind that *word* names, in the singular or the plural. Raises BookError."""
    folders = {kind.singular: folder for folder, kind in KINDS.items()} | {folder: folder for folder in KINDS}
    if folder := folders.get(word.casefold()):
        return folder
    expected = did_you_mean(word, folders) or f"; expected {quoted(kind.singular for kind in KINDS.values())}"
    raise BookError(f"no kind of record '{word}'{expected}")


def require_id(id: str) -> None:
    """Raises BookError if *id* is none."""
    if not ID_PATTERN.fullmatch(id) or id.endswith(".yaml"):
        near = slug(id.removesuffix(".yaml"))
        expected = f"; did you mean '{near}'?" if near else ""
        raise BookError(
            f"'{id}' is not an id{expected or '; expected lower case letters, digits, - and ., such as llama-2'}"
        )


def slug(name: str) -> str:
    """The id that a name makes: `gpt-5.5-pro`; empty if it has no letter or digit that an id can have."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().casefold().replace("+", "-plus")
    return "-".join(re.findall(r"[a-z0-9]+(?:\.[a-z0-9]+)*", plain))


@dataclass(frozen=True)
class Field:
    """A field of a kind of record, or one within it."""

    path: Path
    annotation: Any
    description: str
    is_required: bool

    @property
    def name(self) -> str:
        return ".".join(self.path)

    @cached_property
    def types(self) -> list[Any]:
        return list(types_of(self.annotation))

    @property
    def is_list(self) -> bool:
        return any(typing.get_origin(found) is list for found in self.types)

    @property
    def choices(self) -> list[str]:
        """The words that can stand here, if they are few and known."""
        return _choices(self.annotation)

    @property
    def links(self) -> type[Link] | None:
        """What kind of record it names, or each of its items."""
        return next(iter(_find(self.annotation, Link)), None)

    @property
    def cites(self) -> bool:
        return bool(_find(self.annotation, Citation))

    @property
    def is_text(self) -> bool:
        """Whether it is text by language, and nothing else can be written."""
        return not self.is_list and any(found is Text for found in self.types)

    @property
    def is_name(self) -> bool:
        return not self.is_list and any(found is Name for found in self.types)

    @property
    def inner(self) -> list[Field]:
        """The fields within it, if it is a mapping of such and no claim."""
        return [
            field
            for found in self.types
            if isinstance(found, type) and issubclass(found, Value) and not issubclass(found, Claim)
            for field in fields_of(found, self.path)
        ]


def fields_of(kind: type[Value], path: Path = ()) -> list[Field]:
    """The fields of *kind* in their order."""
    return [
        Field((*path, name), field.annotation, field.description or "", field.is_required())
        for name, field in kind.model_fields.items()
    ]


def required(kind: type[Value], path: Path = ()) -> Iterator[Field]:
    """The fields that have to be filled in, those within fields included."""
    for field in fields_of(kind, path):
        if field.is_required and field.inner and not field.is_list:
            yield from (inner for inner in field.inner if inner.is_required)
        elif field.is_required:
            yield field


def find_field(kind: type[Value], name: str) -> Field:
    """The field that *name* (`training.tokens`) means. Raises BookError."""
    fields, found = fields_of(kind), None
    for part in name.split("."):
        found = next((field for field in fields if field.path[-1] == part), None)
        if found is None:
            known = [field.name for field in fields]
            expected = did_you_mean(name, known) or (f"; expected {quoted(known)}" if known else "")
            raise BookError(f"no field '{name}' of {kind_name(kind)}{expected}")
        fields = found.inner
    assert found  # noqa: S101 - `split` gives at least one part
    return found


def kind_name(kind: type[Value]) -> str:
    return f"{kind.singular}s" if issubclass(kind, Record) else kind.__name__


# --- values that are given -------------------------------------------------------------


def read_value(field: Field, written: str) -> Any:
    """What *written* means in a field: YAML in brackets, items between commas in a list, else the text itself.

    Raises BookError if it is not valid YAML.
    """
    written = written.strip()
    if written[:1] in ("[", "{"):
        try:
            return parse_document(f"value: {written}\n", field.name).values["value"]
        except InvalidBookError as error:
            raise BookError(f"{field.name}: {error.problems[0].message}") from None
    if field.is_list:
        return [item.strip() for item in written.split(",") if item.strip()]
    return written


def put(values: dict[str, Any], path: Sequence[str], value: Any) -> None:
    """Put a value at *path* into nested mappings."""
    for name in path[:-1]:
        if not isinstance(values.get(name), dict):  # what was said of the whole of it gives way
            values[name] = {}
        values = values[name]
    values[path[-1]] = value


def problems_of(kind: type[Record], path: Path, value: Any) -> list[str]:
    """What is wrong with a value by itself."""
    values: dict[str, Any] = {}
    put(values, path, value)
    text = write_record(values, kind)
    first = parse_document(text, "").locate(path, key=True).line
    return [
        problem.message
        for problem in to_fill_in(kind, text, "id.yaml")
        if problem.location.line in _lines_of(text, first) and not _MISSING.fullmatch(problem.message)
    ]


_MISSING = re.compile("field '[^']*' is missing")


def _lines_of(text: str, first: int) -> range:
    """The lines of a field that begins on line *first*: those below that are further in."""
    lines = text.split("\n")
    indent = len(lines[first - 1]) - len(lines[first - 1].lstrip())
    last = first
    while last < len(lines) and (not lines[last] or len(lines[last]) - len(lines[last].lstrip()) > indent):
        last += 1
    return range(first, last + 1)


def missing_targets(field: Field, value: Any, ids: Mapping[str, Sequence[str]], keys: Sequence[str]) -> list[str]:
    """What a value names that is not there: records, by the folder of their kind, or entries of the bibliography."""
    words = [word for word in (value if isinstance(value, list) else [value]) if isinstance(word, str)]
    said = []
    if field.links:
        kind = KINDS[field.links.kind].singular
        known = ids[field.links.kind]
        said += [f"no {kind} '{word}'{did_you_mean(word, known)}" for word in words if word.split(":")[0] not in known]
    if field.cites:
        for word in words:
            key = re.split("[,，]", word.removeprefix("@"))[0].strip()
            if key not in keys:
                said.append(f"no entry '{key}' in the bibliography{did_you_mean(key, keys)}")
    return said


# --- writing ---------------------------------------------------------------------------


def skeleton(kind: type[Record], id: str, values: Mapping[str, Any], languages: Sequence[str]) -> str:
    """A record of *kind* with *values*; what else is required is there and empty, what can be said is a comment."""
    lines = [
        *_comment(kind.__doc__ or ""),
        *_comment("Fill in what is empty; take the # away from what else you know, and these remarks if you like."),
        *_comment("Each value can say where it comes from: {value: ..., cite: [a-key-of-references.bib]}."),
        "",
    ]
    for field in fields_of(kind):
        lines += ["", *_explain(field)]
        name = field.path[0]
        if name in values:
            lines += write_record({name: values[name]}, kind).rstrip("\n").split("\n")
        if field.is_required:
            lines += _empty(field, values.get(name), languages) if name not in values or field.inner else []
        elif name not in values:
            example = write_record({name: _example(field, languages)}, kind)
            lines += [f"# {line}" for line in example.rstrip("\n").split("\n")]
    text = "\n".join(lines) + "\n"
    return format_record(text, f"{id}.yaml", kind)


def to_fill_in(kind: type[Record], text: str, path: str) -> list[Problem]:
    """What is missing or wrong in a record by itself."""
    try:
        read_record(kind, parse_document(text, path))
    except InvalidBookError as error:
        return error.problems
    return []


def _explain(field: Field) -> list[str]:
    choices = f"One of: {', '.join(field.choices)}." if field.choices else ""
    return [*_comment(field.description), *_comment(choices)]


def _comment(text: str) -> list[str]:
    return [f"# {line}" for line in textwrap.wrap(" ".join(text.split()), _WIDTH, break_long_words=False)]


def _empty(field: Field, given: Any, languages: Sequence[str]) -> list[str]:
    """A required field without a value, as far as it is not *given*."""
    name, indent = field.path[-1], "  " * (len(field.path) - 1)
    if field.inner and not field.is_list:
        said = given if isinstance(given, dict) else {}
        lines = [] if said else [f"{indent}{name}:"]
        for inner in field.inner:
            if inner.is_required and inner.path[-1] not in said:
                lines += [f"{indent}  {line}" for line in _explain(inner)] + _empty(inner, None, languages)
        return lines
    if field.is_text:
        return [f"{indent}{name}:", *(f"{indent}  {code}:" for code in languages)]
    return [f"{indent}{name}:"]


def _find(annotation: Any, wanted: type) -> list[Any]:
    """The subclasses of *wanted* that a value, or an item of it, may be."""
    found = []
    for each in types_of(annotation):
        if isinstance(each, type) and issubclass(each, wanted):
            found.append(each)
        elif typing.get_origin(each) is list:
            found += [inner for argument in typing.get_args(each) for inner in _find(argument, wanted)]
    return found


def _choices(annotation: Any) -> list[str]:
    found: list[str] = []
    for each in types_of(annotation):
        if typing.get_origin(each) is Literal:
            found += typing.get_args(each)
        elif typing.get_origin(each) is list:
            found += [choice for argument in typing.get_args(each) for choice in _choices(argument)]
        elif isinstance(each, type) and issubclass(each, StrEnum) and each.__name__ != "Missing":
            found += [str(choice) for choice in each]
    return list(dict.fromkeys(found))


def _example(field: Field, languages: Sequence[str]) -> Any:
    """A value that the field might have: what its description says, else one of its type."""
    if said := re.search(r"such as `([^`…]+)`", field.description):
        value = read_value(field, said[1])
        is_text = isinstance(value, dict) and (field.is_text or field.is_name)
        if not is_text or set(value) == set(languages):
            return [value] if field.is_list and not isinstance(value, list) else value
    return _example_of(field.annotation, languages)


def _example_of(annotation: Any, languages: Sequence[str]) -> Any:
    for each in types_of(annotation):
        origin, arguments = typing.get_origin(each), typing.get_args(each)
        if origin is list:
            return [_example_of(arguments[0], languages)]
        if origin is dict:
            return {"7b": _example_of(arguments[1], languages)}
        if origin is Literal:
            return arguments[0]
        if not isinstance(each, type) or each is type(None) or issubclass(each, Claim):
            continue
        if issubclass(each, Text):
            return dict.fromkeys(languages, "…")
        if issubclass(each, Value):
            inner = [field for field in fields_of(each) if field.is_required or "such as" in field.description]
            return {field.path[0]: _example(field, languages) for field in inner or fields_of(each)}
        if issubclass(each, StrEnum):
            return str(next(iter(each)))
        if issubclass(each, Link):
            return f"some-{KINDS[each.kind].singular}"
        if each is bool:
            return "true"
        return _EXAMPLES.get(each, "…")
    return "…"

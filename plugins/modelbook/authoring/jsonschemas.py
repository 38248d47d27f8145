"""JSON Schemas of the kinds of record, by which editors complete, explain and check YAML while it is written.

They are made from the same annotations as the records. (Pydantic's own generator describes typed JSON; a record is
YAML whose scalars are all read as text, and a claim in it may be bare.) Where an editor sees a number in text, as in
`context: 4096`, a number is allowed. What a schema rejects, `modelbook check` rejects, too, but for the words `true`,
`false` and `null` as text, which need quotes in editors. What lies between records no schema sees.

Draft 7: every language server for YAML has it, later drafts only some. What stands beside `$ref` counts for nothing
there, so nothing but explanations stands beside it. `markdownDescription`, `enumDescriptions`,
`errorMessage` and `patternErrorMessage` are those of VS Code; others pass over them. https://json-schema.org/draft-07

The ids, keys and languages of a book are in one more file, which the others refer to. It completes and never rejects:
what it lacks is judged by its form alone, so that no new record waits for it to be written again.
"""

from __future__ import annotations

import json
import re
import types
import typing
from collections.abc import Iterable, Mapping
from enum import Enum
from typing import Annotated, Any, Literal, Union

from pydantic import AfterValidator, BeforeValidator, Discriminator, Tag
from pydantic.fields import FieldInfo

from modelbook.book import Book
from modelbook.catalogue import Subject
from modelbook.records import KINDS, DerivedField, Model, Record, Row, field_titles, known_field, known_sort, listed
from modelbook.schema import (
    ID_PATTERN,
    LANGUAGE_PATTERN,
    QUANTITY_PATTERN,
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

Schema = dict[str, Any]

BOOK = "book.json"
"""The file of ids, keys and languages."""

_DIALECT = "http://json-schema.org/draft-07/schema#"

_DAY = (
    r"(0[13578]|1[02])(-(0[1-9]|[12][0-9]|3[01]))?"
    r"|(0[469]|11)(-(0[1-9]|[12][0-9]|30))?"
    r"|02(-(0[1-9]|[12][0-9]))?"
)
_DATE = rf"(?!0000)[0-9]{{4}}(-({_DAY}))?[~?]?"

_CITATION = r"@?\s*[^\s,;，；\[\]【】@{}]+\s*([,，]\s*([^\s@][\s\S]*)?)?"

_WORDS: Schema = {"type": ["string", "number"], "pattern": r"\S", "patternErrorMessage": "expected some text"}

_NOTHING: Schema = {"not": {"type": ["string", "number", "boolean", "object", "array"]}}
"""Null, said so that editors do not offer to write it."""

_YES_OR_NO = ("yes", "no", "true", "false", "on", "off", "y", "n", "t", "f", "1", "0")
"""What is read as yes or no, capitals aside. https://docs.pydantic.dev/latest/api/standard_library_types/#booleans"""


def _form(pattern: str, expected: str, *types: str, **more: Any) -> Schema:
    """Text of the form of *pattern*, or a value of other *types*."""
    return {
        "type": ["string", *types] if types else "string",
        "pattern": f"^({pattern})$",
        "patternErrorMessage": f"expected {expected}",
        **more,
    }


def _in_any_case(word: str) -> str:
    return "".join(f"[{letter.upper()}{letter}]" if letter.isalpha() else letter for letter in word)


_SCALARS: Mapping[type, Schema] = {
    PartialDate: _form(
        f"{_DATE}(/{_DATE})?",
        PartialDate.expected,
        "integer",
        minimum=1,
        maximum=9999,
        examples=["2023-07-18", "2023-07", "2023~", "2023-01/2023-07"],
    ),
    Quantity: _form(
        QUANTITY_PATTERN.pattern,
        Quantity.expected,
        "number",
        minimum=0,
        examples=["7B", "~2T", "15.8+", "2.2T-3T"],
    ),
    Url: _form(r"https?://[^\s/?#]\S*|mailto:\S+", Url.expected),
    LanguageTag: _form(f"{LANGUAGE_PATTERN.pattern}|multiple", LanguageTag.expected, examples=["en", "zh", "multiple"]),
    Country: _form("[A-Z]{2}", Country.expected, examples=["CN", "FR", "US"]),
    bool: {
        "anyOf": [
            {"enum": ["yes", "no"]},
            _form("|".join(map(_in_any_case, _YES_OR_NO)), "yes or no", "boolean", "integer", minimum=0, maximum=1),
        ]
    },
}
"""How scalars are written, as far as a pattern can say."""


def kind_schema(kind: type[Record]) -> Schema:
    """The schema of the files of one kind of record."""
    definitions: dict[str, Schema] = {}
    schema = _Annotations(definitions).fields(kind)
    return {
        "$schema": _DIALECT,
        "title": kind.singular,
        **schema,
        "definitions": dict(sorted(definitions.items())),
    }


def book_schema(book: Book) -> Schema:
    """What can be named in records of *book*: ids of records, keys of entries, languages."""
    language = book.default_language
    names = {
        folder: dict.fromkeys(sorted(id for broken, id in book.catalogue.broken if broken == folder), "")
        | {record.id: language.text(record.name)[0] for record in book.catalogue.all(kind)}
        for folder, kind in KINDS.items()
    }
    subjects = [Subject(model, variant) for model in book.catalogue.all(Model) for variant in (None, *model.variants)]
    rows = {subject.id: language.text(subject.value("name"))[0] for subject in subjects}
    keys = {key: " ".join(f"{entry.title} ({entry.year})".split()) for key, entry in book.bibliography.items()}
    return {
        "$schema": _DIALECT,
        "description": "What can be named in records. `modelbook schemas` writes it; what it lacks is allowed, too.",
        "definitions": {
            **{folder: _known(ids, ID_PATTERN.pattern, f"a file in data/{folder}/") for folder, ids in names.items()},
            "rows": _known(names["models"] | rows, rf"{ID_PATTERN.pattern}(:.*)?", "a model, or model:variant"),
            "citations": _known(keys, _CITATION, Citation.expected),
            "text": {
                "type": "object",
                "properties": {
                    code: {"description": f"In {each.name}.", **_WORDS} for code, each in book.languages.items()
                },
                "patternProperties": {f"^{LANGUAGE_PATTERN.pattern}$": _WORDS},
                "additionalProperties": False,
                "minProperties": 1,
            },
        },
    }


def _known(names: Mapping[str, str], pattern: str, expected: str) -> Schema:
    """One of *names*, each with its explanation, or whatever else has the form of one."""
    ordered = sorted(names)
    known = [_chosen({name: names[name] for name in ordered}, expected)] if ordered else []
    return {"anyOf": [*known, _form(pattern, expected, "number")]}


def _chosen(names: Mapping[str, str], expected: str) -> Schema:
    """One of many *names*, each with its explanation; too many to list them all where something else stands."""
    return {"enum": [*names], "enumDescriptions": [*names.values()], "errorMessage": f"expected {expected}"}


def schema_text(schema: Schema) -> str:
    """A schema as it stands in its file."""
    return json.dumps(schema, ensure_ascii=False, indent=1) + "\n"


class _Annotations:
    """Annotations as schemas; what several refer to is put into *definitions*."""

    def __init__(self, definitions: dict[str, Schema]) -> None:
        self.definitions = definitions

    def fields(self, kind: type[Value]) -> Schema:
        """A mapping with the fields of *kind*."""
        required = [name for name, field in kind.model_fields.items() if field.is_required()]
        return {
            **_described(_doc(kind)),
            "type": "object",
            "properties": {name: self._field(field) for name, field in kind.model_fields.items()},
            **({"required": required} if required else {}),
            "additionalProperties": False,
            **typing.cast(Schema, kind.model_config.get("json_schema_extra", {})),
        }

    def _field(self, field: FieldInfo) -> Schema:
        said = " ".join(filter(None, [field.description, _explain(field.annotation)]))
        explained = _described(said)
        if isinstance(field.default, str | bool):
            explained["default"] = field.default
        return explained | self.schema(field.annotation, field.metadata)

    def schema(self, annotation: Any, metadata: Iterable[Any] = ()) -> Schema:
        """What *annotation* allows. Raises TypeError for one that is not known here."""
        if typing.get_origin(annotation) is Annotated:
            inner, *more = typing.get_args(annotation)
            return self.schema(inner, [*more, *metadata])
        schema = self._plain(annotation)
        for item in metadata:
            for part in item.metadata if isinstance(item, FieldInfo) else [item]:
                schema = self._restricted(schema, part)
        return schema

    def _plain(self, annotation: Any) -> Schema:
        origin, arguments = typing.get_origin(annotation), typing.get_args(annotation)
        if origin in (Union, types.UnionType):
            return _any_of(self.schema(argument) for argument in arguments)
        if origin is list:
            return {"type": "array", "items": self.schema(arguments[0])}
        if origin is dict:
            key, value = map(self.schema, arguments)
            return {"type": "object", "propertyNames": key, "additionalProperties": value}
        if origin is Literal:
            return _one_of(arguments)
        if annotation is types.NoneType:
            return _NOTHING
        if annotation is str:
            return {"type": ["string", "number"]}
        if isinstance(annotation, type):
            return self._class(annotation)
        raise _unknown(annotation)

    def _class(self, kind: type) -> Schema:
        if issubclass(kind, Link):
            return {"$ref": f"{BOOK}#/definitions/{'rows' if issubclass(kind, Row) else kind.kind}"}
        if issubclass(kind, Citation):
            return {"$ref": f"{BOOK}#/definitions/citations"}
        if issubclass(kind, Text) and not kind.bare:
            return {"$ref": f"{BOOK}#/definitions/text"}
        name = re.sub(r"\W+", "-", kind.__name__).strip("-")
        if name not in self.definitions:
            self.definitions[name] = {}  # it may refer to itself
            self.definitions[name] = self._definition(kind)
        return {"$ref": f"#/definitions/{name}"}

    def _definition(self, kind: type) -> Schema:
        if kind in _SCALARS:
            return dict(_SCALARS[kind])
        if issubclass(kind, Name):
            return _any_of([_WORDS, {"$ref": f"{BOOK}#/definitions/text"}])
        if issubclass(kind, Enum):
            return {**_described(_doc(kind)), **_one_of(member.value for member in kind)}
        if issubclass(kind, Value):
            fields = self.fields(kind)
            if not kind.shorthand:
                return fields
            short = kind.model_fields[kind.shorthand]
            return _any_of([self.schema(short.annotation, short.metadata), fields])
        raise _unknown(kind)

    def _restricted(self, schema: Schema, item: Any) -> Schema:
        """*schema* with what *item* of an annotation adds to it."""
        if isinstance(item, Tag | Discriminator):  # it chooses among what a union has
            return schema
        if isinstance(item, BeforeValidator) and item.func is listed:
            return _any_of([schema["items"], schema])
        if isinstance(item, AfterValidator) and item.func in (known_field, known_sort):
            return self._field_names(descending=item.func is known_sort)
        if pattern := getattr(item, "pattern", None):
            return {**schema, "pattern": pattern, "patternErrorMessage": "expected an id such as 7b-chat"}
        if getattr(item, "min_length", None) == 1:
            return {**schema, "minItems": 1} if schema["type"] == "array" else _WORDS
        raise _unknown(item)

    def _field_names(self, *, descending: bool) -> Schema:
        """The fields of models by their paths; if *descending*, with a `-` before them, too."""
        titles = field_titles() | {field.value: "Worked out from several fields" for field in DerivedField}
        if descending:
            titles |= {f"-{field}": f"{title}, from large to small" for field, title in titles.items()}
        name = "SortField" if descending else "FieldPath"
        self.definitions[name] = _chosen(titles, "a field of models such as training.tokens")
        return {"$ref": f"#/definitions/{name}"}


def _any_of(schemas: Iterable[Schema]) -> Schema:
    """Whatever one of *schemas* allows."""
    options: list[Schema] = []
    for schema in schemas:
        options += schema["anyOf"] if schema.keys() == {"anyOf"} else [schema]
    return {"anyOf": options}


def _one_of(words: Iterable[str]) -> Schema:
    """One of *words*; those in digits may stand without quotes."""
    enum: Schema = {"enum": list(words)}
    numbers = [int(word) for word in enum["enum"] if word.isdecimal()]
    if not numbers:
        return enum
    return _any_of([enum, {"type": "integer", "minimum": min(numbers), "maximum": max(numbers)}])


def _explain(annotation: Any) -> str:
    """How the values of an annotation are written, with examples and the source of their form."""
    if isinstance(annotation, type):
        if issubclass(annotation, Row):
            return _doc(annotation)
        if issubclass(annotation, Link):
            return f"The name of a file in `data/{annotation.kind}/` without its ending."
        if issubclass(annotation, Claim):
            arguments = annotation.__pydantic_generic_metadata__["args"]
            return " ".join(filter(None, [*map(_explain, arguments), _doc(Claim)]))
        if issubclass(annotation, Enum):  # its first paragraph would only repeat what the field is
            return " ".join((annotation.__doc__ or "").partition("\n\n")[2].split())
        if issubclass(annotation, (*_SCALARS, Citation, Text)) and annotation is not bool:
            return _doc(annotation)
    return next(filter(None, map(_explain, typing.get_args(annotation))), "")


def _described(said: str) -> Schema:
    """What editors show at a value: those of VS Code as Markdown, others as it is."""
    return {"description": said, "markdownDescription": said} if said else {}


def _doc(kind: type) -> str:
    """The docstring of a class itself, in one line."""
    return " ".join((kind.__doc__ or "").split())


def _unknown(annotation: Any) -> TypeError:
    return TypeError(f"no JSON Schema is known for {annotation!r}; expected a type of modelbook.schema")

"""The kinds of record in `data/`: the file to edit for a new field or a new kind.

A kind is a class whose annotations are the schema of its YAML files, one file
per record, the file's name being the record's id. `KINDS` names the folder of each.
"""

from __future__ import annotations

import typing
from collections.abc import Iterator
from enum import StrEnum
from functools import cache, cached_property
from typing import Annotated, Any, ClassVar, Literal, TypeVar

from pydantic import AfterValidator, BeforeValidator, Field, PrivateAttr, ValidationError, model_validator

from modelbook.errors import InvalidBookError, Location, Problem, did_you_mean, quoted
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
    Slug,
    Text,
    Url,
    Value,
    Words,
    describe,
    walk,
    wrong_part,
)
from modelbook.sources import Document, ValuePath


class OrganizationLink(Link):
    kind = "organizations"


class LicenseLink(Link):
    kind = "licenses"


class DatasetLink(Link):
    kind = "datasets"


class BenchmarkLink(Link):
    kind = "benchmarks"


class ModelLink(Link):
    kind = "models"


class TechniqueLink(Link):
    kind = "techniques"


class Record(Value):
    """What every kind has: an id, a name, and the place it comes from."""

    singular: ClassVar[str]
    """What one record is called in messages."""

    _document: Document = PrivateAttr()

    name: Name
    aliases: list[Words] = []
    cite: list[Citation] = []
    """The default source of every value in the record."""

    @property
    def id(self) -> str:
        return self._document.id

    @property
    def path(self) -> str:
        """The file of the record, from the root of the book."""
        return self._document.path

    @cached_property
    def values(self) -> list[tuple[ValuePath, Any]]:
        """Every value in the record with its path, the record itself first."""
        return list(walk(self))

    def locate(self, path: ValuePath = (), *, key: bool = False) -> Location:
        return self._document.locate(path, key=key)


class WebLink(Value):
    """A convenience for readers, not evidence."""

    type: Literal["home", "paper", "blog", "code", "weights", "demo", "docs", "model-card", "dataset"]
    url: Url
    label: Name | None = None


class Access(StrEnum):
    """How open a part of a model is."""

    OPEN = "open"
    RESTRICTED = "restricted"
    GATED = "gated"
    NON_COMMERCIAL = "non-commercial"
    LEAKED = "leaked"
    CLOSED = "closed"


# --- models ----------------------------------------------------------------------------


class Purpose(StrEnum):
    """What a model is made to do."""

    BASE = "base"
    CHAT = "chat"
    INSTRUCT = "instruct"
    CODE = "code"
    IMAGE = "image"
    AUDIO = "audio"
    MULTIMODAL = "multimodal"
    PRODUCT = "product"


Medium = Literal["text", "image", "audio", "video", "code"]


class Modality(Value):
    """What goes in and what comes out."""

    input: list[Medium] = Field(min_length=1)
    output: list[Medium] = Field(min_length=1)


class Openness(Value):
    weights: Claim[Access] | None = Field(None, title="Access to the weights")
    training_code: Claim[Access] | None = Field(None, title="Access to the training code")
    inference_code: Claim[Access] | None = Field(None, title="Access to the inference code")
    data: Claim[Access] | None = Field(None, title="Access to the training data")
    paper: Claim[Access] | None = Field(None, title="Access to a paper")


class Licensing(Value):
    """Licenses by part, because they differ."""

    weights: Claim[LicenseLink] | None = Field(None, title="License of the weights")
    code: Claim[LicenseLink] | None = Field(None, title="License of the code")
    data: Claim[LicenseLink] | None = Field(None, title="License of the data")


class Architecture(Value):
    family: Claim[Name] | None = Field(None, title="Architecture")
    attention: Claim[Name] | None = None
    position: Claim[Name] | None = Field(None, title="Position encoding")
    normalization: Claim[Name] | None = None
    activation: Claim[Name] | None = Field(None, title="Activation function")
    tokenizer: Claim[Name] | None = None
    layers: Claim[Quantity] | None = None
    hidden_size: Claim[Quantity] | None = None
    attention_heads: Claim[Quantity] | None = None
    vocabulary: Claim[Quantity] | None = Field(None, title="Vocabulary size")


class DataShare(Value):
    """A dataset in a training mix."""

    dataset: DatasetLink
    share: Claim[Quantity] | None = Field(None, title="Share (%)")
    tokens: Claim[Quantity] | None = None
    partial: bool = False
    cite: list[Citation] = []
    note: Text | None = None


class Training(Value):
    tokens: Claim[Quantity] | None = Field(None, title="Training tokens")
    data: Claim[list[DataShare]] | None = Field(None, title="Training data")
    period: Claim[PartialDate] | None = Field(None, title="Training period")
    hardware: Claim[Name] | None = Field(None, title="Training hardware")
    cost: Claim[Quantity] | None = Field(None, title="Training cost (US$)")


class Relation(StrEnum):
    """How a model comes from another."""

    FINE_TUNE = "fine-tune"
    CONTINUED_PRETRAINING = "continued-pretraining"
    SUCCESSOR = "successor"
    REPRODUCTION = "reproduction"
    DISTILLED = "distilled"
    MERGE = "merge"
    COMPONENT = "component"
    QUANTIZED = "quantized"


class Derivation(Value):
    model: ModelLink
    variant: Words | None = None
    relation: Relation
    cite: list[Citation] = []
    note: Text | None = None


class Specification(Value):
    """What can be said of a model as a whole and, where it differs, of one of its variants."""

    purpose: Purpose | None = None
    announced: Claim[PartialDate] | None = None
    released: Claim[PartialDate] | None = None
    parameters: Claim[Quantity] | None = None
    active_parameters: Claim[Quantity] | None = None
    context: Claim[Quantity] | None = Field(None, title="Context length (tokens)")
    training: Training = Training()
    architecture: Architecture = Architecture()
    vram: Claim[Quantity] | None = Field(None, title="VRAM (GB)")
    license: Licensing = Licensing()
    openness: Openness = Openness()
    derived_from: list[Derivation] = []
    links: list[WebLink] = []
    cite: list[Citation] = []


class Variant(Specification):
    """One size or tuning of a model; what it does not say is as in the model."""

    name: Name | None = None


class Score(Value):
    """A result on a benchmark. Only scores of the same benchmark, setting and harness compare."""

    benchmark: BenchmarkLink
    variant: Words | None = None
    value: Quantity
    setting: Name | None = None
    harness: Name | None = None
    date: PartialDate | None = None
    by: Literal["developer", "third-party", "leaderboard"]
    cite: list[Citation] = Field(min_length=1)
    note: Text | None = None


class Model(Record, Specification):
    """A release of a model, with its variants."""

    singular = "model"

    organizations: list[OrganizationLink] = Field(min_length=1)
    purpose: Purpose
    modality: Modality
    languages: Claim[list[LanguageTag]] | None = None
    techniques: list[TechniqueLink] = []
    """What it is known to use or to have brought."""
    summary: Text
    uniqueness: list[Text] = []
    limitations: list[Text] = []
    variants: dict[Slug, Variant] = {}
    scores: list[Score] = []
    checked: PartialDate
    """When a person last compared the record with its sources."""
    status: Literal["current", "superseded", "withdrawn"] = "current"


# --- other kinds -----------------------------------------------------------------------


class Organization(Record):
    singular = "organization"

    type: Literal["company", "research-institute", "university", "nonprofit", "community", "consortium", "person"]
    country: Country | None = None
    """Where its seat is."""
    summary: Text | None = None
    links: list[WebLink] = []


class License(Record):
    singular = "license"

    spdx: Words | None = None
    osi_approved: bool
    commercial_use: Literal["yes", "conditional", "no"]
    conditions: Text | None = None
    links: list[WebLink] = []

    @model_validator(mode="after")
    def _require_conditions(self) -> License:
        if self.commercial_use == "conditional" and self.conditions is None:
            raise wrong_part("commercial_use is 'conditional'; expected `conditions` to say which", "commercial_use")
        return self


class Dataset(Record):
    singular = "dataset"

    organizations: list[OrganizationLink] = []
    released: Claim[PartialDate] | None = None
    tokens: Claim[Quantity] | None = None
    openness: Claim[Access] | None = None
    license: Claim[LicenseLink] | None = None
    summary: Text
    links: list[WebLink] = []


class Benchmark(Record):
    singular = "benchmark"

    organizations: list[OrganizationLink] = []
    released: Claim[PartialDate] | None = None
    type: Literal["benchmark", "leaderboard"] = "benchmark"
    metric: Name
    unit: Words | None = None
    higher_is_better: bool = True
    summary: Text
    links: list[WebLink] = []


class Technique(Record):
    """A way of building, training or running models."""

    singular = "technique"

    type: Literal[
        "architecture",
        "attention",
        "position",
        "activation",
        "normalization",
        "pretraining",
        "fine-tuning",
        "alignment",
        "compression",
        "inference",
        "prompting",
    ]
    introduced: Claim[PartialDate] | None = None
    organizations: list[OrganizationLink] = []
    summary: Text
    links: list[WebLink] = []


class Tool(Record):
    """Software to train, run, serve or build with models."""

    singular = "tool"

    type: Literal["training", "inference", "interface", "browser", "framework", "agent", "evaluation", "service"]
    organizations: list[OrganizationLink] = []
    released: Claim[PartialDate] | None = None
    license: Claim[LicenseLink] | None = None
    runs: list[ModelLink] = []
    """Models that its makers say it runs or trains, or that it is built on."""
    summary: Text
    links: list[WebLink] = []


class Event(Record):
    """Something that happened and is not simply a model's own release; its name is its headline."""

    singular = "event"

    date: Claim[PartialDate]
    type: Literal[
        "announcement", "release", "leak", "paper", "license", "benchmark", "product", "policy", "tool", "dataset"
    ]
    models: list[ModelLink] = []
    organizations: list[OrganizationLink] = []
    importance: Literal["1", "2", "3"] = "2"
    """1 changed the field, 3 is a detail."""
    text: Text | None = None


class Term(Record):
    singular = "term"

    expansion: Text | None = None
    text: Text


class DerivedField(StrEnum):
    """Columns that are worked out from several fields of a model."""

    NAME = "name"
    ORGANIZATIONS = "organizations"
    TECHNIQUES = "techniques"
    SIZES = "sizes"
    """The parameters of each of its variants."""
    CHECKPOINTS = "checkpoints"
    """Links to weights."""
    RELEASE = "release"
    """Where it was announced: a blog post, the paper."""
    COMMERCIAL_USE = "commercial_use"
    """What the license of the weights permits."""
    PAGE = "page"
    """A link to the model's page in the book."""


def known_field(field: str) -> str:
    """*field*, which models have. Raises ValueError if they do not."""
    known = [*field_titles(), *DerivedField]
    if field not in known:
        raise ValueError(
            f"no field '{field}' of models" + (did_you_mean(field, known) or f"; expected {quoted(sorted(known))}")
        )
    return field


def _known_sort(field: str) -> str:
    known_field(field.removeprefix("-"))
    return field


FieldPath = Annotated[str, AfterValidator(known_field)]
"""A field of models by its path, or a derived one."""

SortField = Annotated[str, AfterValidator(_known_sort)]
"""A field to sort by; from large to small if it begins with `-`."""


class Column(Value):
    """A column of a comparison: a field of models by its path, and how it is shown."""

    field: FieldPath
    label: Name | None = None
    unit: Literal["K", "M", "B", "T"] | None = None
    """Show quantities in thousands, millions, billions or trillions, as plain numbers."""

    @model_validator(mode="before")
    @classmethod
    def _accept_bare_field(cls, data: Any) -> Any:
        return {"field": data} if isinstance(data, str) else data


@cache
def field_titles() -> dict[str, str]:
    """The fields of a `Specification` by their paths (`training.tokens`), each with its title."""

    def collect(kind: type[Value], path: str) -> Iterator[tuple[str, str]]:
        for name, field in kind.model_fields.items():
            nested = field.annotation
            if name in ("derived_from", "links", "cite"):
                continue
            if isinstance(nested, type) and issubclass(nested, Value) and not issubclass(nested, Claim):
                yield from collect(nested, f"{path}{name}.")
            else:
                yield path + name, field.title or name.replace("_", " ").capitalize()

    return dict(collect(Specification, "")) | {"languages": "Languages"}


class Row(Link):
    """A model, or one of its variants as `model:variant`."""

    kind = "models"

    @property
    def id(self) -> str:
        return self.partition(":")[0]

    @property
    def variant(self) -> str | None:
        return self.partition(":")[2] if ":" in self else None


def _listed(value: Any) -> Any:
    """One value stands for a list of it."""
    return [value] if isinstance(value, str) else value


_T = TypeVar("_T")
AnyOf = Annotated[list[_T], BeforeValidator(_listed)]


class MediaFilter(Value):
    input: AnyOf[Medium] = []
    output: AnyOf[Medium] = []


class TrainingFilter(Value):
    tokens: Quantity | None = None


class LicenseFilter(Value):
    weights: AnyOf[LicenseLink] = []
    code: AnyOf[LicenseLink] = []
    data: AnyOf[LicenseLink] = []


class OpennessFilter(Value):
    weights: AnyOf[Access] = []
    training_code: AnyOf[Access] = []
    inference_code: AnyOf[Access] = []
    data: AnyOf[Access] = []
    paper: AnyOf[Access] = []


class Filter(Value):
    """What models have to be: written as a model is, a list meaning any of it, a range what lies in it."""

    organizations: AnyOf[OrganizationLink] = []
    purpose: AnyOf[Purpose] = []
    modality: MediaFilter = MediaFilter()
    languages: AnyOf[LanguageTag] = []
    techniques: AnyOf[TechniqueLink] = []
    announced: PartialDate | None = None
    released: PartialDate | None = None
    parameters: Quantity | None = None
    active_parameters: Quantity | None = None
    context: Quantity | None = None
    vram: Quantity | None = None
    training: TrainingFilter = TrainingFilter()
    license: LicenseFilter = LicenseFilter()
    openness: OpennessFilter = OpennessFilter()
    commercial_use: AnyOf[Literal["yes", "conditional", "no"]] = []
    family: AnyOf[ModelLink] = []
    """Models that it derives from, or is."""


class Comparison(Record):
    """A table of models; its columns and rows are data, its name is its caption."""

    singular = "comparison"

    columns: list[Column] = Field(min_length=1)
    rows: Annotated[list[Row], Field(min_length=1)] | None = None
    filter: Filter | None = None
    """What to look for, in the place of `rows`."""
    each: Literal["variant", "model"] = "variant"
    """What the filter looks through."""
    sort: AnyOf[SortField] = []
    """Fields to sort by, the first before the others; `-parameters` from large to small."""
    group: FieldPath | None = None
    """A field by whose values the rows come in groups."""
    note: Text | None = None

    @model_validator(mode="after")
    def _require_rows_or_filter(self) -> Comparison:
        if self.rows is not None and self.filter is not None:
            raise wrong_part("`rows` and `filter` are given; expected one of them", "filter")
        if self.rows is None and self.filter is None:
            raise ValueError("neither `rows` nor `filter` is given; expected one of them")
        return self


KINDS: dict[str, type[Record]] = {
    "models": Model,
    "organizations": Organization,
    "licenses": License,
    "datasets": Dataset,
    "benchmarks": Benchmark,
    "techniques": Technique,
    "tools": Tool,
    "events": Event,
    "terms": Term,
    "comparisons": Comparison,
}


def read_record(kind: type[Record], document: Document) -> Record:
    """The record of *kind* that *document* holds. Raises InvalidBookError with every problem in it."""
    problems = []
    if not ID_PATTERN.fullmatch(document.id):
        problems.append(
            Problem(
                Location(document.path),
                f"'{document.id}' is not an id; expected a file name of lower case letters, digits, '-' and '.', "
                "such as llama-2.yaml",
            )
        )
    try:
        record = kind.model_validate(document.values)
    except ValidationError as error:
        for detail in error.errors():
            part = detail.get("ctx", {}).get("part")
            on_key = part is not None or detail["type"] == "extra_forbidden" or detail["loc"][-1:] == ("[key]",)
            location = document.locate(detail["loc"] + ((part,) if part else ()), key=on_key)
            problems.append(Problem(location, describe(detail, _fields_at(kind, document.values, detail["loc"][:-1]))))
    if problems:
        raise InvalidBookError(problems)
    record._document = document
    return record


def _fields_at(kind: type[Value], values: Any, path: ValuePath) -> list[str]:
    """The names of the fields that a mapping at *path* in a record of *kind* can have."""

    def models(annotation: Any) -> list[type[Value]]:
        if isinstance(annotation, type) and issubclass(annotation, Value):
            return [annotation]
        return [model for argument in typing.get_args(annotation) for model in models(argument)]

    candidates = [kind]
    for part in path:
        steps = []
        for candidate in candidates:
            if part in candidate.model_fields:
                steps += models(candidate.model_fields[str(part)].annotation)
        candidates = steps or candidates
    return sorted({name for candidate in candidates for name in candidate.model_fields})

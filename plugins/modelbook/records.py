"""The kinds of record in `data/`: the file to edit for a new field or a new kind.

A kind is a class whose annotations are the schema of its YAML files, one file
per record, the file's name being the record's id. `KINDS` names the folder of each.
Fields are declared, those of base classes first, in the order in which records have them.
"""

from __future__ import annotations

import typing
from collections.abc import Iterator
from enum import StrEnum
from functools import cache, cached_property
from typing import Annotated, Any, ClassVar, Literal, TypeVar

from pydantic import (
    AfterValidator,
    BeforeValidator,
    ConfigDict,
    Field,
    PrivateAttr,
    TypeAdapter,
    ValidationError,
    model_validator,
)

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
    """What it is called, such as `Llama 2`."""
    aliases: list[Words] = []
    """Other names by which it is found, such as `LLaMA-2`; for terms also plurals."""
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
    """What is found there, such as `paper` or `weights`."""
    url: Url
    """The address, such as `https://example.org/blog`."""
    label: Name | None = None
    """What the link is called, if its type does not say enough, such as `Paper (v2)`."""


class Access(StrEnum):
    """How open a part of a model is.

    `open` to all, `restricted` in what may be done with it, `gated` (on request), `non-commercial`, `leaked` (not
    meant for all) or `closed`.
    """

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
    """What it takes in, such as `[text, image]`."""
    output: list[Medium] = Field(min_length=1)
    """What it gives out, such as `[text]`."""


class Openness(Value):
    weights: Claim[Access] | None = Field(None, title="Access to the weights")
    """Who can get the weights."""
    training_code: Claim[Access] | None = Field(None, title="Access to the training code")
    """Who can get the code that it was trained with."""
    inference_code: Claim[Access] | None = Field(None, title="Access to the inference code")
    """Who can get the code that runs it."""
    data: Claim[Access] | None = Field(None, title="Access to the training data")
    """Who can get the training data."""
    paper: Claim[Access] | None = Field(None, title="Access to a paper")
    """Who can get a paper or report that describes it."""


class Licensing(Value):
    """Licenses by part, because they differ."""

    weights: Claim[LicenseLink] | None = Field(None, title="License of the weights")
    """The license of the weights, such as `apache-2.0`."""
    code: Claim[LicenseLink] | None = Field(None, title="License of the code")
    """The license of the code."""
    data: Claim[LicenseLink] | None = Field(None, title="License of the data")
    """The license of the training data."""


class Architecture(Value):
    family: Claim[Name] | None = Field(None, title="Architecture")
    """What it is built as, such as `decoder-only Transformer` or `diffusion`."""
    attention: Claim[Name] | None = None
    """How tokens attend to one another, such as `grouped-query attention`."""
    position: Claim[Name] | None = Field(None, title="Position encoding")
    """How positions are encoded, such as `RoPE`."""
    normalization: Claim[Name] | None = None
    """How activations are normalized, such as `RMSNorm`."""
    activation: Claim[Name] | None = Field(None, title="Activation function")
    """The activation function, such as `SwiGLU`."""
    tokenizer: Claim[Name] | None = None
    """How text becomes tokens, such as `byte-pair encoding`."""
    layers: Claim[Quantity] | None = None
    """How many layers, such as `32`."""
    hidden_size: Claim[Quantity] | None = None
    """How wide the hidden states are, such as `4096`."""
    attention_heads: Claim[Quantity] | None = None
    """How many attention heads in a layer, such as `32`."""
    vocabulary: Claim[Quantity] | None = Field(None, title="Vocabulary size")
    """How many tokens the vocabulary has, such as `32K`."""


class DataShare(Value):
    """A dataset in a training mix."""

    dataset: DatasetLink
    """The dataset, such as `c4`."""
    share: Claim[Quantity] | None = Field(None, title="Share (%)")
    """How much of the mix it is, in percent, such as `67`."""
    tokens: Claim[Quantity] | None = None
    """How many of its tokens were trained on, such as `300B`."""
    partial: bool = False
    """Whether only a part of the dataset was used: `yes` or `no`."""
    cite: list[Citation] = []
    """Where this share comes from, if not from where the mix does."""
    note: Text | None = None
    """What else there is to say of it."""


class Training(Value):
    tokens: Claim[Quantity] | None = Field(None, title="Training tokens")
    """How many tokens it was trained on, such as `2T`."""
    data: Claim[list[DataShare]] | None = Field(None, title="Training data")
    """The datasets that it was trained on, each with its share of the mix."""
    period: Claim[PartialDate] | None = Field(None, title="Training period")
    """When it was trained, such as `2023-01/2023-07`."""
    hardware: Claim[Name] | None = Field(None, title="Training hardware")
    """What it was trained on, such as `NVIDIA A100 80GB`."""
    cost: Claim[Quantity] | None = Field(None, title="Training cost (US$)")
    """What training cost, in US dollars, such as `~600K`."""


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
    """The model that it comes from, such as `llama`."""
    variant: Words | None = None
    """Which variant of that model, such as `7b`."""
    relation: Relation
    """How it comes from that model, such as `fine-tune`."""
    cite: list[Citation] = []
    """Where this relation is said."""
    note: Text | None = None
    """What else there is to say of it."""


class Specification(Value):
    """What can be said of a model as a whole and, where it differs, of one of its variants."""

    cite: list[Citation] = []
    """The default source of every value beside it, such as `[touvron2023llama]`."""
    purpose: Purpose | None = None
    """What it is made to do, such as `base` or `chat`."""
    announced: Claim[PartialDate] | None = None
    """When it was first made public that it exists, such as `2023-02-24`."""
    released: Claim[PartialDate] | None = None
    """When others could first get or use it, such as `2023-07-18`."""
    parameters: Claim[Quantity] | None = None
    """How many parameters, such as `7B`."""
    active_parameters: Claim[Quantity] | None = None
    """How many parameters work on each token, where experts are mixed, such as `12.9B`."""
    context: Claim[Quantity] | None = Field(None, title="Context length (tokens)")
    """How many tokens it takes in at once, such as `4096`."""
    training: Training = Training()
    """What it was trained on, when, and with what."""
    architecture: Architecture = Architecture()
    """How it is built."""
    vram: Claim[Quantity] | None = Field(None, title="VRAM (GB)")
    """Memory needed to run it as released, in GB, such as `15.8+`."""
    license: Licensing = Licensing()
    """Licenses by part, because they differ, such as `{weights: llama-2, code: mit}`."""
    openness: Openness = Openness()
    """How open each part is, such as `{weights: gated, data: closed}`."""
    derived_from: list[Derivation] = []
    """What it comes from, such as `[{model: llama, variant: 7b, relation: fine-tune}]`."""
    links: list[WebLink] = []
    """Where readers find it: announcement, paper, code, weights."""


class VariantName(Value):
    name: Name | None = None
    """What the variant is called, such as `Llama 2 7B`."""


class Variant(Specification, VariantName):
    """One size or tuning of a model; what it does not say is as in the model."""


class Score(Value):
    """A result on a benchmark. Only scores of the same benchmark, setting and harness compare."""

    benchmark: BenchmarkLink
    """The benchmark, such as `mmlu`."""
    variant: Words | None = None
    """Which variant was measured, such as `7b`; the model as a whole if left out."""
    value: Quantity
    """The result in the benchmark's unit, such as `68.9`."""
    setting: Name | None = None
    """How it was asked, such as `5-shot`."""
    harness: Name | None = None
    """What it was measured with, such as `lm-evaluation-harness`."""
    date: PartialDate | None = None
    """When it was measured, such as `2023-07`."""
    by: Literal["developer", "third-party", "leaderboard"]
    """Who measured it."""
    cite: list[Citation] = Field(min_length=1)
    """Where the result was published, such as `["touvron2023llama2, table 3"]`."""
    note: Text | None = None
    """What else there is to say of it."""


class Presentation(Record):
    """What a model's file begins with: who made it, what it is, what sets it apart."""

    organizations: list[OrganizationLink] = Field(min_length=1)
    """Who made it, such as `[meta]`."""
    purpose: Purpose
    """What it is made to do, such as `base` or `chat`; a variant may differ."""
    modality: Modality
    """What goes in and what comes out, such as `{input: [text], output: [text]}`."""
    languages: Claim[list[LanguageTag]] | None = None
    """The languages that it is made for, such as `[en, zh]`, or `[multiple]`."""
    techniques: list[TechniqueLink] = []
    """What it is known to use or to have brought."""
    checked: PartialDate
    """When a person last compared the record with its sources."""
    status: Literal["current", "superseded", "withdrawn"] = "current"
    """Whether it is still what its makers offer: `current`, `superseded` or `withdrawn`."""
    summary: Text
    """What it is and why it matters, in one or two sentences, such as `{en: …, zh: …}`."""
    uniqueness: list[Text] = []
    """What sets it apart, one point each."""
    limitations: list[Text] = []
    """What it cannot do or lacks, one point each."""


class Model(Specification, Presentation):
    """A release of a model, with its variants."""

    singular = "model"

    purpose: Purpose
    """What it is made to do, such as `base` or `chat`; a variant may differ."""
    variants: dict[Slug, Variant] = {}
    """Its sizes and tunings by their ids, such as `{7b: {parameters: 7B}}`; each says only what differs."""
    scores: list[Score] = []
    """Results on benchmarks."""


# --- other kinds -----------------------------------------------------------------------


class Organization(Record):
    """Who makes models, datasets, tools or the like."""

    singular = "organization"

    type: Literal["company", "research-institute", "university", "nonprofit", "community", "consortium", "person"]
    """What sort of organization it is, such as `company`."""
    country: Country | None = None
    """Where its seat is."""
    summary: Text | None = None
    """What it is and does, in one or two sentences."""
    links: list[WebLink] = []
    """Where readers find it, such as `[{type: home, url: https://example.org}]`."""


class License(Record):
    """Terms under which weights, code or data may be used."""

    model_config = ConfigDict(
        json_schema_extra={
            "if": {"properties": {"commercial_use": {"const": "conditional"}}, "required": ["commercial_use"]},
            "then": {"properties": {"conditions": {"type": "object"}}, "required": ["conditions"]},
        }
    )
    singular = "license"

    spdx: Words | None = None
    """Its identifier in the SPDX license list, such as `Apache-2.0`. https://spdx.org/licenses/"""
    osi_approved: bool
    """Whether the Open Source Initiative has approved it: `yes` or `no`. https://opensource.org/licenses"""
    commercial_use: Literal["yes", "conditional", "no"]
    """Whether it permits commercial use: `"yes"`, `conditional` (say in `conditions` when) or `"no"`."""
    conditions: Text | None = None
    """On which conditions; required if commercial use is `conditional`."""
    links: list[WebLink] = []
    """Where readers find its text, such as `[{type: home, url: https://example.org/license}]`."""

    @model_validator(mode="after")
    def _require_conditions(self) -> License:
        if self.commercial_use == "conditional" and self.conditions is None:
            raise wrong_part("commercial_use is 'conditional'; expected `conditions` to say which", "commercial_use")
        return self


class Dataset(Record):
    """Data that models are trained on."""

    singular = "dataset"

    organizations: list[OrganizationLink] = []
    """Who made it, such as `[allenai]`."""
    released: Claim[PartialDate] | None = None
    """When others could first get it, such as `2020-12-31`."""
    tokens: Claim[Quantity] | None = None
    """How large it is in tokens, such as `300B`."""
    openness: Claim[Access] | None = None
    """Who can get it."""
    license: Claim[LicenseLink] | None = None
    """Its license, such as `odc-by`."""
    summary: Text
    """What it is made of, in one or two sentences."""
    links: list[WebLink] = []
    """Where readers find it: paper, code, the dataset."""


class Benchmark(Record):
    """A test of models, or a leaderboard of several."""

    singular = "benchmark"

    organizations: list[OrganizationLink] = []
    """Who made it, such as `[lmsys]`."""
    released: Claim[PartialDate] | None = None
    """When it was published, such as `2020-09`."""
    type: Literal["benchmark", "leaderboard"] = "benchmark"
    """Whether it is a `benchmark` or a `leaderboard` of several."""
    metric: Name
    """What is measured, such as `accuracy`."""
    unit: Words | None = None
    """In what it is measured, such as `%`; nothing if it is a bare number."""
    higher_is_better: bool = True
    """Whether a higher value is better: `yes` or `no`."""
    summary: Text
    """What it tests, in one or two sentences."""
    links: list[WebLink] = []
    """Where readers find it: paper, code, leaderboard."""


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
    """What part of the work it belongs to, such as `attention` or `fine-tuning`."""
    introduced: Claim[PartialDate] | None = None
    """When it was first published, such as `2021-06`."""
    organizations: list[OrganizationLink] = []
    """Who brought it, such as `[microsoft]`."""
    summary: Text
    """What it does, in one or two sentences."""
    links: list[WebLink] = []
    """Where readers find it: paper, code."""


class Tool(Record):
    """Software to train, run, serve or build with models."""

    singular = "tool"

    type: Literal["training", "inference", "interface", "browser", "framework", "agent", "evaluation", "service"]
    """What it is for, such as `inference`."""
    organizations: list[OrganizationLink] = []
    """Who makes it, such as `[ggml]`."""
    released: Claim[PartialDate] | None = None
    """When others could first get it, such as `2023-03`."""
    license: Claim[LicenseLink] | None = None
    """Its license, such as `mit`."""
    runs: list[ModelLink] = []
    """Models that its makers say it runs or trains, or that it is built on."""
    summary: Text
    """What it does, in one or two sentences."""
    links: list[WebLink] = []
    """Where readers find it: home page, code, documentation."""


class Event(Record):
    """Something that happened and is not simply a model's own release; its name is its headline."""

    singular = "event"

    date: Claim[PartialDate]
    """When it happened, such as `2023-03-03`."""
    type: Literal[
        "announcement", "release", "leak", "paper", "license", "benchmark", "product", "policy", "tool", "dataset"
    ]
    """What sort of event it is, such as `leak`."""
    models: list[ModelLink] = []
    """The models that it is about, such as `[llama]`."""
    organizations: list[OrganizationLink] = []
    """The organizations that it is about, such as `[meta]`."""
    importance: Literal["1", "2", "3"] = "2"
    """1 changed the field, 3 is a detail."""
    text: Text | None = None
    """What happened, in one or two sentences."""


class Term(Record):
    """A word of the glossary; it is linked where a page first uses it."""

    singular = "term"

    expansion: Text | None = None
    """What an abbreviation stands for, such as `{en: low-rank adaptation, zh: 低秩适配}`."""
    text: Text
    """What the term means, in one or two sentences."""


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


def known_sort(field: str) -> str:
    """*field*, by which models can be sorted. Raises ValueError if they cannot."""
    known_field(field.removeprefix("-"))
    return field


FieldPath = Annotated[str, AfterValidator(known_field)]
"""A field of models by its path, or a derived one."""

SortField = Annotated[str, AfterValidator(known_sort)]
"""A field to sort by; from large to small if it begins with `-`."""


class Column(Value):
    """A column of a comparison: a field of models by its path, and how it is shown."""

    shorthand = "field"

    field: FieldPath
    """The field shown, by its path, such as `training.tokens`, or one that is worked out, such as `sizes`."""
    label: Name | None = None
    """The heading of the column, if the field's own title does not do, such as `Params (B)`."""
    unit: Literal["K", "M", "B", "T"] | None = None
    """Show quantities in thousands, millions, billions or trillions, as plain numbers."""

    @model_validator(mode="before")
    @classmethod
    def _accept_bare_field(cls, data: Any) -> Any:
        return {cls.shorthand: data} if isinstance(data, str) else data


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


def listed(value: Any) -> Any:
    """One value stands for a list of it."""
    return [value] if isinstance(value, str) else value


_T = TypeVar("_T")
AnyOf = Annotated[list[_T], BeforeValidator(listed)]


class MediaFilter(Value):
    input: AnyOf[Medium] = []
    """Media, any of which it takes in, such as `[image]`."""
    output: AnyOf[Medium] = []
    """Media, any of which it gives out, such as `[text]`."""


class TrainingFilter(Value):
    tokens: Quantity | None = None
    """A range of training tokens, such as `1T-2T` or `1T+`."""


class LicenseFilter(Value):
    weights: AnyOf[LicenseLink] = []
    """Licenses, any of which the weights are under, such as `[mit, apache-2.0]`."""
    code: AnyOf[LicenseLink] = []
    """Licenses, any of which the code is under."""
    data: AnyOf[LicenseLink] = []
    """Licenses, any of which the training data is under."""


class OpennessFilter(Value):
    weights: AnyOf[Access] = []
    """Access to the weights, any of these, such as `[open, gated]`."""
    training_code: AnyOf[Access] = []
    """Access to the training code, any of these."""
    inference_code: AnyOf[Access] = []
    """Access to the inference code, any of these."""
    data: AnyOf[Access] = []
    """Access to the training data, any of these."""
    paper: AnyOf[Access] = []
    """Access to a paper, any of these."""


class Filter(Value):
    """What models have to be: written as a model is, a list meaning any of it, a range what lies in it."""

    organizations: AnyOf[OrganizationLink] = []
    """Organizations, any of which made it, such as `[meta, mistral-ai]`."""
    purpose: AnyOf[Purpose] = []
    """Purposes, any of which it has, such as `[base, chat]`."""
    modality: MediaFilter = MediaFilter()
    """What goes in and what comes out, such as `{input: image}`."""
    languages: AnyOf[LanguageTag] = []
    """Languages, any of which it is made for, such as `[zh]`."""
    techniques: AnyOf[TechniqueLink] = []
    """Techniques, any of which it uses, such as `[lora]`."""
    announced: PartialDate | None = None
    """The time in which it was announced, such as `2023` or `2023-02/2023-07`."""
    released: PartialDate | None = None
    """The time in which it was released, such as `2023` or `2023-02/2023-07`."""
    parameters: Quantity | None = None
    """A range of parameters, such as `1B-15B`, or `70B+` for at least."""
    active_parameters: Quantity | None = None
    """A range of active parameters, such as `1B-15B`."""
    context: Quantity | None = None
    """A range of context lengths in tokens, such as `32K+`."""
    vram: Quantity | None = None
    """A range of memory in GB, such as `0-24`."""
    training: TrainingFilter = TrainingFilter()
    """What it was trained on, such as `{tokens: 1T+}`."""
    license: LicenseFilter = LicenseFilter()
    """Licenses by part, such as `{weights: mit}`."""
    openness: OpennessFilter = OpennessFilter()
    """How open its parts are, such as `{weights: open}`."""
    commercial_use: AnyOf[Literal["yes", "conditional", "no"]] = []
    """What the license of its weights permits, any of these, such as `["yes", conditional]`."""
    family: AnyOf[ModelLink] = []
    """Models that it derives from, or is."""


class Comparison(Record):
    """A table of models; its columns and rows are data, its name is its caption."""

    model_config = ConfigDict(
        json_schema_extra={
            "if": {"properties": {"rows": {"type": "array"}}, "required": ["rows"]},
            "then": {
                "properties": {"filter": {"type": "null", "errorMessage": "expected `rows` or `filter`, not both"}}
            },
            "else": {"properties": {"filter": {"type": "object"}}, "required": ["filter"]},
        }
    )
    singular = "comparison"

    columns: list[Column] = Field(min_length=1)
    """What is shown of each model, such as `[name, {field: parameters, unit: B}]`."""
    rows: Annotated[list[Row], Field(min_length=1)] | None = None
    """Models, or variants as `model:variant`, such as `[llama-2, mistral:7b]`."""
    filter: Filter | None = None
    """What to look for, in the place of `rows`."""
    each: Literal["variant", "model"] = "variant"
    """What the filter looks through."""
    sort: AnyOf[SortField] = []
    """Fields to sort by, the first before the others, such as `[-parameters, name]`; `-` sorts from large to small."""
    group: FieldPath | None = None
    """A field by whose values the rows come in groups, such as `organizations`."""
    note: Text | None = None
    """What is said below the table."""

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
        record = read_value(kind, document)
    except InvalidBookError as error:
        problems += error.problems
    if problems:
        raise InvalidBookError(problems)
    record._document = document
    return record


V = TypeVar("V", bound=Value)


def read_value(kind: type[V], document: Document) -> V:
    """The value of *kind* that *document* holds. Raises InvalidBookError with every problem in it."""
    try:
        return kind.model_validate(document.values)
    except ValidationError as error:
        problems = []
        for detail in error.errors():
            part = detail.get("ctx", {}).get("part")
            on_key = part is not None or detail["type"] == "extra_forbidden" or detail["loc"][-1:] == ("[key]",)
            location = document.locate(detail["loc"] + ((part,) if part else ()), key=on_key)
            problems.append(Problem(location, describe(detail, _fields_at(kind, document.values, detail["loc"][:-1]))))
        raise InvalidBookError(problems) from None


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


@cache
def _field_type(field: str) -> tuple[Any, bool]:
    """The type of the values in a field of models by path, and whether they are claimed."""
    kind: Any = Model
    for name in field.split("."):
        annotation = kind.model_fields[name].annotation
        classes = [part for part in (annotation, *typing.get_args(annotation)) if isinstance(part, type)]
        kind = next((part for part in classes if issubclass(part, Value)), annotation)
    if isinstance(kind, type) and issubclass(kind, Claim):
        return kind.__pydantic_generic_metadata__["args"][0], True
    return kind, False


def field_type(field: str) -> Any:
    """The type of the values in a field of models by path (`training.tokens`); of a claim, of what it claims.

    Raises KeyError if models have no such field.
    """
    return _field_type(field)[0]


def is_claim(field: str) -> bool:
    """Whether the values in a field of models say where they come from. Raises KeyError if there is no such field."""
    return _field_type(field)[1]


def read_field(field: str, written: Any) -> Any:
    """What *written* means in a field of models. Raises ValueError if it means nothing there."""
    try:
        return TypeAdapter(field_type(field)).validate_python(written)
    except ValidationError as error:
        raise ValueError(describe(error.errors()[0], [])) from None

"""All records, by kind and id, with what can only be checked between them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from modelbook.errors import InvalidBookError, Location, MissingRecordError, Problem, did_you_mean, quoted
from modelbook.records import KINDS, Derivation, Model, Record, Relation, Specification, Term, Variant, read_record
from modelbook.schema import Citation, Link, Text
from modelbook.sources import ValuePath, is_passing, read_document, relative

R = TypeVar("R", bound=Record)


@dataclass(frozen=True)
class Subject:
    """A model, or one of its variants: what a row of a table is about."""

    model: Model
    variant_id: str | None = None

    @property
    def variant(self) -> Variant | None:
        return self.model.variants.get(self.variant_id) if self.variant_id else None

    @property
    def id(self) -> str:
        return f"{self.model.id}:{self.variant_id}" if self.variant_id else self.model.id

    @property
    def path(self) -> ValuePath:
        return ("variants", self.variant_id) if self.variant_id else ()

    def value(self, field: str) -> Any:
        """The value of a field by its path (`training.tokens`): the variant's own, or else the model's."""
        return self.find(field)[0]

    def find(self, field: str) -> tuple[Any, list[Citation]]:
        """The value of a field and its sources: its own, or else those of the nearest level above it."""
        levels: list[Specification] = [self.variant, self.model] if self.variant else [self.model]
        for position, level in enumerate(levels):
            value: Any = level
            cite: list[Citation] = []
            for name in field.split("."):
                value = getattr(value, name, None)
                cite = getattr(value, "cite", None) or cite
            if value is not None and value != []:
                above = [upper.cite for upper in levels[position:] if upper.cite]
                return value, cite or (above[0] if above else [])
        return None, []


class Catalogue:
    """Records by kind and id."""

    def __init__(self, records: Iterable[Record] = (), broken: Iterable[tuple[str, str]] = ()) -> None:
        """*broken* are the kinds and ids of records whose files could not be read."""
        self.broken = set(broken)
        self._records: dict[type[Record], dict[str, Record]] = {kind: {} for kind in KINDS.values()}
        self._folders = {kind: folder for folder, kind in KINDS.items()}
        for record in sorted(records, key=lambda record: record.id):
            self._records[type(record)][record.id] = record
        self._referring: dict[tuple[str, str], list[Record]] = {}
        for record in self:
            links = ((value.kind, value.id) for _, value in record.values if isinstance(value, Link))
            for link in dict.fromkeys(links):
                self._referring.setdefault(link, []).append(record)
        self._derivatives: dict[str, list[tuple[str, str | None, Derivation]]] = {}
        for model in self.all(Model):
            for variant, derivation in derivations(model):
                if derivation.model != model.id:
                    self._derivatives.setdefault(derivation.model, []).append((model.id, variant, derivation))

    def all(self, kind: type[R]) -> list[R]:
        """Records of *kind* in the order of their ids."""
        return list(self._records[kind].values())  # type: ignore[arg-type]

    def get(self, kind: type[R], id: str) -> R | None:
        return self._records[kind].get(id)  # type: ignore[return-value]

    def find(self, kind: type[R], id: str) -> R:
        """Like `get`. Raises MissingRecordError, with the nearest ids."""
        if record := self.get(kind, id):
            return record
        folder = self._folders[kind]
        if (folder, id) in self.broken:
            raise MissingRecordError(f"{kind.singular} '{id}' could not be read", said_already=True)
        near = did_you_mean(id, self._records[kind]) or f"; expected the id of a file in data/{folder}/"
        raise MissingRecordError(f"no {kind.singular} '{id}'{near}")

    def target(self, link: Link) -> Record | None:
        """The record that *link* points to."""
        return self.get(KINDS[link.kind], link.id)

    def referring(self, record: Record, kind: type[R]) -> list[R]:
        """Records of *kind* that link to *record*, in the order of their ids."""
        found = self._referring.get((self._folders[type(record)], record.id), [])
        return [other for other in found if isinstance(other, kind)]

    def derivatives(self, model: Model) -> list[tuple[Model, str | None, Derivation]]:
        """Models (and which variant of each) that derive from *model* or its variants, itself left out."""
        found = self._derivatives.get(model.id, [])
        return [(other, variant, derivation) for id, variant, derivation in found if (other := self.get(Model, id))]

    def __iter__(self) -> Iterator[Record]:
        for records in self._records.values():
            yield from records.values()


def load_catalogue(data_dir: Path, root: Path) -> tuple[Catalogue, list[Problem]]:
    """Read every record under *data_dir*; those that cannot be read are left out and their problems returned."""
    records: list[Record] = []
    broken: list[tuple[str, str]] = []
    problems: list[Problem] = []
    for path in sorted(data_dir.rglob("*")):
        if path.is_dir() or is_passing(path.name):
            continue
        folder = path.parent.relative_to(data_dir).as_posix()
        name = relative(path, root)
        if folder not in KINDS:
            problems.append(Problem(Location(name), _no_kind(folder)))
        elif path.suffix != ".yaml":
            problems.append(
                Problem(Location(name), f"'{path.name}' is not a record; expected a file name that ends in .yaml")
            )
            broken.append((folder, path.stem))
        else:
            try:
                records.append(read_record(KINDS[folder], read_document(path, root)))
            except InvalidBookError as error:
                problems += error.problems
                broken.append((folder, path.stem))
    catalogue = Catalogue(records, broken)
    return catalogue, problems + list(check_catalogue(catalogue))


def _no_kind(folder: str) -> str:
    if folder == ".":
        return f"record of no kind; expected a folder {', '.join(KINDS)}"
    return f"no kind of record '{folder}'" + (did_you_mean(folder, KINDS) or f"; expected {', '.join(KINDS)}")


def derivations(model: Model) -> Iterator[tuple[str | None, Derivation]]:
    """What *model* and its variants derive from, with the variant."""
    for derivation in model.derived_from:
        yield None, derivation
    for id, variant in model.variants.items():
        for derivation in variant.derived_from:
            yield id, derivation


def released(subject: Subject) -> Any:
    """The claim of when it was released, or else announced."""
    return subject.value("released") or subject.value("announced")


# --- checks between records ------------------------------------------------------------


def check_catalogue(catalogue: Catalogue) -> Iterator[Problem]:
    """What is wrong between records that are each well formed."""
    yield from _check_links(catalogue)
    yield from _check_names(catalogue)
    for model in catalogue.all(Model):
        yield from _check_active_parameters(model)
        yield from _check_variants_named(catalogue, model)
        yield from _check_dates(catalogue, model)
        yield from _check_self(model)
    yield from _check_cycles(catalogue)


def _check_links(catalogue: Catalogue) -> Iterator[Problem]:
    for record in catalogue:
        for path, value in record.values:
            if not isinstance(value, Link):
                continue
            try:
                target = catalogue.find(KINDS[value.kind], value.id)
            except MissingRecordError as error:
                if not error.said_already:
                    yield Problem(record.locate(path), str(error))
                continue
            if value.variant is not None and isinstance(target, Model) and value.variant not in target.variants:
                yield _no_variant(record.locate(path), target, value.variant)


def _no_variant(place: Location, model: Model, variant: str) -> Problem:
    known = did_you_mean(variant, model.variants) or (
        f"; expected {quoted(model.variants)}" if model.variants else "; it has no variants"
    )
    return Problem(place, f"model '{model.id}' has no variant '{variant}'{known}")


def _check_variants_named(catalogue: Catalogue, model: Model) -> Iterator[Problem]:
    """Variants that derivations and scores name by their bare id."""
    for path, value in model.values:
        if isinstance(value, Derivation) and value.variant:
            base = catalogue.get(Model, value.model)
            if base and value.variant not in base.variants:
                yield _no_variant(model.locate((*path, "variant")), base, value.variant)
    for position, score in enumerate(model.scores):
        if score.variant and score.variant not in model.variants:
            yield _no_variant(model.locate(("scores", position, "variant")), model, score.variant)


def _check_names(catalogue: Catalogue) -> Iterator[Problem]:
    """No two records of a kind share a name or alias, capitals aside."""
    for kind in KINDS.values():
        if kind.singular in ("event", "comparison"):
            continue
        first: dict[str, tuple[Record, Location]] = {}
        for record in catalogue.all(kind):
            mine: set[str] = set()
            for path, name in _names(record):
                if name in mine and path[0] == "aliases":
                    yield Problem(record.locate(path), f"alias '{name}' repeats a name of the same record")
                if name in mine:
                    continue
                mine.add(name)
                owner, place = first.setdefault(name.casefold(), (record, record.locate(path)))
                if owner is not record:
                    message = f"name '{name}' is repeated; first used at {place}; expected names that differ"
                    yield Problem(record.locate(path), message)


def _names(record: Record) -> Iterator[tuple[ValuePath, str]]:
    yield from _in_languages("name", record.name)
    for position, alias in enumerate(record.aliases):
        yield ("aliases", position), alias
    if isinstance(record, Term) and record.expansion:  # an alias may repeat it, for pages in other languages
        yield from _in_languages("expansion", record.expansion)


def _in_languages(field: str, text: Text) -> Iterator[tuple[ValuePath, str]]:
    """What *text* says in each language, once if it is the same in several."""
    first: dict[str, str] = {}
    for language, name in text.by_language.items():
        first.setdefault(name, language)
    for name, language in first.items():
        yield (field, language), name


def _check_active_parameters(model: Model) -> Iterator[Problem]:
    for subject in (Subject(model), *(Subject(model, id) for id in model.variants)):
        active, total = subject.value("active_parameters"), subject.value("parameters")
        own = subject.variant or model
        if not (active and active.known and total and total.known) or (
            own.active_parameters is None and own.parameters is None
        ):
            continue
        most = total.known.upper or total.known.value
        if active.known.value > most and not total.known.at_least:
            field = "active_parameters" if own.active_parameters else "parameters"
            yield Problem(
                model.locate((*subject.path, field)),
                f"{active.known.written} active parameters are more than {total.known.written} in total; "
                "expected a part of them",
            )


def _check_dates(catalogue: Catalogue, model: Model) -> Iterator[Problem]:
    """Nothing is older than what it derives from; a product may take in a newer component."""
    for path, derivation in model.values:
        if not isinstance(derivation, Derivation) or derivation.relation is Relation.COMPONENT:
            continue
        base = catalogue.get(Model, derivation.model)
        if base is None or (derivation.variant and derivation.variant not in base.variants):
            continue
        variant = str(path[1]) if path[0] == "variants" else None
        mine, theirs = released(Subject(model, variant)), released(Subject(base, derivation.variant))
        if mine and theirs and mine.known and theirs.known and mine.known.last < theirs.known.first:
            yield Problem(
                model.locate((*path, "model")),
                f"derives from '{base.id}' of {theirs.known.written}, but is dated {mine.known.written}; "
                "expected a later date, or the relation 'component'",
            )


def _check_self(model: Model) -> Iterator[Problem]:
    """Neither a model nor a variant derives from itself."""
    for path, derivation in model.values:
        if isinstance(derivation, Derivation) and derivation.model == model.id:
            subject = Subject(model, str(path[1]) if path[0] == "variants" else None)
            if subject.variant_id == derivation.variant:
                place = model.locate((*path, "model"))
                yield Problem(place, f"'{subject.id}' derives from itself; expected another model or variant")


def _check_cycles(catalogue: Catalogue) -> Iterator[Problem]:
    """Lineage has no cycle, components aside. Between variants of one model it is not followed."""
    bases = {
        model.id: sorted(
            {
                derivation.model
                for _, derivation in derivations(model)
                if derivation.model != model.id and derivation.relation is not Relation.COMPONENT
            }
        )
        for model in catalogue.all(Model)
    }
    done: set[str] = set()

    def visit(id: str, trail: list[str]) -> Iterator[Problem]:
        if id in trail:
            cycle = trail[trail.index(id) :]
            first = min(cycle)
            turn = cycle.index(first)
            ring = [*cycle[turn:], *cycle[:turn], first]
            model = catalogue.get(Model, first)
            if model:
                yield Problem(
                    model.locate(("derived_from",), key=True),
                    f"lineage goes in a circle, {' → '.join(ring)}; expected models to derive from earlier ones",
                )
        elif id not in done:
            for base in bases.get(id, []):
                yield from visit(base, [*trail, id])
            done.add(id)

    for id in bases:
        yield from visit(id, [])

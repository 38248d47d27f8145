"""Families: what each model goes back to."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from modelbook.catalogue import Catalogue, derivations
from modelbook.records import Derivation, Model, Relation

_RANK = {
    relation: rank
    for rank, relations in enumerate(
        [
            (Relation.CONTINUED_PRETRAINING, Relation.FINE_TUNE, Relation.QUANTIZED, Relation.MERGE),
            (Relation.SUCCESSOR, Relation.DISTILLED),
            (Relation.REPRODUCTION,),
            (Relation.COMPONENT,),
        ]
    )
    for relation in relations
}
"""How near of kin a model is to its base: where it has several, it is of the family of the nearest.

Its own organization's come before others'. What is built in as a component makes no family.
"""


@dataclass(frozen=True)
class Base:
    """A model that another derives from, with how; the ways are each said once."""

    model: Model
    derivations: Sequence[Derivation]

    @property
    def relations(self) -> list[Relation]:
        return list(dict.fromkeys(each.relation for each in self.derivations))

    @property
    def is_component(self) -> bool:
        """Whether it is nothing but a part."""
        return set(self.relations) == {Relation.COMPONENT}


def kin_of(model: Model, find: Callable[[str], Model | None]) -> list[Base]:
    """What *model* or its variants derive from, of the models that *find* gives by their ids; the nearest first."""
    found: dict[str, list[Derivation]] = {}
    for _, derivation in derivations(model):
        if derivation.model != model.id:
            found.setdefault(str(derivation.model), []).append(derivation)
    bases = [Base(base, group) for id, group in found.items() if (base := find(id))]
    own = set(model.organizations)

    def kinship(base: Base) -> tuple[bool, bool, int]:
        rank = min(_RANK[relation] for relation in base.relations)
        return base.is_component, not own & set(base.model.organizations), rank

    return sorted(bases, key=kinship)


def bases_of(catalogue: Catalogue, model: Model) -> list[Model]:
    """The models that *model* or its variants derive from, other than as components, the nearest first."""
    kin = kin_of(model, partial(catalogue.get, Model))
    return [base.model for base in kin if not base.is_component]


def line_of(catalogue: Catalogue, model: Model) -> list[Model]:
    """*model*, its nearest base, the nearest base of that, and so on: the last one is the root of its family."""
    line = {model.id: model}
    while (base := base_of(catalogue, model)) and base.id not in line:
        model = base
        line[model.id] = model
    return list(line.values())


def base_of(catalogue: Catalogue, model: Model) -> Model | None:
    """What *model* derives from first of all, if from anything."""
    return next(iter(bases_of(catalogue, model)), None)


def family_of(catalogue: Catalogue, model: Model) -> Model:
    """The root of the family of *model*: itself, if it derives from none."""
    return line_of(catalogue, model)[-1]

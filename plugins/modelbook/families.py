"""Families: what each model goes back to."""

from __future__ import annotations

from modelbook.catalogue import Catalogue, derivations
from modelbook.records import Model, Relation


def bases_of(catalogue: Catalogue, model: Model) -> list[Model]:
    """The models that *model* or its variants derive from, other than as components, the first named first."""
    found: dict[str, Model] = {}
    for _, derivation in derivations(model):
        base = catalogue.get(Model, derivation.model)
        if base and base.id != model.id and derivation.relation is not Relation.COMPONENT:
            found.setdefault(base.id, base)
    return list(found.values())


def line_of(catalogue: Catalogue, model: Model) -> list[Model]:
    """*model*, its first base, the first base of that, and so on: the last one is the root of its family."""
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

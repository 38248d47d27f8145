"""Views: what a template shows (rows, periods, facts), worked out from the book. No HTML here.

A view is a function of the book, the language and the arguments of its directive
(`::: comparison under-15b`); its template is `templates/views/<name>.html`.
"""

from __future__ import annotations

import inspect
import posixpath
import re
from collections.abc import Callable
from typing import Any

from modelbook.book import Book
from modelbook.errors import BookError, did_you_mean, quoted
from modelbook.languages import Language
from modelbook.records import KINDS
from modelbook.views.chart import chart
from modelbook.views.compare import compare
from modelbook.views.comparison import comparison
from modelbook.views.coverage import coverage_page
from modelbook.views.disagreements import disagreements
from modelbook.views.extent import extent
from modelbook.views.glossary import glossary
from modelbook.views.lineage import lineage
from modelbook.views.model import model, model_card
from modelbook.views.models import models
from modelbook.views.record import record
from modelbook.views.records import records
from modelbook.views.references import page_references, references
from modelbook.views.scores import scores
from modelbook.views.side_by_side import side_by_side
from modelbook.views.timeline import timeline
from modelbook.views.translations import translations

VIEWS: dict[str, Callable[..., Any]] = {
    "chart": chart,
    "compare": compare,
    "comparison": comparison,
    "coverage": coverage_page,
    "disagreements": disagreements,
    "extent": extent,
    "glossary": glossary,
    "lineage": lineage,
    "model": model,
    "model-card": model_card,
    "models": models,
    "page-references": page_references,
    "record": record,
    "records": records,
    "references": references,
    "scores": scores,
    "side-by-side": side_by_side,
    "timeline": timeline,
    "translations": translations,
}


DATA = {
    "chart": "models",
    "compare": "models",
    "comparison": "comparisons",
    "glossary": "terms",
    "lineage": "models",
    "model": "models",
    "model-card": "models",
    "models": "models",
    "scores": "models",
    "side-by-side": "models",
    "timeline": "events",
}
"""The kind of the records that a view is made from, of the views that have one in the main."""


def data_of(book: Book, name: str, arguments: str) -> str:
    """The file of the data that a view shows, or their folder, which ends in a slash; empty if they have none.

    `comparison under-15b` shows `data/comparisons/under-15b.yaml`, `models` shows `data/models/`.
    """
    if name == "references":
        return next((entry.location.path for entry in book.bibliography.values()), "")
    first, second, *_ = [*arguments.split(), "", ""]
    kind, id = (first, second) if name in ("record", "records") else (DATA.get(name, ""), first)
    if kind not in KINDS:
        return ""
    if shown := book.catalogue.get(KINDS[kind], id):
        return shown.path
    return next((f"{posixpath.dirname(record.path)}/" for record in book.catalogue.all(KINDS[kind])), "")


def make_view(book: Book, language: Language, name: str, arguments: str) -> Any:
    """What the template of the view *name* shows.

    Raises BookError if there is no such view, or if it does not take the *arguments*
    (`under-15b`, `year=2023`).
    """
    if name not in VIEWS:
        if not name:
            raise BookError(f"view without a name; expected {quoted(VIEWS)}")
        raise BookError(f"no view '{name}'" + (did_you_mean(name, VIEWS) or f"; expected {quoted(VIEWS)}"))
    view = VIEWS[name]
    parameters = list(inspect.signature(view).parameters.values())[2:]
    names = [_said(parameter) for parameter in parameters]
    in_order = [_said(parameter) for parameter in parameters if parameter.kind is not parameter.KEYWORD_ONLY]
    given: dict[str, str] = {}
    for position, argument in enumerate(arguments.split()):
        if match := re.fullmatch(r"([A-Za-z_-]+)=(.*)", argument):
            key, value = match[1], match[2]
        elif position < len(in_order):
            key, value = in_order[position], argument
        else:
            raise BookError(f"view '{name}' has no use for '{argument}'; expected {_usage(name, parameters)}")
        if key not in names:
            raise BookError(
                f"view '{name}' has no argument '{key}'"
                + (did_you_mean(key, names) or f"; expected {_usage(name, parameters)}")
            )
        if key in given:
            raise BookError(f"argument '{key}' of view '{name}' is given twice; expected {_usage(name, parameters)}")
        given[key] = value
    missing = [
        _said(parameter)
        for parameter in parameters
        if parameter.default is parameter.empty and _said(parameter) not in given
    ]
    if missing:
        raise BookError(f"view '{name}' needs {quoted(missing, 'and')}; expected {_usage(name, parameters)}")
    return view(book, language, **{p.name: given[_said(p)] for p in parameters if _said(p) in given})


def _said(parameter: inspect.Parameter) -> str:
    """What writers call a parameter: `from`, which in Python has to be `from_`."""
    return parameter.name.removesuffix("_")


def _usage(name: str, parameters: list[inspect.Parameter]) -> str:
    words = [f"<{_said(p)}>" if p.default is p.empty else f"[{_said(p)}=…]" for p in parameters]
    return f"`{' '.join([':::', name, *words])}`"

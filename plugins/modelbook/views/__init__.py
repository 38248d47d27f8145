"""Views: what a template shows (rows, periods, facts), worked out from the book. No HTML here.

A view is a function of the book, the language and the arguments of its directive
(`::: comparison under-15b`); its template is `templates/views/<name>.html`.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from typing import Any

from modelbook.book import Book
from modelbook.errors import BookError, did_you_mean, quoted
from modelbook.languages import Language
from modelbook.views.comparison import comparison
from modelbook.views.coverage import coverage_page
from modelbook.views.disagreements import disagreements
from modelbook.views.glossary import glossary
from modelbook.views.model import model, model_card
from modelbook.views.models import models
from modelbook.views.references import page_references, references
from modelbook.views.scores import scores
from modelbook.views.timeline import timeline
from modelbook.views.translations import translations

VIEWS: dict[str, Callable[..., Any]] = {
    "comparison": comparison,
    "coverage": coverage_page,
    "disagreements": disagreements,
    "glossary": glossary,
    "model": model,
    "model-card": model_card,
    "models": models,
    "page-references": page_references,
    "references": references,
    "scores": scores,
    "timeline": timeline,
    "translations": translations,
}


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
    names = [parameter.name for parameter in parameters]
    given: dict[str, str] = {}
    for position, argument in enumerate(arguments.split()):
        if match := re.fullmatch(r"([A-Za-z_-]+)=(.*)", argument):
            key, value = match[1], match[2]
        elif position < len(names):
            key, value = names[position], argument
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
        parameter.name
        for parameter in parameters
        if parameter.default is parameter.empty and parameter.name not in given
    ]
    if missing:
        raise BookError(f"view '{name}' needs {quoted(missing, 'and')}; expected {_usage(name, parameters)}")
    return view(book, language, **given)


def _usage(name: str, parameters: list[inspect.Parameter]) -> str:
    words = [f"<{p.name}>" if p.default is p.empty else f"[{p.name}=…]" for p in parameters]
    return f"`{' '.join([':::', name, *words])}`"

"""Jinja templates, those of the package and those that a book brings: the only module that knows Jinja."""

from __future__ import annotations

import traceback
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, TemplateNotFound, TemplateSyntaxError
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

from modelbook.errors import InvalidBookError, Location, Problem
from modelbook.languages import Language
from modelbook.sources import read_text, relative

TEMPLATES = Path(__file__).parent / "templates"


def environment(directories: Sequence[Path]) -> Environment:
    """What renders templates; those in *directories* stand before the package's own."""
    # The package's templates are code like any other; those that a book brings run in a sandbox, twice as slow.
    own = any(path for directory in directories for path in directory.rglob("*.html"))
    return (ImmutableSandboxedEnvironment if own else Environment)(
        loader=FileSystemLoader([*directories, TEMPLATES]),
        undefined=StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,  # a build after an edit has a renderer of its own
    )


def render_template(environment: Environment, template: str, root: Path, **context: Any) -> Markup:
    """The HTML of a template. Raises InvalidBookError if it fails, with its place from *root*."""
    try:
        return Markup(environment.get_template(template).render(context))  # noqa: S704 (autoescaped)
    except Exception as error:  # whatever a template does wrong is its writer's to mend, not to be a traceback
        if isinstance(error, UnicodeDecodeError) and isinstance(environment.loader, FileSystemLoader):
            for directory in environment.loader.searchpath:
                if (path := Path(directory, template)).exists():
                    read_text(path, root)  # says where
        problem = template_problem(error, root) or Problem(Location(template), _failure(error))
        raise InvalidBookError([problem]) from error


def render_alone(template: str, **context: Any) -> Markup:
    """The HTML of one of the package's templates that belongs to no page."""
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES), undefined=StrictUndefined, autoescape=True, trim_blocks=True
    )
    return Markup(environment.get_template(template).render(context))  # noqa: S704 (autoescaped)


def interface_words(language: Language) -> dict[str, Any]:
    """Interface words for templates: as text they are escaped, values put into them stay HTML if they are."""

    @cache
    def said(message: str) -> Markup:
        return Markup.escape(language.gettext(message))

    def gettext(message: str, **values: object) -> Markup:
        return said(message) % values if values else said(message)

    def ngettext(singular: str, plural: str, count: int) -> Markup:
        return Markup.escape(language.ngettext(singular, plural, count)) % {"count": count}

    return {"_": gettext, "ngettext": ngettext}


def template_problem(error: BaseException, root: Path) -> Problem | None:
    """What failed in a template, at the line that Jinja puts into the traceback; None if no template did."""
    if isinstance(error, TemplateSyntaxError) and error.filename:
        return Problem(Location(relative(Path(error.filename), root), error.lineno), _failure(error))
    frames = traceback.extract_tb(error.__traceback__)
    places = [(frame.filename, frame.lineno or 1) for frame in frames if frame.filename.endswith((".html", ".xml"))]
    if not places:
        return None
    path, line = places[-1]
    return Problem(Location(relative(Path(path), root), line), _failure(error))


def _failure(error: BaseException) -> str:
    if isinstance(error, TemplateNotFound):
        return f"template fails: no template '{error.name}'; expected one of the theme, or a file of this name"
    return f"template fails: {str(error) or type(error).__name__}"


def broken_templates(environment: Any, folder: Path, root: Path, *, but: Path | None = None) -> Iterator[Problem]:
    """What is wrong in the syntax of the templates in *folder*, which *environment* loads, except those in *but*."""
    for path in sorted(folder.rglob("*.html")):
        if but and path.is_relative_to(but):
            continue
        try:
            read_text(path, root)
            environment.get_template(path.relative_to(folder).as_posix())
        except InvalidBookError as error:
            yield from error.problems
        except TemplateSyntaxError as error:
            if problem := template_problem(error, root):
                yield problem

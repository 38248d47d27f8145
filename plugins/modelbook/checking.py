"""What is wrong with a book once its pages are read: in them, between them, in the templates that it brings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from modelbook.anchors import check_anchors
from modelbook.book import check_unused, record_references
from modelbook.crossrefs import Mention, check_references
from modelbook.drafts import Draft
from modelbook.errors import Problem
from modelbook.rendering import Renderer
from modelbook.templating import broken_templates


def check_drafts(renderer: Renderer, drafts: Iterable[Draft]) -> Iterator[Problem]:
    """What is wrong in pages that were read, and what none of them uses."""
    book = renderer.book
    cited: set[str] = set()
    targets: dict[str, list[Mention]] = {}
    references: dict[str, list[Mention]] = {}
    known: dict[str, dict[str, set[str]]] = {}
    failed: set[str] = set()
    for draft in drafts:
        yield from draft.problems
        failed |= draft.failed
        cited |= draft.uses.entries
        targets.setdefault(draft.page.language.code, []).extend(draft.targets)
        references.setdefault(draft.page.language.code, []).extend(draft.references)
        ids = {target.id for target in draft.targets}
        known.setdefault(draft.page.language.code, {})[draft.page.name] = ids
    for code in book.languages:
        referring = [*references.get(code, []), *record_references(book, code)]
        # Why a table is not shown is said already.
        others = [reference for reference in referring if reference.id not in failed]
        yield from check_references(targets.get(code, []), others)
    yield from check_anchors(renderer.anchors, known, book)
    if renderer.uncited == "report":
        yield from check_unused(book, cited)


def check_templates(folder: str | None, renderer: Renderer, theme: Any) -> tuple[list[Problem], list[Problem]]:
    """What is wrong in the syntax of the templates in *folder*, the book's own: those for views, those for the theme.

    *theme* is the Jinja environment of the latter, without which nothing can be built.
    """
    if not folder:
        return [], []
    custom, root = Path(folder), renderer.book.root
    for_views = custom / "modelbook"
    return (
        list(broken_templates(renderer.environment, for_views, root)),
        list(broken_templates(theme, custom, root, but=for_views)),
    )

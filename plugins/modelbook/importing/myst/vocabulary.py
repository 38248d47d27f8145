"""The directives and roles of MyST, Sphinx, Jupyter Book and the extensions that such books use, by what they are.

https://www.sphinx-doc.org/en/master/usage/restructuredtext/directives.html
https://sphinxcontrib-bibtex.readthedocs.io/ https://sphinx-design.readthedocs.io/ https://sphinx-subfigure.readthedocs.io/
"""

from __future__ import annotations

ADMONITIONS = {
    "admonition": ("note", ""),
    "attention": ("warning", "Attention"),
    "caution": ("warning", "Caution"),
    "danger": ("danger", ""),
    "error": ("danger", "Error"),
    "hint": ("tip", "Hint"),
    "important": ("warning", "Important"),
    "note": ("note", ""),
    "seealso": ("info", "See also"),
    "tip": ("tip", ""),
    "todo": ("note", "Todo"),
    "warning": ("warning", ""),
}
"""Each with the kind of admonition that it becomes, and its title where the kind says another."""

TITLED = {"admonition", "topic", "sidebar", "card", "dropdown", "aside"}
"""Directives whose argument is a title."""

BOXES = {"topic": "note", "sidebar": "note", "margin": "note", "aside": "note", "card": "note"}
"""Other boxes, with the kind of admonition that they become."""

CHANGES = {
    "versionadded": "Added in",
    "versionchanged": "Changed in",
    "deprecated": "Deprecated since",
    "version-added": "Added in",
    "version-changed": "Changed in",
}

KNOWN_KINDS = {
    "note",
    "abstract",
    "info",
    "tip",
    "success",
    "question",
    "warning",
    "failure",
    "danger",
    "bug",
    "example",
    "quote",
}
"""The kinds of admonition that Material for MkDocs draws. https://squidfunk.github.io/mkdocs-material/reference/admonitions/"""

FIGURES = {"figure", "figure-md", "subfigure"}
TABLES = {"table", "list-table", "csv-table"}
TABS = {"tab-set": "tab-item", "tabs": "tab"}
TAB_ITEMS = {"tab-item", "tab", "tabbed"}
CODE = {"code", "code-block", "sourcecode", "code-cell", "parsed-literal"}
MATH = {"math", "math:numbered"}
QUOTATIONS = {"epigraph", "pull-quote", "highlights", "blockquote"}
PASSED_OVER = {
    "container",
    "div",
    "grid",
    "grid-item",
    "grid-item-card",
    "only",
    "compound",
    "sidebar-content",
    "toggle",
}
"""Frames around text that stays when they go."""

WITH_MARKDOWN = (
    ADMONITIONS.keys()
    | BOXES.keys()
    | CHANGES.keys()
    | FIGURES
    | TABS.keys()
    | TAB_ITEMS
    | QUOTATIONS
    | PASSED_OVER
    | {"table", "list-table", "dropdown", "details"}
)
"""Directives with Markdown in them, which may refer and be referred to."""

CITING = (
    {"cite": "parenthetical"}
    | {
        f"{name}:{style}{plural}": kind
        for name in ("cite", "footcite")
        for style, kind in (
            ("p", "parenthetical"),
            ("t", "narrative"),
            ("ct", "narrative"),
            ("alp", "parenthetical"),
            ("label", "parenthetical"),
            ("labelpar", "parenthetical"),
            ("alt", "parenthetical"),
        )
        for plural in ("", "s")
    }
    | {"footcite": "parenthetical", "citep": "parenthetical", "citet": "narrative", "citep:p": "parenthetical"}
)
"""The roles that cite, and how: in brackets or in the sentence."""

CITING_IN_PART = {f"cite:{part}": part for part in ("author", "authors", "authorpar", "year", "yearpar", "title")}

CODE_ROLES = {
    "code",
    "literal",
    "file",
    "command",
    "program",
    "option",
    "envvar",
    "samp",
    "mimetype",
    "makevar",
    "regexp",
    "py:func",
    "py:class",
    "py:mod",
    "py:meth",
    "py:attr",
    "func",
    "class",
    "mod",
    "meth",
    "attr",
    "kbd",
}
STRONG_ROLES = {"strong", "guilabel", "menuselection"}
EMPHASIS_ROLES = {"emphasis", "dfn", "title-reference", "title", "t"}

SCRIPT_ROLES = {"sub": "sub", "subscript": "sub", "sup": "sup", "superscript": "sup"}

_RAISED = dict(zip("0123456789+-=()niabcdefghjklmoprstuvwxyz", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿⁱᵃᵇᶜᵈᵉᶠᵍʰʲᵏˡᵐᵒᵖʳˢᵗᵘᵛʷˣʸᶻ", strict=True))
_LOWERED = dict(zip("0123456789+-=()aehijklmnoprstuvx", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ", strict=True))


def in_script(text: str, kind: str) -> str | None:
    """*text* in raised (`sup`) or lowered (`sub`) characters, if there are such."""
    signs = _RAISED if kind == "sup" else _LOWERED
    return "".join(map(signs.__getitem__, text)) if text and all(sign in signs for sign in text) else None

"""What the plugin and Material for MkDocs have to do with each other in templates and HTML."""

from __future__ import annotations

import re
from collections.abc import MutableMapping
from typing import Any

from markupsafe import Markup, escape
from mkdocs.config.config_options import ExtraScriptValue
from mkdocs.config.defaults import MkDocsConfig

from modelbook.languages import Language

_ALTERNATE_LINK = re.compile(r'<link rel="alternate" href="[^"]*" hreflang="[^"]*">\s*')

_SEARCH_DIALOG = '<div class="md-search" data-md-component="search" role="dialog">'


def is_instant(config: MkDocsConfig) -> bool:
    """Whether links within the site put another page's content in place of this one's."""
    return "navigation.instant" in config.theme.get("features", [])


def script_module(path: str) -> ExtraScriptValue:
    """A script of the site, loaded as an ES module."""
    script = ExtraScriptValue(path)
    script.type = "module"
    return script


def escape_front_matter(meta: MutableMapping[str, Any]) -> None:
    """Escape what Material's templates put into pages as it stands."""
    for field, quotes in (("title", '"'), ("description", "&quot;"), ("author", "&quot;")):
        if value := meta.get(field):
            meta[field] = str(value).replace("<", "&lt;").replace(">", "&gt;").replace('"', quotes)


def strip_tags(html: object) -> Markup:
    """The words of HTML as HTML: Jinja's filter of this name ends in plain text, which the theme does not escape."""
    return escape(Markup(str(html)).striptags())  # noqa: S704 (it is escaped)


def amend(output: str, language: Language, script: str) -> str:
    """Mend what Material's templates lack: a name for the search dialog, other languages' whole addresses.

    *script* runs before Material's own.
    """
    named = Markup('role="dialog" aria-label="{}"').format(language.gettext("Search"))
    dialog = _SEARCH_DIALOG.replace('role="dialog"', named)
    output = _ALTERNATE_LINK.sub("", output).replace(_SEARCH_DIALOG, dialog, 1)
    return output.replace("</head>", f"<script>{script}</script></head>", 1)

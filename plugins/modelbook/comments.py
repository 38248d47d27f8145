"""Comments of readers, kept by a third party that the book's owner chooses; without that choice there are none."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from modelbook.errors import BookError, did_you_mean, quoted
from modelbook.languages import Language

MAPPINGS = ("page", "pathname", "url", "title")
"""By what a page finds its comments; by `page` a page has the same in all its languages."""

_REPOSITORY = re.compile(r"[\w-][\w.-]*/[\w.-]+", re.ASCII)

_GISCUS_LANGUAGES = frozenset([
    "ar", "be", "bg", "ca", "cs", "da", "de", "en", "eo", "es", "eu", "fa", "fr", "gsw", "he", "hu", "id", "it", "ja",
    "ko", "nl", "pl", "pt", "ro", "ru", "th", "tr", "uk", "uz", "vi",
])  # fmt: skip
"""Those that it calls as CLDR does. https://github.com/giscus/giscus/tree/main/locales"""


@dataclass(frozen=True)
class Comments:
    """Whose script shows comments, and what it is told."""

    host: str
    elsewhere: str
    """Where the comments can be read without the script."""
    attributes: Callable[[str, Language], dict[str, str]]
    """Those of the script on the page of a name, in a language; the color scheme is not among them."""
    scheme: Mapping[str, str]
    """The attribute for the color scheme, and what it is called if `light` and if `dark`."""
    frame: str
    """The class of the frame in which the comments are shown."""

    def client(self, name: str, language: Language) -> dict[str, Any]:
        """What comments.js has to know on the page *name*."""
        return {
            "script": f"https://{self.host}/client.js",
            "attributes": self.attributes(name, language),
            "scheme": dict(self.scheme),
            "frame": self.frame,
        }


def _giscus_language(language: Language) -> str:
    locale = language.locale
    if locale.language == "zh":
        is_traditional = locale.script == "Hant" or locale.territory in ("TW", "HK", "MO")
        return "zh-TW" if is_traditional else "zh-CN"
    return str(locale.language) if locale.language in _GISCUS_LANGUAGES else "en"


def _giscus(settings: Mapping[str, str]) -> Comments:
    """https://github.com/giscus/giscus/blob/main/ADVANCED-USAGE.md"""
    mapping = settings.get("mapping", "page")

    def attributes(name: str, language: Language) -> dict[str, str]:
        return {
            "data-repo": settings["repo"],
            "data-repo-id": settings["repo_id"],
            "data-category": settings["category"],
            "data-category-id": settings["category_id"],
            **({"data-mapping": "specific", "data-term": name} if mapping == "page" else {"data-mapping": mapping}),
            "data-strict": "1",
            "data-reactions-enabled": "1",
            "data-emit-metadata": "0",
            "data-input-position": "bottom",
            "data-lang": _giscus_language(language),
        }

    elsewhere = f"https://github.com/{settings['repo']}/discussions"
    scheme = {"attribute": "data-theme", "light": "light", "dark": "dark"}
    return Comments("giscus.app", elsewhere, attributes, scheme, "giscus-frame")


def _utterances(settings: Mapping[str, str]) -> Comments:
    """https://utteranc.es"""
    mapping = settings.get("issue_term", "page")

    def attributes(name: str, language: Language) -> dict[str, str]:
        label = {"label": settings["label"]} if settings.get("label") else {}
        return {"repo": settings["repo"], "issue-term": name if mapping == "page" else mapping, **label}

    elsewhere = f"https://github.com/{settings['repo']}/issues"
    scheme = {"attribute": "theme", "light": "github-light", "dark": "github-dark"}
    return Comments("utteranc.es", elsewhere, attributes, scheme, "utterances-frame")


@dataclass(frozen=True)
class _Provider:
    make: Callable[[Mapping[str, str]], Comments]
    explained: str
    """Where its settings are explained, and found out."""
    needed: tuple[str, ...]
    mapping: str
    """The setting that says by what a page finds its comments."""
    others: tuple[str, ...] = ()

    @property
    def known(self) -> tuple[str, ...]:
        return (*self.needed, self.mapping, *self.others)


PROVIDERS = {
    "giscus": _Provider(_giscus, "https://giscus.app", ("repo", "repo_id", "category", "category_id"), "mapping"),
    "utterances": _Provider(_utterances, "https://utteranc.es", ("repo",), "issue_term", ("label",)),
}


def read_comments(settings: Mapping[Any, Any]) -> Comments:
    """The comments that the option `comments` of the plugin asks for.

    Raises BookError with everything that is wrong with it.
    """
    name = settings.get("provider")
    provider = PROVIDERS.get(name) if isinstance(name, str) else None
    if provider is None:
        said = "no provider" if name is None else f"no provider '{name}'"
        near = did_you_mean(str(name), PROVIDERS) or f"; expected {quoted(PROVIDERS)}"
        raise BookError(f"comments: {said}{near}")
    given = {str(key): value for key, value in settings.items() if key != "provider"}
    if wrong := list(_wrong(str(name), provider, given)):
        raise BookError("\n".join(f"comments: {message}" for message in wrong))
    return provider.make(given)


def _wrong(name: str, provider: _Provider, given: Mapping[str, Any]) -> Iterator[str]:
    for key in given:
        if key not in provider.known:
            near = did_you_mean(key, provider.known) or f"; expected {quoted(provider.known, 'and')}"
            yield f"{name} has no setting '{key}'{near}"
    for key in provider.needed:
        if not given.get(key):
            yield f"{name} needs '{key}'; expected what {provider.explained} says"
    for key in provider.known:
        value = given.get(key)
        if value and not isinstance(value, str):
            yield f"'{key}' is {value!r}; expected text"
        elif value and key == "repo" and not _REPOSITORY.fullmatch(value):
            yield f"repo is '{value}'; expected the owner and the name of a repository on GitHub, as in owner/name"
        elif value and key == provider.mapping and value not in MAPPINGS:
            yield f"{key} is '{value}'" + (did_you_mean(value, MAPPINGS) or f"; expected {quoted(MAPPINGS)}")

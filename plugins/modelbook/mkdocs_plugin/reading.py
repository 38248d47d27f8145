"""A book read and checked by its configuration, without a site: for those who want to know, not to publish."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from mkdocs.config.base import load_config
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import Abort, ConfigurationError, PluginError

from modelbook.checking import check_drafts, check_templates
from modelbook.drafts import Draft
from modelbook.errors import BookError, Problem
from modelbook.markdown_extension import convert
from modelbook.mkdocs_plugin.plugin import ModelbookPlugin, config_file_of
from modelbook.pages import Page


@dataclass(frozen=True)
class Sources:
    """Where the sources of a book are; nothing is read of them."""

    root: Path
    data_dir: Path
    references: Path
    languages: list[str]


def sources_of(config: MkDocsConfig) -> Sources:
    """The sources that *config* names. Raises BookError if it does not use the plugin."""
    options = _plugin_of(config).config
    return Sources(
        config_file_of(config).parent, Path(options.data_dir), Path(options.references), list(options.languages)
    )


def _plugin_of(config: MkDocsConfig) -> ModelbookPlugin:
    plugin = config.plugins.get("modelbook")
    if not isinstance(plugin, ModelbookPlugin):
        raise BookError("mkdocs.yml does not use the plugin; expected `modelbook` under `plugins`")
    return plugin


def read_book(config: MkDocsConfig) -> ModelbookPlugin:
    """The plugin with everything read that *config* names. Raises BookError if the book cannot be read at all."""
    plugin = _plugin_of(config)
    try:
        plugin.on_config(config)
    except PluginError as error:
        raise BookError(str(error)) from None
    return plugin


def read_former(config_file: str, folder: Path) -> ModelbookPlugin:
    """Like `read_book`, of what the book was in *folder*, to which no message refers."""
    try:
        return read_book(read_config(str(folder / Path(config_file).name)))
    except BookError as error:
        raise BookError(str(error).replace(f"{folder}/", "")) from None


def check(config: MkDocsConfig) -> tuple[ModelbookPlugin, list[Problem]]:
    """Read and check everything that *config* names, without building a site.

    Raises BookError if the book cannot be read at all.
    """
    plugin = read_book(config)
    drafts = [plugin.draft for _ in convert_pages(plugin, config, plugin.pages.values())]
    templates = check_templates(config.theme.custom_dir, plugin.renderer, config.theme.get_env())
    return plugin, sorted({*plugin.problems, *chain(*templates), *check_drafts(plugin.renderer, drafts)})


def convert_pages(plugin: ModelbookPlugin, config: MkDocsConfig, pages: Iterable[Page]) -> Iterator[tuple[Page, str]]:
    """Each of these pages with its HTML, whose marks are not filled in; `plugin.draft` is then what was read of it."""
    for page in pages:
        plugin.draft = Draft(plugin.renderer, page)
        yield page, convert(page.markdown, config.markdown_extensions, config.mdx_configs)


def read_config(path: str) -> MkDocsConfig:
    """The configuration of a book. Raises BookError if it is not valid."""
    try:
        return load_config(path)
    except ConfigurationError as error:
        raise BookError(f"{path}: {error}") from None
    except Abort as error:
        raise BookError(f"{path}: not a valid configuration ({error})") from None

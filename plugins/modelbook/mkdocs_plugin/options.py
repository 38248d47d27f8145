"""The options of the plugin in `mkdocs.yml`."""

from __future__ import annotations

from mkdocs.config import config_options as opt
from mkdocs.config.base import Config

from modelbook.references import STYLES


class LanguageConfig(Config):
    """One language of the book."""

    name = opt.Type(str)
    locale = opt.Optional(opt.Type(str))
    site_name = opt.Optional(opt.Type(str))
    site_description = opt.Optional(opt.Type(str))
    copyright = opt.Optional(opt.Type(str))
    citation_style = opt.Choice(tuple(STYLES), default="numeric")


class ModelbookConfig(Config):
    """Of the whole book."""

    languages = opt.DictOfItems(opt.SubConfig(LanguageConfig))
    data_dir = opt.Dir(exists=True, default="data")
    references = opt.File(exists=True, default="references.bib")
    link_terms = opt.Type(bool, default=True)
    uncited = opt.Choice(("report", "hide", "list"), default="report")
    page_references = opt.Type(bool, default=False)
    number_headings = opt.Type(bool, default=False)
    history = opt.Type(bool, default=True)
    comments = opt.Optional(opt.Type(dict))

"""The MkDocs plugin: the only package that knows MkDocs."""

from modelbook.mkdocs_plugin.plugin import ModelbookPlugin

__all__ = ["ModelbookPlugin"]

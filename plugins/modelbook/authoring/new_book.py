"""A small book to begin with: the files of `starter/` in the languages and under the name of the new one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import Any

from modelbook.authoring.record_layout import write_inline, write_record
from modelbook.errors import BookError, quoted
from modelbook.languages import own_name
from modelbook.markdown_extension import escaped
from modelbook.records import KINDS
from modelbook.sources import read_document

STARTER = Path(__file__).parent / "starter"

WRITTEN_IN = ("en", "zh")
"""The languages that the starter has; others begin with what stands in for them."""

_STYLES = {"zh": "gb-t-7714-2015"}
"""Styles of references other than the numeric one."""


def starter_files(name: str, languages: Sequence[str]) -> dict[str, str]:
    """The text of each file of a new book by its path. Raises BookError for languages that it cannot have."""
    if not set(languages) & set(WRITTEN_IN):
        raise BookError(f"no page of the new book would be in '{', '.join(languages)}'; expected {quoted(WRITTEN_IN)}")
    if len(set(languages)) < len(languages):
        raise BookError(f"a language is repeated in '{','.join(languages)}'; expected each once")
    return dict(_files(name, languages))


def _files(name: str, languages: Sequence[str]) -> Iterator[tuple[str, str]]:
    for path in sorted(STARTER.rglob("*")):
        parts = PurePosixPath(path.relative_to(STARTER).as_posix()).parts
        if path.is_dir() or (parts[0] == "content" and parts[1] not in languages):
            continue
        if parts[0] == "data":
            values = _in_languages(read_document(path, STARTER).values, languages)
            yield "/".join(parts), write_record(values, KINDS[parts[1]])
            continue
        text = path.read_text(encoding="utf-8")
        if path.name == "mkdocs.yml":
            text = text.replace('"{name}"', write_inline(name)).replace("{languages}", _settings(name, languages))
        said = escaped(name) if path.suffix == ".md" else name
        yield "/".join(parts).replace("gitignore", ".gitignore"), text.replace("{name}", said)


def _settings(name: str, languages: Sequence[str]) -> str:
    """The options of the languages in `mkdocs.yml`."""
    lines = []
    for code in languages:
        setting = {"name": own_name(code), "site_name": name}
        if style := _STYLES.get(code):
            setting["citation_style"] = style
        lines.append(f"        {code}: {write_inline(setting)}")
    return "\n".join(lines)


def _in_languages(value: Any, languages: Sequence[str]) -> Any:
    """*value* with its texts in these languages only."""
    if isinstance(value, Mapping):
        is_text = set(value) <= set(WRITTEN_IN)
        return {key: _in_languages(each, languages) for key, each in value.items() if not is_text or key in languages}
    return [_in_languages(each, languages) for each in value] if isinstance(value, list) else value

"""Values put into the text of a record, of which nothing else changes.

The parser says where each value begins and ends; comments, layout and line ends around it stay as they are. (A round
trip through a parser that keeps comments would still lay out quotes, long lines and flow collections anew.)
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import yaml
from yaml import CollectionNode, MappingNode, Node, ScalarNode, SequenceNode

from modelbook.authoring.record_layout import write_inline

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

Keys = Sequence[str]
"""Keys from the root of a record to a value: `("variants", "7b", "parameters")`."""

_STEP = 2
"""How many spaces a block stands below its key."""


def add_field(text: str, path: Keys, value: Any, order: Callable[[Keys], Sequence[str]]) -> str:
    """*text* with a value at *path*, where it has none; what is above it is made where it is missing.

    It comes behind the keys that *order* (given the path of a mapping) has before it. Raises KeyError if there is a
    value, or something above it is no mapping.
    """
    node = _root(text)
    for position, key in enumerate(path):
        if not isinstance(node, MappingNode):
            raise KeyError(".".join(path[:position]))
        below = _find(node, key)
        if below is None:
            for missing in reversed(path[position + 1 :]):
                value = {missing: value}
            return _insert(text, node, key, write_inline(value), order(path[:position]))
        node = below
    raise KeyError(".".join(path))


def add_alternative(text: str, path: Keys, alternative: Mapping[str, Any]) -> str:
    """*text* with a further alternative of the claim at *path*, which may be bare. Raises KeyError if there is none."""
    parent: Node = _root(text)
    for key in path[:-1]:
        parent = _below(parent, key)
    claim = _below(parent, path[-1])
    item = write_inline(alternative)
    if not isinstance(claim, MappingNode) or _find(claim, "value") is None:
        return _wrap(text, parent, path[-1], claim, item)
    others = _find(claim, "alternatives")
    if others is None:
        if claim.flow_style:
            return _insert(text, claim, "alternatives", f"[{item}]")
        indent = " " * (claim.start_mark.column + _STEP)
        return _insert(text, claim, "alternatives", f"{_line_end(text)}{indent}- {item}", gap="")
    if not isinstance(others, SequenceNode):
        raise KeyError("alternatives")
    if others.flow_style or not others.value:
        end = _end(text, others.value[-1]) if others.value else others.start_mark.index + 1
        return text[:end] + (", " if others.value else "") + item + text[end:]
    return _insert_line(text, _end(text, others), others.start_mark.column, f"- {item}")


# --- places ----------------------------------------------------------------------------


def _root(text: str) -> Node:
    root = yaml.compose(text, Loader=_Loader)
    if root is None:
        raise KeyError("")
    return root


def _find(mapping: MappingNode, key: str) -> Node | None:
    return next((value for name, value in mapping.value if name.value == key), None)


def _below(node: Node, key: str) -> Node:
    found = _find(node, key) if isinstance(node, MappingNode) else None
    if found is None:
        raise KeyError(key)
    return found


def _end(text: str, node: Node) -> int:
    """Where the last character of a value ends: marks of blocks lie behind the comments and blank lines that follow."""
    if isinstance(node, MappingNode) and not node.flow_style and node.value:
        return _end(text, node.value[-1][1])
    if isinstance(node, SequenceNode) and not node.flow_style and node.value:
        return _end(text, node.value[-1])
    end: int = node.end_mark.index
    return len(text[:end].rstrip()) if end and text[end - 1] == "\n" else end


def _line_end(text: str) -> str:
    return "\r\n" if "\r\n" in text else "\n"


def _insert_line(text: str, position: int, column: int, line: str) -> str:
    """*text* with a line more, below the one in which *position* is."""
    found = re.compile(r"\r?\n|\Z").search(text, position)
    end = found.start() if found else len(text)
    return f"{text[:end]}{_line_end(text)}{' ' * column}{line}{text[end:]}"


def _insert(text: str, mapping: MappingNode, key: str, value: str, order: Sequence[str] = (), *, gap: str = " ") -> str:
    """*text* with a key more in *mapping*, behind those that *order* has before it."""
    pair = f"{write_inline(key)}:{gap}{value}"
    if not mapping.value:
        start = mapping.start_mark.index + 1
        return text[:start] + pair + text[start:]
    before = _before(mapping, key, order)
    if before is None:
        first = mapping.value[0][0].start_mark
        separator = ", " if mapping.flow_style else _line_end(text) + " " * first.column
        return text[: first.index] + pair + separator + text[first.index :]
    end = _end(text, before)
    if mapping.flow_style:
        return f"{text[:end]}, {pair}{text[end:]}"
    return _insert_line(text, end, mapping.value[0][0].start_mark.column, pair)


def _before(mapping: MappingNode, key: str, order: Sequence[str]) -> Node | None:
    """The value behind which *key* comes; None if it comes first."""
    last: Node = mapping.value[-1][1]
    if key not in order:
        return last
    places = [order.index(name.value) if name.value in order else -1 for name, _ in mapping.value]
    earlier = [place for place in places if -1 < place < order.index(key)]
    return mapping.value[places.index(max(earlier))][1] if earlier else None


def _wrap(text: str, parent: Node, key: str, claim: Node, item: str) -> str:
    """*text* with a bare value put beside its first alternative."""
    start, end = claim.start_mark.index, _end(text, claim)
    is_block = isinstance(claim, CollectionNode) and not claim.flow_style
    if not is_block:
        bare = text[start:end]
        if isinstance(claim, ScalarNode) and (claim.style in ("|", ">") or "\n" in bare or not claim.style):
            bare = write_inline(claim.value)
        return f"{text[:start]}{{value: {bare}, alternatives: [{item}]}}{text[end:]}"
    name = next(name for name, value in parent.value if value is claim)
    line_end, column = _line_end(text), name.start_mark.column + _STEP
    begin = start - claim.start_mark.column  # of the line
    shifted = re.sub(r"(?m)^(?=[^\r\n])", " " * _STEP, text[begin:end])
    wrapped = f"{text[:begin]}{' ' * column}value:{line_end}{shifted}{text[end:]}"
    end += len(wrapped) - len(text)
    added = f"alternatives:{line_end}{' ' * (column + _STEP)}- {item}"
    return _insert_line(wrapped, end, column, added)

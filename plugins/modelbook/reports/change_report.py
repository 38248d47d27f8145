"""How the changes of a book are told: line by line, as Markdown for a pull request, as JSON that is read again.

What Markdown quotes may have been written by anybody: it stands in code spans, in which nothing is a mention, a link
or HTML, and is cut to a length. So a report may be read from JSON that nobody trusts, and its Markdown posted.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from itertools import islice
from posixpath import commonprefix
from typing import Any

from pydantic import TypeAdapter, ValidationError

from modelbook.errors import BookError, Location, Problem, counted
from modelbook.reports.changes import Change, Changes, FileChange, Item, OutOfStep, PageChange, TableChange, ValueChange
from modelbook.schema import shorten
from modelbook.translations import State

MAX_MARKDOWN = 60_000
"""Characters of a report; GitHub takes comments of 65,536."""

MAX_QUOTED = 160
"""Characters of a value or a name that are shown."""

MAX_LISTED = 50
"""Values of a record, or names in a line, that are shown."""

_FOLDED = 6
"""From how many values on a record is folded."""

_JSON = TypeAdapter(Changes)


def to_json(changes: Changes) -> str:
    """Everything, cut nowhere."""
    return _JSON.dump_json(changes, indent=1).decode()


def from_json(text: str) -> Changes:
    """What `to_json` wrote. Raises BookError for anything else."""
    try:
        return _JSON.validate_json(text)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(map(str, first["loc"])) or "its root"
        message = f"not a report, {first['msg'][:1].lower()}{first['msg'][1:]} at {where}"
        raise BookError(f"{message}; expected what `modelbook changes --format json` prints") from None


def summary(changes: Changes) -> str:
    """`1 record and 2 pages changed; 1 translation went out of step`."""
    counts = (
        (len(changes.records), "record", "records"),
        (len(changes.entries), "entry", "entries"),
        (len(changes.pages), "page", "pages"),
        (len(changes.files), "other file", "other files"),
    )
    *rest, last = [f"{n:,} {one if n == 1 else many}" for n, one, many in counts if n] or [""]
    said = [f"{', '.join(rest)} and {last} changed" if rest else f"{last} changed"] if last else []
    if changes.tables:
        said.append(f"{counted(len(changes.tables), 'table')} shown otherwise")
    if changes.translations:
        said.append(f"{counted(len(changes.translations), 'translation')} went out of step")
    if changes.layout:
        said.append(f"{counted(len(changes.layout), 'file')} changed in layout alone")
    return "; ".join(said) or "nothing in the book changed"


# --- line by line ----------------------------------------------------------------------


def notices(changes: Changes) -> list[Problem]:
    """A line for each change, at its place; what is amiss with translations is in `warnings`."""
    found: list[Problem] = []
    for item in (*changes.records, *changes.entries):
        if item.change is not Change.CHANGED or not item.values:
            found.append(Problem(item.location, f"{_ITEM[item.change].format(item.kind)} '{item.name}'"))
        found += [Problem(value.location, _value_line(item, value)) for value in item.values]
    found += [Problem(page.location, _page_line(page)) for page in changes.pages]
    found += [Problem(Location(each.path), f"file {each.change}") for each in changes.files]
    found += [Problem(table.location, f"table '{table.id}': {_table_line(table)}") for table in changes.tables]
    return found


def warnings(changes: Changes) -> list[Problem]:
    """A line for each translation that went out of step."""
    return [Problem(each.location, f"'{each.key}' {_out_of_step(each)}") for each in changes.translations]


_ITEM = {Change.ADDED: "new {}", Change.REMOVED: "{} is gone:", Change.CHANGED: "{} changed:"}


def _value_line(item: Item, value: ValueChange) -> str:
    before, after = _excerpts(value)
    entry = f"{item.id}: " if item.kind == "entry" else ""
    source = f" (source: {', '.join(value.sources)})" if value.sources else ""
    if after is None:
        said = f"'{before}' is gone"
    elif before is None:
        said = f"'{after}'" + (", new" if item.change is Change.CHANGED else "")
    else:
        said = f"'{before}' → '{after}'"
    return f"{entry}{value.field}: {said}{source}"


def _page_line(page: PageChange) -> str:
    if page.change is Change.REMOVED:
        return "page is gone"
    if page.change is Change.ADDED:
        return f"new page '{page.title}' of {counted(page.added, 'block')}"
    where = f" ({', '.join(f'#{section}' for section in page.sections)})" if page.sections else ""
    return f"{_blocks(page)}{where}"


def _blocks(page: PageChange) -> str:
    counts = ((page.changed, "changed"), (page.added, "new"), (page.removed, "gone"))
    said = [f"{count:,} {what}" for count, what in counts if count]
    return f"blocks: {', '.join(said)}" if said else "front matter changed"


def _table_line(table: TableChange) -> str:
    said = [counted(len(table.values), "value") + " changed"] if table.values else []
    said += [f"{counted(len(rows), 'row')} {what}" for rows, what in _rows(table)]
    return ", ".join(said)


def _rows(table: TableChange) -> list[tuple[Sequence[str], str]]:
    return [(rows, what) for rows, what in ((table.rows_added, "new"), (table.rows_removed, "gone")) if rows]


def _out_of_step(each: OutOfStep) -> str:
    return {
        State.CHANGED: f"is behind its original at {each.original}",
        State.UNSTAMPED: "is not stamped",
        State.UNPAIRED: f"does not pair with {each.original}",
        State.MISSING: "is not translated",
        State.IN_STEP: "is in step",
    }[each.state]


# --- Markdown --------------------------------------------------------------------------


def to_markdown(changes: Changes) -> str:
    """The report as a comment of at most `MAX_MARKDOWN` characters."""
    sections: dict[str, tuple[Callable[[Any], str], Sequence[Any]]] = {
        "Translations that went out of step": (_translation_markdown, changes.translations),
        "Records": (_item_markdown, changes.records),
        "References": (_item_markdown, changes.entries),
        "Tables that show something else": (_table_markdown, changes.tables),
        "Pages": (_page_markdown, changes.pages),
        "Other files": (_file_markdown, changes.files),
        "Written anew, with the same content": (_text_markdown, changes.layout),
        "Could not be compared": (_text_markdown, changes.remarks),
    }
    report = f"### What changes in the book\n\nSince {code(changes.since)}: {summary(changes)}.\n"
    left_out = 0
    for heading, (tell, items) in sections.items():
        head = f"\n#### {heading}\n\n"
        for position, item in enumerate(items):
            told = f"{head}{tell(item)}\n"
            if len(report) + len(told) > MAX_MARKDOWN - 100:
                left_out += len(items) - position
                break
            report += told
            head = ""
    return report + (f"\n… and {left_out:,} more: run `modelbook changes`.\n" if left_out else "")


def code(text: str, length: int = MAX_QUOTED) -> str:
    """*text* as a code span, cut to *length*: shown as it is, whatever it is.

    https://spec.commonmark.org/current/#code-spans
    """
    plain = "".join("\ufffd" if unicodedata.category(sign)[0] == "C" else sign for sign in " ".join(text.split()))
    plain = shorten(plain, length)
    fence = "`" * (max((len(run) for run in re.findall("`+", plain)), default=0) + 1)
    # A space at both ends is not shown, but keeps a backtick there from the fence; empty spans there are none.
    room = " " if "`" in (plain[:1], plain[-1:]) else ""
    return f"{fence}{room}{plain}{room}{fence}" if plain else "(empty)"


def _text_markdown(text: str) -> str:
    return f"- {code(text, 3 * MAX_QUOTED)}"


def _several(words: Sequence[str]) -> str:
    said = ", ".join(code(word) for word in words[:MAX_LISTED])
    return said + (f", … ({len(words):,})" if len(words) > MAX_LISTED else "")


def _item_markdown(item: Item) -> str:
    path = item.id if item.kind == "entry" else item.location.path
    head = f"{code(item.name)} ({code(path)})"
    if item.change is not Change.CHANGED:
        head += f" **{item.change}**"
    values = [f"- {_value_markdown(item, value)}" for value in islice(item.values, MAX_LISTED)]
    if len(item.values) > MAX_LISTED:
        values.append(f"- … and {len(item.values) - MAX_LISTED:,} more")
    if len(values) < _FOLDED:
        return _joined(head, values)
    return _joined(
        f"{head}\n\n<details><summary>{counted(len(item.values), 'value')}</summary>", [*values, "", "</details>"]
    )


def _joined(head: str, lines: Iterable[str]) -> str:
    return "\n".join([head, "", *lines, ""])


def _value_markdown(item: Item, value: ValueChange) -> str:
    before, after = _excerpts(value)
    if after is None:
        said = f"{code(before or '')} is gone"
    elif before is None:
        said = code(after) + (" (new)" if item.change is Change.CHANGED else "")
    else:
        said = f"{code(before)} → {code(after)}"
    return f"{code(value.field)}: {said}" + (f", from {_several(value.sources)}" if value.sources else "")


def _page_markdown(page: PageChange) -> str:
    head = f"- {code(page.location.path)}"
    if page.change is Change.REMOVED:
        return f"{head} **removed**"
    if page.change is Change.ADDED:
        return f"{head} {code(page.title)} **added**, {counted(page.added, 'block')}"
    return f"{head} {_blocks(page)}" + (f", under {_several(page.sections)}" if page.sections else "")


def _file_markdown(file: FileChange) -> str:
    return f"- {code(file.path)} **{file.change}**"


def _table_markdown(table: TableChange) -> str:
    said = [f"values: {_several(table.values)}"] if table.values else []
    said += [f"rows {what}: {_several(rows)}" for rows, what in _rows(table)]
    return f"- {code(table.id)} {'; '.join(said)}"


def _translation_markdown(each: OutOfStep) -> str:
    state = {
        State.CHANGED: f"is behind its original, {code(str(each.original))}",
        State.UNSTAMPED: "is not stamped",
        State.UNPAIRED: f"does not pair with {code(str(each.original))}",
        State.MISSING: "is not translated",
        State.IN_STEP: "is in step",
    }[each.state]
    return f"- {code(str(each.location))} {code(each.key)} {state}"


# --- excerpts --------------------------------------------------------------------------

_CONTEXT = 24
"""Characters that are shown before and behind what changed in a long text."""


def _excerpts(value: ValueChange) -> tuple[str | None, str | None]:
    """What a value was and is; of two long texts what differs, with some words around it."""
    before, after = value.before, value.after
    if before is None or after is None or max(len(before), len(after)) <= MAX_QUOTED // 2:
        return tuple(None if each is None else shorten(each, MAX_QUOTED) for each in (before, after))  # type: ignore[return-value]
    start = len(commonprefix([before, after]))
    shortest = min(len(before), len(after)) - start
    end = len(commonprefix([before[::-1][:shortest], after[::-1][:shortest]]))
    return _excerpt(before, start, end), _excerpt(after, start, end)


def _excerpt(text: str, start: int, end: int) -> str:
    """*text* without all but some of its first *start* and its last *end* characters."""
    first = start - _CONTEXT if start > _CONTEXT else 0
    last = len(text) - end + _CONTEXT if end > _CONTEXT else len(text)
    return shorten(("…" if first else "") + text[first:last] + ("…" if last < len(text) else ""), MAX_QUOTED)

"""What an exception, or a message of MkDocs, says is wrong in which file of the book."""

from __future__ import annotations

import re
import sys
import traceback
from collections.abc import Iterable, Iterator
from pathlib import Path

from modelbook.errors import InvalidBookError, Location, Problem
from modelbook.sources import read_text, relative, syntax_problem
from modelbook.templating import template_problem

_PAGE = re.compile(r"(?:Doc file|Error (?:reading|building) page) '([^']+)'|(?:File not found|reading file): (\S+)")
"""How MkDocs names a page that a message is about, from the folder of all pages."""

_QUOTED = re.compile(r"""'([^'\n]+)'|"([^"\n]+)"|name: (\S+)$""", re.MULTILINE)


def diagnose(error: BaseException, said: Iterable[str], *, config: Path, content: Path) -> list[Problem]:
    """What is wrong, from the exception that ended a build and the errors that MkDocs *said* before.

    *config* is the book's mkdocs.yml, *content* the folder of its pages.
    """
    root = config.parent
    if problems := known_problems(error, config):
        return problems
    is_of_host = type(error).__module__.startswith(("mkdocs.", "properdocs."))
    kind = f"{type(error).__name__}: " if type(error).__module__ == "builtins" else ""
    failure = f"cannot be built: {kind}{' '.join(str(error).split())}"
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if _is_of_book(frame.filename, root)]
    if frames and not is_of_host:
        where = Location(relative(Path(frames[-1].filename), root), frames[-1].lineno or 1)
        return [Problem(where, failure)]
    if messages := list(said):
        return [place(message, config=config, content=content) for message in messages]
    return [Problem(Location(relative(config, root)), failure)]


def _is_of_book(file: str, root: Path) -> bool:
    """Whether Python code is the book's, such as a hook, and not of a package that is installed in its folder."""
    return Path(file).is_relative_to(root) and not Path(file).is_relative_to(sys.prefix)


def known_problems(error: BaseException, config: Path) -> list[Problem]:
    """What an exception, or one that it comes from, says about a place in a file; nothing if none does."""
    for each in _causes(error):
        if problems := list(_own_problems(each, config, config.parent)):
            return problems
    return []


def _causes(error: BaseException) -> Iterator[BaseException]:
    """An exception and those that it comes from."""
    seen: set[int] = set()
    each: BaseException | None = error
    while each and id(each) not in seen:
        seen.add(id(each))
        yield each
        each = each.__cause__ or each.__context__


def _own_problems(error: BaseException, config: Path, root: Path) -> Iterator[Problem]:
    """What an exception says by itself about a place in a file."""
    name = relative(config, root)
    mark = getattr(error, "problem_mark", None)  # of a YAML parser or of what makes values from it
    if isinstance(error, InvalidBookError):
        yield from error.problems
    elif mark is not None or type(error).__name__ == "ReaderError":
        try:
            text = read_text(config, root)
        except InvalidBookError as unread:
            yield from unread.problems
            return
        said = str(getattr(error, "problem", "") or "not valid YAML")
        where = Location(name, mark.line + 1, mark.column + 1) if mark else Location(name)
        yield syntax_problem(text, name) or Problem(where, said)
    elif isinstance(error, SyntaxError) and error.filename and error.lineno:
        where = Location(relative(Path(error.filename), root), error.lineno, error.offset or 1)
        yield Problem(where, f"not valid Python: {error.msg}")
    elif isinstance(error, OSError) and isinstance(error.filename, str) and Path(error.filename).is_relative_to(root):
        yield Problem(Location(relative(Path(error.filename), root)), f"cannot be read: {error.strerror}")
    elif problem := template_problem(error, root):
        yield problem


def place(message: str, *, config: Path, content: Path) -> Problem:
    """A message of MkDocs at the place where the words stand that it quotes."""
    page = _PAGE.search(message)
    file = content / (page[1] or page[2]) if page else config
    root = config.parent
    lines = " ".join(message.split())
    try:
        text = read_text(file, root)
    except InvalidBookError as error:
        return error.problems[0] if page else Problem(Location(relative(file, root)), lines)
    position = 0
    words = [next(filter(None, match.groups())) for match in _QUOTED.finditer(message)]
    for word in words[1:] if page else words:
        # The navigation is written once, without the folders of languages.
        for written in (word, word.partition("/")[2]) if file == config else (word,):
            if written and (found := _word(written, file == config).search(text, position)):
                position = found.start()
                break
    before = text[:position]
    column = position - before.rfind("\n")
    return Problem(Location(relative(file, root), before.count("\n") + 1, column), lines)


def _word(word: str, in_config: bool) -> re.Pattern[str]:
    """Where a word stands that is quoted: in mkdocs.yml as a key or a value."""
    before, after = (r"(?<![\w.-])", r"(?![\w.-])") if in_config else ("", "")
    return re.compile(before + re.escape(word) + after)

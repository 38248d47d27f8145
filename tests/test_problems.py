"""Every kind of problem, as `modelbook check` prints it: golden cases in `cases/problems/`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from conftest import MakeBook, problems_of

CASES = Path(__file__).parent / "cases" / "problems"


def cases() -> list[Any]:
    return [
        pytest.param(case, id=f"{path.stem}-{case['case']}")
        for path in sorted(CASES.glob("*.yml"))
        for case in yaml.safe_load(path.read_text(encoding="utf-8"))
    ]


@pytest.mark.parametrize("case", cases())
def test_problems_are_said_as_in_the_case(case: dict[str, Any], make_book: MakeBook) -> None:
    """Files are put over the minimal book, which has no problem of its own."""
    files = {name: _content(content) for name, content in case["files"].items()}
    assert problems_of(make_book(files)) == case["problems"]


def _content(content: Any) -> str | bytes | None:
    """Text as it is; `{latin-1: …}` in that encoding; `{bytes: n}` as a file of that size; null for no file."""
    if isinstance(content, dict):
        if "latin-1" in content:
            return str(content["latin-1"]).encode("latin-1")
        return b"#" * int(content["bytes"])
    return None if content is None else str(content)

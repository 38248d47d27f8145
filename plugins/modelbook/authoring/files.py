"""Files of the book, written as a whole or not at all."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from modelbook.errors import BookError


def write_file(path: Path, text: str) -> None:
    """Write a file as a whole: whoever reads it meanwhile, or is interrupted, has the one before.

    Line ends are written as they are in *text*. Raises BookError if it cannot be written.
    """
    target = path.resolve()
    new = target.with_name(f".{target.name}.{os.getpid()}.new")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        new.write_bytes(text.encode("utf-8"))
        if target.exists():
            shutil.copymode(target, new)
        new.replace(target)
    except OSError as error:
        new.unlink(missing_ok=True)
        raise BookError(f"{path}: cannot be written: {error.strerror}") from None

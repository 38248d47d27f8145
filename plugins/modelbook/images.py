"""The sizes of images, so that pages do not jump while these are loaded."""

from __future__ import annotations

import re
import struct
from pathlib import Path


def image_size(path: Path) -> tuple[int, int] | None:
    """The width and height in pixels of an SVG or PNG file, if it says them."""
    try:
        data = path.read_bytes()
    except OSError:
        return None
    if data.startswith(b"\x89PNG\r\n\x1a\n") and len(data) >= 24:
        width, height = struct.unpack(">II", data[16:24])
        return width, height
    tag = re.search(rb"<svg\b[^>]*>", data)
    box = tag and re.search(rb"""viewBox=["']\s*[\d.-]+[\s,]+[\d.-]+[\s,]+([\d.]+)[\s,]+([\d.]+)""", tag[0])
    return (round(float(box[1])), round(float(box[2]))) if box else None

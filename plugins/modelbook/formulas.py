"""Formulas: LaTeX as MathML, which browsers show by themselves, made when the book is built.

So a page with mathematics needs no script and no fonts. The only module that knows latex2mathml.
"""

from __future__ import annotations

import re
from xml.etree import ElementTree

from latex2mathml.converter import convert_to_element

_OF_ELEMENTS = "{http://www.w3.org/1998/Math/MathML}"


class FormulaError(Exception):
    """A formula that cannot be read."""


def formula(latex: str, *, block: bool = False) -> ElementTree.Element:
    """The MathML of a formula. Raises FormulaError, which says what is wrong."""
    latex = latex.strip()
    if not latex:
        raise FormulaError("formula is empty; expected LaTeX")
    bare = re.sub(r"\\.", "", latex)
    if bare.count("{") != bare.count("}"):
        raise FormulaError("braces of a formula do not match; expected a '}' for each '{'")
    try:
        element: ElementTree.Element = convert_to_element(latex, display="block" if block else "inline")
    except Exception as error:  # the converter raises what it likes
        reason = " ".join(re.findall(r"[A-Z][a-z]+", type(error).__name__.removesuffix("Error"))).lower()
        raise FormulaError(f"formula cannot be read ({reason}); expected LaTeX mathematics") from error
    for part in element.iter():
        part.tag = part.tag.removeprefix(_OF_ELEMENTS)
        # Texts come with entities for a serializer that leaves them alone.
        part.text = part.text and _unescape(part.text)
        if part.text and re.fullmatch(r"\\[A-Za-z]+", part.text):
            raise FormulaError(f"formula has the unknown command '{part.text}'; expected LaTeX mathematics")
        part.attrib.pop("href", None)
    element.set("class", "mb-formula")
    element.set("alttext", latex)
    return element


def _unescape(text: str) -> str:
    return re.sub(r"&#x([0-9A-Fa-f]+);", lambda match: chr(int(match[1], 16)), text)

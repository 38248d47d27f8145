"""The downloads: JSON and CSV that agree, numbers that are numbers, and nothing that a spreadsheet runs."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from conftest import BOOKS, MakeBook
from modelbook.catalogue import Catalogue, load_catalogue
from modelbook.exports import models_csv, models_json
from modelbook.records import field_titles


def catalogue_of(book: Path) -> Catalogue:
    catalogue, problems = load_catalogue(book / "data", book)
    assert problems == []
    return catalogue


def exported(catalogue: Catalogue) -> tuple[dict[str, Any], dict[str, dict[str, str]]]:
    """Rows of both files by their ids."""
    rows = json.loads(models_json(catalogue))
    lines = list(csv.DictReader(io.StringIO(models_csv(catalogue))))
    assert [row["id"] for row in rows] == [line["id"] for line in lines]
    return {row["id"]: row for row in rows}, {line["id"]: line for line in lines}


@pytest.fixture(scope="module")
def minimal() -> Catalogue:
    return catalogue_of(BOOKS / "minimal")


def flat(value: Any) -> str:
    if isinstance(value, list):
        return "; ".join(item["dataset"] if isinstance(item, dict) else item for item in value)
    return value["en"] if isinstance(value, dict) else str(value)


def test_json_and_csv_agree(minimal: Catalogue) -> None:
    rows, lines = exported(minimal)
    for id, row in rows.items():
        line = lines[id]
        assert [line["model"], line["variant"], line["purpose"]] == [row["model"], row["variant"] or "", row["purpose"]]
        assert line["name"] == flat(row["name"])
        assert line["organizations"].split() == row["organizations"]
        for field in field_titles():
            if field == "purpose":
                continue
            claim = row["fields"].get(field)
            if claim is None:
                assert {line[f"{field}{part}"] for part in ("", "_status", "_sources")} == {""}
                continue
            if "written" in claim:
                assert (line[field], float(line[f"{field}_number"])) == (claim["written"], claim["value"])
            else:
                assert (line[field], line.get(f"{field}_number", "")) == (flat(claim["value"]), "")
            assert line[f"{field}_status"] == claim["status"]
            assert line[f"{field}_sources"].split() == claim["sources"]


def test_values(minimal: Catalogue) -> None:
    rows, lines = exported(minimal)
    assert list(rows) == ["circle", "circle:7b", "circle:70b", "ellipse"]
    fields = rows["circle:7b"]["fields"]
    assert fields["parameters"] == {
        "value": 7_000_000_000,
        "status": "reported",
        "sources": ["round2024announcement"],
        "written": "7B",
    }
    assert fields["vram"]["value"] == 15.8
    assert fields["vram"]["written"] == "15.8+"
    assert fields["training.tokens"]["alternatives"] == [
        {
            "value": 1_500_000_000_000,
            "sources": ["noy2023shapes"],
            "note": {"en": "an early count", "zh": "早期统计"},
        }
    ]
    assert fields["openness.data"]["status"] == "disputed"
    assert rows["circle:70b"]["fields"]["released"]["value"] == "2024-06"
    assert rows["ellipse"]["name"] == {"en": "Ellipse", "zh": "椭圆"}
    assert (lines["circle:7b"]["parameters"], lines["circle:7b"]["parameters_number"]) == ("7B", "7000000000")
    assert (lines["circle:7b"]["vram"], lines["circle:7b"]["vram_number"]) == ("15.8+", "15.8")
    assert "released_number" not in lines["circle"]


def test_what_is_missing_is_kept_apart_from_what_nobody_recorded(minimal: Catalogue) -> None:
    rows, lines = exported(minimal)
    assert rows["ellipse"]["fields"]["parameters"]["value"] == "undisclosed"
    assert lines["ellipse"]["parameters"] == "undisclosed"
    assert "context" not in rows["ellipse"]["fields"]
    assert lines["ellipse"]["context"] == ""


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "＝"])
def test_spreadsheets_run_nothing(start: str, make_book: MakeBook) -> None:
    organization = (BOOKS / "minimal/data/models/ellipse.yaml").read_text(encoding="utf-8")
    formula = f"{start}cmd|' /C calc'!A0"
    text = organization.replace("{en: Ellipse, zh: 椭圆}", json.dumps(formula, ensure_ascii=False)) + (
        f"architecture: {{family: {json.dumps(formula, ensure_ascii=False)}}}\n"
    )
    catalogue = catalogue_of(make_book({"data/models/ellipse.yaml": text}))
    rows, lines = exported(catalogue)
    assert rows["ellipse"]["name"] == formula
    assert lines["ellipse"]["name"] == f"'{formula}"
    assert lines["ellipse"]["architecture.family"] == f"'{formula}"
    cells = [cell for line in csv.reader(io.StringIO(models_csv(catalogue))) for cell in line]
    assert not [cell for cell in cells if cell.startswith(tuple("=+-@＝＋－＠\t\r\n"))]


def test_the_same_book_gives_the_same_bytes() -> None:
    code = (
        "from pathlib import Path; from modelbook.catalogue import load_catalogue; from modelbook.exports import *;"
        f"book = Path({str(BOOKS / 'minimal')!r}); catalogue = load_catalogue(book / 'data', book)[0];"
        "print(models_json(catalogue), models_csv(catalogue))"
    )
    outputs = {
        subprocess.run(
            [sys.executable, "-c", code],
            env=os.environ | {"PYTHONHASHSEED": seed, "PYTHONIOENCODING": "utf-8"},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(outputs) == 1

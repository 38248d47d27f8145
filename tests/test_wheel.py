"""The package works from a wheel: everything that it reads is in it, and nothing else."""

from __future__ import annotations

import tomllib
import zipfile
from pathlib import Path

import pytest

import modelbook

PACKAGE = Path(modelbook.__file__).parent
ROOT = PACKAGE.parent.parent


def packaged() -> set[str]:
    """The files of the package, from the folder above it."""
    return {
        path.relative_to(PACKAGE.parent).as_posix()
        for path in PACKAGE.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


def test_a_wheel_has_every_file_of_the_package(tmp_path: Path) -> None:
    builder = pytest.importorskip("hatchling.builders.wheel", reason="hatchling is not installed")
    (artifact,) = builder.WheelBuilder(str(ROOT)).build(directory=str(tmp_path), versions=["standard"])
    with zipfile.ZipFile(artifact) as wheel:
        names = set(wheel.namelist())
    assert {name for name in names if ".dist-info/" not in name} == packaged()
    assert "modelbook/authoring/starter/gitignore" in names
    assert any(name.endswith(".dist-info/entry_points.txt") for name in names)


def test_the_wheel_is_the_package() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert settings["tool"]["hatch"]["build"]["targets"]["wheel"] == {"packages": ["plugins/modelbook"]}


def test_no_module_reads_beside_the_package() -> None:
    """Paths are built from the folder of the module, and never go above that of the package."""
    for path in PACKAGE.rglob("*.py"):
        depth = len(path.relative_to(PACKAGE).parts)
        text = path.read_text(encoding="utf-8")
        for line in text.splitlines():
            if "Path(__file__)" in line:
                assert line.count(".parent") <= depth, f"{path}: {line.strip()}"

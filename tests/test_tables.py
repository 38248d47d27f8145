"""Published tables: how their cells are read, which rows are which models, what differs."""

from __future__ import annotations

import pytest

from conftest import BOOKS
from modelbook.authoring.skeletons import slug
from modelbook.importing.table_import import agree
from modelbook.importing.tables import mapping_names, name_key, quantity, read_mapping
from modelbook.records import read_field


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        ("13000000000.0", "13B"),
        ("6738415616", "6.738B"),
        ("11100000.000000002", "11.1M"),
        ("999999999", "1B"),
        ("1.4e12", "1.4T"),
        ("1,048,576", "1.049M"),
        ("131072", "131072"),
        ("319783.157", "319800"),
        ("0.5", "0.5"),
        ("~2T", "~2T"),
    ],
)
def test_numbers_are_written_as_in_records(cell: str, written: str) -> None:
    assert quantity(cell, 4) == written


@pytest.mark.parametrize("cell", ["seven", "nan", "inf", "-1", "1e40", "1e-999999", "3,5"])
def test_what_is_no_number_is_refused(cell: str) -> None:
    with pytest.raises(ValueError, match="is not a quantity"):
        quantity(cell, 4)


@pytest.mark.parametrize(
    ("field", "ours", "theirs", "same"),
    [
        ("parameters", "6.7B", "6.738B", True),
        ("parameters", "7B", "6.738B", True),
        ("parameters", "70B", "68.98B", False),
        ("parameters", "1T", "1.4T", False),
        ("parameters", "~2T", "1.9T", True),
        ("parameters", "15.8B+", "20B", True),
        ("parameters", "15.8B+", "12B", False),
        ("parameters", "2.2T-3T", "2.5T", True),
        ("parameters", "2.2T-3T", "4T", False),
        ("context", "4096", "4097", False),
        ("announced", "2023-07", "2023-07-18", True),
        ("announced", "2023-07", "2023-08-01", False),
        ("announced", "2023-07~", "2023-08-01", True),
        ("announced", "2023-01/2023-03", "2023-02-11", True),
        ("training.hardware", "NVIDIA A100 80GB", "NVIDIA A100", True),
        ("training.hardware", "TPU v4", "NVIDIA A100", False),
        ("openness.weights", "open", "closed", False),
    ],
)
def test_values_differ_beyond_the_precision_that_is_written(field: str, ours: str, theirs: str, same: bool) -> None:
    assert agree(read_field(field, ours), read_field(field, theirs)) is same


def test_names_are_the_same_however_they_are_put_together() -> None:
    assert name_key("Llama 2-70B") == name_key("llama2 70b") != name_key("Llama 27 0B")
    assert name_key("GPT-3.5") != name_key("GPT-35")


@pytest.mark.parametrize(
    ("name", "id"), [("GPT-5.5 Pro", "gpt-5.5-pro"), ("CodeT5+", "codet5-plus"), ("Héron (7B)", "heron-7b")]
)
def test_names_make_ids(name: str, id: str) -> None:
    assert slug(name) == id


@pytest.mark.parametrize("name", mapping_names())
def test_mappings_of_the_package_are_valid(name: str) -> None:
    mapping, _ = read_mapping(name, BOOKS)
    assert mapping.fields

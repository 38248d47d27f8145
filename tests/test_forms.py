"""What contributors meet at the host: forms for issues, a template for pull requests, owners, a code of conduct."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import yaml

from modelbook.repository import FORMS, HOSTS, WRONG_FACT, Repository

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / FORMS
ISSUE_FORMS = sorted(path for path in FOLDER.glob("*.yml") if path.name != "config.yml")


def read(path: Path) -> dict[str, Any]:
    found = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert isinstance(found, dict)
    return found


def fields(path: Path) -> list[dict[str, Any]]:
    return [part for part in read(path)["body"] if part["type"] != "markdown"]


def test_there_is_a_form_for_each_wish() -> None:
    assert [path.stem for path in ISSUE_FORMS] == ["bug", "new-model", "translation", "wrong-fact"]


def test_forms_are_as_github_wants_them() -> None:
    """By the schema that SchemaStore publishes and check-jsonschema brings along."""
    for schema, paths in (("issue-forms", ISSUE_FORMS), ("issue-config", [FOLDER / "config.yml"])):
        command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", f"vendor.github-{schema}"]
        done = subprocess.run([*command, *map(str, paths)], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("path", ISSUE_FORMS, ids=lambda path: path.stem)
def test_a_form_asks_in_both_languages(path: Path) -> None:
    form = read(path)
    said = [form["name"], form["description"]]
    for part in form["body"]:
        attributes = part["attributes"]
        said += [attributes[key] for key in ("label", "description", "value") if key in attributes]
        for option in attributes.get("options", ()):
            said.append(option if isinstance(option, str) else option["label"])
    for text in said:
        assert re.search(r"[A-Za-z]{2}", text), text
        assert re.search(r"[\u4e00-\u9fff]", text), text


@pytest.mark.parametrize("path", ISSUE_FORMS, ids=lambda path: path.stem)
def test_ids_are_written_once_and_as_addresses_can_have_them(path: Path) -> None:
    ids = [field["id"] for field in fields(path)]
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(r"[a-z_]+", id) for id in ids)
    # What GitHub itself takes from an address; a field of this name could not be filled in.
    assert not {"title", "body", "labels", "template", "assignees", "milestone", "projects"} & set(ids)


def test_links_fill_in_the_fields_of_the_form() -> None:
    repository = Repository("", "https://github.com/a/book/", HOSTS["GitHub"], "main/", frozenset([WRONG_FACT]))
    given = {"page": "https://x.example/", "record": "data/models/x.yaml", "field": "context"}
    asked = parse_qs(urlsplit(repository.issue("T", "B", WRONG_FACT, given)).query)
    by_id = {field["id"]: field for field in fields(FOLDER / WRONG_FACT)}
    assert set(asked) - {"template", "title"} == set(given) <= set(by_id)
    # A choice would not take any text; and what nobody can know is not required.
    assert {by_id[id]["type"] for id in given} == {"input"}
    assert not by_id["field"].get("validations", {}).get("required")


def test_labels_are_plain() -> None:
    for path in ISSUE_FORMS:
        assert all(re.fullmatch(r"[a-z-]+", label) for label in read(path)["labels"])


def test_owners_own_what_there_is() -> None:
    lines = (ROOT / ".github/CODEOWNERS").read_text(encoding="utf-8").splitlines()
    rules = [line.split() for line in lines if line and not line.startswith("#")]
    assert rules[0][0] == "*"
    for pattern, *owners in rules:
        assert pattern == "*" or (ROOT / pattern.lstrip("/")).exists(), pattern
        assert owners
        assert all(re.fullmatch(r"@[\w-]+(/[\w-]+)?", owner) for owner in owners), owners


@pytest.mark.parametrize("name", ["CODE_OF_CONDUCT.md", ".github/PULL_REQUEST_TEMPLATE.md"])
def test_texts_are_in_both_languages_and_lead_to_files(name: str) -> None:
    path = ROOT / name
    text = path.read_text(encoding="utf-8")
    assert len(re.findall(r"[\u4e00-\u9fff]", text)) > 50
    for link in re.findall(r"\]\(([^)#:]+)\)", text):
        assert (path.parent / link).exists(), link
    assert not re.search(r"[\w.]+@[\w-]+\.\w", text)  # nobody's address is made up


def test_commands_that_the_template_names_exist() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    text = (ROOT / ".github/PULL_REQUEST_TEMPLATE.md").read_text(encoding="utf-8")
    for target in set(re.findall(r"`make (\w+)`", text)):
        assert re.search(rf"^{target}:", makefile, re.M), target

"""The workflows of GitHub: what they may do, and whether what they run is there and works.

Their form is checked by linters, see `make lint`.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner

from conftest import MakeBook
from modelbook.cli import main
from modelbook.errors import Location
from modelbook.reports.change_report import to_json
from modelbook.reports.changes import Change, Changes, Item, ValueChange

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / ".github" / "workflows"
WORKFLOWS: dict[str, Any] = {
    path.stem: yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)  # noqa: S506 (makes only text)
    for path in sorted(FOLDER.glob("*.yml"))
}
JOBS = {(name, job): content for name, flow in WORKFLOWS.items() for job, content in flow["jobs"].items()}

ACTIONS = {
    "cache", "checkout", "configure-pages", "deploy-pages", "download-artifact", "setup-python", "upload-artifact",
    "upload-pages-artifact",
}  # fmt: skip
"""Of https://github.com/actions, all that may be used."""

PERMISSIONS = {
    "publish/build": {"contents": "read", "pages": "read"},
    "publish/deploy": {"pages": "write", "id-token": "write"},
    "comment/comment": {"contents": "read", "actions": "read", "pull-requests": "write"},
    "links/links": {"contents": "read", "issues": "write"},
}
"""What jobs may do beyond reading the repository."""


def steps() -> Iterator[tuple[str, dict[str, Any]]]:
    for (name, job), content in JOBS.items():
        for step in content["steps"]:
            yield f"{name}/{job}", step


SCRIPTS = [
    pytest.param(step["run"], id=f"{place}: {step['name']}".replace(" ", "-"))
    for place, step in steps()
    if "run" in step
]


def script(workflow: str, name: str) -> str:
    """The commands of the step whose name begins so."""
    return next(
        str(step["run"])
        for place, step in steps()
        if place.startswith(workflow) and step.get("name", "").startswith(name)
    )


# --- what they may do ----------------------------------------------------------------


def test_the_workflows_are_there() -> None:
    assert set(WORKFLOWS) == {"checks", "comment", "links", "preview", "publish"}


def test_only_actions_of_github_are_used() -> None:
    used = {step["uses"] for _, step in steps() if "uses" in step}
    assert {re.fullmatch(r"actions/([a-z-]+)@v\d+", each)[1] for each in used} == ACTIONS  # type: ignore[index]


def test_each_job_may_do_what_it_needs_and_no_more() -> None:
    for flow in WORKFLOWS.values():
        assert flow["permissions"] in ({"contents": "read"}, {})
    given = {
        f"{name}/{job}": content["permissions"] for (name, job), content in JOBS.items() if "permissions" in content
    }
    assert given == PERMISSIONS


def test_no_secret_is_needed() -> None:
    for path in FOLDER.glob("*.yml"):
        assert "secrets" not in re.sub("#.*", "", path.read_text(encoding="utf-8"))


def test_what_runs_code_of_a_pull_request_can_do_nothing() -> None:
    for name, flow in WORKFLOWS.items():
        triggers = set(flow["on"])
        assert "pull_request_target" not in triggers
        if "pull_request" in triggers:
            assert flow["permissions"] == {"contents": "read"}
            assert not [place for place in PERMISSIONS if place.startswith(f"{name}/")]


def test_what_may_comment_runs_no_code_of_a_pull_request() -> None:
    flow = WORKFLOWS["comment"]
    assert flow["on"] == {"workflow_run": {"workflows": [WORKFLOWS["preview"]["name"]], "types": ["completed"]}}
    checkouts = [
        step["with"] for place, step in steps() if place == "comment/comment" and "checkout" in step.get("uses", "")
    ]
    assert checkouts == [{"persist-credentials": "false"}]  # no `ref`, no `repository`: the default branch
    [downloaded] = [step["with"]["path"] for _, step in steps() if "download-artifact" in step.get("uses", "")]
    assert downloaded.startswith("${{ runner.temp }}/")  # where it overwrites nothing that is run


def test_credentials_are_not_left_to_what_runs() -> None:
    for place, step in steps():
        if "checkout" in step.get("uses", ""):
            assert step["with"]["persist-credentials"] == "false", place


def test_what_builds_the_book_has_its_history() -> None:
    """Pages say when they were last changed."""
    for (name, job), content in JOBS.items():
        runs = " ".join(step.get("run", "") for step in content["steps"])
        if re.search(r"make site|build --strict|\.ci/run|--since", runs):
            [checkout] = [step for step in content["steps"] if "checkout" in step.get("uses", "")]
            assert checkout["with"]["fetch-depth"] == "0", f"{name}/{job}"


def test_nothing_runs_for_ever_or_twice() -> None:
    assert all("concurrency" in flow for flow in WORKFLOWS.values())
    assert all(int(job["timeout-minutes"]) <= 120 for job in JOBS.values())


@pytest.mark.parametrize("commands", SCRIPTS)
def test_nothing_is_pasted_into_commands(commands: str) -> None:
    """Titles, branches and the like could be commands themselves; they come in through the environment."""
    assert "${{" not in commands


def test_the_oldest_python_is_the_oldest_allowed() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    checked = WORKFLOWS["checks"]["jobs"]
    versions = checked["everything"]["strategy"]["matrix"]["python"]
    assert project["requires-python"] == f">={versions[0]}"
    oldest = [each for each in checked["hosts"]["strategy"]["matrix"]["include"] if "lowest" in each["install"]]
    assert [each["python"] for each in oldest] == versions[:1]
    newest = {step["with"]["python-version"] for _, step in steps() if "setup-python" in step.get("uses", "")}
    assert newest - {"${{ matrix.python }}"} == {versions[-1]}


# --- what they run -------------------------------------------------------------------


def commands_of(text: str) -> Iterator[list[str]]:
    """The simple commands of a script, each in words."""
    text = re.sub(r"(^|(?<=\s))#.*", "", text.replace("\\\n", " "), flags=re.M)
    lexer = shlex.shlex(text, posix=True, punctuation_chars="|&;<>()\n")
    lexer.whitespace, lexer.whitespace_split, lexer.commenters = " \t", True, ""
    words: list[str] = []
    for word in lexer:
        if re.fullmatch(r"[|&;<>()\n]+", word):
            yield words
            words = []
        else:
            words.append(word)
    yield words


def runs_of(program: str) -> list[tuple[str, ...]]:
    """What a program is called with in all workflows."""
    return [
        tuple(words[1:])
        for place, step in steps()
        for words in commands_of(step.get("run", ""))
        if words and words[0].removeprefix(".venv/bin/") == program
    ]


def test_commands_are_found() -> None:
    assert {arguments[0] for arguments in runs_of("modelbook")} == {
        "changes", "check", "format", "schemas", "translations",
    }  # fmt: skip
    assert set(runs_of("make")) == {(".venv/.ready",), ("site",)}


@pytest.mark.parametrize("arguments", sorted(set(runs_of("modelbook"))), ids=" ".join)
def test_commands_of_the_book_have_these_options(arguments: tuple[str, ...]) -> None:
    command = main.commands[arguments[0]]
    context = command.make_context(arguments[0], list(arguments[1:]))
    assert not context.args
    help_ = CliRunner().invoke(main, [arguments[0], "--help"])
    assert help_.exit_code == 0


@pytest.mark.parametrize("arguments", sorted(set(runs_of("make"))), ids=" ".join)
def test_targets_of_make_are_there(arguments: tuple[str, ...]) -> None:
    subprocess.run(["make", "--dry-run", *arguments], cwd=ROOT, check=True, capture_output=True)


@pytest.mark.parametrize(
    "commands", [*SCRIPTS, pytest.param((ROOT / ".ci/run").read_text(encoding="utf-8"), id=".ci/run")]
)
def test_commands_are_sound(commands: str) -> None:
    found = subprocess.run(
        [Path(sys.executable).parent / "shellcheck", "--shell=bash", "-"],
        input=commands,
        capture_output=True,
        text=True,
        check=False,
    )
    assert found.returncode == 0, found.stdout


# --- whether it works ----------------------------------------------------------------

GH = """#!{python}
import json, os, sys
from pathlib import Path

import jq

arguments = sys.argv[1:]
with open(os.environ["GH_LOG"], "a") as log:
    print(json.dumps(arguments), file=log)
answers = json.loads(Path(os.environ["GH_ANSWERS"]).read_text())
address = next((each for each in arguments if each in answers), None)
if "--jq" in arguments:
    found = jq.compile(arguments[arguments.index("--jq") + 1]).input_value(answers[address])
    for each in found.all():
        print(each)
"""
"""Stands in for GitHub's command: answers by address, and notes what it is called with."""


@dataclass
class Runner:
    """A machine on which the commands of steps run, in a book."""

    book: Path
    temp: Path
    answers: dict[str, Any] = field(default_factory=dict)

    def run(self, commands: str, **environment: str) -> subprocess.CompletedProcess[str]:
        (self.temp / "answers.json").write_text(json.dumps(self.answers), encoding="utf-8")
        path = f"{self.temp / 'bin'}:{Path(sys.executable).parent}:{os.environ['PATH']}"
        return subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", commands],
            cwd=self.book,
            env={
                "PATH": path,
                "HOME": str(self.temp),
                "RUNNER_TEMP": str(self.temp),
                "GITHUB_OUTPUT": str(self.temp / "output"),
                "GITHUB_STEP_SUMMARY": str(self.temp / "summary.md"),
                "GITHUB_SERVER_URL": "https://code.example",
                "GH_LOG": str(self.temp / "gh.log"),
                "GH_ANSWERS": str(self.temp / "answers.json"),
                **environment,
            },
            capture_output=True,
            text=True,
            check=False,
        )

    def done(self, commands: str, **environment: str) -> str:
        result = self.run(commands, **environment)
        assert result.returncode == 0, result.stderr
        return result.stdout

    @property
    def asked(self) -> list[list[str]]:
        """What `gh` was called with."""
        log = self.temp / "gh.log"
        return [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()] if log.exists() else []


@pytest.fixture
def runner(make_book: MakeBook, tmp_path: Path) -> Runner:
    temp = tmp_path / "temp"
    (temp / "bin").mkdir(parents=True)
    (temp / "bin/gh").write_text(GH.format(python=sys.executable), encoding="utf-8")
    (temp / "bin/gh").chmod(0o755)
    book = make_book({})
    (book / ".venv").symlink_to(Path(sys.executable).parent.parent)
    return Runner(book, temp)


def merged(book: Path) -> None:
    """A history that ends in the merge of a pull request in which a value changed."""

    def git(*arguments: str) -> None:
        author = ["-c", "user.name=A", "-c", "user.email=a@book.example", "-c", "commit.gpgsign=false"]
        subprocess.run(["git", *author, *arguments], cwd=book, check=True, capture_output=True)

    def change(name: str, old: str, new: str) -> None:
        text = (book / name).read_text(encoding="utf-8")
        assert old in text
        (book / name).write_text(text.replace(old, new), encoding="utf-8")

    (book / ".gitignore").write_text(".venv\n", encoding="utf-8")
    git("init", "-q", "-b", "main")
    git("add", ".")
    git("commit", "-qm", "main")
    git("checkout", "-qb", "change")
    change("data/models/circle.yaml", "parameters: 7B", "parameters: 8B")
    git("commit", "-qam", "change")
    git("checkout", "-q", "main")
    change("data/models/ellipse.yaml", 'released: "2024"', 'released: "2025"')
    git("commit", "-qam", "meanwhile")
    git("checkout", "-q", "--detach")
    git("merge", "-q", "--no-edit", "change")


CHANGED = "- `variants.7b.parameters`: `7B` → `8B`, from `round2024announcement`"


def test_a_preview_reports_what_the_pull_request_changes_and_nothing_else(runner: Runner) -> None:
    merged(runner.book)
    runner.done(script("preview", "Report what changes"))
    summary = (runner.temp / "summary.md").read_text(encoding="utf-8")
    assert CHANGED in summary
    assert "2025" not in summary
    assert json.loads((runner.book / "report/changes.json").read_text(encoding="utf-8"))["since"] == "HEAD^1"


API = "repos/owner/book"
HEAD = {"HEAD": "someone:change", "COMMIT": "abc"}


@pytest.fixture
def commenter(runner: Runner) -> Runner:
    """The machine that comments, with the report of a pull request and GitHub's answers."""
    place = Location("data/models/circle.yaml", 27, 37)
    value = ValueChange("variants.7b.parameters", place, "7B", "8B", ["round2024announcement"])
    found = Changes("HEAD^1", [Item("model", "circle", "Circle", Change.CHANGED, place, [value])])
    (runner.temp / "report").mkdir()
    (runner.temp / "report/changes.json").write_text(to_json(found), encoding="utf-8")
    runner.answers = {
        f"{API}/actions/runs/7/artifacts": {"artifacts": [{"name": "changes", "id": 1}, {"name": "site", "id": 2}]},
        f"{API}/pulls": [{"number": 4, "head": {"sha": "old"}}, {"number": 5, "head": {"sha": "abc"}}],
        f"{API}/issues/5/comments": [
            {"id": 11, "user": {"login": "someone"}, "body": "<!-- modelbook changes -->"},
            {"id": 12, "user": {"login": "github-actions[bot]"}, "body": "Something else"},
        ],
    }
    return runner


def comment(runner: Runner) -> list[str]:
    """Run the steps that comment; how the comment was posted, if it was."""
    environment = {"REPOSITORY": "owner/book", "RUN": "7"}
    runner.done(script("comment", "Write the comment"), **environment)
    runner.done(script("comment", "Post or renew it"), **environment, **HEAD)
    return next((asked for asked in runner.asked if asked[2] in ("POST", "PATCH")), [])


def test_a_comment_is_posted_where_the_built_commit_is(commenter: Runner) -> None:
    body = f"body=@{commenter.temp / 'comment.md'}"
    assert comment(commenter) == ["api", "--method", "POST", f"{API}/issues/5/comments", "--field", body]
    text = (commenter.temp / "comment.md").read_text(encoding="utf-8")
    assert text.startswith("<!-- modelbook changes -->\n### What changes in the book")
    assert CHANGED in text
    assert "[Download the site](https://code.example/owner/book/actions/runs/7/artifacts/2)" in text
    assert [word for asked in commenter.asked for word in asked if word.startswith("head=")] == ["head=someone:change"]


def test_a_comment_is_renewed(commenter: Runner) -> None:
    known = {"id": 13, "user": {"login": "github-actions[bot]"}, "body": "<!-- modelbook changes -->\nold"}
    commenter.answers[f"{API}/issues/5/comments"].append(known)
    assert comment(commenter)[:4] == ["api", "--method", "PATCH", f"{API}/issues/comments/13"]


def test_nothing_is_posted_for_a_commit_that_was_replaced(commenter: Runner) -> None:
    commenter.answers[f"{API}/pulls"] = [{"number": 5, "head": {"sha": "newer"}}]
    assert comment(commenter) == []


def test_a_made_up_report_is_not_posted(commenter: Runner) -> None:
    (commenter.temp / "report/changes.json").write_text("# @everyone", encoding="utf-8")
    result = commenter.run(script("comment", "Write the comment"), REPOSITORY="owner/book", RUN="7")
    assert result.returncode == 2
    assert "not a report" in result.stderr


def links(runner: Runner, code: int, *, known: bool = False) -> list[str]:
    """Run the steps of the link check after it found something; what was asked of GitHub to change."""
    (runner.temp / "bin/modelbook").write_text(
        f"#!/bin/bash\necho 'a.md:1:1: ~~~~ @someone'\necho '~~~~'\necho '9 links: 1 gone' >&2\nexit {code}\n",
        encoding="utf-8",
    )
    (runner.temp / "bin/modelbook").chmod(0o755)
    (runner.book / ".venv").unlink()
    (runner.book / ".venv").mkdir()
    (runner.book / ".venv/bin").symlink_to(runner.temp / "bin")
    runner.done(script("links", "Check the links"))
    assert (runner.temp / "output").read_text(encoding="utf-8") == f"code={code}\n"
    titles = ["Links that lead nowhere", "Other"] if known else ["Other"]
    runner.answers = {"list": [{"number": 3 + at, "title": title} for at, title in enumerate(titles)]}
    runner.done(
        script("links", "Open, renew"), TITLE="Links that lead nowhere", CODE=str(code), RUN_URL="https://run.example"
    )
    return next((asked[:3] for asked in runner.asked if asked[1] != "list"), [])


def test_links_that_are_gone_are_listed_in_one_issue(runner: Runner) -> None:
    assert links(runner, 1) == ["issue", "create", "--title"]
    text = (runner.temp / "issue.md").read_text(encoding="utf-8")
    assert text == (
        "9 links: 1 gone\n\n~~~~text\na.md:1:1: ~~~~ @someone\n ~~~~\n~~~~\n\nAll of it: https://run.example\n"
    )


def test_the_issue_is_renewed(runner: Runner) -> None:
    assert links(runner, 1, known=True) == ["issue", "edit", "3"]


def test_the_issue_is_closed_when_all_is_well(runner: Runner) -> None:
    assert links(runner, 0, known=True) == ["issue", "close", "3"]


def test_no_issue_is_opened_when_all_is_well(runner: Runner) -> None:
    assert links(runner, 0) == []


def test_a_check_of_links_that_could_not_be_done_fails(runner: Runner) -> None:
    with pytest.raises(AssertionError):
        links(runner, 2)


def test_dependabot_renews_what_is_used() -> None:
    updates = yaml.safe_load((ROOT / ".github/dependabot.yml").read_text(encoding="utf-8"))["updates"]
    assert [each["package-ecosystem"] for each in updates] == ["pip", "github-actions"]
    assert all(each["schedule"]["interval"] == "weekly" and each["groups"] for each in updates)

"""`mkdocs serve`: every edit shows, as a fresh build would have it; a broken file shows its problems and heals."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TypeVar
from urllib.parse import quote

import pytest
from bs4 import BeautifulSoup

from conftest import BOOKS, MakeBook, run_mkdocs

PATIENCE = 60  # seconds that a rebuild may take on a busy machine


T = TypeVar("T")


class Server:
    """A running `mkdocs serve`, or that of another program."""

    def __init__(self, book: Path, *options: str, program: str = "mkdocs") -> None:
        self.book = book
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.output = book.with_name(f"{book.name}.log")
        self.log = self.output.open("w+", encoding="utf-8")
        self.process = subprocess.Popen(
            [sys.executable, "-m", program, "serve", "--dev-addr", f"127.0.0.1:{self.port}", *options],
            cwd=book,
            stdout=self.log,
            stderr=subprocess.STDOUT,
            env={key: value for key, value in os.environ.items() if key != "TERM_PROGRAM"}
            | {"NO_MKDOCS_2_WARNING": "1", "DISABLE_MKDOCS_2_WARNING": "true"},
            # Where the tests themselves run in the background, interrupts would be ignored.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        )

    def ready(self) -> Server:
        self.wait_for("", lambda html: bool(html))
        return self

    def said(self, since: int = 0) -> str:
        """What it has printed."""
        return self.output.read_bytes()[since:].decode("utf-8")

    def raw(self, address: str) -> str:
        """A page as a reader gets it, also if it is not there."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/shapes/{address}", timeout=10) as response:
                return str(response.read().decode("utf-8"))
        except urllib.error.HTTPError as error:
            with error:
                return str(error.read().decode("utf-8"))

    def get(self, address: str) -> str:
        """A page as a fresh build would write it: without the script that reloads it, with the site's own address."""
        html = re.sub(r"<script>\s*var livereload.*?</script>", "", self.raw(address), flags=re.S)
        for said in (str, partial(quote, safe="")):  # it stands in the addresses of issues, too
            html = html.replace(said(f"http://127.0.0.1:{self.port}/"), said("https://book.example/"))
        return str(html)

    def problems(self, address: str = "") -> list[str]:
        """The problems that a page shows, each with the line that it quotes, in which its place is in brackets."""
        shown = []
        for section in BeautifulSoup(self.raw(address), "html.parser").select("aside.mb-problems section"):
            path = section.select_one("h2")
            for item in section.select("li"):
                line, place = item.find("pre"), item.find("code")
                assert path
                assert place
                quoted = ""
                if line is not None:
                    for number in line.find_all("i"):
                        number.extract()
                    for mark in line.find_all("mark"):
                        mark.replace_with(f"[{mark.get_text()}]")
                    quoted = f" | {line.get_text()}"
                    line.extract()
                shown.append(f"{path.get_text()}:{' '.join(item.get_text().split())}{quoted}")
        return shown

    def wait_for(self, address: str, good: Callable[[str], bool]) -> str:
        """The page at *address* once it is *good*."""
        return self._wait(lambda: self.get(address), good, address)

    def wait_for_lines(self, since: int, about: str) -> list[str]:
        """What it has said from a place on of a rebuild after a change of the file *about*; last, that in one line."""
        summary = re.compile(rf"^.*rebuil.* after a change of .*{re.escape(about)}.*\n", re.M)
        said = self._wait(lambda: self.said(since), lambda said: summary.search(said) is not None, "its words")
        last = summary.search(said)
        assert last
        before = re.split(r"^.*rebuil.* after a change of .*\n", said[: last.start()], flags=re.M)[-1]
        return [*(line for line in before.splitlines() if "GET /" not in line), last[0].rstrip()]

    def wait_for_problems(self, good: Callable[[list[str]], bool]) -> list[str]:
        return self._wait(self.problems, good, "its problems")

    def _wait(self, ask: Callable[[], T], good: Callable[[T], bool], what: str) -> T:
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            try:
                if good(answer := ask()):
                    return answer
            except OSError:
                assert self.process.poll() is None, self.said()
            time.sleep(0.1)
        pytest.fail(f"waited in vain for {what}: {self.said()}")

    def stop(self) -> int:
        self.process.send_signal(signal.SIGINT)
        try:
            return self.process.wait(timeout=10)
        finally:
            self.process.kill()
            self.process.wait()
            self.log.close()


THEMED = "  name: material\n  custom_dir: site_overrides\n"
CONFIG = (BOOKS / "minimal/mkdocs.yml").read_text(encoding="utf-8").replace("  name: material\n", THEMED)
CONFIG = CONFIG.replace("docs_dir: content\n", "docs_dir: content\nhooks: [hooks.py]\n")

HOOK = """\
def on_page_content(html, page, config, files):
    return 1 / 0 if config.extra.get("fails") else html
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One for all tests here: each leaves the book as it was."""
    book = tmp_path_factory.mktemp("serving") / "book"
    shutil.copytree(BOOKS / "minimal", book)
    (book / "site_overrides").mkdir()
    (book / "mkdocs.yml").write_text(CONFIG, encoding="utf-8")
    (book / "hooks.py").write_text(HOOK, encoding="utf-8")
    server = Server(book)
    try:
        yield server.ready()
    finally:
        server.stop()


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


@contextmanager
def changed(server: Server, name: str, content: str | bytes | None) -> Iterator[None]:
    """While a file has other content or, if that is None, is not there; then it is as it was, and so is the site."""
    path = server.book / name
    before = path.read_bytes() if path.exists() else None
    _put(path, content.encode("utf-8") if isinstance(content, str) else content)
    try:
        yield
    finally:
        _put(path, before)
        server.wait_for_problems(lambda found: not found)


def _put(path: Path, content: bytes | None) -> None:
    if content is None:
        path.unlink()
    else:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def test_an_edit_of_anything_shows_as_a_fresh_build_has_it(make_book: MakeBook) -> None:
    server = Server(make_book({}))
    try:
        _edit_everything(server.ready())
    finally:
        server.stop()


def _edit_everything(server: Server) -> None:
    book = server.book
    edit(book / "data/models/circle.yaml", "value: 2T", "value: 3T")
    server.wait_for("comparisons/", lambda html: "3T" in html)
    edit(book / "references.bib", "Elementa doctrinae", "Principia doctrinae")
    server.wait_for("references/", lambda html: "Principia" in html)
    # A citation before all others takes the first number, on every page.
    edit(book / "content/en/index.md", "A book about", "Announced [@round2024announcement]. A book about")
    server.wait_for("references/", lambda html: 'id="ref-round2024announcement" value="1"' in html)
    pages = [
        "",
        "zh/",
        "open/early/",
        "zh/open/early/",
        "comparisons/",
        "timeline/",
        "models/circle/",
        "zh/references/",
    ]
    served = {address: server.get(address) for address in pages}
    result = run_mkdocs(book, "build")
    assert result.returncode == 0, result.stderr
    for address, html in served.items():
        fresh = (book / "site" / address / "index.html").read_text(encoding="utf-8")
        assert _content(html) == _content(fresh), address


def _content(html: str) -> list[str]:
    """The lines of a page that are of the book: the server takes a script in, and blank lines with it."""
    return [line.strip() for line in html.splitlines() if line.strip()]


LINES = CONFIG.count("\n")


def line_of(text: str) -> int:
    """The line of the configuration that begins so."""
    return CONFIG[: CONFIG.index(f"\n{text}") + 1].count("\n") + 1


PLUGINS = line_of("plugins:")

BREAKS = [  # a file, what it becomes, and the problem that is shown first
    pytest.param(
        "data/models/circle.yaml",
        'name: "Circle\n',
        'data/models/circle.yaml:1:7 quote is opened here and never closed | name: ["]Circle',
        id="record",
    ),
    pytest.param(
        "references.bib",
        "@misc{noy2023shapes,\n  title = {Shapes\n",
        "references.bib:1:1 broken entry 'noy2023shapes': not closed before the next entry or the end of the file;"
        " expected '}' | [@]misc{noy2023shapes,",
        id="bibliography",
    ),
    pytest.param(
        "content/en/open/early.md",
        "# Early {#early-shapes}\n\nSee `<b>` [@nobody2020].\n",
        "content/en/open/early.md:3:12 no entry 'nobody2020' in references.bib; expected the key of an entry"
        " | See `<b>` [[@]nobody2020].",
        id="page",
    ),
    pytest.param(
        "content/en/open/early.md",
        b"# Early {#early-shapes}\n\nCaf\xe9\n",
        "content/en/open/early.md:3:4 byte 0xe9 is not UTF-8; expected a file saved as UTF-8 | Caf[\ufffd]",
        id="page in another encoding",
    ),
    pytest.param(
        "content/en/open/early.md",
        "# Early {#early-shapes}\n\n[There](nowhere.md)\n",
        "content/en/open/early.md:3:9 Doc file 'en/open/early.md' contains a link 'nowhere.md', but the target"
        " 'en/open/nowhere.md' is not found among documentation files. | [There]([nowhere.md])",
        id="what only MkDocs notices",
    ),
    pytest.param(
        "content/en/new.markdown",
        "# New {#new}\n",
        "content/en/new.markdown:1:1 page of another ending than the others; expected .md | [#] New {#new}",
        id="page of another ending",
    ),
    pytest.param(
        "data/models/new.yaml",
        "",
        "data/models/new.yaml:1:1 empty file; expected a mapping of fields to values",
        id="new and empty",
    ),
    pytest.param(
        "site_overrides/locales/zh.po",
        'msgid "Search\n',
        "site_overrides/locales/zh.po:1:1 'msgid \"Search' is not a line of a .po file; expected msgid or msgstr and"
        ' text in quotes | [msgid] "Search',
        id="interface words",
    ),
    pytest.param(
        "site_overrides/modelbook/views/models.html",
        "<p>\n{% for model in models %}\n",
        "site_overrides/modelbook/views/models.html:2:1 template fails: Unexpected end of template. Jinja was looking"
        " for the following tags: 'endfor' or 'else'. The innermost block that needs to be closed is 'for'."
        " | [{]% for model in models %}",
        id="template of a view",
    ),
]

BLOCKS = [  # what keeps the book from being built
    pytest.param(
        "site_overrides/main.html",
        '{% extends "base.html" %}\n{% block content %}{{ page.content }\n{% endblock %}\n',
        "site_overrides/main.html:2:1 template fails: unexpected '}' | [{]% block content %}{{ page.content }",
        id="template of the theme",
    ),
    pytest.param(
        "site_overrides/main.html",
        '{% extends "base.html" %}\n{% block content %}\n{{ nothing.at.all }}\n{% endblock %}\n',
        "site_overrides/main.html:3:1 template fails: 'nothing' is undefined | [{]{ nothing.at.all }}",
        id="template that fails",
    ),
    pytest.param(
        "site_overrides/main.html",
        '{% extends "bass.html" %}\n',
        "site_overrides/main.html:1:1 template fails: no template 'bass.html'; expected one of the theme, or a file of"
        ' this name | [{]% extends "bass.html" %}',
        id="template that is missing",
    ),
    pytest.param(
        "mkdocs.yml",
        CONFIG + "extra_css: [a.css\n",
        f"mkdocs.yml:{LINES + 1}:12 bracket is opened here and not closed; expected ']', or quotes around text with , ["
        " ] { } | extra_css: [[]a.css",
        id="configuration that is no YAML",
    ),
    pytest.param(
        "mkdocs.yml",
        CONFIG.replace("  - search\n", "  - search\n  - serach\n"),
        f"mkdocs.yml:{PLUGINS + 2}:5 Config value 'plugins': The \"serach\" plugin is not installed |   - [serach]",
        id="plugin that is missing",
    ),
    pytest.param(
        "mkdocs.yml",
        CONFIG.replace("  - modelbook:\n", "  - modelbook:\n      uncited: maybe\n"),
        f"mkdocs.yml:{PLUGINS + 3}:16 Config value 'plugins': Plugin 'modelbook' option 'uncited': Expected one of:"
        " ('report', 'hide', 'list') but received: 'maybe' |       uncited: [maybe]",
        id="wrong option",
    ),
    pytest.param(
        "mkdocs.yml",
        CONFIG.replace("  - admonition\n", "  - admonitions\n"),
        f"mkdocs.yml:{line_of('  - admonition')}:5 Config value 'markdown_extensions': Failed to load extension"
        " 'admonitions'. ModuleNotFoundError: No module named 'admonitions' |   - [admonitions]",
        id="extension that is missing",
    ),
    pytest.param(
        "mkdocs.yml",
        CONFIG[: CONFIG.index("plugins:")],
        "mkdocs.yml:1:1 the book's plugin is not used; expected `modelbook` under `plugins`"
        " | [site_url]: https://book.example/shapes/",
        id="own plugin taken away",
    ),
    pytest.param(
        "mkdocs.yml",
        CONFIG.encode("utf-8") + b"# Caf\xe9\n",
        f"mkdocs.yml:{LINES + 1}:6 byte 0xe9 is not UTF-8; expected a file saved as UTF-8 | # Caf[\ufffd]",
        id="configuration in another encoding",
    ),
    pytest.param(
        "mkdocs.yml",
        CONFIG.replace("extra:\n", "extra:\n  fails: true\n"),
        "hooks.py:2:1 cannot be built: ZeroDivisionError: division by zero |     [return] 1 / 0 if",
        id="hook that fails",
    ),
    pytest.param(
        "mkdocs.yml", None, "mkdocs.yml:1:1 cannot be built: Config file 'mkdocs.yml' does not exist.", id="none"
    ),
]


@pytest.mark.parametrize(("name", "broken", "first"), BREAKS)
def test_a_broken_file_shows_its_problems_and_heals(server: Server, name: str, broken: str, first: str) -> None:
    since = server.output.stat().st_size
    with changed(server, name, broken):
        shown = server.wait_for_problems(bool)
        assert any(each.startswith(first) for each in shown), shown
        assert server.problems("zh/timeline/") == shown
        lines = server.wait_for_lines(since, name)
        assert lines[:-1] == [f"WARNING -  {in_terminal(each)}" for each in shown]
        count = f"{len(shown)} problem{'s' * (len(shown) > 1)}"
        outcome = r"rebuilt \d+ pages in [\d.]+ s after a change of (.+ and )?"
        assert re.fullmatch(rf"INFO    -  {outcome}{name}: {count}", lines[-1])
    server.wait_for("models/circle/", lambda html: "Circle 70B" in html)


@pytest.mark.parametrize(("name", "broken", "only"), BLOCKS)
def test_what_keeps_the_book_from_being_built_leaves_its_pages_as_they_were(
    server: Server, name: str, broken: str, only: str
) -> None:
    before = server.raw("zh/open/early/")
    since = server.output.stat().st_size
    with changed(server, name, broken):
        shown = server.wait_for_problems(bool)
        assert len(shown) == 1
        assert shown[0].startswith(only)
        page = server.raw("zh/open/early/")
        assert "it cannot be built, and what you see is as it was before" in page
        assert _without_server(page) == _without_server(before)
        *problems, last = server.wait_for_lines(since, name)
        assert problems == [f"WARNING -  {in_terminal(shown[0])}"]
        outcome = f"{name}: 1 problem, the pages stay as they were"
        assert re.fullmatch(rf"ERROR   -  could not rebuild after a change of (.+ and )?{outcome}", last)


def in_terminal(shown: str) -> str:
    """A problem of a page as the terminal says it."""
    place, _, message = shown.partition(" | ")[0].partition(" ")
    return f"{place}: {message}"


def _without_server(html: str) -> str:
    """A page without what the server puts into it."""
    soup = BeautifulSoup(html, "html.parser")
    for added in soup.select("aside.mb-problems, body > script:not([src]):last-of-type"):
        added.extract()
    return str(soup)


def test_names_files_and_folders_that_come_and_go(server: Server) -> None:
    book = server.book
    early = (book / "content/en/open/early.md").read_text(encoding="utf-8")
    with changed(server, "content/en/open/early.md", None), changed(server, "content/en/later.md", early):
        server.wait_for("later/", lambda html: "Early" in html and "404" not in html)
        # A page that is not there is reloaded, too, once it is.
        gone = server.raw("open/nowhere/")
        assert re.search(r"/livereload/\d+/", gone)
    server.wait_for("open/early/", lambda html: "mb-untranslated-page" not in html and "Early" in html)
    for folder in ("data", "content", "site_overrides"):
        since = server.output.stat().st_size
        (book / folder).rename(book / "aside")
        [problem] = server.wait_for_problems(bool)
        assert problem.startswith("mkdocs.yml:")
        assert folder in problem
        assert "could not rebuild" in server.wait_for_lines(since, f"{folder}")[-1]
        (book / "aside").rename(book / folder)
        server.wait_for_problems(lambda found: not found)


def test_links_to_a_folder_that_they_are_in_are_a_problem(server: Server) -> None:
    loop = server.book / "content/en/loop"
    loop.symlink_to("..")
    try:
        [problem] = server.wait_for_problems(bool)
    finally:
        loop.unlink()
    assert problem == (
        "content/en/loop:1:1 symbolic link to a folder that it is in; expected one to elsewhere, or none"
    )
    server.wait_for_problems(lambda found: not found)


def test_many_files_at_once_are_one_rebuild_and_those_of_editors_none(server: Server) -> None:
    folder, since = server.book / "data/models", server.output.stat().st_size
    text = (folder / "ellipse.yaml").read_text(encoding="utf-8")
    passing = [folder / name for name in ("4913", ".ellipse.yaml.swp", "ellipse.yaml~", "#ellipse.yaml#", "a.yaml.tmp")]
    for path in passing:
        path.write_text("in between", encoding="utf-8")
    time.sleep(1)
    assert server.said(since) == ""
    passing[-1].write_text(text.replace("en: Ellipse", "name: Oval", 1), encoding="utf-8")
    passing[-1].replace(folder / "ellipse.yaml")  # as editors save
    server.wait_for("models/ellipse/", lambda html: "Oval" in html)
    since = server.output.stat().st_size
    try:
        for number in range(40):
            copy = text.replace("en: Ellipse", f"en: Ellipse {number}", 1)
            (folder / f"ellipse-{number}.yaml").write_text(copy, encoding="utf-8")
            time.sleep(0.02)
        server.wait_for("models/ellipse-39/", lambda html: "Ellipse 39" in html)
        [*_, last] = server.wait_for_lines(since, "data/models/ellipse-0.yaml, data/models/ellipse-1.yaml")
        assert " and 37 more" in last
    finally:
        for path in [*passing[:-1], *folder.glob("ellipse-*.yaml")]:
            path.unlink()
        (folder / "ellipse.yaml").write_text(text, encoding="utf-8")
    server.wait_for_problems(lambda found: not found)


def test_styles_and_scripts_of_the_book_are_taken_as_they_are(server: Server) -> None:
    with changed(server, "content/en/broken.css", "a { color: "), changed(server, "content/en/broken.js", "function ("):
        server.wait_for("en/broken.js", lambda text: text == "function (")
        assert server.problems() == []


@pytest.mark.parametrize("program", ["mkdocs", "properdocs"])
def test_an_interrupt_ends_it_at_once(make_book: MakeBook, program: str) -> None:
    """While it waits, and while it builds."""
    book = make_book({"hooks.py": "import time\n\ndef on_post_build(config):\n    time.sleep(LONG)\n"})
    edit(book / "hooks.py", "LONG", "0")
    edit(book / "mkdocs.yml", "docs_dir: content\n", "docs_dir: content\nhooks: [hooks.py]\n")
    server = Server(book, program=program).ready()
    started = time.monotonic()
    assert server.stop() == 0
    assert time.monotonic() - started < 2
    assert "Traceback" not in server.said()
    edit(book / "hooks.py", "sleep(0)", "sleep(config.extra.get('sleep', 0))")
    server = Server(book, program=program).ready()
    edit(book / "mkdocs.yml", "extra:\n", "extra:\n  sleep: 30\n")
    time.sleep(4)  # it builds now
    started = time.monotonic()
    assert server.stop() == 0
    assert time.monotonic() - started < 2
    assert "Traceback" not in server.said()


@pytest.mark.parametrize(
    ("name", "broken", "options", "said"),
    [
        ("mkdocs.yml", CONFIG + "foo: [1\n", [], f"line {LINES + 1}, column 6"),
        ("mkdocs.yml", CONFIG.replace("  - search\n", "  - serach\n"), [], 'The "serach" plugin is not installed'),
        ("site_overrides/main.html", "{% if", [], "site_overrides/main.html:1:1: template fails: unexpected"),
        (
            "site_overrides/main.html",
            '{% extends "base.html" %}\n{% block content %}\n{{ nothing.at.all }}\n{% endblock %}\n',
            [],
            "site_overrides/main.html:3:1: template fails: 'nothing' is undefined",
        ),
        ("data/models/circle.yaml", 'name: "Circle\n', ["--strict"], "data/models/circle.yaml:1:7: quote is opened"),
        ("site_overrides/x.css", "", ["--dirty"], "--dirty leaves out the pages that did not change"),
    ],
)
def test_what_cannot_be_built_at_the_start_ends_it_with_a_message(
    make_book: MakeBook, name: str, broken: str, options: list[str], said: str
) -> None:
    book = make_book({"mkdocs.yml": CONFIG, "hooks.py": HOOK, "site_overrides/.gitkeep": "", name: broken})
    result = run_mkdocs(book, "serve", "--dev-addr", "127.0.0.1:0", *options)
    assert result.returncode == 1
    assert said in result.stdout + result.stderr
    assert "Traceback" not in result.stderr


def test_what_is_wrong_at_the_start_is_shown_and_what_is_edited_meanwhile_noticed(make_book: MakeBook) -> None:
    book = make_book({"data/models/circle.yaml": 'name: "Circle\n'})
    whole = (BOOKS / "minimal/data/models/circle.yaml").read_text(encoding="utf-8")
    server = Server(book, "--clean")
    try:
        assert server.ready().problems() == [
            'data/models/circle.yaml:1:7 quote is opened here and never closed | name: ["]Circle'
        ]
        (book / "data/models/circle.yaml").write_text(whole, encoding="utf-8")
        server.wait_for_problems(lambda found: not found)
    finally:
        server.stop()

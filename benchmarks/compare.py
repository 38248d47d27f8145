"""How fast the table of all models is in a browser, beside a plain table of the same rows.

    python benchmarks/compare.py 250 5000

For each number of variants, a book is generated from the minimal book of the tests and built. Chromium, its
processor slowed down four times, opens /compare/, sorts and filters; then a copy of the page that has every
row in its HTML, with a script of twenty lines. The figures are medians and their ratios, and what a first
visit transfers, everything compressed. Absolute figures depend on the machine.
"""

from __future__ import annotations

import functools
import gzip
import http.server
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

MINIMAL = Path(__file__).parent.parent / "tests" / "books" / "minimal"
VARIANTS = 25
RUNS = 5
SLOWDOWN = 4

PAGE = "---\nhide: [navigation, toc]\n---\n\n# Compare {#compare}\n\n::: compare\n"

PLAIN_SCRIPT = """
const table = document.querySelector("table.plain");
const text = (tr, column) => tr.cells[column].textContent;
[...table.tHead.rows[0].cells].forEach((th, column) => {
  const button = document.createElement("button");
  button.append(...th.childNodes);
  th.append(button);
  button.addEventListener("click", () => {
    const rows = [...table.tBodies[0].rows];
    rows.sort((a, b) => text(a, column).localeCompare(text(b, column), undefined, { numeric: true }));
    table.tBodies[0].append(...rows);
  });
});
document.querySelector("input.plain").addEventListener("input", (event) => {
  const wanted = event.target.value.toLowerCase();
  for (const tr of table.tBodies[0].rows) tr.hidden = !tr.textContent.toLowerCase().includes(wanted);
});
window.isReady = true;
"""

TIMED = """async (act) => {
  const drawn = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  await drawn();
  const start = performance.now();
  act();
  await drawn();
  return performance.now() - start;
}"""

WATCH = """
new MutationObserver((_, observer) => {
  if (!document.querySelector(".mb-compare__bar:not([hidden])") && !window.isReady) return;
  observer.disconnect();
  requestAnimationFrame(() => setTimeout(() => console.info("ready after", performance.now())));
}).observe(document, { subtree: true, childList: true, attributes: true });
"""


def generate(book: Path, variants: int) -> None:
    """A book of one language with that many variants, each a little different."""
    shutil.copytree(MINIMAL, book)
    circle = (book / "data/models/circle.yaml").read_text(encoding="utf-8").split("variants:")[0]
    for number in range(variants // VARIANTS):
        text = circle.replace("name: Circle", f"name: Circle {number}", 1).replace("[Zero]", f"[Zero {number}]")
        text = text.replace('context: "4096"', f'context: "{1024 * (number % 40 + 1)}"').replace("2T", f"{number + 1}B")
        text = text.replace(
            "license: {weights: open-shape}", f"license: {{weights: {('open-shape', 'angular')[number % 2]}}}"
        )
        lines = [
            f"  v{each}: {{name: Circle {number}-{each}, parameters: {each * 3 + number % 7 + 1}B, "
            f'released: "{2018 + (number + each) % 9}-{each % 12 + 1:02}-{number % 28 + 1:02}"}}'
            for each in range(VARIANTS)
        ]
        text += "variants:\n" + "\n".join(lines) + "\n"
        (book / f"data/models/circle-{number}.yaml").write_text(text, encoding="utf-8")
    for code in ("en", "zh"):
        (book / f"content/{code}/compare.md").write_text(PAGE, encoding="utf-8")


def write_plain(site: Path) -> None:
    """A copy of the page with every row in its HTML."""
    page = (site / "compare/index.html").read_text(encoding="utf-8")
    data = json.loads((site / "compare/rows.json").read_text(encoding="utf-8"))
    columns = data["columns"][:10]
    rows = "".join(
        "<tr>" + "".join(f"<td>{column['html'][column['rows'][row]]}</td>" for column in columns) + "</tr>"
        for row in range(len(data["ids"]))
    )
    head = "".join(f"<th>{column['label']}</th>" for column in columns)
    table = (
        f'<input class="plain"><div class="mb-table"><table class="mb-comparison plain"><thead><tr>{head}</tr></thead>'
    )
    table += f'<tbody>{rows}</tbody></table></div><script type="module">{PLAIN_SCRIPT}</script>'
    page = re.sub(r'<div class="mb-compare".*?popover role="dialog"></div>\s*</div>', lambda _: table, page, flags=re.S)
    target = site / "plain/index.html"
    target.parent.mkdir()
    target.write_text(page, encoding="utf-8")


class Handler(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        pass


def visit(browser: Browser, address: str) -> tuple[Page, list[str], float]:
    """A page that answers, what it asked for, and after how many milliseconds it answered.

    It says so in the console: to ask it again and again would take a part of the time that is measured.
    """
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": SLOWDOWN})
    page.add_init_script(WATCH)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    with page.expect_console_message(lambda said: said.text.startswith("ready after"), timeout=120_000) as ready:
        page.goto(address, wait_until="commit", timeout=120_000)
    return page, asked, float(ready.value.text.rpartition(" ")[2])


def measure(browser: Browser, address: str, query: str) -> dict[str, float]:
    """Milliseconds until the table answers, and until a sort and a filter show."""
    page, _, interactive = visit(browser, address)
    click = "() => document.querySelectorAll('thead th button')[3].click()"
    type_in = (
        f"() => {{ const input = document.querySelector('{query}'); input.value = 'circle 7';"
        " input.dispatchEvent(new Event('input', { bubbles: true })); }"
    )
    found: dict[str, Any] = {"interactive": interactive}
    page.wait_for_timeout(500)
    found["sort"] = statistics.median(page.evaluate(f"({TIMED})({click})") for _ in range(3))
    found["filter"] = page.evaluate(f"({TIMED})({type_in})")
    page.close()
    return found


def weigh(browser: Browser, site: Path, address: str) -> tuple[float, int]:
    """Kilobytes of everything that a first visit asks for, compressed, and how many requests that are."""
    page, asked, _ = visit(browser, address + "compare/")
    page.wait_for_timeout(1000)
    page.close()
    names = {url.removeprefix(address).partition("?")[0] for url in asked if url.startswith(address)}
    paths = [site / (name + "index.html" if not name or name.endswith("/") else name) for name in names]
    return sum(len(gzip.compress(path.read_bytes())) for path in paths) / 1000, len(asked)


def compare(browser: Browser, variants: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        book, site = Path(folder, "book"), Path(folder, "book", "site")
        generate(book, variants)
        command = [sys.executable, "-m", "mkdocs", "build", "--quiet"]
        environment = os.environ | {"NO_MKDOCS_2_WARNING": "1"}
        subprocess.run(command, cwd=book, check=True, env=environment, capture_output=True)
        write_plain(site)
        handler = functools.partial(Handler, directory=str(site))
        with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
            threading.Thread(target=server.serve_forever, daemon=True).start()
            address = f"http://127.0.0.1:{server.server_port}/"
            ours, plain = [], []
            for _ in range(RUNS):
                ours.append(measure(browser, address + "compare/", ".mb-compare__query"))
                plain.append(measure(browser, address + "plain/", "input.plain"))
            weight, requests = weigh(browser, site, address)
            server.shutdown()
    print(f"{variants} variants, processor {SLOWDOWN} times slower: first visit {weight:.0f} kB, {requests} requests")
    for what in ("interactive", "sort", "filter"):
        mine, theirs = (statistics.median(run[what] for run in runs) for runs in (ours, plain))
        print(f"  {what:11} {mine:6.0f} ms, plain table {theirs:6.0f} ms, {theirs / mine:.1f} times as long")


if __name__ == "__main__":
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        for count in map(int, sys.argv[1:] or ["250", "5000"]):
            compare(chromium, count)
        chromium.close()

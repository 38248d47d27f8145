"""The modules are the data flow: each imports only from modules above it, and hosts are known to one module each."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import modelbook

PACKAGE = Path(modelbook.__file__).parent

ORDER = [
    "errors",
    "scales",
    "sources",
    "schema",
    "blocks",
    "languages",
    "records",
    "words",
    "catalogue",
    "families",
    "selection",
    "coverage",
    "bibliography",
    "locators",
    "citations",
    "crossrefs",
    "formulas",
    "images",
    "markdown_blocks",
    "markdown_figures",
    "terms",
    "markdown_extension",
    "book",
    "pages",
    "anchors",
    "translations",
    "index",
    "references",
    "repository",
    "history",
    "comments",
    "search",
    "assets",
    "cards",
    "exports",
    "views.cells",
    "views.sorting",
    "views.comparison",
    "views.marks",
    "views.chart",
    "views.compare",
    "views.coverage",
    "views.disagreements",
    "views.glossary",
    "views.lanes",
    "views.lineage",
    "views.side_by_side",
    "views.extent",
    "views.grids",
    "views.models",
    "views.record",
    "views.records",
    "views.model",
    "views.references",
    "views.scores",
    "views.timeline",
    "views.translations",
    "views",
    "templating",
    "rendering",
    "drafts",
    "checking",
    "comparefiles",
    "authoring",
    "authoring.files",
    "authoring.record_layout",
    "authoring.edits",
    "authoring.new_book",
    "authoring.bibliography_layout",
    "authoring.formatting",
    "authoring.skeletons",
    "authoring.jsonschemas",
    "importing",
    "importing.tables",
    "importing.table_import",
    "importing.myst",
    "importing.myst.vocabulary",
    "importing.myst.syntax",
    "importing.myst.targets",
    "importing.myst.edits",
    "importing.myst.raw_html",
    "importing.myst.inlines",
    "importing.myst.directives",
    "importing.myst.chapter",
    "importing.myst.importing",
    "web",
    "web.allowed_links",
    "web.client",
    "web.webpages",
    "web.works",
    "web.metadata",
    "web.entries",
    "web.links",
    "reports",
    "reports.stats",
    "reports.changes",
    "reports.change_report",
    "reports.doctor",
    "serving",
    "serving.watching",
    "serving.diagnosis",
    "serving.rebuilding",
    "mkdocs_plugin.options",
    "mkdocs_plugin.host_log",
    "mkdocs_plugin.navigation",
    "mkdocs_plugin.search_index",
    "mkdocs_plugin.material",
    "mkdocs_plugin.plugin",
    "mkdocs_plugin",
    "mkdocs_plugin.reading",
    "cli.console",
    "cli.completion",
    "cli.format",
    "cli.new",
    "cli.changes",
    "cli.links",
    "cli.check",
    "cli.cite",
    "cli.import_chapter",
    "cli.import_models",
    "cli.importing",
    "cli.schemas",
    "cli.init",
    "cli.doctor",
    "cli.stats",
    "cli.translations",
    "cli",
    "__main__",
]

KNOWN_BY = {
    "yaml": {"sources", "authoring.record_layout", "authoring.edits"},
    "pydantic": {"schema", "records", "exports", "reports.change_report", "authoring.jsonschemas"},
    "bibtexparser": {"bibliography"},
    "pylatexenc": {"bibliography"},
    "babel": {"languages"},
    "pypinyin": {"languages"},
    "markdown": {"markdown_blocks", "markdown_extension", "markdown_figures"},
    "markdown_it": {"importing.myst.syntax"},
    "mdit_py_plugins": {"importing.myst.syntax"},
    "latex2mathml": {"formulas"},
    "jinja2": {"templating"},
    "packaging": {"reports.doctor"},
    "requests": {"web.client"},
    "urllib3": {"web.client"},
    "mkdocs": {module for module in ORDER if module.partition(".")[0] == "mkdocs_plugin"},
    "material": set(),
    "jieba": set(),
    "click": {module for module in ORDER if module.partition(".")[0] == "cli"},
}


def source(module: str) -> Path:
    path = PACKAGE / Path(*module.split("."))
    return path / "__init__.py" if path.is_dir() else path.with_suffix(".py")


def imports(module: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(source(module).read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            if node.module == "modelbook":
                yield from (f"modelbook.{alias.name}" for alias in node.names)
            else:
                yield node.module


def test_modules_import_only_modules_above_them() -> None:
    for position, module in enumerate(ORDER):
        for imported in imports(module):
            package, _, rest = imported.partition(".")
            if package == "modelbook":
                assert rest in ORDER[:position], f"{module} imports {imported}"


def test_each_host_is_known_to_its_module_only() -> None:
    for module in ORDER:
        for imported in imports(module):
            package = imported.partition(".")[0]
            assert module in KNOWN_BY.get(package, {module}), f"{module} imports {imported}"


def test_every_module_has_a_place() -> None:
    found = {path.relative_to(PACKAGE).with_suffix("").as_posix().replace("/", ".") for path in PACKAGE.rglob("*.py")}
    assert {name.removesuffix(".__init__") for name in found} - {"__init__"} == set(ORDER)


def test_domain_code_neither_logs_nor_prints() -> None:
    for module in ORDER:
        if module.partition(".")[0] in ("mkdocs_plugin", "cli", "__main__"):
            continue
        for node in ast.walk(ast.parse(source(module).read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                called = ast.unparse(node.func)
                assert called != "print", f"{module} prints"
                assert not called.startswith("log."), f"{module} logs"

"""Links to the files of the book where it is kept, for those who would read them, change them or report an error."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlencode, urljoin

FORMS = ".github/ISSUE_TEMPLATE"
"""The folder of the forms in which GitHub asks for an issue, from the root of the book."""

WRONG_FACT = "wrong-fact.yml"
"""The form for an error in the book."""


@dataclass(frozen=True)
class Host:
    """How the addresses of a sort of host go on behind that of a repository; a branch and a path follow."""

    edit: str
    view: str
    folder: str
    new: str
    history: str
    issues: str
    file_name: str
    """The parameter for the name of a new file."""
    title: str
    """The parameters of a new issue."""
    body: str
    has_forms: bool = False
    """Whether parameters can fill in the fields of a form."""


HOSTS = {
    # https://docs.gitlab.com/user/project/issues/create_issues/#using-a-url-with-prefilled-values
    "GitLab": Host(
        "-/edit/", "-/blob/", "-/tree/", "-/new/", "-/commits/", "-/issues", "file_name",
        "issue[title]", "issue[description]",
    ),
    # Forgejo, too. https://github.com/go-gitea/gitea/pull/16556
    "Gitea": Host(
        "_edit/", "src/branch/", "src/branch/", "_new/", "commits/branch/", "issues", "filename", "title", "body"
    ),
    # https://docs.github.com/en/issues/tracking-your-work-with-issues/using-issues/creating-an-issue
    "GitHub": Host(
        "edit/", "blob/", "tree/", "new/", "commits/", "issues", "filename", "title", "body", has_forms=True
    ),
}  # fmt: skip
"""The sorts of host, each before those whose addresses could be taken for its own."""


@dataclass(frozen=True)
class Repository:
    """Where the book's files are kept; links are empty where nobody knows."""

    edit_base: str = ""
    """The address behind which a path from the root of the book is edited."""
    address: str = ""
    """Of the repository itself."""
    host: Host | None = None
    tree: str = ""
    """What stands before a path behind the host's words: the branch, perhaps with a folder in it."""
    forms: frozenset[str] = frozenset()
    """The file names of the forms in which issues are asked for."""

    @classmethod
    def of(cls, repo_url: str, edit_uri: str, content_dir: str, root: Path | None = None) -> Repository:
        """The repository of MkDocs' two settings, of which *edit_uri* leads to *content_dir*.

        The forms are those of the book in the folder *root*.
        https://www.mkdocs.org/user-guide/configuration/#edit_uri
        """
        if not repo_url or not edit_uri:
            return cls()
        address = repo_url.rstrip("/").removesuffix(".git") + "/"
        ending = content_dir.strip("/") + "/"
        base = urljoin(address, edit_uri).rstrip("/") + "/"
        if not base.endswith(f"/{ending}"):
            return cls()
        base = base.removesuffix(ending)
        forms = frozenset(path.name for path in (root / FORMS).glob("*.yml")) if root else frozenset()
        for host in HOSTS.values():
            for words in (host.edit, host.view):
                # The repository may be called as a word of the host is; only behind another address is it looked for.
                pattern = re.escape(address) if base.startswith(address) else r"https?://[^/]+/.+?/"
                if match := re.fullmatch(f"({pattern}){re.escape(words)}(.+)", base):
                    return cls(base, match[1], host, match[2], forms)
        return cls(base)

    def edit(self, path: str) -> str:
        """Where a file is edited."""
        return self.edit_base + quote(path) if self.edit_base else ""

    def view(self, path: str, line: int = 0) -> str:
        """Where a file is shown, at a line if one is given."""
        return self._link(self.host.view, path) + (f"#L{line}" if line else "") if self.host else ""

    def folder(self, path: str) -> str:
        """Where a folder is shown."""
        return self._link(self.host.folder, path) if self.host else ""

    def history(self, path: str) -> str:
        """Where the changes of a file are listed."""
        return self._link(self.host.history, path) if self.host else ""

    def new(self, path: str) -> str:
        """Where a file is made that is not there yet."""
        if not self.host:
            return ""
        folder, name = posixpath.split(path)
        return f"{self._link(self.host.new, folder)}?{self.host.file_name}={quote(name)}"

    @property
    def issues(self) -> str:
        """Where issues are listed."""
        return self.address + self.host.issues if self.host else ""

    def issue(self, title: str, body: str, form: str = "", fields: Mapping[str, str] | None = None) -> str:
        """Where an issue is opened: with the *fields* of a form filled in, or else with a *title* and a *body*.

        https://docs.github.com/en/communities/using-templates-to-encourage-useful-issues-and-pull-requests/syntax-for-githubs-form-schema
        """
        if not self.host:
            return ""
        values = {self.host.title: title}
        if self.host.has_forms and form in self.forms:
            values = {"template": form} | values | {name: value for name, value in (fields or {}).items() if value}
        else:
            values[self.host.body] = body
        return f"{self.issues}/new?{urlencode(values, quote_via=quote, safe='[]')}"

    def _link(self, words: str, path: str) -> str:
        return f"{self.address}{words}{self.tree}{quote(path)}"

"""Links to the files of the book where it is kept, for those who would change them."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass
from urllib.parse import quote, urlencode, urljoin

_EDIT = re.compile(r"(?P<repo>.*?)(?P<gitlab>/-)?/_?edit/(?P<rest>.+)")
"""An address behind which files are edited, on the hosts that are known."""


@dataclass(frozen=True)
class Repository:
    """Where the book's files are kept, by the address at which they are edited."""

    edit_base: str = ""
    """The address behind which a path from the root of the book is edited; empty if there is none."""

    @classmethod
    def of(cls, repo_url: str, edit_uri: str, content_dir: str) -> Repository:
        """The repository of MkDocs' two settings, of which *edit_uri* leads to *content_dir*.

        https://www.mkdocs.org/user-guide/configuration/#edit_uri
        """
        if not repo_url or not edit_uri:
            return cls()
        base = urljoin(repo_url.rstrip("/") + "/", edit_uri) if "://" not in edit_uri else edit_uri
        ending = content_dir.strip("/") + "/"
        base = base.rstrip("/") + "/"
        return cls(base.removesuffix(ending)) if base.endswith(f"/{ending}") else cls()

    def edit(self, path: str) -> str:
        """Where a file is edited; empty if nobody knows."""
        return self.edit_base + quote(path) if self.edit_base else ""

    def issue(self, title: str, body: str) -> str:
        """Where an issue is opened, its *title* and *body* filled in; empty if nobody knows.

        GitHub, Gitea and Forgejo: `…/issues/new?title=…&body=…`,
        GitLab: `…/-/issues/new?issue[title]=…&issue[description]=…`.
        """
        match = _EDIT.fullmatch(self.edit_base)
        if not match:
            return ""
        names = ("issue[title]", "issue[description]") if match["gitlab"] else ("title", "body")
        query = urlencode(dict(zip(names, (title, body), strict=True)), quote_via=quote, safe="[]")
        return f"{match['repo']}{match['gitlab'] or ''}/issues/new?{query}"

    @property
    def issues(self) -> str:
        """Where issues are listed; empty if nobody knows."""
        match = _EDIT.fullmatch(self.edit_base)
        return f"{match['repo']}{match['gitlab'] or ''}/issues" if match else ""

    def new(self, path: str) -> str:
        """Where a file is made that is not there yet; empty if nobody knows.

        GitHub, Gitea and Forgejo: `…/new/<branch>/<folder>?filename=<name>`,
        GitLab: `…/-/new/<branch>/<folder>?file_name=<name>`.
        """
        match = _EDIT.fullmatch(self.edit_base)
        if not match:
            return ""
        folder, name = posixpath.split(path)
        parameter = "file_name" if match["gitlab"] else "filename"
        start = f"{match['repo']}{match['gitlab'] or ''}/new/{match['rest']}"
        return f"{start}{quote(folder)}?{parameter}={quote(name)}"

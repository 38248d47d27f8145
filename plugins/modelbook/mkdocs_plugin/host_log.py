"""What MkDocs says while it builds, and what the plugin says through it."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from mkdocs.config.defaults import MkDocsConfig

log = logging.getLogger("mkdocs.plugins.modelbook")


class HostLog(logging.Handler):
    """What MkDocs says: kept while it builds, to be said with what is wrong with the book."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self._records: list[logging.LogRecord] = []
        self._builds: int | None = threading.get_ident()
        self._logger: logging.Logger | None = None

    def listen(self, config: MkDocsConfig) -> None:
        """To the program that made *config*: MkDocs or ProperDocs."""
        self._logger = logging.getLogger(type(config).__module__.partition(".")[0])
        self._logger.addHandler(self)

    def stop(self) -> None:
        if self._logger:
            self._logger.removeHandler(self)
            for handler in self._logger.handlers:
                handler.removeFilter(self._is_said)

    def quiet(self) -> None:
        """From now on only what matters is said, unless everything is to be."""
        self._builds = None
        for handler in self._logger.handlers if self._logger else ():
            if handler is not self:
                handler.addFilter(self._is_said)

    @contextmanager
    def heard(self) -> Iterator[None]:
        """While this thread builds, what is said in it is kept."""
        self._records.clear()
        self._builds = threading.get_ident()
        try:
            yield
        finally:
            self._builds = None

    def emit(self, record: logging.LogRecord) -> None:
        if record.thread == self._builds and record.name != log.name:
            self._records.append(record)

    def errors(self) -> list[str]:
        return [record.getMessage() for record in self._records if record.levelno >= logging.ERROR]

    def warnings(self) -> list[str]:
        return [record.getMessage() for record in self._records if record.levelno < logging.ERROR]

    def _is_said(self, record: logging.LogRecord) -> bool:
        if self._logger and self._logger.isEnabledFor(logging.DEBUG):
            return True
        if record.thread == self._builds:
            return False
        is_told = record.name == log.name or record.levelno >= logging.WARNING
        return is_told or any(said in record.getMessage() for said in ("Serving on", "Shutting down"))

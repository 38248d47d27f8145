"""The book: everything read and checked, nothing rendered."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from pathlib import Path
from typing import TypeVar

from modelbook.bibliography import Bibliography, load_bibliography
from modelbook.catalogue import Catalogue, load_catalogue
from modelbook.citations import find_citations, find_narratives
from modelbook.crossrefs import Mention, find_references
from modelbook.errors import Location, MissingRecordError, Problem, did_you_mean, quoted
from modelbook.languages import LOCALES, Language, load_languages
from modelbook.markdown_extension import inline, wrong_in
from modelbook.records import Derivation, Model, Record, Term
from modelbook.schema import Citation, Name, Text
from modelbook.sources import ValuePath
from modelbook.terms import linked_terms

R = TypeVar("R", bound=Record)


@dataclass
class Uses:
    """What a page was made from; when none of it changes, neither does the page."""

    records: set[str] = field(default_factory=set)
    """`models/llama-2`; `models/llama-2/derivatives` for what derives from it, `models/llama-2/events` for the
    events that link to it; `models/*` for every model."""
    entries: set[str] = field(default_factory=set)
    templates: set[str] = field(default_factory=set)


class _TrackedCatalogue(Catalogue):
    """A catalogue that notes which of its records are asked for."""

    def __init__(self, catalogue: Catalogue, uses: Uses) -> None:
        self._records = catalogue._records
        self._folders = catalogue._folders
        self._derivatives = catalogue._derivatives
        self._referring = catalogue._referring
        self.broken = catalogue.broken
        self._uses = uses

    def all(self, kind: type[R]) -> list[R]:
        self._uses.records.add(f"{self._folders[kind]}/*")
        return super().all(kind)

    def get(self, kind: type[R], id: str) -> R | None:
        self._uses.records.add(f"{self._folders[kind]}/{id}")
        return super().get(kind, id)

    def referring(self, record: Record, kind: type[R]) -> list[R]:
        self._uses.records.add(f"{self._folders[type(record)]}/{record.id}/{self._folders[kind]}")
        return super().referring(record, kind)

    def derivatives(self, model: Model) -> list[tuple[Model, str | None, Derivation]]:
        self._uses.records.add(f"models/{model.id}/derivatives")
        return super().derivatives(model)


@dataclass(frozen=True)
class Book:
    """Records, entries and languages, with every problem found in them."""

    root: Path
    catalogue: Catalogue
    bibliography: Bibliography
    languages: Mapping[str, Language]
    problems: Sequence[Problem] = ()

    @property
    def default_language(self) -> Language:
        """The first language: its pages stand at the root of the site."""
        return next(iter(self.languages.values()))

    def tracked(self, uses: Uses) -> Book:
        """This book, noting in *uses* which records are asked for."""
        return replace(self, catalogue=_TrackedCatalogue(self.catalogue, uses))


def load_book(
    root: Path,
    *,
    data_dir: Path,
    references: Path,
    languages: Mapping[str, Mapping[str, str]],
    locale_dirs: Iterable[Path] = (),
) -> Book:
    """Read everything; what cannot be read is left out, and said in `problems`.

    Raises BookError for a language that nobody knows.
    """
    found, wrong = load_languages(languages, [LOCALES, *locale_dirs], root)
    catalogue, problems = load_catalogue(data_dir, root)
    bibliography, more = load_bibliography(references, root)
    book = Book(root, catalogue, bibliography, found)
    return replace(book, problems=sorted({*wrong, *problems, *more, *check_book(book)}))


def record_citations(record: Record) -> Iterator[tuple[ValuePath, Citation]]:
    """Every citation in a record, in its fields and in its texts."""
    for path, value in record.values:
        if isinstance(value, Citation):
            yield path, value
        elif isinstance(value, Text):
            for language, text in value.by_language.items():
                for citation in find_citations(text):
                    yield (*path, language), citation


def record_narratives(record: Record) -> Iterator[tuple[ValuePath, str]]:
    """What may be keys of citations in the sentences of a record's texts."""
    for path, value in record.values:
        if isinstance(value, Text) and not isinstance(value, Name):
            for language, text in value.by_language.items():
                for key in find_narratives(text) if "@" in text else ():
                    yield (*path, language), key


def record_references(book: Book, code: str) -> Iterator[Mention]:
    """The references to figures, tables and sections in the texts of records in a language."""
    for record in book.catalogue:
        for path, value in record.values:
            if isinstance(value, Text) and not isinstance(value, Name) and code in value.by_language:
                for id in find_references(value.by_language[code]):
                    yield Mention(id, record.locate((*path, code)))


def check_book(book: Book) -> Iterator[Problem]:
    """What is wrong between records, entries and languages."""
    for record in book.catalogue:
        for path, citation in record_citations(record):
            if citation.key not in book.bibliography:
                yield unknown_key(citation.key, record.locate(path), book)
        for path, key in record_narratives(record):
            if key not in book.bibliography and is_meant_as_key(key, book):
                yield unknown_key(key, record.locate(path), book)
        for path, text in record.values:
            if isinstance(text, Text):
                yield from _check_text(book, record, path, text)


def is_meant_as_key(word: str, book: Book) -> bool:
    """Whether `@word` in a sentence is a key mistyped, rather than a handle or whatever else it may be."""
    return bool(get_close_matches(word.casefold(), map(str.casefold, book.bibliography), n=1, cutoff=0.8))


def unknown_key(key: str, place: Location, book: Book) -> Problem:
    near = did_you_mean(key, book.bibliography) or "; expected the key of an entry"
    return Problem(place, f"no entry '{key}' in references.bib{near}")


def unknown_term(term: str, place: Location, book: Book) -> Problem | None:
    """The problem of a link to a term that is not there; None if it is, or if its file has problems of its own."""
    try:
        book.catalogue.find(Term, term)
    except MissingRecordError as error:
        return None if error.said_already else Problem(place, str(error))
    return None


def check_unused(book: Book, cited: Iterable[str]) -> Iterator[Problem]:
    """Entries that neither a page (*cited*) nor a record cites."""
    if book.catalogue.broken:  # nobody knows what those records cite
        return
    used = {*cited, *(citation.key for record in book.catalogue for _, citation in record_citations(record))}
    used.update(key for record in book.catalogue for _, key in record_narratives(record))
    for key, entry in book.bibliography.items():
        if key not in used:
            yield Problem(entry.location, f"entry '{key}' is never cited; expected a citation of it, or no such entry")


def _check_text(book: Book, record: Record, path: ValuePath, text: Text) -> Iterator[Problem]:
    for language in text.by_language:
        if language and language not in book.languages:
            near = did_you_mean(language, book.languages) or f"; expected {quoted(book.languages)}"
            yield Problem(record.locate((*path, language), key=True), f"the book has no language '{language}'{near}")
    if isinstance(text, Name):  # plain text, not Markdown
        return
    for language, said in text.by_language.items():
        for message in wrong_in(said):
            yield Problem(record.locate((*path, language)), message)
        for term in linked_terms(inline(said)):
            if problem := unknown_term(term, record.locate((*path, language)), book):
                yield problem

"""`modelbook check --links`: whether the external links of the book still lead somewhere."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import date

import click

from modelbook.cli.console import print_problems
from modelbook.errors import BookError, counted
from modelbook.mkdocs_plugin.reading import convert_pages, read_book, read_config
from modelbook.web.links import (
    CACHE,
    Answer,
    Cache,
    Manner,
    State,
    are_online,
    ask_all,
    book_links,
    check_allowed,
    describe,
)


def check_links(config_file: str, form: str, manner: Manner, keep_days: float) -> None:
    """Print what is wrong with the links; exit with 1 if one is gone, with 2 if there is no network."""
    config = read_config(config_file)
    plugin = read_book(config)
    if plugin.problems:
        said = (
            f"the book has {counted(len(set(plugin.problems)), 'problem')}; links in what cannot be read are left out"
        )
        click.echo(f"{said}: see `modelbook check`", err=True)
    written = [page for page in plugin.pages.values() if page.record is None]
    links = book_links(plugin.book, convert_pages(plugin, config, written))
    today = date.today()
    allowed = [each for each in plugin.allowed_links if each.until >= today]
    asked = {link.url for link in links if not any(each.covers(link.url) for each in allowed)}
    problems, notices = check_allowed(plugin.allowed_links, {link.url for link in links}, today)

    cache = Cache(plugin.root / CACHE, keep_days)
    if cache.is_damaged:
        click.echo(f"{CACHE.as_posix()} cannot be read; all links are asked again", err=True)
    answers = {url: answer for url in asked if (answer := cache.find(url, anchors=manner.anchors))}
    known = len(answers)
    new = sorted(asked - answers.keys())
    try:
        for url, answer in _with_progress(ask_all(new, manner), len(new)):
            answers[url] = answer
            cache.keep(url, answer, anchors=manner.anchors)
    finally:  # what is known is kept when it is interrupted, too
        cache.save(asked)
    if new and not are_online(answers[url] for url in new):
        raise BookError("no host was found, nor any that everybody knows; expected a connection to the network")

    for link in links:
        if (answer := answers.get(link.url)) and (found := describe(link, answer)):
            (problems if answer.state is State.GONE else notices).append(found)
    counts = {state: sum(answer.state is state for answer in answers.values()) for state in State}
    said = f"{counted(len(asked), 'link')}: {counts[State.GONE]} gone, {counts[State.UNCHECKED]} not checked, "
    said += f"{counts[State.MOVED] + counts[State.REDIRECTED]} elsewhere, {counts[State.FINE]} fine"
    facts = {"links": len(asked), "known": known, **{state.replace(" ", "_"): count for state, count in counts.items()}}
    print_problems(
        sorted(set(problems)),
        form,
        f"{said} ({known} known from before)" if known else said,
        notices=sorted(set(notices)),
        facts=facts,
    )
    sys.exit(1 if problems else 0)


def _with_progress(answers: Iterator[tuple[str, Answer]], count: int) -> Iterator[tuple[str, Answer]]:
    """The answers, counted on a terminal as they come in."""
    if not sys.stderr.isatty():
        yield from answers
        return
    for number, (url, answer) in enumerate(answers, 1):
        click.echo(f"\r\033[K{number} of {count} links", nl=False, err=True)
        yield url, answer
    click.echo("\r\033[K", nl=False, err=True)

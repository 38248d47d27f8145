"""New entries: keys, capitals, what is escaped, where they are put, what they repeat."""

from __future__ import annotations

from datetime import date

import pytest

from modelbook.authoring.bibliography_layout import insert_entry
from modelbook.bibliography import Bibliography, Name, encode, parse_bibliography, read_name
from modelbook.errors import BookError
from modelbook.web.entries import Shelf, dated, require_key, template
from modelbook.web.works import Scheme, Work, identify

BOOK = r"""
@online{ai2024corners,
  author = {{Institute for Angular Intelligence}},
  title = {Introducing {Corner} 2},
  date = {2024-03-05},
  url = {https://huggingface.co/angular/corner-2},
}

% On circles.
@misc{round2023circle,
  author = {Round, Ada and others},
  title = {{Circle}: Curves without {Corner}s Explained},
  year = {2023},
  eprint = {2301.00001v2},
  eprinttype = {arxiv},
}

@article{round2024qwen,
  author = {Round, Ada},
  title = {Qwen 2 Technical Report},
  journal = {Shapes},
  year = {2024},
  doi = {10.1234/AbC},
}
"""


def shelf(text: str = BOOK) -> Shelf:
    bibliography, problems = parse_bibliography(text, "references.bib")
    assert not problems
    return Shelf(bibliography)


def work(title: str, *authors: str, date: str = "2023") -> Work:
    return Work(title, tuple(map(read_name, authors or ("Ada Round",))), date)


@pytest.mark.parametrize(
    ("title", "author", "key"),
    [
        ("LLaMA: Open and Efficient Models", "Hugo Touvron", "touvron2023llama"),
        ("Llama 2: Open Foundation Models", "Hugo Touvron", "touvron2023llama2"),
        ("Phi-3 Technical Report", "Marah Abdin", "abdin2023phi3"),
        ("A Survey of Shapes", "Łukasz van der Groß", "vandergross2023survey"),
        ("The Ways of 3.5 Models", "Émile Pérès", "peres2023ways"),
        ("Circle", "Ada Round", "round2023circleb"),
        ("Circle Packing", "Ada Round", "round2023circlepacking"),
        ("大模型", "王 小明", "2023work"),
    ],
)
def test_keys_are_in_the_style_of_the_book(title: str, author: str, key: str) -> None:
    assert shelf().key(work(title, author)) == key


def test_keys_begin_as_the_book_calls_an_organization() -> None:
    institute = Work("Corner 3", (Name(literal="Institute for Angular Intelligence"),), "2025")
    assert shelf().key(institute) == "ai2025corner3"
    assert shelf().key(Work("Corner 3", (Name(literal="Other Labs"),), "2025")) == "otherlabs2025corner3"
    assert shelf().key(Work("Corner 3", (), "2025")) == "anonymous2025corner3"


@pytest.mark.parametrize(
    ("title", "written"),
    [
        ("LLaMA: Open and Efficient Models", "{LLaMA}: Open and Efficient Models"),
        ("Llama 2: Open Models", "{Llama 2}: Open Models"),
        ("Gradio: Sharing of ML Models", "{Gradio}: Sharing of {ML} Models"),
        ("Multi-Query Attention in T5", "Multi-Query Attention in {T5}"),
        ("Phi-3 and 7B Models", "{Phi-3} and {7B} Models"),
        ("What Corner Says", "What {Corner} Says"),
        ("Scaling laws for models of Gemma and others", "Scaling laws for models of {Gemma} and others"),
        ("100% of R&D costs $5 in #1 a_b {x} ~ ^", r"100\% of {R\&D} costs \$5 in \#1 a\_b \textbraceleft{}x"
         r"\textbraceright{} \textasciitilde{} \textasciicircum{}"),
        (r"Bounds of $O(n \log n)$", r"Bounds of $O(n \log n)$"),
        (r"Bounds of $\input{/etc/passwd}$", r"Bounds of \$\textbackslash{}input\textbraceleft{}/etc/passwd"
         r"\textbraceright{}\$"),
        (r"Bounds of $}{$", r"Bounds of \$\textbraceright{}\textbraceleft{}\$"),
    ],
)  # fmt: skip
def test_titles_keep_their_capitals_and_are_safe(title: str, written: str) -> None:
    entry = shelf().write(work(title), "x2023y")
    assert f"  title = {{{written}}},\n" in entry
    read = parse_bibliography(entry, "x")[0]["x2023y"]
    assert read.title == title


def test_an_entry_is_laid_out_as_those_of_the_book() -> None:
    people = (read_name("Michiel de Jong"), Name(literal="R&D and Co"), Name("King, Jr.", "Martin"), Name("Plato"))
    fields = {
        "url": "https://a.example/b_c?d=1&e=%20",
        "eprint": "2301.00002",
        "eprinttype": "arxiv",
        "doi": "10.1/a_b",
    }
    said = Work("Shapes", people, "2023-07-18", "online", fields, more_authors=True)
    assert shelf().write(said, "dejong2023shapes") == (
        "@online{dejong2023shapes,\n"
        r"  author = {de Jong, Michiel and {R\&D and Co} and King, Jr., Martin and {Plato} and others}," "\n"
        "  title = {Shapes},\n"
        "  date = {2023-07-18},\n"
        "  doi = {10.1/a_b},\n"
        "  eprint = {2301.00002},\n"
        "  eprinttype = {arxiv},\n"
        "  url = {https://a.example/b_c?d=1&e=%20},\n"
        "}\n"
    )  # fmt: skip


def test_an_entry_is_in_the_dialect_of_the_file() -> None:
    older = r"@misc{a, author = {Rozi{\`e}re, B.}, title = {A}, year = {2023}, eprint = {1}, archiveprefix = {arXiv}}"
    said = Work("Über Shapes", (Name("Rozière", "B."),), "2023", fields={"eprint": "2", "eprinttype": "arxiv"})
    entry = shelf(older).write(said, "b")
    assert r"author = {Rozi{\`e}re, B.}" in entry
    assert r"title = {{\"U}ber Shapes}" in entry
    assert "archiveprefix = {arxiv}" in entry
    assert "Rozière" in shelf().write(said, "b")


def test_what_is_plain_text_is_so_again_when_it_is_read() -> None:
    text = r"\a {b} $c ~d ^e %f &g #h _i"
    for in_ascii in (False, True):
        entry = f"@misc{{k, author = {{A}}, year = 2023, title = {{{encode(text, in_ascii=in_ascii)}}}}}"
        assert parse_bibliography(entry, "x")[0]["k"].title == text


def test_what_cannot_be_read_again_is_not_written() -> None:
    broken = Work("Shapes", (Name("Round", "Ada"),), "2023", fields={"url": "https://a.example/}"})
    with pytest.raises(BookError, match="what is said of 'Shapes' cannot be written as an entry; fill it in by hand"):
        shelf().write(broken, "x2023y")


def test_what_is_said_adds_no_field() -> None:
    broken = Work("Shapes", (Name("Round", "Ada"),), "2023", fields={"doi": "10.1234/a},abstract={b"})
    with pytest.raises(BookError, match="what is said of 'Shapes' cannot be written as an entry"):
        shelf().write(broken, "x2023y")


def test_editors_are_written_as_authors_are() -> None:
    editors = (Name(literal="Rounds & Sons, note={x}"), Name("Müller", "Ada"))
    said = shelf().write(Work("Shapes", (), "2023", "book", editors=editors), "x2023y")
    read = parse_bibliography(said, "x")[0]["x2023y"]
    assert list(read.fields) == ["editor", "title", "year"]
    assert read.editors == editors


@pytest.mark.parametrize(
    ("identifier", "key"),
    [
        ("2301.00001v1", "round2023circle"),
        ("10.1234/aBc", "round2024qwen"),
        ("http://www.huggingface.co/angular/corner-2/", "ai2024corners"),
        ("2301.00002", None),
    ],
)
def test_a_work_is_found_by_what_identifies_it(identifier: str, key: str | None) -> None:
    found = shelf().find_same(identify(identifier))
    assert (found.entry.key if found else None) == key


@pytest.mark.parametrize(
    ("title", "author", "key"),
    [
        ("Circle: curves without corners, explained", "Ada Round", "round2023circle"),
        ("Circle: Curves without Corners Explained", "Emmy Noether", "round2023circle"),
        ("Circles: Curve without corners explained", "Ada Round", "round2023circle"),
        ("Circles: Curve without corners explained", "Emmy Noether", None),
        ("Qwen 2 Technical Report", "Ada Round", "round2024qwen"),
        ("Qwen 2.5 Technical Report", "Ada Round", None),
        ("Qwen 3 Technical Report", "Ada Round", None),
        ("Introducing Corner 2", "Emmy Noether", None),
    ],
)
def test_a_work_of_nearly_the_same_title_is_found(title: str, author: str, key: str | None) -> None:
    found = shelf().find_like(work(title, author))
    assert (found.entry.key if found else None) == key
    assert not (found and found.is_certain)


def test_the_owner_of_a_page_is_called_as_in_the_book() -> None:
    url = "https://huggingface.co/angular/corner-3"
    card = Work("corner-3 Model Card", (Name(literal="angular"),), fields={"url": url}, is_named_by_site=True)
    assert shelf().named(card).authors == (Name(literal="Institute for Angular Intelligence"),)
    other = Work("x", (Name(literal="y"),), fields={"url": "https://huggingface.co/y/x"}, is_named_by_site=True)
    assert shelf().named(other).authors == (Name(literal="y"),)


def test_a_work_without_a_date_is_of_this_year() -> None:
    page = dated(Work("A", (), fields={"url": "https://a.example"}), date(2026, 11, 2))
    assert (page.date, page.fields["urldate"]) == ("2026", "2026-11-02")
    assert page.remarks == ("it says no date, so that its year is 2026; expected the right one",)
    assert dated(work("A"), date(2026, 11, 2)) == work("A")


ENTRY = "@misc{%s,\n  title = {X},\n  author = {Y},\n  year = {2023},\n}\n"


@pytest.mark.parametrize("eol", ["\n", "\r\n"])
@pytest.mark.parametrize(
    ("key", "before", "after"),
    [("aa", "", "@online{ai2024corners"), ("b", "}\n\n", "\n% On circles."), ("Z", BOOK + "\n", "")],
)
def test_an_entry_is_put_in_its_place(key: str, before: str, after: str, eol: str) -> None:
    text = BOOK.replace("\n", eol)
    found = insert_entry(text, ENTRY % key, key)
    entry = (ENTRY % key).replace("\n", eol)
    start = found.index(entry)
    assert found[:start].endswith(before.replace("\n", eol))
    assert found[start + len(entry) :].lstrip("\r\n").startswith(after.replace("\n", eol).lstrip("\r\n"))
    assert found.replace(entry + eol, "", 1) == text or found.replace(eol + entry, "", 1) == text


def test_an_entry_comes_last_where_there_is_no_order() -> None:
    text = "@misc{b, title = {B}}\n@misc{a, title = {A}}"
    assert insert_entry(text, ENTRY % "aa", "aa") == f"{text}\n\n{ENTRY % 'aa'}"
    assert insert_entry("", ENTRY % "a", "a") == ENTRY % "a"


def test_an_entry_to_fill_in_has_what_is_known() -> None:
    assert template(identify("2301.00002")) == (
        "@misc{family2023word,\n  author = {},\n  title = {},\n  year = {},\n  eprint = {2301.00002},\n"
        "  eprinttype = {arxiv},\n  eprintclass = {},\n}\n"
    )
    assert "  journal = {},\n  year = {},\n  doi = {10.1234/x},\n" in template(identify("10.1234/x"))
    assert "@online{family2023word" in template(identify("https://a.example/"))
    assert "@online{euler1758elementa" in template(identify("https://a.example/"), "euler1758elementa")
    assert identify("https://a.example/").scheme is Scheme.URL


def test_a_key_is_one_and_free() -> None:
    bibliography = parse_bibliography(BOOK, "references.bib")[0]
    require_key("round2025new", bibliography)
    with pytest.raises(BookError, match=r"key 'round2024qwen' is taken by references.bib:18:1; expected another"):
        require_key("round2024qwen", bibliography)
    for wrong in ("a b", "", "a,b", "a{", "@a", "a;b"):
        with pytest.raises(BookError, match="is not a key; expected one such as zhao2023survey"):
            require_key(wrong, Bibliography())

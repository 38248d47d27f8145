"""BibTeX as the world writes it: accents, names, strings, addresses, and a real file."""

from __future__ import annotations

import random
import re
from pathlib import Path

import pytest
from bibtexparser.entrypoint import parse_string
from bibtexparser.middlewares.enclosing import RemoveEnclosingMiddleware
from bibtexparser.middlewares.latex_encoding import LatexDecodingMiddleware
from bibtexparser.middlewares.names import SeparateCoAuthors, SplitNameParts

from conftest import BOOKS
from modelbook.bibliography import Bibliography, Entry, decode, load_bibliography, parse_bibliography

REAL = Path(__file__).parent / "cases" / "bibliography" / "real.bib"


def entry(fields: str, before: str = "") -> Entry:
    """The last entry of a file that has no problem."""
    text = f"{before}@misc{{key, title = {{Title}}, author = {{A. Author}}, year = {{2023}}, {fields}}}"
    bibliography, problems = parse_bibliography(text, "references.bib")
    assert problems == []
    return bibliography["key"]


def names(written: str) -> list[str]:
    bibliography, _ = parse_bibliography(f"@misc{{key, author = {{{written}}}}}", "references.bib")
    return [name.full for name in bibliography["key"].authors]


@pytest.mark.parametrize(
    ("latex", "text"),
    [
        (r"Rozi{\`e}re", "Rozière"),
        (r"{\"o} \"{o} \"o", "ö ö ö"),
        (r"\c{c} {\c c}", "ç ç"),
        (r"{\o} M{\o}ller \O stergaard", "ø Møller Østergaard"),
        (r"\v{s} \H{o} \u{g} \k{a} \r{a}", "š ő ğ ą å"),
        (r"\'{\i} \'\i{} Na\"{\i}ve", "í í Naïve"),
        (r"Stra{\ss}e {\L}ukasz {\AA}", "Straße Łukasz Å"),
        (r"\~n \={a} \.z \d{s} \^{o}", "ñ ā ż ṣ ô"),
        ("pages 1--2 --- or so", "pages 1–2 — or so"),
        ("``quotes'' and `more'", "“quotes” and ‘more’"),
        ("J.~Doe", "J. Doe"),
        (r"R\&D & more \& more", "R&D & more & more"),
        (r"97\% of 100% % is said", "97% of 100% % is said"),
        (r"snake\_case and snake_case, C\# and C#", "snake_case and snake_case, C# and C#"),
        (r"$n^2$ and $\alpha$", r"$n^2$ and $\alpha$"),
        ("sued for {$3B} after", "sued for $3B after"),
        (r"\$5 and $5", "$5 and $5"),
        (r"\emph{it} {\em it} \textbf{it} \texttt{a_b} \mbox{box} \textsc{sc}", "it it it a_b box sc"),
        (r"\unknown{text} of \LaTeX{} and \TeX", "text of LaTeX and TeX"),
        (r"\url{https://a.example/b_c%20d} \href{https://a.example}{text}", "https://a.example/b_c%20d text"),
        (r"hyphen\-ation, \copyright{} \S{} 5", "hyphenation, © § 5"),
        (r"\href{alone}", "alone"),
        ("{{Braces} with}in", "Braces within"),
        (r"\{kept\}", "{kept}"),
        ("中文标题：“引号”", "中文标题：“引号”"),
        ("a\n  b", "a\n  b"),
        ("", ""),
    ],
)
def test_latex_becomes_text(latex: str, text: str) -> None:
    assert decode(latex) == text


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("Leonhard Euler", ["Leonhard Euler"]),
        ("Euler, Leonhard", ["Leonhard Euler"]),
        ("Ludwig van Beethoven and van Beethoven, Ludwig", ["Ludwig van Beethoven"] * 2),
        ("von der Leyen, Ursula", ["Ursula von der Leyen"]),
        ("King, Jr., Martin Luther", ["Martin Luther King Jr."]),
        ("{{Red Hat, Inc}}", ["Red Hat, Inc"]),
        ("{Barnes and Noble} and {OpenAI}", ["Barnes and Noble", "OpenAI"]),
        (r"{Dupont \& Fils}", ["Dupont & Fils"]),  # codespell:ignore fils
        ("{da Costa-Luis}, Casper", ["Casper da Costa-Luis"]),
        ('Jean {de la Fontaine} and {Sp{\\"a}th} Labs', ["Jean de la Fontaine", "Späth Labs"]),
        (r"{\'E}lise Fran{\c c}ois and {\"O}zt{\"u}rk, Ali", ["Élise François", "Ali Öztürk"]),
        ("Patrick Howell O'Neill and Sartre, Jean-Paul", ["Patrick Howell O'Neill", "Jean-Paul Sartre"]),
        ("Plato", ["Plato"]),
        ("王小云 and 王, 小云 and 王 小云 and {王小云}", ["王小云"] * 4),
        ("山田, 太郎 and 김 철수", ["山田太郎", "김철수"]),
        ("A. One\n and\tB. Two AND C. Three", ["A. One", "B. Two", "C. Three"]),
        ("{} and , and A. One", ["A. One"]),
        ("", []),
    ],
)
def test_names(written: str, said: list[str]) -> None:
    assert names(written) == said


def test_parts_of_names() -> None:
    bibliography, _ = parse_bibliography("@misc{a, author={van Gogh, Vincent and 王 小云 and {OpenAI}}}", "r.bib")
    assert [(name.family, name.given, name.short) for name in bibliography["a"].authors] == [
        ("van Gogh", "Vincent", "van Gogh"),
        ("王", "小云", "王"),
        ("", "", "OpenAI"),
    ]


@pytest.mark.parametrize("others", ["others", "{others}", "OTHERS"])
def test_and_others(others: str) -> None:
    found = parse_bibliography(f"@misc{{a, author = {{A. One and B. Two and {others}}}}}", "r.bib")[0]["a"]
    assert [name.full for name in found.authors] == ["A. One", "B. Two"]
    assert found.more_authors


def test_responsible_are_authors_or_editors_or_a_body() -> None:
    def responsible(fields: str) -> tuple[list[str], bool]:
        found = parse_bibliography(f"@book{{a, {fields}}}", "r.bib")[0]["a"]
        return [name.full for name in found.responsible], found.more_authors

    assert responsible("author = {A. One}, editor = {B. Two and others}") == (["A. One"], False)
    assert responsible("editor = {B. Two and others}, publisher = {House}") == (["B. Two"], True)
    assert responsible("publisher = {House \\& Sons}, institution = {Institute}") == (["Institute"], False)
    assert responsible("label = {Anon}") == ([], False)


def test_strings() -> None:
    before = '@string{MIT = "MIT " # press}\n@string(press = {Press})\n'
    bibliography, problems = parse_bibliography(
        "@misc{a, title = mit # { \\& } # Press # 7, author = {A}, year = 2023, month = JAN}\n"
        "@string{press = {Press}}\n@string{MIT = {The } # press}\n",
        "r.bib",
    )
    assert problems == []
    assert bibliography["a"].title == "The Press & Press7"
    assert bibliography["a"].fields["month"] == "1"
    _, problems = parse_bibliography(before + "@misc{a, title = MIT, author = {A}, year = 2023}", "r.bib")
    assert [str(problem) for problem in problems] == ["r.bib:1:1: no @string 'press'; expected {...} around text"]


def test_the_bibtex_of_an_entry_can_be_read_alone() -> None:
    """What it takes from strings stands in it, its parent behind it; names of months every style knows."""
    text = """@string{acm = {ACM {P}ress}}
@inproceedings{child, title = {acm}, author = {A}, month = mar, crossref = {parent}, note = "x" # acm,publisher=ACM}
@proceedings{parent, title = {Conference}, editor = {E}, publisher = acm # { 2}, year = 2020}
"""
    whole, problems = parse_bibliography(text, "r.bib")
    assert problems == []
    assert "month = mar" in whole["child"].source
    assert "note = {xACM {P}ress},publisher={ACM {P}ress}}" in whole["child"].source
    for key, entry in whole.items():
        alone, problems = parse_bibliography(entry.source, "r.bib")
        assert problems == []
        assert dict(alone[key].fields) == dict(entry.fields)


def test_crossref_inherits_what_is_common() -> None:
    parent = """
      @proceedings{parent, title = {Proceedings}, subtitle = {Sub}, editor = {E. Ditor}, date = {2020-05},
        doi = {10.1/p}, url = {https://parent.example}, eprint = {2001.00001}, keywords = {k}, publisher = {House}}
    """
    child = "@inproceedings{child, title = {Paper}, author = {A}, crossref = {parent}}"
    for text in (parent + child, child + parent):
        bibliography, problems = parse_bibliography(text, "r.bib")
        assert problems == []
        found = bibliography["child"]
        assert (found.title, found.venue, found.year) == ("Paper", "Proceedings", "2020")
        assert (found.doi, found.url, found.arxiv, found.link) == ("", "", "", "")
        assert found.get("publisher") == "House"


@pytest.mark.parametrize(
    ("fields", "year"),
    [
        ("date = {2024-03-05}", "2024"),
        ("date = {2021/2024}", "2021"),
        ("month = mar", "2023"),
        ("date = {}", "2023"),
    ],
)
def test_year_is_of_the_date_or_else_the_year(fields: str, year: str) -> None:
    assert entry(fields).year == year


def test_year_in_words() -> None:
    assert parse_bibliography("@misc{a, year = {n.d.}}", "r.bib")[0]["a"].year == "n.d."


@pytest.mark.parametrize(
    ("fields", "arxiv"),
    [
        ("eprint = {2303.18223}, eprinttype = {arxiv}", "2303.18223"),
        ("eprint = {arXiv:2303.18223v2}, archivePrefix = {arXiv}", "2303.18223v2"),
        ("eprint = {cs.CL/0309034}, archiveprefix = {arXiv}", "cs.CL/0309034"),
        ("eprint = {2303.18223}", "2303.18223"),
        ("eprint = {hal-0123456}", ""),
        ("eprint = {12345678}, eprinttype = {pubmed}", ""),
        ("url = {https://arxiv.org/abs/2303.18223v3}", "2303.18223"),
        (r"url = {\url{http://arxiv.org/pdf/2303.18223.pdf}}", "2303.18223"),
        ("journal = {arXiv preprint arXiv:2303.18223}", "2303.18223"),
        ("journaltitle = {ArXiv: hep-th/9901001}", "hep-th/9901001"),
        ("doi = {10.48550/arXiv.2303.18223}", "2303.18223"),
        (r"howpublished = {\url{https://arxiv.org/html/2303.18223}}", "2303.18223"),
        ("url = {https://example.org/2303.18223}", ""),
    ],
)
def test_arxiv_is_recognized(fields: str, arxiv: str) -> None:
    assert entry(fields).arxiv == arxiv


@pytest.mark.parametrize(
    ("fields", "link"),
    [
        ("doi = {10.1000/x_y}", "https://doi.org/10.1000/x_y"),
        (r"doi = {https://doi.org/10.1000/x\_y}", "https://doi.org/10.1000/x_y"),
        ("doi = {http://dx.doi.org/10.1000/x}, url = {https://a.example}", "https://doi.org/10.1000/x"),
        ("doi = {doi: 10.1000/x}", "https://doi.org/10.1000/x"),
        ("eprint = {2303.18223}, url = {https://a.example}", "https://arxiv.org/abs/2303.18223"),
        (r"url = {https://a.example/b\_c\%20d\#e}", "https://a.example/b_c%20d#e"),
        (r"url = {\url{https://a.example/?a=1&b={2}}}", "https://a.example/?a=1&b=2"),
        (r"url = {https://a.example/{\textasciitilde}me}", "https://a.example/~me"),
        (r"url = {https://a.example/\~me/~you}", "https://a.example/~me/~you"),
        (r"howpublished = {\url{https://a.example}}", "https://a.example"),
        ("howpublished = {On paper}", ""),
    ],
)
def test_links(fields: str, link: str) -> None:
    assert entry(fields).link == link


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "data:text/html,x", "ftp://a.example", "a.example", "https://a b", "//a.example"]
)
def test_unsafe_addresses_are_not_linked(url: str) -> None:
    found, problems = parse_bibliography(f"@misc{{a, title={{T}}, author={{A}}, year=2023, url={{{url}}}}}", "r.bib")
    assert found["a"].link == ""
    assert [problem.message.partition(";")[0] for problem in problems] == ["url of 'a' is not an allowed address"]


def test_venue_is_no_repetition() -> None:
    assert entry("journal = {Nature \\& more}").venue == "Nature & more"
    assert entry("journal = {arXiv preprint arXiv:2303.18223}, series = {Series}").venue == "Series"
    assert entry("booktitle = {Title}").venue == ""
    assert entry(r"howpublished = {\url{https://a.example}}").venue == ""


def test_braces_and_quotes_within_values() -> None:
    assert entry(r'note = "a {"}quoted{"} b"').get("note") == 'a "quoted" b'
    assert entry(r"note = {3\" and \} and \{}").fields["note"] == r"3\" and \} and \{"
    assert entry('note = {a, b = c @ d # "e"}').get("note") == 'a, b = c @ d # "e"'
    found = parse_bibliography("@misc(a, title = {T (2)}, author = {A}, year = 2023)", "r.bib")
    assert (found[0]["a"].title, found[1]) == ("T (2)", [])


def test_a_broken_entry_stands_in_for_itself() -> None:
    bibliography, problems = parse_bibliography(
        "@misc{a,\n title {T}}\n@misc{b, title={B}, author={A}, year=2023}", "r.bib"
    )
    assert [str(problem) for problem in problems] == [
        "r.bib:2:2: broken entry 'a': no '=' after 'title'; expected `title = {value},`"
    ]
    assert {key: entry.title for key, entry in bibliography.items()} == {"b": "B", "a": "a"}


def test_a_file_that_cannot_be_read_is_said_once(tmp_path: Path) -> None:
    bibliography, problems = load_bibliography(tmp_path / "references.bib", tmp_path)
    assert [str(problem) for problem in problems] == ["references.bib:1:1: cannot be read: No such file or directory"]
    assert "any" in bibliography
    assert list(bibliography) == []
    assert bibliography["any"].title == "any"


def test_what_is_damaged_is_said_and_never_raises() -> None:
    """Seeded damage to real text: each problem has a place in the text, each entry can be shown."""
    source = REAL.read_text(encoding="utf-8")[:4000] + (BOOKS / "minimal/references.bib").read_text(encoding="utf-8")
    pieces = [*'{}",=\n\\#@()%$&', "@misc{k,\n", "\n@string{", "@comment{", r"\href{", r"\sqrt[", r"\frac", r"\verb|"]
    dice = random.Random(7)  # noqa: S311 (no secret)
    for _ in range(400):
        start = dice.randrange(len(source) - 700)
        text = source[start : start + 700]
        for _ in range(dice.randrange(1, 8)):
            cut = dice.randrange(len(text))
            text = text[:cut] + dice.choice(pieces) + text[cut + dice.choice([0, 0, 5]) :]
        bibliography, problems = parse_bibliography(text, "r.bib")
        lines = text.split("\n")
        for problem in problems:
            assert "\n" not in problem.message
            assert 1 <= problem.location.column <= len(lines[problem.location.line - 1]) + 1
        for found in bibliography.values():
            assert all(isinstance(said, str) for said in (found.title, found.venue, found.year, found.link))
            assert all(name.full for name in found.responsible)


# --- a real file -----------------------------------------------------------------------


@pytest.fixture(scope="module")
def real() -> Bibliography:
    bibliography, problems = load_bibliography(REAL, REAL.parent)
    assert [str(problem).partition(";")[0] for problem in problems] == [
        "real.bib:806:1: entry 'reversal-curse' has no author"
    ]
    return bibliography


def test_every_entry_of_a_real_file_is_read(real: Bibliography) -> None:
    assert len(real) == REAL.read_text(encoding="utf-8").count("\n@") == 152
    longest = max(real.values(), key=lambda entry: len(entry.authors))
    assert (longest.key, len(longest.authors)) == ("srivastava2023imitation", 451)
    assert real["openai-privacy-case"].title.startswith("Microsoft, OpenAI sued for $3B after allegedly")
    assert real["cdcl-cra-pla"].title == "CRA & PLA Cybersecurity Laws Need Rewording"
    assert real["vector-quantisation"].title.endswith(" by 97%")
    assert real["prem_stateofosai"].authors[0].full == "Casper da Costa-Luis"
    assert real["prem_stateofosai"].more_authors


def test_no_text_of_a_real_file_is_lost(real: Bibliography) -> None:
    for found in real.values():
        texts = [found.title, *(name.full for name in (*found.authors, *found.editors))]
        assert all(texts)
        assert not [text for text in texts if set(text) & set("\\{}")]
        assert found.year.isdigit()


def test_a_real_file_reads_as_it_does_with_the_middleware_of_the_parser(real: Bibliography) -> None:
    """An independent reading: same words in titles, same names, though typography differs."""
    library = parse_string(
        REAL.read_text(encoding="utf-8"),
        parse_stack=[RemoveEnclosingMiddleware(), SeparateCoAuthors(), SplitNameParts()],
    )
    assert [block.key for block in library.entries] == list(real)
    decoding = LatexDecodingMiddleware()
    for block in library.entries:
        found = real[block.key]
        title = str(block["title"]).replace("&", r"\&").replace(r"\\&", r"\&").replace("$", r"\$")
        plain, problem = decoding._transform_python_value_string(title)
        assert problem == ""
        assert _letters(plain) == _letters(found.title)
        authors = block.get("author")
        written = authors.value if authors else []
        if found.more_authors:
            written = written[:-1]
        assert len(written) == len(found.authors)
        for parts, name in zip(written, found.authors, strict=True):
            plain = decoding._transform_python_value_string(parts.merge_first_name_first)[0]
            # A body in braces is one family name to BibTeX; `Systems, Inc` without braces is a person.
            assert _letters(plain) == _letters(name.full)


def _letters(text: str) -> str:
    """Letters, digits and signs, without braces, spaces and kinds of dash and quote."""
    return "".join(character for character in text if character.isalnum() or character in "$%&+#@")


def test_plain_entries_read_as_they_do_with_the_parser(monkeypatch: pytest.MonkeyPatch) -> None:
    """Entries that a pattern finds, whole or spoiled in some places, are those that the parser finds."""
    entries = re.split(r"\n(?=@)", REAL.read_text(encoding="utf-8"))
    chance = random.Random(0)  # noqa: S311
    texts = [_spoiled("\n".join(chance.sample(entries, 5)), chance) for _ in range(200)]
    found = [_read(text) for text in texts]
    monkeypatch.setattr("modelbook.bibliography._ENTRY", re.compile("(?!)"))
    assert [_read(text) for text in texts] == found


def _read(text: str) -> object:
    bibliography, problems = parse_bibliography(text, "references.bib")
    return [(entry, entry.location, entry.source) for entry in bibliography.values()], problems


def _spoiled(text: str, chance: random.Random) -> str:
    for _ in range(chance.randrange(4)):
        place = chance.randrange(len(text))
        text = text[:place] + chance.choice(["", *'{}@",=\\\n%# 1']) + text[place + 1 :]
    return text

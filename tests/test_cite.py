"""`modelbook cite add`, asked of a server that answers as arXiv, doi.org and web pages do."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from threading import Event
from urllib.parse import parse_qs, urlsplit

import pytest
from click.testing import CliRunner

import modelbook.web.client
from conftest import MakeBook, problems_of
from modelbook.cli import main
from modelbook.web.metadata import describe_page, read_csl
from modelbook.web.webpages import read_page
from webstub import SHAPES, Answer, Request, Web, route_names, serve, shape

LLAMA_2 = """\
@misc{touvron2023llama2,
  author = {Touvron, Hugo and Martin, Louis and Rozi{\\`e}re, Baptiste},
  title = {{Llama 2}: Open Foundation and Fine-Tuned Chat Models},
  year = {2023},
  eprint = {2307.09288},
  eprinttype = {arxiv},
  eprintclass = {cs.CL},
}
"""


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    waited: list[float] = []
    monkeypatch.setattr(modelbook.web.client, "sleep", waited.append)
    return waited


@pytest.fixture
def web(monkeypatch: pytest.MonkeyPatch, waits: list[float]) -> Iterator[Web]:
    route_names(monkeypatch)
    with serve() as web:
        monkeypatch.setenv("MODELBOOK_ARXIV_URL", web.url("/api/query", "arxiv.example"))
        monkeypatch.setenv("MODELBOOK_DOI_URL", web.url("/", "doi.example"))
        yield web


@pytest.fixture
def book(make_book: MakeBook) -> Path:
    return make_book({})


def add(book: Path, *works: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(main, ["cite", "add", "-f", str(book / "mkdocs.yml"), *works])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.output
    return result.exit_code, result.stdout, result.stderr


def references(book: Path) -> str:
    return (book / "references.bib").read_text(encoding="utf-8")


# --- arXiv -----------------------------------------------------------------------------


def test_a_preprint_is_added_at_its_place(web: Web, book: Path) -> None:
    web.routes["/api/query"] = shape("arxiv.xml")
    before = references(book)
    assert add(book, "https://arxiv.org/abs/2307.09288v1") == (
        0,
        "references.bib:23:1: touvron2023llama2 was added; cite it with [@touvron2023llama2]\n",
        "",
    )
    assert references(book) == before + "\n" + LLAMA_2
    assert problems_of(book) == [
        "references.bib:23:1: entry 'touvron2023llama2' is never cited; expected a citation of it, or no such entry"
    ]
    query = parse_qs(urlsplit(web.requests[0].path).query)
    assert query == {"id_list": ["2307.09288"], "max_results": ["1"]}


def test_what_is_said_in_latex_becomes_plain_and_safe(web: Web, book: Path) -> None:
    web.routes["/api/query"] = shape("arxiv.xml")
    code, out, err = add(book, "--dry-run", "cs/0112017")
    assert code == 0
    assert out == (
        "@misc{deepshapeai2001bounds,\n"
        "  author = {{DeepShape-AI} and de Jong, Michiel and King, Jr., Martin L.},\n"
        '  title = {Bounds of $O(n \\log n)$ for {\\"U}ber-graphs \\& 100\\% of {BERT} sic},\n'
        "  howpublished = {Shapes 12 (2002) 1-9},\n"
        "  year = {2001},\n"
        "  doi = {10.1234/shapes_12},\n"
        "  eprint = {cs/0112017},\n"
        "  eprinttype = {arxiv},\n"
        "  eprintclass = {cs.DM},\n"
        "}\n"
    )
    assert err == (
        "references.bib:1:1: deepshapeai2001bounds would be added; nothing was written\n"
        "references.bib:1:1: arXiv says: This paper has been withdrawn by the authors\n"
    )
    assert "Bounds" not in references(book)


def test_several_preprints_are_asked_for_at_once(web: Web, book: Path) -> None:
    web.routes["/api/query"] = shape("arxiv.xml")
    code, out, err = add(book, "2307.09288", "arXiv:2307.09288v2", "cs/0112017", "2302.99999")
    assert code == 2
    assert [line.split()[1] for line in out.splitlines()[:2]] == ["touvron2023llama2", "deepshapeai2001bounds"]
    assert "eprint = {2302.99999}" in out
    assert "arXiv 2302.99999: arXiv has no work 2302.99999; expected the id of a paper\n" in err
    assert len(web.requests) == 1


def test_a_wrong_id_does_not_spoil_the_others(web: Web, book: Path, waits: list[float]) -> None:
    def answer(request: Request) -> Answer:
        feed = shape("arxiv-error.xml" if "1234.12345" in request.path else "arxiv.xml")
        return Answer(400, feed.headers, feed.body) if "1234.12345" in request.path else feed

    web.routes["/api/query"] = answer
    code, out, err = add(book, "2307.09288", "1234.12345")
    assert code == 2
    assert "touvron2023llama2 was added" in out
    assert err == (
        "arXiv 1234.12345: arxiv.example says: incorrect id format for 1234.12345; expected the id of a paper\n"
    )
    assert len(waits) == 2
    assert all(2 < wait <= 3 for wait in waits)


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (Answer(503), "arxiv.example answers 503 Service Unavailable; expected a list of works: try again later"),
        (Answer(429), "arxiv.example is asked too often (429 Too Many Requests); expected a pause"),
        (Answer(200, body=b"Rate exceeded."), "arxiv.example answers with something else than a feed; expected Atom"),
        (Answer(200, body=b"\xff\xfe<"), "arxiv.example answers with something else than a feed"),
        (Answer(200, body=b"<html/>"), "arxiv.example answers with <html>; expected Atom"),
        (Answer(200, body=b"x" * 4_000_000), "arxiv.example answers with more than 3,000,000 bytes"),
        (
            Answer(200, body=b'<!DOCTYPE feed [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><feed>&b;</feed>'),
            "arxiv.example answers with something else than a feed",
        ),
    ],
)
def test_nothing_is_written_when_arxiv_fails(web: Web, book: Path, answer: Answer, said: str) -> None:
    web.routes["/api/query"] = answer
    before = references(book)
    code, out, err = add(book, "2307.09288")
    assert (code, references(book)) == (2, before)
    assert err.startswith(f"arXiv 2307.09288: {said}")
    assert out == (
        "@misc{family2023word,\n  author = {},\n  title = {},\n  year = {},\n  eprint = {2307.09288},\n"
        "  eprinttype = {arxiv},\n  eprintclass = {},\n}\n"
    )


def test_without_a_network_it_is_said_what_to_do(web: Web, book: Path) -> None:
    code, out, err = add(book, "--arxiv-url", "https://gone.example/api", "2307.09288")
    assert code == 2
    assert err == (
        "arXiv 2307.09288: gone.example is not known: there is no such host; "
        "expected a connection to it: try again later, or fill in by hand\n"
    )
    assert "eprint = {2307.09288}" in out


def test_an_entry_to_fill_in_has_the_key_that_was_asked_for(web: Web, book: Path) -> None:
    code, out, _ = add(book, "--arxiv-url", "https://gone.example/api", "--key", "own2023key", "2307.09288")
    assert code == 2
    assert out.startswith("@misc{own2023key,\n")


def test_a_service_that_says_nothing_is_not_waited_for(web: Web, book: Path) -> None:
    end = Event()
    web.routes["/api/query"] = Answer(before=lambda: end.wait(10))
    code, _, err = add(book, "--timeout", "0.1", "2307.09288")
    end.set()
    assert code == 2
    assert "arxiv.example did not answer in time; expected a connection to it" in err


# --- doi.org ---------------------------------------------------------------------------


def test_a_doi_is_asked_of_its_agency(web: Web, book: Path) -> None:
    web.routes["doi.example/10.1038/nature14539"] = Answer(302, {"Location": web.url("/works/1", "agency.example")})
    web.routes["agency.example/works/1"] = shape("csl-article.json")
    code, out, err = add(book, "--dry-run", "https://doi.org/10.1038/nature14539")
    assert (code, out) == (
        0,
        "@article{lecun2015deep,\n"
        "  author = {LeCun, Yann and Hinton, Geoffrey and {Deep Consortium}},\n"
        "  title = {Deep learning in {E}. coli \\& {GPUs}},\n"
        "  journal = {Nature},\n"
        "  volume = {521},\n"
        "  number = {7553},\n"
        "  pages = {436--444},\n"
        "  year = {2015},\n"
        "  doi = {10.1038/nature14539},\n"
        "}\n",
    ), err
    assert {request.headers["Accept"] for request in web.requests} == {"application/vnd.citationstyles.csl+json"}


def test_other_kinds_of_work_have_their_own_entries(web: Web, book: Path) -> None:
    web.routes["/10.18653/v1/N19-1423"] = shape("csl-proceedings.json")
    web.routes["/10.5281/zenodo.5297715"] = shape("csl-software.json")
    _, out, _ = add(book, "--dry-run", "10.18653/v1/N19-1423", "10.5281/zenodo.5297715")
    assert out == (
        "@inproceedings{devlin2019bert,\n"
        "  author = {Devlin, Jacob},\n"
        "  title = {{BERT}: Pre-training of deep bidirectional transformers},\n"
        "  booktitle = {Proceedings of the 2019 Conference of the North},\n"
        "  pages = {4171--4186},\n"
        "  year = {2019},\n"
        "  doi = {10.18653/v1/N19-1423},\n"
        "}\n"
        "@software{black2021gptneo,\n"
        "  author = {Black, Sid and {EleutherAI}},\n"
        "  title = {{GPT-Neo}: Large Scale Autoregressive Language Modeling with Mesh-Tensorflow},\n"
        "  publisher = {Zenodo},\n"
        "  year = {2021},\n"
        "  doi = {10.5281/zenodo.5297715},\n"
        "}\n"
    )


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (Answer(404), "no DOI 10.1234/x at doi.example; expected one that leads to a work"),
        (Answer(406), "doi.example describes 10.1234/x in no form that is read here; fill it in by hand"),
        (Answer(500), "doi.example answers 500 Internal Server Error; expected what DOI 10.1234/x stands for"),
        (Answer(body=b"<html>"), "doi.example answers with no description of 10.1234/x; expected CSL JSON"),
        (Answer(body=b'{"type": "book"}'), "doi.example answers with no description of 10.1234/x"),
        (Answer(body=b"[" * 100_000), "doi.example answers with no description of 10.1234/x"),
    ],
)
def test_a_doi_that_says_nothing_is_to_be_filled_in(web: Web, book: Path, answer: Answer, said: str) -> None:
    web.routes["/10.1234/x"] = answer
    code, out, err = add(book, "10.1234/x")
    assert code == 2
    assert err.startswith(f"DOI 10.1234/x: {said}")
    assert "doi = {10.1234/x}" in out


def test_descriptions_may_be_of_any_shape() -> None:
    assert read_csl({"title": 5, "author": "x"}, "10.1/x") is not None
    strange = read_csl(
        {"title": ["A"], "author": [1, {"given": "Plato"}, {"name": "…"}], "issued": {"date-parts": [[None]]}}, "10.1/x"
    )
    assert strange is not None
    assert [name.literal for name in strange.authors] == ["Plato"]
    assert (strange.date, strange.type) == ("", "misc")


# --- pages -----------------------------------------------------------------------------


def page(name: str, url: str) -> dict[str, str]:
    said = describe_page(read_page((SHAPES / name).read_bytes()), url)
    names = [name.literal or f"{name.family}, {name.given}" for name in said.authors]
    return {"type": said.type, "title": said.title, "by": "; ".join(names), "date": said.date, **said.fields}


def test_what_a_page_says_is_an_id_only_if_it_is_one() -> None:
    page = '<meta name="citation_title" content="Round Shapes"><meta name="citation_arxiv_id" content="%s">'
    found = [describe_page(read_page((page % id).encode()), "https://a.example") for id in ("2301.00001v2", "1}, a={b")]
    assert [each.fields.get("eprint") for each in found] == ["2301.00001", None]


def test_pages_say_what_they_are() -> None:
    assert page("acl.html", "https://aclanthology.org/2023.findings-emnlp.936/") == {
        "type": "inproceedings",
        "title": "RWKV: Reinventing RNNs for the Transformer Era",
        "by": "Peng, Bo; Lin, Jiaju",
        "date": "2023",
        "booktitle": "Findings of the Association for Computational Linguistics: EMNLP 2023",
        "pages": "14048--14077",
        "doi": "10.18653/v1/2023.findings-emnlp.936",
        "url": "https://aclanthology.org/2023.findings-emnlp.936/",
    }
    assert page("openreview.html", "https://openreview.net/forum?id=nZeVKeeFYf9") == {
        "type": "misc",
        "title": "LoRA: Low-Rank Adaptation of Large Language Models",
        "by": "Hu, Edward J; shen, yelong",
        "date": "2022",
        "url": "https://openreview.net/forum?id=nZeVKeeFYf9",
    }
    assert page("post.html", "https://round.example/circle-3") == {
        "type": "online",
        "title": "Introducing Circle 3",
        "by": "Lovelace, Ada; Noether, Emmy",
        "date": "2024-03-05",
        "url": "https://round.example/circle-3",
    }
    assert page("card.html", "https://huggingface.co/round-labs/Circle-3-7B") == {
        "type": "online",
        "title": "Circle-3-7B Model Card",
        "by": "round-labs",
        "date": "",
        "url": "https://huggingface.co/round-labs/Circle-3-7B",
    }
    assert page("card.html", "https://huggingface.co/datasets/round-labs/circles")["type"] == "dataset"
    assert page("repository.html", "https://github.com/round-labs/circle") == {
        "type": "online",
        "title": "circle: Code for training Circle with GPUs",
        "by": "round-labs",
        "date": "",
        "url": "https://github.com/round-labs/circle",
    }


def test_a_page_is_of_whom_the_book_calls_so(web: Web, book: Path) -> None:
    url = web.url("/circle-4", "round.example")
    text = "<title>Circle 4 is here - Round</title><meta property='og:site_name' content='Round'>"
    web.routes["/circle-4"] = Answer(200, {"Content-Type": "text/html; charset=latin-1"}, text.encode("latin-1"))
    code, out, err = add(book, "--dry-run", url)
    year = date.today().year
    assert code == 0
    assert out == (
        f"@online{{round{year}circle4,\n  author = {{{{Round Labs}}}},\n  title = {{{{Circle}} 4 is here}},\n"
        f"  year = {{{year}}},\n  url = {{{url}}},\n  urldate = {{{date.today().isoformat()}}},\n}}\n"
    )
    assert f"it says no date, so that its year is {year}; expected the right one" in err


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (Answer(404), "(404 Not Found); expected the address of a page"),
        (Answer(403), "round.example answers 403 Forbidden; expected a page: try again later, or fill in by hand"),
        (Answer(200, {"Content-Type": "application/pdf"}), "is no page but application/pdf; expected HTML"),
        (Answer(200, {"Content-Type": "text/html"}), "has no title; expected a page that says what it is"),
    ],
)
def test_a_page_that_says_nothing_is_to_be_filled_in(web: Web, book: Path, answer: Answer, said: str) -> None:
    web.routes["/a"] = answer
    code, out, err = add(book, web.url("/a", "round.example"))
    assert code == 2
    assert said in err
    assert f"url = {{{web.url('/a', 'round.example')}}}" in out


# --- refused ---------------------------------------------------------------------------


def test_what_has_an_entry_is_not_asked_for(web: Web, book: Path) -> None:
    code, out, err = add(book, "2301.00001v3", "https://www.round.example/circle/")
    assert (code, out) == (1, "")
    assert err == (
        "references.bib:8:1: 'noy2023shapes' has the same eprint 2301.00001; arXiv 2301.00001 was not added: "
        "cite it with [@noy2023shapes]\n"
        "references.bib:16:1: 'round2024announcement' has the same address https://round.example/circle; "
        "https://www.round.example/circle/ was not added: cite it with [@round2024announcement]\n"
    )
    assert web.requests == []


def test_nearly_the_same_title_is_refused_unless_forced(web: Web, book: Path) -> None:
    feed = (SHAPES / "arxiv.xml").read_text(encoding="utf-8").replace("Llama 2: Open Foundation and", "On shapes: the")
    web.routes["/api/query"] = Answer(body=feed.encode())
    assert add(book, "2307.09288")[0] == 0
    (book / "references.bib").write_text(references(book).replace("2307.09288", "2307.00000"), encoding="utf-8")
    code, _, err = add(book, "2307.09288")
    assert code == 1
    assert err == (
        "references.bib:23:1: 'touvron2023shapes' has nearly the same title; arXiv 2307.09288 was not added: "
        "cite it with [@touvron2023shapes], or add this one, too, with --force\n"
    )
    assert "touvron2023shapesfinetuned was added" in add(book, "--force", "2307.09288")[1]


def test_a_key_can_be_chosen(web: Web, book: Path) -> None:
    web.routes["/api/query"] = shape("arxiv.xml")
    assert add(book, "--key", "llama2", "2307.09288")[0] == 0
    assert references(book).index("@article{euler") < references(book).index("@misc{llama2,")
    assert references(book).index("@misc{llama2,") < references(book).index("@misc{noy")
    for key, said in (("a b", "'a b' is not a key"), ("llama2", "key 'llama2' is taken by references.bib:8:1")):
        code, _, err = add(book, "--key", key, "cs/0112017")
        assert code == 2
        assert said in err
    assert "one key for several works" in add(book, "--key", "a", "cs/0112017", "2307.00001")[2]


def test_everything_that_identifies_nothing_is_said_at_once(web: Web, book: Path) -> None:
    code, out, err = add(book, "llama", "2307.09288", "gpt")
    assert (code, out) == (2, "")
    assert [line.split(";")[0] for line in err.splitlines()] == ["'llama' names no work", "'gpt' names no work"]
    assert web.requests == []


def test_a_file_with_problems_is_mended_first(web: Web, make_book: MakeBook) -> None:
    book = make_book({"references.bib": "@misc{a, title = {A}"})
    code, _, err = add(book, "2307.09288")
    assert code == 2
    assert err.endswith("nothing was added; expected these to be mended first\n")
    assert err.startswith("references.bib:1:1: ")
    assert web.requests == []


def test_nothing_else_in_the_file_changes(web: Web, book: Path) -> None:
    path = book / "references.bib"
    strange = ('% Of ours.\n\n@STRING{q = "Q"}\n' + references(book) + "\n\n\n% The end.").replace("\n", "\r\n")
    path.write_bytes(b"\xef\xbb\xbf" + strange.encode())
    path.chmod(0o640)
    web.routes["/api/query"] = shape("arxiv.xml")
    assert add(book, "--key", "llama2", "2307.09288")[0] == 0
    entry = LLAMA_2.replace("touvron2023llama2", "llama2").replace("\n", "\r\n")
    assert path.read_bytes().decode("utf-8-sig").replace(entry + "\r\n", "", 1) == strange
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    assert path.stat().st_mode & 0o777 == 0o640
    assert [each.name for each in book.iterdir() if each.name.startswith(".")] == []

"""Family trees: who comes from whom, where each model stands in the picture, and the page."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations
from pathlib import Path

import pytest

from drawnbook import drawn_site
from modelbook.catalogue import Subject
from modelbook.languages import Language, load_languages
from modelbook.records import Model, read_record
from modelbook.scales import Box
from modelbook.sources import parse_document
from modelbook.views.lineage import MOST_RELATIVES, Genealogy, Picture, Tree, draw, relatives
from modelbook.views.marks import access_mark, first_date
from sites import article, broken_links

__all__ = ["drawn_site"]

START = """
purpose: base
modality: {input: [text], output: [text]}
summary: {en: x}
checked: "2026"
"""


def model(id: str, *lines: str, by: str = "labs") -> Model:
    text = "\n".join([f"name: {id.title()}", f"organizations: [{by}]{START}", *lines])
    record = read_record(Model, parse_document(text, f"data/models/{id}.yaml"))
    assert isinstance(record, Model)
    return record


def family(bases: Mapping[str, str], dates: Mapping[str, str]) -> list[Model]:
    """Models with what each derives from, as `base relation, base relation`."""
    models = []
    for id, date in dates.items():
        pairs = [each.split() for each in bases.get(id, "").split(", ") if each]
        derivations = [f"{{model: {base}, relation: {relation}}}" for base, relation in pairs]
        lines = [f"derived_from: [{', '.join(derivations)}]"] if derivations else []
        models.append(model(id, *lines, *([f'released: "{date}"'] if date else [])))
    return models


@pytest.fixture(scope="module")
def english() -> Language:
    return load_languages({"en": {}}, [], Path())[0]["en"]


def shape(tree: Tree) -> object:
    return {tree.model.id: [shape(child) for child in tree.children]} if tree.children else tree.model.id


FAMILY = family(
    {
        "b": "a successor",
        "c": "b successor",
        "d": "b fine-tune",
        "e": "d fine-tune, c component",
        "g": "f component",
        "h": "g component, a reproduction",
    },
    {
        "a": "2020",
        "b": "2021-05-05",
        "c": "2022-01",
        "d": "2021-07",
        "e": "2022-02",
        "f": "2021",
        "g": "2020-01",
        "h": "2023",
    },
)


def test_trees_begin_with_the_oldest_and_branch_at_the_nearest_base() -> None:
    trees = Genealogy(FAMILY).trees(by_family=False)
    assert [shape(tree) for tree in trees] == [{"a": [{"b": [{"d": ["e"]}, "c"]}, "h"]}, {"f": ["g"]}]
    others = {tree.model.id: [base.model.id for base in tree.others] for root in trees for tree in root if tree.others}
    assert others == {"e": ["c"], "h": ["g"]}


def test_a_component_makes_no_family() -> None:
    trees = Genealogy(FAMILY).trees()
    assert [shape(tree) for tree in trees] == ["g", {"a": [{"b": [{"d": ["e"]}, "c"]}, "h"]}, "f"]
    assert [base.model.id for base in trees[0].others] == ["f"]


def test_ancestors_and_descendants_go_all_the_way() -> None:
    genealogy = Genealogy(FAMILY)
    assert genealogy.ancestors("e") == ["d", "c", "b", "a"]
    assert genealogy.descendants("a") == ["b", "h", "d", "c", "e"]
    assert genealogy.ancestors("a") == []


def test_a_circle_of_components_is_cut() -> None:
    genealogy = Genealogy(family({"a": "b component", "b": "a component"}, {"a": "2020", "b": "2021"}))
    assert len(genealogy.trees(by_family=False)) == 1
    assert genealogy.ancestors("a") == ["b"]


def test_of_its_own_organization_a_base_is_nearer() -> None:
    foreign = model("foreign", 'released: "2020"', by="others")
    own = model("own", 'released: "2021"')
    derived = model("new", "derived_from: [{model: foreign, relation: fine-tune}, {model: own, relation: successor}]")
    base = Genealogy([foreign, own, derived]).trees()[1].children[0].base
    assert base is not None
    assert base.model is own


def picture_of(models: list[Model], english: Language) -> Picture:
    genealogy = Genealogy(models)
    picture = draw(genealogy, genealogy.models, english, 1000, by_family=True)
    assert picture is not None
    return picture


def boxes(picture: Picture) -> list[Box]:
    return [Box(node.left, node.y - 6, node.end, node.y + 6) for node in picture.nodes]


def test_no_name_meets_another() -> None:
    english = load_languages({"en": {}}, [], Path())[0]["en"]
    months = [f"2023-{month:02}" for month in range(1, 13)]
    dates = {f"model-{number}": months[number % 12] for number in range(60)}
    bases = {f"model-{number}": f"model-{number - 12} successor" for number in range(12, 60)}
    bases |= {f"model-{number}": f"model-{number % 5} fine-tune" for number in range(30, 60)}
    picture = picture_of(family(bases, dates), english)
    assert len(picture.nodes) == 60
    assert not any(one.meets(other) for one, other in combinations(boxes(picture), 2))
    assert all(box.left >= 0 and box.right <= picture.width and box.bottom <= picture.height for box in boxes(picture))


def test_a_line_of_succession_keeps_its_row_and_a_month_is_a_month_wide(english: Language) -> None:
    models = family(
        {"b": "a successor", "c": "b successor", "d": "a fine-tune"},
        {"a": "2020-01-01", "b": "2021-06", "c": "2023-03-03", "d": "2020-07-01"},
    )
    picture = picture_of(models, english)
    nodes = {node.model.id: node for node in picture.nodes}
    assert nodes["a"].y == nodes["b"].y == nodes["c"].y < nodes["d"].y
    assert nodes["b"].right - nodes["b"].left > nodes["a"].right - nodes["a"].left
    assert (nodes["a"].is_exact, nodes["b"].is_exact) == (True, False)
    turn = next(branch.turn for branch in picture.branches if branch.derivative == "d")
    assert turn is not None
    assert nodes["a"].x < turn < nodes["d"].x


def test_models_without_a_date_are_left_out_of_the_picture(english: Language) -> None:
    picture = picture_of(family({"b": "a successor", "c": "b successor"}, {"a": "2020", "b": "", "c": "2022"}), english)
    assert [node.model.id for node in picture.nodes] == ["a", "c"]
    assert picture.branches == []
    assert draw(Genealogy([]), [], english, 1000, by_family=True) is None


def test_small_families_share_a_band(english: Language) -> None:
    picture = picture_of(FAMILY, english)
    assert [(each.root and each.root.id, each.size) for each in picture.families] == [("a", 6), (None, 2)]


def test_an_excerpt_is_cut_where_there_are_many(english: Language) -> None:
    dates = {"a": "2020"} | {f"b{number:02}": "2021" for number in range(MOST_RELATIVES + 5)}
    genealogy = Genealogy(family({id: "a fine-tune" for id in dates if id != "a"}, dates))
    excerpt = relatives(genealogy, genealogy.models["a"], english)
    assert excerpt.more == 5
    assert excerpt.picture is not None
    assert len(excerpt.picture.nodes) == MOST_RELATIVES + 1
    assert relatives(genealogy, genealogy.models["b01"], english).more == 0


@pytest.mark.parametrize(
    ("line", "mark"),
    [
        ("openness: {weights: open}", "open"),
        ("openness: {weights: gated}", "limited"),
        ("openness: {weights: leaked}", "noncommercial"),
        ("openness: {weights: closed}", "closed"),
        ("openness: {weights: unknown}", "unknown"),
        ("", "unknown"),
    ],
)
def test_a_mark_says_who_can_have_the_weights(line: str, mark: str) -> None:
    assert access_mark(Subject(model("a", line))) == mark


def test_a_model_is_as_old_as_its_first_variant_if_it_says_nothing() -> None:
    variants = 'variants: {x: {released: "2023"}, y: {announced: "2021-05"}, z: {}}'
    dates = [
        first_date(Subject(model("a", variants))),
        first_date(Subject(model("a", variants, 'released: "2024"'))),
        first_date(Subject(model("a", 'released: unknown\nannounced: "2020"'))),
        first_date(Subject(model("a"))),
    ]
    assert [date and date.written for date in dates] == ["2021-05", "2024", "2020", None]


# --- the page ----------------------------------------------------------------------------


def test_the_page_has_the_picture_and_the_lists(drawn_site: Path) -> None:
    for address, words in (("lineage/", "fine-tune of Line"), ("zh/lineage/", "Line")):
        page = article(drawn_site, address)
        picture = page.find("svg", attrs={"role": "group"})
        assert picture is not None
        links = {str(link["id"]): link for link in page.select(".mb-tree-picture a")}
        assert links["lineage-line"]["xlink:href"] == "../models/line/"
        assert links["lineage-line"].select_one(".mb-dot--noncommercial")
        assert links["lineage-line"].find("rect")  # the day is not known
        assert links["lineage-point"].find("circle")
        assert "lineage-ghost" not in links
        assert "Ghost" in page.select(".mb-tree-figure__note")[0].get_text()
        assert words in page.select("ul.mb-tree")[0].get_text()
        nested = page.select("ul.mb-tree ul ul ul")[0]
        assert "Ghost" in nested.get_text() or "Arrow" in nested.get_text()
        assert "Arrow <i>" in page.get_text()  # a name is text


def test_an_excerpt_shows_relatives_and_leads_to_the_whole(drawn_site: Path) -> None:
    page = article(drawn_site, "charts/")
    excerpt, alone = page.select(".mb-lineage--excerpt")
    assert {str(link["id"]) for link in excerpt.select("svg a")} == {
        f"tree-{id}" for id in ("point", "line", "plane", "ray", "arrow")
    }
    assert [str(link["href"]) for link in page.select(".mb-lineage__more a")] == [
        "../lineage/?focus=line",
        "../lineage/?focus=alone",
    ]
    assert "No relatives of Alone" in alone.get_text()


def test_everything_in_the_pictures_leads_somewhere(drawn_site: Path) -> None:
    assert broken_links(drawn_site) == []


@pytest.mark.parametrize("address", ["lineage/", "zh/charts/"])
def test_no_color_is_written_into_a_picture(drawn_site: Path, address: str) -> None:
    pictures = article(drawn_site, address).select(":is(.mb-tree-picture, .mb-chart__picture) svg")
    assert pictures
    for tag in (tag for picture in pictures for tag in picture.find_all(True)):
        assert {"stroke", "style", "color"} & set(tag.attrs) == set()
        assert str(tag.get("fill", "url(#")).startswith("url(#")

"""The SVG pictures: well-formed, inside their frame, readable on a phone, no words as markup."""

import re
from xml.etree import ElementTree as ET

import pytest

from finrisk import drawing
from finrisk.change import Change
from finrisk.colours import BASELINE, CLASS_COLOURS, LOWERS, RAISES
from finrisk.household import EXAMPLES
from finrisk.ml.predictor import Predictor

SVG = "{http://www.w3.org/2000/svg}"
ZONES = [("Low", 0.0, 0.13), ("Moderate", 0.13, 0.5), ("High", 0.5, 1.0)]
PHONE = 306  # px a picture gets on a screen of 360


def parsed(svg: str) -> ET.Element:
    return ET.fromstring(svg)


def pictures() -> dict[str, str]:
    predictor = Predictor.load()
    found = {}
    for name, household in EXAMPLES.items():
        p, curve = predictor.predict(household), predictor.what_if(household, "savings")
        cut = predictor.predict(household, change=Change(income=0.8))
        found[f"gauge of {name}"] = p.gauge_svg()
        found[f"gauge of {name} after a cut"] = cut.gauge_svg()
        found[f"figures of {name}"] = p.figures_svg()
        found[f"waterfall of {name}"] = p.waterfall_svg()
        found[f"curve of {name}"] = p.curve_svg("savings", curve)
    steps = [("A", 100.0), ("B", -130.0), ("C", 30.0)]
    return found | {"a waterfall below zero": drawing.waterfall(0.0, steps, 0.0)}


PICTURES = pictures()


@pytest.mark.parametrize("name", PICTURES)
def test_all_bars_lie_inside_the_frame_and_letters_are_readable_on_a_phone(name: str) -> None:
    picture = parsed(PICTURES[name])
    left, top, width, height = map(float, picture.attrib["viewBox"].split())
    assert (left, top, float(picture.attrib["width"])) == (0, 0, width)
    for bar in picture.iter(f"{SVG}rect"):
        x, y, w, h = (float(bar.attrib[key]) for key in ("x", "y", "width", "height"))
        assert 0 <= x <= x + w <= width + 0.05
        assert 0 <= y <= y + h <= height
    for text in picture.iter(f"{SVG}text"):
        assert 0 <= float(text.attrib["x"]) <= width
        assert 0 <= float(text.attrib["y"]) <= height
        assert float(text.attrib["font-size"]) * PHONE / width >= 11
    assert picture.get("role") == "img"
    assert picture.get("aria-label")


@pytest.mark.parametrize("probability", [0.0, 0.004, 0.13, 0.5, 0.996, 1.0])
def test_the_pointer_stands_at_the_probability(probability: float) -> None:
    svg = drawing.gauge(probability, "High", ZONES)
    pointer = re.search(r"M([\d.]+) 46", svg)
    assert pointer
    x = float(pointer[1])
    bars = [float(bar.attrib["x"]) for bar in parsed(svg).iter(f"{SVG}rect")]
    assert (x - bars[0]) / (bars[2] - bars[0]) == pytest.approx(probability / 0.5, abs=1e-3)
    assert f"Risk score {round(100 * probability)} of 100, High" in svg


def test_a_ghost_stands_where_it_was_before_a_change() -> None:
    svg = drawing.gauge(0.97, "High", ZONES, before=0.42)
    ghost, pointer = re.findall(r'<path d="M([\d.]+) 46[^>]*fill="(\w+)"', svg)
    assert (ghost[1], pointer[1]) == ("none", "currentColor")
    assert float(ghost[0]) < float(pointer[0])
    assert ">42 → 97<" in svg
    assert "Risk score 97 of 100, High; before the change 42" in svg
    assert drawing.gauge(0.97, "High", ZONES).count("<path") == 1


def figures_by_ink(svg: str) -> list[tuple[str, str, int]]:
    """(colour, opacity, how many) of each kind of figure, counted from the lines of their heads."""
    found = []
    for path in parsed(svg).iter(f"{SVG}path"):
        if path.get("stroke-linecap") == "round":
            rows = re.findall(r"M(\d+) (\d+)H(\d+)", path.attrib["d"])
            n = sum(1 + (int(end) - int(start)) // 18 for start, _, end in rows)
            found.append((path.attrib["stroke"], path.attrib["stroke-opacity"], n))
    return found


@pytest.mark.parametrize("score", [0, 1, 19, 20, 42, 99, 100])
def test_as_many_figures_are_filled_as_the_score_counts(score: int) -> None:
    svg = drawing.figures(score, "High")
    pale, *filled = figures_by_ink(svg)
    assert pale == ("currentColor", "0.2", 100)
    assert filled == ([(CLASS_COLOURS["High"], "1", score)] if score else [])
    assert f"{score} of 100 figures are filled" in svg


def test_whom_a_change_adds_and_whom_it_spares_are_told_apart() -> None:
    worse, better = drawing.figures(97, "High", 42), drawing.figures(20, "Moderate", 62)
    assert figures_by_ink(worse)[1:] == [
        ("currentColor", "1", 42),
        (CLASS_COLOURS["High"], "1", 55),
    ]
    assert "97 of 100 figures are filled, 55 of them only after the change" in worse
    assert figures_by_ink(better)[1:] == [
        (CLASS_COLOURS["Moderate"], "1", 20),
        ("currentColor", "0.55", 42),
    ]
    assert "20 of 100 figures are filled, 42 fewer than before the change" in better
    same = drawing.figures(42, "Moderate", 42)
    assert same == drawing.figures(42, "Moderate")


def test_only_the_households_own_zone_is_in_full_colour() -> None:
    zones = parsed(drawing.gauge(0.3, "Moderate", ZONES)).iter(f"{SVG}rect")
    assert [bar.get("fill-opacity") for bar in zones] == ["0.35", "1", "0.35"]


def test_the_waterfall_goes_from_the_start_through_every_step_to_the_end() -> None:
    bars = list(parsed(drawing.waterfall(0.2, [("A", 30.0), ("B", -10.0)], 0.4)).iter(f"{SVG}rect"))
    ends = [(float(b.attrib["x"]), float(b.attrib["x"]) + float(b.attrib["width"])) for b in bars]
    unit = (ends[1][1] - ends[1][0]) / 30
    assert ends[0][1] == pytest.approx(ends[1][0], abs=0.15), "A starts where the typical ends"
    assert ends[2][1] == pytest.approx(ends[1][1], abs=0.15), "B comes back from A's end"
    assert ends[2][0] == pytest.approx(ends[3][1], abs=0.15), "and ends at this household"
    assert (ends[2][1] - ends[2][0]) / 10 == pytest.approx(unit, rel=0.03)


def test_a_curve_ends_at_its_axes_and_holds_its_point() -> None:
    points = [(0.0, 1.0), (5.0, 0.25), (10.0, 0.0)]
    svg = drawing.curve(points, (5.0, 0.25), ("$0", "$10"), "Risk", zones=ZONES)
    drawn = re.search(r'points="([^"]+)"', svg)
    assert drawn
    line = drawn[1].split()
    assert f'cx="{line[1].split(",")[0]}" cy="{line[1].split(",")[1]}"' in svg
    (x0, y0), _, (x1, y1) = (map(float, point.split(",")) for point in line)
    axis = re.search(r"M([\d.]+) ([\d.]+)V([\d.]+)H([\d.]+)", svg)
    assert axis
    assert (x0, y0, y1, x1) == tuple(float(axis[i]) for i in (1, 2, 3, 4))
    assert [">Low<" in svg, ">Moderate<" in svg, ">High<" in svg] == [False, True, True]


def test_a_curve_holds_the_point_before_a_change_too() -> None:
    points = [(0.0, 1.0), (10.0, 0.0)]
    svg = drawing.curve(points, (0.0, 1.0), ("$0", "$10"), "Risk", before=(10.0, 0.0))
    before, now = parsed(svg).iter(f"{SVG}circle")
    assert (before.get("fill"), now.get("fill")) == ("none", "currentColor")
    assert float(before.attrib["cx"]) > float(now.attrib["cx"])
    assert float(before.attrib["cy"]) > float(now.attrib["cy"])


def test_a_step_that_is_shown_as_nothing_has_neither_sign_nor_side() -> None:
    steps = [("Up", 0.06), ("Nothing", 0.04), ("Nothing less", -0.04), ("Down", -0.06)]
    picture = drawing.waterfall(0.5, steps, 0.5)
    colours = [bar.attrib["fill"] for bar in parsed(picture).iter(f"{SVG}rect")]
    assert colours == [BASELINE, RAISES, BASELINE, BASELINE, LOWERS, BASELINE]
    assert "Nothing 0.0 points; Nothing less 0.0 points" in picture
    assert "+0.0" not in picture


def test_a_reader_is_told_all_numbers_of_the_waterfall() -> None:
    label = parsed(drawing.waterfall(0.2, [("A", 30.0), ("B", -10.0)], 0.4)).attrib["aria-label"]
    assert label == "Typical household 20.0; A +30.0 points; B -10.0 points; this household 40.0"


def test_a_curve_of_a_single_place_is_drawn() -> None:
    assert "NaN" not in drawing.curve([(3.0, 0.5)], (3.0, 0.5), ("3", "3"), "One place")


def test_words_never_become_markup() -> None:
    evil = '<script>alert("1")</script>'
    for svg in (
        drawing.waterfall(0.1, [(evil, 10.0)], 0.2),
        drawing.curve([(0, 0), (1, 1)], (0, 0), (evil, evil), evil),
    ):
        assert not list(parsed(svg).iter(f"{SVG}script"))
        assert "<script" not in svg


def test_a_notebook_does_not_read_dollars_as_a_formula() -> None:
    """JupyterLab's MathJax leaves alone what carries this class."""
    html = Predictor.load().predict(EXAMPLES["Maria, on the edge"])._repr_html_()
    assert html.count("$") > 1
    assert parsed(html).attrib["class"].split()[-1] == "mathjax_ignore"

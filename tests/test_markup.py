"""HTML of a stranger's, cleaned: what goes, what stays, and how long it takes."""

from __future__ import annotations

import base64
import re
import struct
import zlib

import pytest

from autograder.feedback.formulas import formula
from autograder.feedback.markup import LONGEST, clean, is_picture

PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="


@pytest.mark.parametrize(
    "html",
    [
        "<script>act()</script>",
        "<img src=x onerror=act()>",
        "<img src=http://a.org/x.png>",
        "<svg onload=act()></svg>",
        "<iframe srcdoc='<script>act()</script>'></iframe>",
        "<a href='javascript:act()'>x</a>",
        "<a href=' java\nscript:act()'>x</a>",
        "<a href='/formgrader'>x</a>",
        "<form action=/x><input name=score autofocus onfocus=act()></form>",
        "<div style='position:fixed;top:0'>x</div>",
        "<p style='color:url(http://a.org)'>x</p>",
        "<p id=score class=btn>x</p>",
        "<math><mtext><table><mglyph><style><img src=x onerror=act()>",
        "<base href=http://a.org><meta http-equiv=refresh content=0><link rel=stylesheet href=http://a.org>",
    ],
)
def test_what_acts_fetches_or_covers_goes(html: str) -> None:
    kept = clean(html)
    for word in (
        "act(",
        "a.org",
        "formgrader",
        "<form",
        "position",
        "class=",
        "id=",
        "<base",
        "<svg",
    ):
        assert word not in kept


@pytest.mark.parametrize(
    "html",
    [
        "<strong>5 of 6 points</strong>",
        '<p style="color:red;text-align:left">x</p>',
        f'<img src="data:image/png;base64,{PNG}" width="10">',
        '<code class="language-python">x &lt; y</code><span class="nb">sum</span>',
        '<table><tbody><tr><td colspan="2">1</td></tr></tbody></table>',
    ],
)
def test_what_is_harmless_stays(html: str) -> None:
    assert clean(html) == html


@pytest.mark.parametrize(
    "html",
    [
        '<h2 id="check_similarity">9</h2>',
        '<h2 id="top">9</h2>',
        '<td colspan="9999" rowspan="9999">9</td>',
        "<math><mspace width='400em' height='9em' mathbackground='black'></mspace><mi>9</mi></math>",
        "<math><mpadded voffset='9em' width='-9em' lspace='9em'><mi>9</mi></mpadded></math>",
        "<math style='position:fixed'><mstyle mathsize='99em' scriptlevel='-9'><mi>9</mi></mstyle></math>",
        "<math><mfrac linethickness='99em'><mi>9</mi><mi href='#9' class='9' id='9'>9</mi></mfrac></math>",
        "<math><mi>9</mi><annotation-xml encoding='text/html'><p id=9></p></annotation-xml></math>",
    ],
)
def test_nothing_takes_a_size_a_place_or_a_name_of_the_pages(html: str) -> None:
    kept = clean(html)
    assert "9" in kept
    assert not re.search(r'<[^>]*(?:9|style="[^"]|top|check)', kept)


@pytest.mark.parametrize("written", ["\u202e", "&#x202E;", "&#8294;"])
def test_letters_are_not_turned_around_however_that_is_written(written: str) -> None:
    assert clean(f"<code>a{written}b</code>") == "<code>a\N{REPLACEMENT CHARACTER}b</code>"


def test_only_pictures_are_shown_and_none_that_fills_the_memory() -> None:
    assert is_picture(PNG)
    assert not is_picture("iVBORw0KGgo=")  # begins as one, and ends there
    assert not is_picture(base64.b64encode(b"<svg onload='act()'/>").decode())
    assert is_picture(png(4_000, 4_000))
    assert not is_picture(png(65_535, 65_535))
    assert "src" not in clean(f'<img src="data:image/png;base64,{png(65_535, 65_535)}">')


def png(width: int, height: int) -> str:
    """Return the head of a PNG picture of any size: browsers make room for all of it."""
    head = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    parts = ((b"IHDR", head), (b"IDAT", zlib.compress(bytes(9))), (b"IEND", b""))
    chunks = (
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in parts
    )
    return base64.b64encode(b"\x89PNG\r\n\x1a\n" + b"".join(chunks)).decode()


@pytest.mark.parametrize(
    ("tex", "shown"),
    [
        (r"\frac{a \cdot b}{\lVert a\rVert}", "<mfrac>"),
        (r"\begin{pmatrix} 1 & 2\\ 3 & 4\end{pmatrix}", "<mtable>"),
        (r"\hat y = \operatorname{softmax}(z)", "softmax"),
        (r"\sum_{i=1}^n x_i", "∑"),
    ],
)
def test_a_formula_is_set(tex: str, shown: str) -> None:
    html = clean(formula(tex, display=True))
    assert html.startswith('<math display="block">')
    assert shown in html


@pytest.mark.parametrize(
    "tex",
    [r"\def\a{\b\b}\def\b{\a\a}\a", r"\newcommand{\a}{x}\a", "x^a^b", "{" * 1_500, "x" * 2_001],
)
def test_what_cannot_be_set_in_little_time_is_shown_as_it_was_written(tex: str) -> None:
    assert formula(tex, display=False) == f"<code>{tex}</code>"


def test_a_formula_holds_no_html() -> None:
    html = clean(
        formula(r"\text{<img src=x onerror=act()></math><script>act()</script>}", display=False)
    )
    assert "&lt;script&gt;" in html
    assert "<img" not in html


def test_links_to_headings_and_to_the_world_stay() -> None:
    assert 'href="#Task-2.1"' in clean('<a href="#Task-2.1">x</a>')
    assert 'href="https://a.org/b"' in clean('<a href="https://a.org/b">x</a>')


def test_nothing_outside_is_closed_and_nothing_stays_open() -> None:
    assert clean("</div></body><b>x") == "<b>x</b>"


def test_what_is_too_long_is_shown_as_it_was_written() -> None:
    assert clean("<b>" * LONGEST).startswith("<pre>&lt;b&gt;")
    assert clean("<b>x</b>" + " " * 100, longest=90).startswith("<pre>")

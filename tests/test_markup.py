"""HTML of a stranger's, cleaned: what goes, what stays, and how long it takes."""

from __future__ import annotations

import pytest

from autograder.markup import LONGEST, clean


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
        '<img src="data:image/png;base64,iVBORw0KGgo=" width="10">',
        '<code class="language-python">x &lt; y</code><span class="nb">sum</span>',
        '<table><tbody><tr><td colspan="2">1</td></tr></tbody></table>',
    ],
)
def test_what_is_harmless_stays(html: str) -> None:
    assert clean(html) == html


def test_links_to_headings_and_to_the_world_stay() -> None:
    assert 'href="#Task-2.1"' in clean('<a href="#Task-2.1">x</a>')
    assert 'href="https://a.org/b"' in clean('<a href="https://a.org/b">x</a>')


def test_nothing_outside_is_closed_and_nothing_stays_open() -> None:
    assert clean("</div></body><b>x") == "<b>x</b>"


def test_what_is_too_long_is_shown_as_it_was_written() -> None:
    assert clean("<b>" * LONGEST).startswith("<pre>&lt;b&gt;")
    assert clean("<b>x</b>" + " " * 100, longest=90).startswith("<pre>")

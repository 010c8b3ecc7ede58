"""HTML for pages that instructors and students open.

`words` makes it of the kit's own sentences, `clean` of what a stranger wrote: what is left neither acts, nor
fetches, nor reaches for the page around it. nh3 reads it as a browser would and writes it anew, with what is
allowed here and nothing else. `visible` is for text that is shown as such.
"""

from __future__ import annotations

import base64
import io
import re
import warnings
from html import escape

import nh3
from PIL import Image
from pygments.token import STANDARD_TYPES

from autograder.clock import called_by_the_deaf

LONGEST = 50_000
"""Characters that are read as HTML unless told otherwise: 10,000 nested `<div>` already take half a second."""

ANCHOR = "section-"
"""Names of headings begin so."""
_TAGS = {
    "a", "abbr", "b", "blockquote", "br", "caption", "code", "col", "dd", "del", "details", "div",
    "dl", "dt", "em", "figcaption", "figure", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "i",
    "img", "ins", "kbd", "li", "mark", "ol", "p", "pre", "q", "s", "samp", "small", "span",
    "strong", "sub", "summary", "sup", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "u",
    "ul", "var",
    # Formulae: what lays them out, without what styles, links or measures.
    "math", "mfrac", "mi", "mn", "mo", "mover", "mpadded", "mphantom", "mroot", "mrow", "mspace",
    "msqrt", "mstyle", "msub", "msubsup", "msup", "mtable", "mtd", "mtext", "mtr", "munder",
    "munderover",
}  # fmt: skip
_ATTRIBUTES = {
    "*": {
        "align",
        "alt",
        "scope",
        "title",
        "style",
        "colspan",
        "height",
        "rowspan",
        "start",
        "width",
    },
    "a": {"href"},
    "img": {"src"},
    "span": {"class"},
    "div": {"class"},
    "code": {"class"},
    **{heading: {"id"} for heading in ("h1", "h2", "h3", "h4", "h5", "h6")},
    "math": {"display"},
    "mfrac": {"linethickness"},
    "mo": {"fence", "form", "largeop", "movablelimits", "separator", "stretchy", "symmetric"},
    "mover": {"accent"},
    "mpadded": {"width"},
    "mspace": {"width"},
    "mstyle": {"displaystyle", "scriptlevel"},
    "mtable": {"displaystyle"},
    "mtd": {"columnalign"},
    "munder": {"accentunder"},
    "munderover": {"accent", "accentunder"},
}
_SWITCHES = (
    "accent", "accentunder", "displaystyle", "fence", "largeop", "movablelimits", "separator",
    "stretchy", "symmetric",
)  # fmt: skip
_STYLES = {
    "background-color", "border", "border-bottom", "border-collapse", "border-left",
    "border-right", "border-top", "color", "font-style", "font-weight", "padding", "text-align",
    "text-decoration", "vertical-align",
}  # fmt: skip
"""None of these properties can lay something over the page."""
_FORMS = {
    # No functions but colours: `url()` would fetch.
    "style": re.compile(r"(?:[-\w .,#%:;]|rgba?\([\d ,.%]*\))*"),
    # Absolute, or within the page: formgrader's stands on the instructor's own Jupyter server.
    "href": re.compile(r"(?:https?://|mailto:|#)[^\s\"'<>]+"),
    "src": re.compile(r"data:image/(?:png|jpeg|gif);base64,[A-Za-z0-9+/=]*"),
    # The page's own parts, and fields of formgrader's, are found by names without this beginning.
    "id": re.compile(rf"{ANCHOR}\S{{1,200}}"),
    # What pygments calls its spans. Other classes would borrow looks and behaviour of the page's own parts.
    "class": re.compile(
        "|".join(("highlight", r"language-\w+", *filter(None, STANDARD_TYPES.values())))
    ),
    **dict.fromkeys(("height", "start", "width"), re.compile(r"[0-9]{1,4}")),
    **dict.fromkeys(("colspan", "rowspan"), re.compile(r"[0-9]{1,2}")),
    # Of a formula.
    "columnalign": re.compile(r"left|center|right"),
    "display": re.compile(r"block|inline"),
    "form": re.compile(r"prefix|infix|postfix"),
    "linethickness": re.compile(r"0"),
    "scriptlevel": re.compile(r"[0-2]"),
    **dict.fromkeys(_SWITCHES, re.compile(r"true|false")),
}
_WIDTHS = {
    "mpadded": re.compile(r"0"),
    "mspace": re.compile(
        r"-?(?:[0-3]?\.\d{1,4}|[0-3])em|(?:negative)?(?:thin|medium|thick)mathspace"
    ),
}
_LARGEST_PICTURE = 20_000_000
"""Pixels: a few kilobytes can ask a browser for gigabytes."""
_PICTURE_FORMATS = ("PNG", "JPEG", "GIF")
# What turns the order of letters around would let code, or an answer, read other than it is; the rest moves a cursor.
_UNSEEN = {
    **dict.fromkeys((*range(0x202A, 0x202F), *range(0x2066, 0x206A)), "\N{REPLACEMENT CHARACTER}"),
    **dict.fromkeys(
        code for code in (*range(0x20), *range(0x7F, 0xA0)) if chr(code) not in "\t\n\r"
    ),
}


def clean(html: object, longest: int = LONGEST) -> str:
    """Return HTML of which only what is listed in this module is left; text stays.

    Args:
        html: of any origin.
        longest: in characters; what is longer is shown as it was written, and cut there.
    """
    text = html.decode("utf-8", "replace") if isinstance(html, bytes) else str(html)
    if len(text) > longest:
        return f"<pre>{escape(visible(text[:longest]))} …</pre>"
    cleaned = nh3.clean(
        text,
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        attribute_filter=_allowed,
        filter_style_properties=_STYLES,
        url_schemes={"http", "https", "mailto", "data"},
    )
    # Only now: before, they may have been written as entities.
    return visible(cleaned)


def anchor(heading: str) -> str:
    """Return the name by which a page knows a heading of this text."""
    return ANCHOR + "-".join(heading.split())


def visible(text: str) -> str:
    """Return a text without control characters, and with a sign where letters would be turned around."""
    return text.translate(_UNSEEN)


def is_picture(data: str) -> bool:
    """Return whether a text is the base64 of a picture that a browser can show without harm."""
    try:
        with warnings.catch_warnings(action="error"), io.BytesIO(base64.b64decode(data)) as file:
            width, height = Image.open(file, formats=_PICTURE_FORMATS).size  # reads the head only
    except Exception:  # of any kind, from whichever format's reader
        return False
    return width * height <= _LARGEST_PICTURE


@called_by_the_deaf
def _allowed(tag: str, key: str, value: str) -> str | None:
    """Return what may stand in this attribute, or None."""
    form = _WIDTHS.get(tag, _FORMS["width"]) if key == "width" else _FORMS.get(key)
    if form is not None and not form.fullmatch(value):
        return None
    if key == "src" and not is_picture(value.partition(",")[2]):
        return None
    return value


def words(text: str) -> str:
    """Escape a text, and show `code` and *stressed* words in it as such."""
    safe = escape(text)
    safe = re.sub(r"`([^`]+)`", r"<code>\1</code>", safe)
    return re.sub(r"\*(\w[^*<>]*)\*", r"<strong>\1</strong>", safe)

"""HTML for pages that instructors and students open.

`words` makes it of the kit's own sentences, `clean` of what a stranger wrote: what is left neither acts, nor
fetches, nor reaches for the page around it. nh3 reads it as a browser would and writes it anew, with what is
allowed here and nothing else.
"""

from __future__ import annotations

import re
from html import escape

import nh3
from pygments.token import STANDARD_TYPES

LONGEST = 50_000
"""Characters that are read as HTML unless told otherwise: 10,000 nested `<div>` already take half a second."""

_TAGS = {
    "a", "abbr", "b", "blockquote", "br", "caption", "code", "col", "dd", "del", "details", "div",
    "dl", "dt", "em", "figcaption", "figure", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "i",
    "img", "ins", "kbd", "li", "mark", "ol", "p", "pre", "q", "s", "samp", "small", "span",
    "strong", "sub", "summary", "sup", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "u",
    "ul", "var",
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
}
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
    # What pygments calls its spans. Other classes would borrow looks and behaviour of the page's own parts.
    "class": re.compile(
        "|".join(("highlight", r"language-\w+", *filter(None, STANDARD_TYPES.values())))
    ),
    **dict.fromkeys(
        ("colspan", "height", "rowspan", "start", "width"), re.compile(r"[0-9]{1,4}", re.ASCII)
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
        return f"<pre>{escape(text[:longest])} …</pre>"
    return nh3.clean(
        text,
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        attribute_filter=_allowed,
        filter_style_properties=_STYLES,
        url_schemes={"http", "https", "mailto", "data"},
    )


def _allowed(tag: str, key: str, value: str) -> str | None:
    """Return what may stand in this attribute, or None."""
    form = _FORMS.get(key)
    return value if form is None or form.fullmatch(value) else None


def words(text: str) -> str:
    """Escape a text, and show `code` and *stressed* words in it as such."""
    safe = escape(text)
    safe = re.sub(r"`([^`]+)`", r"<code>\1</code>", safe)
    return re.sub(r"\*(\w[^*<>]*)\*", r"<strong>\1</strong>", safe)

"""Formulae as MathML, which a browser shows by itself: no script, no fonts, nothing to fetch.

latex2mathml converts them. Its output is not for pages as it stands: it writes a formula's own angle brackets
unescaped, and passes on colours, links and any size. So the tree is taken instead of its text, and
`autograder.feedback.markup.clean` leaves of it what stays in its place.
"""

from __future__ import annotations

import re
from html import escape, unescape
from xml.etree.ElementTree import tostring

from latex2mathml.converter import convert_to_element

from autograder.errors import TimeLimitError

LONGEST = 2_000
"""Characters of a formula that is set; what is longer is shown as it was written."""
# A few lines of them can expand to any length.
_MACROS = re.compile(r"\\(?:def|newcommand|newenvironment|DeclareMathOperator)")


def formula(tex: str, *, display: bool) -> str:
    """Return a formula as HTML that has still to be cleaned; as code where it cannot be set.

    Args:
        tex: LaTeX, without the signs around it.
        display: whether it stands on a line of its own.
    """
    if len(tex) <= LONGEST and not _MACROS.search(tex):
        try:
            tree = convert_to_element(tex, display="block" if display else "inline")
        except TimeLimitError:
            raise
        except (
            Exception
        ):  # it has many kinds of error for what is no LaTeX, and some are of other libraries
            pass
        else:
            for part in tree.iter():
                part.text = unescape(part.text or "")  # letters come as entities
            return tostring(tree, encoding="unicode", method="html")
    return f"<code>{escape(tex)}</code>"

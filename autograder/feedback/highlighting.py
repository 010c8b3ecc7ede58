"""Python code in colours, in time that grows as its length does.

The lexers of pygments and IPython take quadratic time for runs of blanks, of empty lines and of dots: 12,000 empty
lines, a minute. Here no rule looks further than what it takes, and none gives back what it has taken.
"""

from __future__ import annotations

import builtins
import keyword
from typing import ClassVar

from pygments import highlight as render
from pygments.formatters import HtmlFormatter
from pygments.lexer import RegexLexer, bygroups, words
from pygments.token import (
    Comment,
    Keyword,
    Name,
    Number,
    Operator,
    String,
    Text,
)

_WORDS = ("and", "in", "is", "not", "or")
_CONSTANTS = ("False", "None", "True")
_KEYWORDS = tuple(sorted({*keyword.kwlist} - {*_WORDS, *_CONSTANTS}))
_BUILTINS = tuple(sorted(name for name in vars(builtins) if name[0].islower()))
_PREFIX = r"(?i:br?|rb?|fr?|rf|u)?+"
_APART = {"prefix": r"(?<![\w.])", "suffix": r"\b"}


class Python(RegexLexer):
    """Python as notebooks write it, with magics. A string that is not closed ends with its line, or the code."""

    name = "Python in linear time"
    tokens: ClassVar = {
        "root": [
            (r"\s++", Text),
            (r"#[^\n]*+", Comment.Single),
            (r"^[%!][^\n]*+", Comment.Preproc),
            (r"^@[\w.]++", Name.Decorator),
            (_PREFIX + r'"""(?:[^"\\]++|\\[\s\S]|"(?!""))*+(?:""")?+', String),
            (_PREFIX + r"'''(?:[^'\\]++|\\[\s\S]|'(?!''))*+(?:''')?+", String),
            (_PREFIX + r'"(?:[^"\\\n]++|\\[\s\S])*+"?+', String),
            (_PREFIX + r"'(?:[^'\\\n]++|\\[\s\S])*+'?+", String),
            (r"(def)\b([ \t]++)(\w++)", bygroups(Keyword, Text, Name.Function)),
            (r"(class)\b([ \t]++)(\w++)", bygroups(Keyword, Text, Name.Class)),
            (
                r"(from|import)\b([ \t]++)([\w.]++)",
                bygroups(Keyword.Namespace, Text, Name.Namespace),
            ),
            (words(_WORDS, **_APART), Operator.Word),
            (words(_CONSTANTS, **_APART), Keyword.Constant),
            (words(_KEYWORDS, **_APART), Keyword),
            (words(_BUILTINS, **_APART), Name.Builtin),
            (r"\d[\w.]*+", Number),
            # What follows has no colour of its own.
            (r"\w++|[()\[\]{},;.:]", Text),
            (r"[-+*/%@&|^~<>=!]++", Operator),
            (r"[\s\S]", Text),
        ]
    }


def highlight(source: str) -> str:
    """Return code as HTML, every letter of it escaped."""
    return render(source or " ", Python(), HtmlFormatter(cssclass="highlight"))

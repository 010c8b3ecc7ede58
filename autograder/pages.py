"""What of a student's may reach a browser, on the pages of feedback and formgrader.

Both pages are made by nbconvert's HTMLExporter from the autograded notebook; `nbgrader_config.py` gives it
the parts of this module. nbconvert's own switches (`sanitize_html`, `SanitizeHTML`) do not close nbgrader's
templates, which print Markdown cells and highlighted code without asking them, and they leave an output's
metadata alone, from which pictures get unquoted attributes.

CleanPage   a preprocessor: only what is listed here survives, by its type and form
markdown    Markdown to HTML, cleaned after the conversion: before it, code and formulae would be spoilt
highlight   code to HTML, whatever language the notebook claims to be written in

HTML itself is cleaned by `autograder.markup`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape
from typing import Any

from jinja2 import pass_context
from jinja2.runtime import Context
from nbconvert.filters.highlight import Highlight2HTML
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath, import_plugin
from nbconvert.preprocessors import Preprocessor
from nbformat import NotebookNode
from nbformat.v4 import new_output

from autograder.markup import LONGEST, clean
from autograder.notebook.build import KIT_METADATA

Resources = dict[str, Any]

LONGEST_MARKDOWN = 20_000
"""Characters of Markdown that are rendered: the parser's formulae take quadratic time, 20 s for twice as many."""
LONGEST_WITH_PICTURES = 10_000_000
"""Characters of a rendered cell: attached pictures stand in it."""
_BASE64 = re.compile(r"[A-Za-z0-9+/=\s]*")
_KEPT_METADATA = ("nbgrader", KIT_METADATA)
_TEXT_TYPES = ("text/plain", "text/markdown", "text/latex", "image/svg+xml")
_PICTURE_TYPES = ("image/png", "image/jpeg")


@pass_context
def markdown(context: Context, source: str) -> str:
    """Render Markdown as nbconvert's filter of this kind does, and clean the result.

    Args:
        context: of the template; holds the cell, with its attached pictures.
        source: Markdown, with formulae.
    """
    if len(source) > LONGEST_MARKDOWN:
        return f"<pre>{escape(source)}</pre>"
    attachments = context.get("cell", {}).get("attachments", {})
    # Boxes to tick would be form fields.
    plugins = [name for name in MarkdownWithMath.DEFAULT_PLUGINS if name != "task_lists"]
    renderer = IPythonRenderer(escape=False, attachments=attachments, exclude_anchor_links=True)
    try:
        html = MarkdownWithMath(renderer, plugins=map(import_plugin, plugins)).render(source)
    except Exception:  # an attachment that is not there, or nesting that the parser cannot follow
        return f"<pre>{escape(source)}</pre>"
    return clean(html, LONGEST_WITH_PICTURES)


def highlight(source: str, language: str | None = None, metadata: object = None) -> str:
    """Colour a code cell's source as Python, whatever the notebook's metadata call it."""
    return str(Highlight2HTML(pygments_lexer="ipython3")(source))


class CleanPage(Preprocessor):
    """Leaves of a notebook what may be shown: text, cleaned HTML, and pictures that are pictures."""

    def preprocess(self, nb: NotebookNode, resources: Resources) -> tuple[NotebookNode, Resources]:
        """See the class."""
        # Widgets' state, a title, a language: nothing of it is needed, and all of it is the student's.
        nb.metadata = NotebookNode()
        for cell in nb.cells:
            _clean_cell(cell)
        return nb, resources


def _clean_cell(cell: NotebookNode) -> None:
    # Tags become classes, and other entries hide the source from whoever grades it.
    cell.metadata = NotebookNode(
        {name: cell.metadata[name] for name in _KEPT_METADATA if name in cell.metadata}
    )
    match cell.cell_type:
        case "code":
            cell.outputs = [kept for output in cell.outputs if (kept := _clean_output(output))]
            if not isinstance(cell.get("execution_count"), int):
                cell.execution_count = None
        case "raw":
            cell.source = f"<pre>{escape(cell.source)}</pre>"
        case "markdown":
            cell.attachments = _pictures_only(cell.get("attachments", {}))


def _pictures_only(attachments: Mapping[str, Mapping[str, object]]) -> NotebookNode:
    kept = NotebookNode()
    for name, bundle in attachments.items():
        pictures = {kind: data for kind, data in bundle.items() if _is_picture(kind, data)}
        if pictures:
            kept[name] = NotebookNode(pictures)
    return kept


def _is_picture(kind: str, data: object) -> bool:
    return kind in _PICTURE_TYPES and isinstance(data, str) and _BASE64.fullmatch(data) is not None


def _clean_output(output: NotebookNode) -> NotebookNode | None:
    match output.output_type:
        case "stream":
            name = "stderr" if output.name == "stderr" else "stdout"
            return new_output("stream", name=name, text=output.text)
        case "error":
            about = {key: str(output[key]) for key in ("ename", "evalue")}
            return new_output("error", **about, traceback=[str(line) for line in output.traceback])
        case "display_data" | "execute_result":
            return _clean_display(output)
        case _:
            return None


def _clean_display(output: NotebookNode) -> NotebookNode | None:
    data = {
        kind: value
        for kind, value in output.data.items()
        if _is_picture(kind, value) or (kind in _TEXT_TYPES and isinstance(value, str))
    }
    html = output.data.get("text/html")
    # A longer one is better shown by its plain text.
    if isinstance(html, str) and (len(html) <= LONGEST or not data):
        data["text/html"] = clean(html)
    if not data:
        return None
    sizes = {kind: _size(output.get("metadata", {}).get(kind)) for kind in _PICTURE_TYPES}
    metadata = {kind: size for kind, size in sizes.items() if size}
    if output.output_type == "display_data":
        return new_output("display_data", data=data, metadata=metadata)
    return new_output(
        "execute_result",
        data=data,
        metadata=metadata,
        execution_count=output.get("execution_count"),
    )


def _size(about: object) -> dict[str, int]:
    """Return width and height where they are plain numbers: the page puts them there unquoted."""
    if not isinstance(about, dict):
        return {}
    return {side: value for side in ("width", "height") if type(value := about.get(side)) is int}

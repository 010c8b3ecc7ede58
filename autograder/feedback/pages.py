"""What of a student's may reach a browser, on the pages of feedback and formgrader.

Both pages are made by nbconvert's HTMLExporter from the autograded notebook; `nbgrader_config.py` gives it
the parts of this module, and `templates` the pages. nbconvert's own switches (`sanitize_html`, `SanitizeHTML`)
do not close nbgrader's templates, which print Markdown cells and highlighted code without asking them, and they
leave an output's metadata alone, from which pictures get unquoted attributes.

CleanPage         a preprocessor: only what is listed here survives, by its type, form and size
FeedbackExporter  makes a page in bounded time
markdown          Markdown to HTML, cleaned after the conversion: before it, code and formulae would be spoilt
highlight         code to HTML, whatever language the notebook claims to be written in

HTML itself is cleaned by `autograder.feedback.markup`. Whatever is done with a text takes time in proportion to it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape, unescape
from pathlib import Path
from typing import Any, ClassVar

from jinja2 import pass_context
from jinja2.runtime import Context
from nbconvert.exporters import HTMLExporter
from nbconvert.filters.markdown_mistune import (
    IPythonRenderer,
    MarkdownWithMath,
    MathBlockParser,
    MathInlineParser,
    import_plugin,
)
from nbconvert.preprocessors import Preprocessor
from nbformat import NotebookNode
from nbformat.v4 import new_markdown_cell, new_output
from nbgrader.converters import GenerateFeedback
from nbgrader.coursedir import CourseDirectory

from autograder.clock import time_limit
from autograder.errors import TimeLimitError
from autograder.feedback import formulas, highlighting
from autograder.feedback.markup import anchor, clean, is_picture, visible
from autograder.feedback.outdated_feedback import mark, remove_outdated
from autograder.feedback.overview import OVERVIEW
from autograder.feedback.reference_answers import reference_answers
from autograder.intake.page_names import settle
from autograder.notebook.marks import KIT_METADATA, NOTE_ID

Resources = dict[str, Any]

LONGEST_TEXT = 100_000
"""Characters of a source, or of a text that was displayed, that a page shows."""
LONGEST_PAGE = 400_000
"""Characters of all texts that a page shows; each cell and each output counts as `_PART` at least."""
LARGEST_PICTURES = 30_000_000
"""Characters of all pictures that a page shows, in base64."""
LONGEST_SOURCE = 20_000
"""Characters of a cell that is rendered, or shown in colours; a longer one is shown as it was written."""
LONGEST_RENDERED = 150_000
"""Characters of all such cells: each may make an element of the page, and nbconvert reads the page once more."""
LONGEST_WITH_PICTURES = 10_000_000
"""Characters of a rendered cell: attached pictures stand in it."""
PAGE_SECONDS = 60.0
"""For making a page; one at the limits above takes a sixth of it."""
_PART = 200
_LONGEST_NOTE = 10_000
_MOST_COLOURS = 1_000
"""Changes of colour in a text: nbconvert copies the rest of the text for each."""
_BASE64 = re.compile(r"[A-Za-z0-9+/=\s]*")
_KEPT_METADATA = ("nbgrader", KIT_METADATA)
_PICTURE_TYPES = ("image/png", "image/jpeg")
_LEFT_OUT = "\n[… {count:,} more characters are not shown on this page.]"
# A colour, or another thing that a terminal would be told: its title, a link, where to write.
_ESCAPE = re.compile(
    r"\x1b(?:(?P<colour>\[[0-9;]{0,40}m)|\[[0-?]{0,40}[ -/]{0,4}[@-~]|\][^\x07\x1b]{0,400}(?:\x07|\x1b\\)?)?"
)
_PYTHON = {"python", "python3", "py", "ipython", "ipython3"}
_TAG = re.compile(r"<[^<>]*>")


def _bounded(pattern: str) -> str:
    """Return a pattern of nbconvert's for formulae that looks for their end only as far as they may be long."""
    for anything, least in ((".*?", 0), (".+?", 1)):
        pattern = pattern.replace(anything, f".{{{least},{formulas.LONGEST}}}?")
    return pattern


class _Blocks(MathBlockParser):
    SPECIFICATION: ClassVar[dict[str, str]] = {
        **MathBlockParser.SPECIFICATION,
        "multiline_math": _bounded(MathBlockParser.MULTILINE_MATH),
    }


class _Inline(MathInlineParser):
    SPECIFICATION: ClassVar[dict[str, str]] = {
        name: _bounded(pattern) if "math" in name or name == "latex_environment" else pattern
        for name, pattern in MathInlineParser.SPECIFICATION.items()
    }


class _Renderer(IPythonRenderer):
    """Sets formulae without a script, colours Python only, and names headings so that they are nobody else's."""

    def __init__(self, attachments: dict[str, dict[str, str]]) -> None:
        super().__init__(escape=False, attachments=attachments)
        # A picture stands in the page each time that it is named, which takes twenty letters.
        size = sum(len(data) for bundle in attachments.values() for data in bundle.values())
        self._room = 2 * size + LONGEST_SOURCE

    def image(self, text: str, url: str, title: str | None = None) -> str:
        html = super().image(text, url, title)
        self._room -= len(html)
        return html if self._room >= 0 else text

    def block_math(self, body: str) -> str:
        return formulas.formula(body, display=True)

    def inline_math(self, body: str) -> str:
        return formulas.formula(body, display=False)

    def latex_environment(self, name: str, body: str) -> str:
        return formulas.formula(f"\\begin{{{name}}}{body}\\end{{{name}}}", display=True)

    def block_code(self, code: str, info: str | None = None) -> str:
        # Of other languages' lexers some take exponential time.
        if info and info.split(maxsplit=1)[0].lower() in _PYTHON:
            return highlighting.highlight(code)
        return f"<pre><code>{escape(code)}</code></pre>"

    def heading(self, text: str, level: int, **attrs: Any) -> str:
        name = escape(anchor(unescape(_TAG.sub("", text))))
        return f'<h{level} id="{name}">{text}</h{level}>\n'


@pass_context
def markdown(context: Context, source: str) -> str:
    """Render Markdown as nbconvert's filter of this kind does, and clean the result.

    Args:
        context: of the template; holds the cell, with its attached pictures.
        source: Markdown, with formulae.
    """
    if len(source) > LONGEST_SOURCE:
        return f"<pre>{escape(source)}</pre>"
    attachments = context.get("cell", {}).get("attachments", {})
    # Boxes to tick would be form fields.
    plugins = [name for name in MarkdownWithMath.DEFAULT_PLUGINS if name != "task_lists"]
    renderer = _Renderer(attachments)
    try:
        html = MarkdownWithMath(renderer, _Blocks(), _Inline(), map(import_plugin, plugins)).render(
            source
        )
    except TimeLimitError:
        raise
    except Exception:  # an attachment that is not there, or nesting that the parser cannot follow
        return f"<pre>{escape(source)}</pre>"
    return clean(html, LONGEST_WITH_PICTURES)


def highlight(source: str, language: str | None = None, metadata: object = None) -> str:
    """Colour a code cell's source as Python, whatever the notebook's metadata call it."""
    if len(source) > LONGEST_SOURCE:
        return f'<div class="highlight"><pre>{escape(source)}</pre></div>'
    return highlighting.highlight(source)


class FeedbackExporter(HTMLExporter):
    """Makes a page in bounded time: if it takes longer, grades and the grader's words without the student's.

    For nbgrader it first removes the pages that are outdated: see `autograder.feedback.outdated_feedback`.
    """

    def __init__(self, **kwargs: Any) -> None:
        """Look at the pages that are there."""
        super().__init__(**kwargs)
        if isinstance(self.parent, GenerateFeedback) and not self.parent.force:
            remove_outdated(self.parent)

    def from_filename(
        self, filename: str, resources: Resources | None = None, **kw: Any
    ) -> tuple[str, Resources]:
        """See the base class."""
        try:
            with time_limit(PAGE_SECONDS, "Making the page"):
                page, about = super().from_filename(filename, resources, **kw)
        except TimeLimitError as error:
            self.log.warning("%s: %s The page shows grades and no work.", filename, error)
            page, about = super().from_filename(
                filename, {**(resources or {}), _NO_WORK: True}, **kw
            )
        if isinstance(self.parent, GenerateFeedback):
            page += mark(about["nbgrader"], Path(filename))
            settle(page, self.parent.coursedir, about["nbgrader"])
        return page, about


_NO_WORK = "autograder_no_work"


class CleanPage(Preprocessor):
    """Leaves of a notebook what may be shown: text, pictures that are pictures, and the grader's own words.

    For the templates, each cell's metadata say whether it is a `note` of the grader's, and whether its source is
    to be shown `as_written`; `verdict` is the HTML of a judgement, which is taken out of the outputs.
    `resources` get what `autograder.feedback.overview` lays out, and for formgrader `references`, the course's own
    answers by ids of cells.
    """

    def preprocess(self, nb: NotebookNode, resources: Resources) -> tuple[NotebookNode, Resources]:
        """See the class."""
        resources[OVERVIEW] = nb.metadata.get(KIT_METADATA, {})
        if "submission_id" in resources:
            resources["references"] = self._references(resources)
        # Widgets' state, a title, a language: nothing of it is needed, and all of it is the student's.
        nb.metadata = NotebookNode()
        room = _Room(0, 0, 0) if resources.get(_NO_WORK) else _Room()
        shown = {}
        # What was asked for comes first, and is never left out as a whole: it holds points.
        for index in sorted(range(len(nb.cells)), key=lambda i: not _is_graders(nb.cells[i])):
            cell = nb.cells[index]
            if room.characters > 0 or _is_graders(cell):
                _clean_cell(cell, _Room(_LONGEST_NOTE) if _is_note(cell) else room)
                shown[index] = cell
        left_out = len(nb.cells) - len(shown)
        nb.cells = [shown[index] for index in sorted(shown)]
        if left_out:
            nb.cells.append(_note(f"**{left_out} more cells are not shown on this page.**"))
        return nb, resources

    def _references(self, resources: Resources) -> dict[str, str]:
        return reference_answers(
            Path(resources["metadata"].get("path") or "/"),
            CourseDirectory(config=self.config).source_directory,
            resources["assignment_id"],
            resources["notebook_id"],
        )


class _Room:
    """What a page still has room for.

    Attributes:
        characters: of text.
        rendered: characters of sources that are not shown as they were written.
        pictures: characters of base64.
    """

    def __init__(
        self,
        characters: int = LONGEST_PAGE,
        rendered: int = LONGEST_RENDERED,
        pictures: int = LARGEST_PICTURES,
    ) -> None:
        self.characters = characters
        self.rendered = rendered
        self.pictures = pictures

    def renders(self, source: str) -> bool:
        """Return whether there is room for a source's elements."""
        fits = len(source) <= min(LONGEST_SOURCE, self.rendered)
        self.rendered -= len(source) if fits else 0
        return fits

    def text(self, text: object) -> str:
        """Return a text, cut to what there is room for, and without what a page should not hold."""
        whole = str(text)
        longest = max(0, min(LONGEST_TEXT, self.characters))
        self.characters -= max(_PART, min(len(whole), longest))
        return _in_colours(whole[:longest]) + (
            _LEFT_OUT.format(count=len(whole) - longest) if len(whole) > longest else ""
        )

    def picture(self, kind: str, data: object) -> bool:
        """Return whether something is a picture for which there is room."""
        if kind not in _PICTURE_TYPES or not isinstance(data, str) or len(data) > self.pictures:
            return False
        self.characters -= _PART
        self.pictures -= len(data)
        return _BASE64.fullmatch(data) is not None and is_picture(data)


def _in_colours(text: str) -> str:
    """Return a text in which colours are all that is left of commands for a terminal."""
    colours = 0

    def keep(match: re.Match[str]) -> str:
        nonlocal colours
        colours += 1
        return match[0] if match["colour"] and colours <= _MOST_COLOURS else ""

    parts = _ESCAPE.sub(keep, text).split("\x1b")
    return "\x1b".join(map(visible, parts))


def _is_graders(cell: NotebookNode) -> bool:
    return "nbgrader" in cell.metadata or _is_note(cell)


def _is_note(cell: NotebookNode) -> bool:
    return cell.cell_type == "markdown" and str(cell.get("id", "")).startswith(NOTE_ID)


def _note(text: str) -> NotebookNode:
    return new_markdown_cell(text, id=f"{NOTE_ID}page", metadata={"note": True}, attachments={})


def _clean_cell(cell: NotebookNode, room: _Room) -> None:
    # Tags become classes, and other entries hide the source from whoever grades it.
    cell.metadata = NotebookNode(
        {name: cell.metadata[name] for name in _KEPT_METADATA if name in cell.metadata}
    )
    cell.metadata.note = _is_note(cell)
    cell.source = visible(room.text(cell.source))
    cell.metadata.as_written = not room.renders(cell.source)
    match cell.cell_type:
        case "code":
            if "verdicts" in cell.metadata.get(KIT_METADATA, {}) and cell.outputs:
                cell.metadata.verdict = clean(
                    cell.outputs.pop().get("data", {}).get("text/html", "")
                )
            cell.outputs = _clean_outputs(cell.outputs, room)
            if not isinstance(cell.get("execution_count"), int):
                cell.execution_count = None
        case "markdown":
            cell.attachments = _pictures_only(cell.get("attachments", {}), room)


def _pictures_only(attachments: Mapping[str, Mapping[str, object]], room: _Room) -> NotebookNode:
    kept = NotebookNode()
    for name, bundle in attachments.items():
        pictures = {kind: data for kind, data in bundle.items() if room.picture(kind, data)}
        if pictures:
            kept[name] = NotebookNode(pictures)
    return kept


def _clean_outputs(outputs: list[NotebookNode], room: _Room) -> list[NotebookNode]:
    kept: list[NotebookNode] = []
    for number, output in enumerate(outputs):
        if room.characters <= 0:
            left_out = f"[… {len(outputs) - number:,} more outputs are not shown on this page.]"
            return [*kept, new_output("stream", name="stdout", text=left_out)]
        cleaned = _clean_output(output, room)
        if cleaned is not None:
            kept.append(cleaned)
    return kept


def _clean_output(output: NotebookNode, room: _Room) -> NotebookNode | None:
    match output.output_type:
        case "stream":
            name = "stderr" if output.name == "stderr" else "stdout"
            return new_output("stream", name=name, text=room.text(output.text))
        case "error":
            about = {key: visible(str(output[key])[:LONGEST_TEXT]) for key in ("ename", "evalue")}
            lines = room.text("\n".join(map(str, output.traceback)))
            return new_output("error", **about, traceback=[lines])
        case "display_data" | "execute_result":
            return _clean_display(output, room)
        case _:
            return None


def _clean_display(output: NotebookNode, room: _Room) -> NotebookNode | None:
    data = {kind: value for kind, value in output.data.items() if room.picture(kind, value)}
    # The kernel's other forms, HTML among them, have been left to this one: see autograder/kernel/outputs.py.
    if not data and "text/plain" in output.data:
        data = {"text/plain": room.text(output.data["text/plain"])}
    if not data:
        return None
    sizes = {kind: _size(output.get("metadata", {}).get(kind)) for kind in data}
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

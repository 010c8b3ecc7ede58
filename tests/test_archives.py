"""`nbgrader zip_collect` with hostile archives: each student's work stays the student's, whatever others hand in."""

from __future__ import annotations

import bz2
import gzip
import io
import json
import logging
import lzma
import os
import re
import shutil
import struct
import subprocess
import sys
import tarfile
import time
import zipfile
from collections.abc import Sequence
from functools import partialmethod
from pathlib import Path

import pytest
from nbgrader.apps import ZipCollectApp
from nbgrader.coursedir import CourseDirectory
from traitlets.config import Config

from autograder.course import KIT
from autograder.intake.archives import Allowance, ArchiveError, open_archive
from autograder.intake.claims import time_in_name
from autograder.intake.collecting import LimitedExtractor, SafeCollector
from autograder.intake.folder import FolderLimits

NAME = "task"
BY_FILE = rf".*/(?P<student_id>\w+?)_(?P<file_id>{NAME})\.ipynb"
"""Takes the student from the notebook's own name, wherever it lies."""
BY_ARCHIVE = r".*/extracted/(?P<student_id>[^/]+)/(?P<file_id>[^/]+)\.ipynb"
BY_FOLDER = rf".*/(?P<student_id>[\w.]+)/(?P<file_id>{NAME})\.ipynb"


class Class:
    """A course to collect into, by real `nbgrader zip_collect`."""

    def __init__(self, root: Path, caplog: pytest.LogCaptureFixture) -> None:
        self.root, self.caplog = root, caplog
        self.downloads = root / "downloaded" / NAME / "archive"
        self.downloads.mkdir(parents=True)
        (root / "release" / NAME).mkdir(parents=True)
        (root / "release" / NAME / f"{NAME}.ipynb").write_text("{}")

    def download(self, name: str, content: bytes) -> None:
        path = self.downloads / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)

    def collect(
        self, regexp: str, class_archives: Sequence[str] = (), endings: Sequence[str] = (".ipynb",)
    ) -> dict[str, bytes]:
        """Return what was handed in, by student and file."""
        config = Config()
        config.CourseDirectory.root = str(self.root)
        config.ZipCollectApp.extractor_plugin = LimitedExtractor
        config.ZipCollectApp.collector_plugin = SafeCollector
        config.ZipCollectApp.force = True
        config.FileNameCollectorPlugin.named_regexp = regexp
        config.LimitedExtractor.class_archives = list(class_archives)
        config.FileNameCollectorPlugin.valid_ext = list(endings)
        app = ZipCollectApp(config=config)
        app.log = logging.getLogger("zip_collect")
        app.coursedir = CourseDirectory(parent=app)
        app.coursedir.assignment_id = NAME
        app.start()
        submitted = self.root / "submitted"
        files = {
            f"{path.relative_to(submitted).parts[0]}/{path.name}": path.read_bytes()
            for path in submitted.rglob("*")
            if path.is_file()
        }
        assert {path.parts[-2] for path in submitted.glob("*/*/*")} <= {NAME}
        return files


@pytest.fixture
def course(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> Class:
    return Class(tmp_path / "course", caplog)


def zipped(members: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def tarred(members: dict[str, bytes], links: dict[str, tuple[bytes, str]] | None = None) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        for name, (kind, target) in (links or {}).items():
            member = tarfile.TarInfo(name)
            member.type, member.linkname = kind, target
            archive.addfile(member)
        for name, content in members.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return buffer.getvalue()


# --- whose work it is -------------------------------------------------------------------------------

EVIL = b'"evil"'
HONEST = {"ann/task.ipynb": b'"ann"', "ben/task.ipynb": b'"ben"'}
FOR_OTHERS = {
    f"{folder}{student}/{NAME}.ipynb": EVIL for folder in ("", "x/") for student in ("ann", "ben")
}


@pytest.mark.parametrize(
    "members",
    [
        {"...zip": zipped(FOR_OTHERS)},
        {"....zip": zipped(FOR_OTHERS)},
        {"..tar.gz": tarred(FOR_OTHERS)},
        {"..tar.zip": zipped(FOR_OTHERS)},
        {"x/...zip": zipped({"...zip": zipped(FOR_OTHERS)})},
        {"../ann/task.ipynb": EVIL, "/ann/task.ipynb": EVIL, "..\\ann\\task.ipynb": EVIL},
        {"./../ann/task.ipynb": EVIL, "x/../../ann/task.ipynb": EVIL, "C:/ann/task.ipynb": EVIL},
        {"ann": EVIL, "ann/task.ipynb": EVIL, "ann/task.ipynb/task.ipynb": EVIL},
        {"ANN/task.ipynb": EVIL, "ann./task.ipynb": EVIL, "ann /task.ipynb": EVIL},
        FOR_OTHERS,
    ],
    ids=["..", "...", ".tar", "..zip", "twice", "paths", "more paths", "file and folder", "like ann", "folders"],
)  # fmt: skip
@pytest.mark.parametrize("regexp", [BY_ARCHIVE, BY_FOLDER])
@pytest.mark.parametrize("kind", ["zip", "tar.gz"])
def test_what_an_archive_holds_is_nobody_elses(course, members, regexp, kind):
    for student in ("ann", "ben"):
        course.download(f"{student}.zip", zipped({"task.ipynb": HONEST[f"{student}/task.ipynb"]}))
    own = {"task.ipynb": b'"mal"'}
    content = zipped({**members, **own}) if kind == "zip" else tarred({**members, **own})
    course.download(f"mal.{kind}", content)
    collected = course.collect(regexp)
    assert collected.items() >= HONEST.items()
    assert {name for name in collected if name not in HONEST} <= {"mal/task.ipynb"}
    assert set(course.root.parent.iterdir()) == {course.root}


def test_an_absolute_name_with_two_slashes_leads_nowhere(course, tmp_path):
    outside = tmp_path / "outside"
    course.download("mal.zip", zipped({f"/{outside}": EVIL, "task.ipynb": b"{}"}))
    course.download("mal.tar.gz", tarred({f"/{outside}": EVIL}))
    assert course.collect(BY_ARCHIVE) == {"mal/task.ipynb": b"{}"}
    assert not outside.exists()
    assert course.caplog.text.count("Left out of") == 2


@pytest.mark.parametrize("archive", ["mal.zip", "mal_task.zip", "upload_7.zip"])
@pytest.mark.parametrize("theirs", ["ann.zip", "ann_task.zip", "ann_task.ipynb"])
def test_a_file_named_for_another_is_not_collected_as_the_others(course, archive, theirs):
    own = {"ann_task.ipynb": b'"ann"'}
    course.download(theirs, zipped(own) if theirs.endswith(".zip") else own["ann_task.ipynb"])
    course.download("ben_task.zip", zipped({"ben_task.ipynb": b'"ben"'}))
    course.download(archive, zipped({"ann_task.ipynb": EVIL}))
    collected = course.collect(BY_FILE)
    # What comes out of an archive that is called like a file of mal's is mal's.
    mals = {"mal/task.ipynb": EVIL} if archive == "mal_task.zip" else {}
    assert collected == HONEST | mals
    assert "ann_task.ipynb" in course.caplog.text


def test_in_the_archive_of_a_class_only_its_own_names_count(course):
    inner = {
        "ann_task.ipynb": b'"ann"',
        "ben_task.zip": zipped({"ben_task.ipynb": b'"ben"'}),
        "mal_task.zip": zipped({"ann_task.ipynb": EVIL, "x/ben_task.zip": zipped({"ben_task.ipynb": EVIL})}),
        "cy_task.zip": zipped({"in.zip": zipped({"ann_task.ipynb": b'"cy"'})}),
    }  # fmt: skip
    course.download("class.zip", zipped(inner))
    collected = course.collect(BY_FILE)
    assert collected == {
        **HONEST,
        "cy/task.ipynb": b'"cy"',
    }  # both of mal's are mal's, so neither is taken
    course.download("late.zip", zipped({"dan_task.ipynb": b'"dan"', "eve_task.ipynb": b'"eve"'}))
    assert set(course.collect(BY_FILE)) == {"ann/task.ipynb", "ben/task.ipynb", "cy/task.ipynb"}
    assert "--LimitedExtractor.class_archives=NAME" in course.caplog.text
    shutil.rmtree(course.root / "submitted")
    collected = course.collect(BY_FILE, class_archives=["class.zip", "late*"])
    assert {name.split("/")[0] for name in collected} == {"ann", "ben", "cy", "dan", "eve"}


@pytest.mark.parametrize("archive", ["mal.zip", "mal_task.zip"])
def test_an_archive_that_comes_alone_and_is_named_for_a_student_is_no_class(course, archive):
    course.download(archive, zipped({"ann_task.ipynb": EVIL, "mal_task.ipynb": b'"mal"'}))
    assert not any(name.startswith("ann") for name in course.collect(BY_FILE))


@pytest.mark.parametrize(
    "names",
    [
        ("ann_task.ipynb", "x/ann_task.ipynb"),
        ("ann_task.ipynb", "ANN_task.ipynb"),
        ("ann_task.ipynb", "ａｎｎ_task.ipynb"),
        ("Kim_task.ipynb", "\u212aim_task.ipynb"),
        ("ann_task.ipynb", "ann._task.ipynb"),
        ("ann_task.ipynb", "x/ann_task.zip"),
        ("x/ann_task.zip", "y/ann_task.tar.gz"),
        ("ann_task.zip", "ann_task.tar.gz"),
    ],
)
def test_two_claims_to_one_student_stop_both_and_nobody_else(course, names):
    earlier = course.root / "submitted" / "ann" / NAME / "task.ipynb"
    earlier.parent.mkdir(parents=True)
    earlier.write_bytes(b'"earlier"')
    for number, name in enumerate(names):
        plain = f'"{number}"'.encode()
        kinds = {
            ".ipynb": plain,
            ".zip": zipped({"task.ipynb": plain}),
            ".gz": tarred({"task.ipynb": plain}),
        }
        course.download(name, kinds[Path(name).suffix])  # fmt: skip
    course.download("ben_task.ipynb", b'"ben"')
    either = rf".*/(?P<student_id>[^/]+?)_(?P<file_id>{NAME})(/task)?\.ipynb"
    assert course.collect(either) == {"ann/task.ipynb": b'"earlier"', "ben/task.ipynb": b'"ben"'}
    assert "more than one upload" in course.caplog.text
    assert all((course.downloads / name).is_file() for name in names)


def test_of_uploads_whose_times_differ_the_newest_is_collected(course):
    for time_, content in (("2026-11-02 10:00:00", b"2"), ("2026-11-01 10:00:00", b"1")):
        course.download(f"ann_{time_}_task.ipynb", content)
        course.download(f"ben_2026-11-0{content.decode()}_task.ipynb", content)
    course.download("cy_2026-11-01_task.ipynb", b"1")
    course.download("cy_soon_task.ipynb", b"2")  # no time
    regexp = r".*/(?P<student_id>\w+?)_(?P<timestamp>[^_]+)_(?P<file_id>task)\.ipynb"
    collected = course.collect(regexp)
    assert {name: text for name, text in collected.items() if name.endswith("ipynb")} == {
        "ann/task.ipynb": b"2",
        "ben/task.ipynb": b"2",
    }
    assert collected["ann/timestamp.txt"] == b"2026-11-02 10:00:00"
    assert "cannot be read" in course.caplog.text


DATED = r".*/(?P<student_id>[^/_]+)_(?P<timestamp>[^/_]+)_(?P<file_id>[^/]+)\.ipynb"


@pytest.mark.parametrize(
    ("older", "newer"),
    [
        ("Jan 10, 2025 1159 PM_task", "Jan 11, 2025 101 AM_task"),
        ("11 Jan, 2025 1259 AM_task", "11 Jan, 2025 1.01 AM_task"),
        ("Jan 10, 2025 1159 PM_task", "Jan 11, 2025 101 AM_task (1)"),
        ("2025-01-11-09-59-00_task", "2025-01-11-10-01-00_task-2"),
        ("20250111 0959_task", "20250111 1001_task"),
    ],
)
def test_of_two_uploads_the_newer_one_is_collected_whatever_it_is_called(course, older, newer):
    course.download(f"ann_{older}.ipynb", b'"older"')
    course.download(f"ann_{newer}.ipynb", b'"newer"')
    collected = course.collect(DATED)
    assert [text for name, text in collected.items() if name.endswith(".ipynb")] == [b'"newer"']


@pytest.mark.parametrize("name", ["task", "task (1)"])
def test_where_a_time_cannot_be_read_neither_upload_is_collected(course, name):
    course.download("ann_10. Jan. 2025 11.59_task.ipynb", b'"older"')
    course.download(f"ann_Dydd Sadwrn 11.1 am 1_{name}.ipynb", b'"newer"')
    course.download("ben_Jan 11, 2025 101 AM_task.ipynb", b'"ben"')
    assert {n for n in course.collect(DATED) if n.startswith("ann")} == set()
    assert course.caplog.text.count("more than one upload is handed in for ann") == 1


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("Jan 11, 2025 101 AM", "2025-01-11T01:01:00"),
        ("11 January, 2025 1201 AM", "2025-01-11T00:01:00"),
        ("Jan 11, 2025 1301", "2025-01-11T13:01:00"),
        ("2016-01-30-15-00-00", "2016-01-30T15:00:00"),
        ("2026-11-01 10:00:00 +0200", "2026-11-01T08:00:00"),
        ("2026-11-02 10:00:00 Europe/Berlin", "2026-11-02T09:00:00"),
        ("13/02/2025", "2025-02-13T00:00:00"),
        # Each of these could be more than one time.
        *((text, None) for text in ("03/02/2025 10:00", "0905", "12", "101 AM", "Monday", "")),
    ],
)
def test_a_time_is_read_only_where_it_is_sure(text, time):
    read = time_in_name(text)
    assert (None if read is None else read.replace(tzinfo=None).isoformat()) == time


def test_names_of_all_people_are_collected_and_as_a_roster_has_them(course):
    people = ["O'Brien", "Smith, Anna (Annie)", "सीता देवी", "Zo\u00eb"]
    for name in people[:3]:
        course.download(f"{name}.zip", zipped({"task.ipynb": name.encode()}))
    course.download("Zoe\u0308.zip", zipped({"task.ipynb": people[3].encode()}))
    collected = course.collect(BY_ARCHIVE)
    assert collected == {f"{name}/task.ipynb": name.encode() for name in people}


def test_two_spellings_of_one_letter_are_one_student(course):
    for number, name in enumerate(("Zo\u00eb", "Zoe\u0308")):
        course.download(f"{name}_task.ipynb", str(number).encode())
    course.download("ann_task.ipynb", b'"ann"')
    assert course.collect(r".*/(?P<student_id>[^/]+)_(?P<file_id>task)\.ipynb") == {
        "ann/task.ipynb": b'"ann"'
    }


def test_a_name_that_cannot_be_used_is_refused_by_its_character(course):
    course.download("a[1]_task.ipynb", b"{}")
    course.download("ann_task.ipynb", b"{}")
    course.collect(r".*/(?P<student_id>[^/]+)_(?P<file_id>task)\.ipynb")
    assert "LEFT SQUARE BRACKET cannot be in it" in course.caplog.text


PLATFORMS = (KIT / "docs" / "handing_in.md").read_text(encoding="utf-8")
"""The page that has a `named_regexp` for each platform."""
CLASS = {
    "Moodle": {
        "Ada Lovelace_1234_assignsubmission_file/task.ipynb": b"ada",
        "O'Brien, Zo\u00eb_77_assignsubmission_file_/task.ipynb": b"zoe",
        "Ben Bo_9_assignsubmission_file_task.ipynb": b"ben",
    },
    "Canvas": {
        "lovelaceada_1234_5678_task.ipynb": b"ada",
        "bo_LATE_99_5679_task-1.ipynb": b"ben",
    },
    "Brightspace": {
        "1234-5678 - Ada Lovelace - Jan 10, 2025 1159 PM/task.ipynb": b"older",
        "1234-5678 - Ada Lovelace - Jan 11, 2025 101 AM/task (1).ipynb": b"ada",
        "12-5678 - Jean-Luc O'Brien - Jan 11, 2025 101 PM/task.ipynb": b"ben",
    },
}


@pytest.mark.parametrize("platform", CLASS)
def test_the_expression_for_a_platform_collects_what_that_platform_names(course, platform):
    (expression,) = re.findall(rf"\| {platform} \| `(.+)` \|", PLATFORMS)
    course.download("submissions.zip", zipped(CLASS[platform]))
    collected = course.collect(expression.replace("\\|", "|"))
    wanted = {content for content in CLASS[platform].values() if content != b"older"}
    notebooks = {name: text for name, text in collected.items() if name.endswith(".ipynb")}
    assert set(notebooks.values()) == wanted
    assert len(notebooks) == len(wanted)
    assert not any("_" in name.split("/")[0] for name in notebooks)


def test_without_an_expression_each_archive_or_folder_is_called_like_its_student(course):
    course.download("ann.zip", zipped({"task.ipynb": b'"ann"'}))
    course.download("O'Brien.tar.gz", tarred({"work/task.ipynb": b'"pat"'}))
    course.download("ben/task.ipynb", b'"ben"')
    # Nobody hands in for another by a folder that is called like ours.
    course.download("mal.zip", zipped({"extracted/ann/task.ipynb": EVIL}))
    assert course.collect("") == {
        **HONEST,
        "O'Brien/task.ipynb": b'"pat"',
        "mal/task.ipynb": EVIL,
    }


def test_what_a_mac_or_an_editor_adds_is_no_second_claim(course):
    members = {"task.ipynb": b"{}", "__MACOSX/._task.ipynb": b"\0", "._task.ipynb": b"\0",
               ".ipynb_checkpoints/task.ipynb": b"old"}  # fmt: skip
    course.download("ann.zip", zipped(members))
    regexp = r".*/extracted/(?P<student_id>\w+)/.*?(?P<file_id>task)\.ipynb"
    assert course.collect(regexp) == {"ann/task.ipynb": b"{}"}


@pytest.mark.parametrize(
    "name", [".._task.ipynb", "*_task.ipynb", "a\\b_task.ipynb", "x/y_task.ipynb"]
)
def test_names_of_files_that_cannot_be_used(course, name):
    course.download(name, b"{}")
    course.download("ann_task.ipynb", b"{}")
    collected = course.collect(r".*/extracted/(?P<student_id>.+)_(?P<file_id>.+)\.\w+")
    assert collected == {"ann/task.ipynb": b"{}"}
    assert "cannot be used" in course.caplog.text


def test_a_student_does_not_say_when_something_was_handed_in(course):
    course.download("ann.zip", zipped({"task.ipynb": b"{}", "timestamp.txt": b"2020-01-01"}))
    regexp = BY_ARCHIVE.replace("ipynb", r"(?:ipynb|txt)")
    assert course.collect(regexp, endings=(".ipynb", ".txt")) == {"ann/task.ipynb": b"{}"}


def test_a_link_in_the_place_of_a_students_folder_is_not_written_through(course):
    (course.root / "submitted" / "ben").mkdir(parents=True)
    (course.root / "submitted" / "ann").symlink_to("ben")
    course.download("ann_task.ipynb", EVIL)
    assert course.collect(BY_FILE) == {}
    assert "is a link" in course.caplog.text


def test_a_name_that_is_too_long_for_the_disk_stops_nobody_else(course):
    long = "\N{GRINNING FACE}" * 100
    members = {"ann_task.ipynb": b'"ann"', f"{long}/x_task.ipynb": EVIL, "a/" * 600 + "x_task.ipynb": EVIL,
               "b": EVIL, "b/x_task.ipynb": EVIL, "ben_task.ipynb": b'"ben"'}  # fmt: skip
    course.download("class.zip", zipped(members))
    assert course.collect(BY_FILE) == HONEST
    assert course.caplog.text.count("Left out of") == 3


def test_links_and_devices_in_archives_are_no_files(course):
    secret = course.root / "secret"
    secret.write_bytes(EVIL)
    links = {
        "task.ipynb": (tarfile.SYMTYPE, str(secret)),
        "b": (tarfile.LNKTYPE, "../../secret"),
        "c": (tarfile.FIFOTYPE, ""),
        "d": (tarfile.CHRTYPE, ""),
        "e": (tarfile.SYMTYPE, ".."),
    }
    course.download("mal.tar.gz", tarred({"e/ann/task.ipynb": EVIL}, links))
    link = zipfile.ZipInfo("task.ipynb")
    link.external_attr = 0o120777 << 16
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(link, str(secret))
    course.download("eve.zip", buffer.getvalue())
    course.download("ann.zip", zipped({"task.ipynb": b'"ann"'}))
    assert course.collect(BY_ARCHIVE) == {"ann/task.ipynb": b'"ann"'}
    assert course.caplog.text.count("is a link or special file") == len(links) + 1


# --- what it costs ----------------------------------------------------------------------------------

MIB = 2**20


def header(kind: bytes, size: int, name: str = "a.ipynb") -> bytes:
    member = tarfile.TarInfo(name)
    member.type, member.size = kind, size
    return member.tobuf(tarfile.GNU_FORMAT)


def with_header(kind: bytes, content: bytes) -> bytes:
    """A tar whose first file has a special header, and is sound besides."""
    padded = content + bytes(-len(content) % 512)
    return header(kind, len(content)) + padded + header(tarfile.REGTYPE, 0) + bytes(1024)


def sparse() -> bytes:
    """A tar with a file of eight GiB that is one hole."""
    about = bytearray(header(b"S", 0))
    about[483:495] = b"%011o\0" % (8**11 - 1)
    about[148:156] = b"%06o\0 " % tarfile.calc_chksums(about)[0]
    return bytes(about)


def pax(size: int) -> bytes:
    start = b"%d comment=" % size
    return start + b"x" * (size - len(start) - 1) + b"\n"


def listed(files: int, *, local: bytes = b"", about: bytes = b"", offset: int = 0) -> bytes:
    """A zip with so many files in its list, all of them at one place, if anywhere."""
    longer = struct.pack("<2HQ", 1, 8, offset) if offset else b""
    entry = about or struct.pack(
        zipfile.structCentralDir, zipfile.stringCentralDir, 20, 0, 20, 0, 0, 0, 0, 0, 0, 0, 0, 1, len(longer), 0,
        0, 0, 0, 0xFFFFFFFF if offset else 0,
    ) + b"a" + longer  # fmt: skip
    count, size = min(files, 0xFFFF), files * len(entry)
    end = (zipfile.stringEndArchive, 0, 0, count, count, size, len(local), 0)
    return local + entry * files + struct.pack(zipfile.structEndArchive, *end)


def one_upon_the_other(files: int) -> bytes:
    """A zip whose files are all the same MiB."""
    sound = zipped({"a": bytes(MIB)})
    start = sound.index(b"PK\1\2")
    return listed(files, local=sound[:start], about=sound[start : sound.index(b"PK\5\6")])


def lying_about_sizes() -> bytes:
    sound = bytearray(zipped({"a": bytes(1000)}))
    place = sound.index(b"PK\1\2") + 20  # the sizes, compressed and not
    sound[place : place + 8] = b"\xf0\xff\xff\xff" * 2
    return bytes(sound)


def packed_by(method: int) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        archive.writestr("a", bytes(24 * MIB))
    return buffer.getvalue()


ALLOWED = 8 * MIB
TOO_MUCH, TOO_MANY, TOO_LONG = "too much", "too many files", "header in it is too long"
COSTLY = {
    "pax header": (lambda: gzip.compress(with_header(b"x", pax(24 * MIB)), 1), TOO_LONG),
    "pax header for all": (lambda: gzip.compress(with_header(b"g", pax(24 * MIB)), 1), TOO_LONG),
    "long name": (lambda: gzip.compress(with_header(b"L", b"a" * 24 * MIB), 1), TOO_LONG),
    "long link": (lambda: bz2.compress(with_header(b"K", b"a" * 12 * MIB)), TOO_LONG),
    "many long names": (lambda: gzip.compress(with_header(b"L", b"a" * 3000)[:-1024] * 3_000, 1), TOO_MANY),
    "headers in headers": (lambda: gzip.compress(header(b"L", 0) * 20_000), TOO_LONG),
    "folders": (lambda: gzip.compress(header(b"5", 0, "d") * 20_000, 1), TOO_MANY),
    "sparse": (lambda: gzip.compress(sparse()), TOO_MUCH),
    "tar that ends early": (lambda: header(b"0", 8**11 - 1), "unexpected end"),
    "tar that ends early, left out": (lambda: header(b"7", 8**11 - 1), "unexpected end"),
    "bomb in tar": (lambda: gzip.compress(header(b"0", 8**11 - 1) + bytes(24 * MIB), 1), TOO_MUCH),
    "bomb in tar, bzip2": (lambda: bz2.compress(header(b"0", 8**11 - 1) + bytes(24 * MIB)), TOO_MUCH),
    "bomb that is no file": (lambda: gzip.compress(header(b"7", 8**11 - 1) + bytes(24 * MIB), 1), TOO_MUCH),
    "xz": (lambda: lzma.compress(with_header(b"L", b"a" * 12 * MIB), preset=0), "xz"),
    "zip with a long list": (lambda: listed(200_000), "too long"),
    "zip with short entries": (lambda: listed(20_000), TOO_MANY),
    "zip with long names": (lambda: listed(200, about=listed(1)[:46] + b"a" * 60_000), "too long"),
    "zip, one upon the other": (lambda: one_upon_the_other(1000), TOO_MUCH),
    "zip that lies about sizes": (lying_about_sizes, ""),
    "zip that lies about places": (lambda: listed(10, offset=2**63 + 1), None),
    "bomb in zip": (lambda: zipped({"a": bytes(24 * MIB)}), TOO_MUCH),
    "bomb in zip, bzip2": (lambda: packed_by(zipfile.ZIP_BZIP2), None),
    "bomb in zip, lzma": (lambda: packed_by(zipfile.ZIP_LZMA), None),
}  # fmt: skip
"""Archives that cost much to read, and what is said of each; None: its files are, one by one."""


def test_no_archive_costs_much_memory_or_time(tmp_path):
    for name, (make, _) in COSTLY.items():
        (tmp_path / name).write_bytes(make())
    code = f"from tests.archive_reader import read_all; read_all({str(tmp_path)!r}, {ALLOWED})"
    begun = time.monotonic()
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    seconds = time.monotonic() - begun
    assert done.returncode == 0, done.stderr
    (_, _, base, _), *rows = map(json.loads, done.stdout.splitlines())
    for name, size, used, said in rows:
        assert used < base + 32, name
        assert size <= ALLOWED, name
        wanted = COSTLY[name][1]
        # Debian's own Python refuses such an archive itself.
        is_refused = "Overlapped entries" in said[-1]
        assert is_refused or (all(said) if wanted is None else wanted in said[-1]), (name, said)
    assert len(rows) == len(COSTLY)
    assert seconds < 60


def test_reading_an_archive_ends_when_its_time_is_over(tmp_path):
    path = tmp_path / "slow.gz"
    path.write_bytes(gzip.compress(b"") * 20_000)  # gzip goes from one to the next
    with pytest.raises(ArchiveError, match="too long"), open_archive(path, Allowance(1, 1, 0)) as m:
        list(m)


def test_a_file_that_does_not_come_out_whole_does_not_come_out(course):
    sound = zipped({"task.ipynb": os.urandom(5000), "other.ipynb": b"{}"})
    course.download("ann.zip", sound[:3000] + b"?" + sound[3001:])  # another byte
    course.download(
        "ben.tar.gz", tarred({"other.ipynb": b"{}", "task.ipynb": os.urandom(5000)})[:3000]
    )
    assert course.collect(BY_ARCHIVE) == {"ann/other.ipynb": b"{}", "ben/other.ipynb": b"{}"}


def test_one_students_bomb_leaves_room_for_the_others(course, monkeypatch):
    monkeypatch.setattr(FolderLimits, "__init__", partialmethod(FolderLimits.__init__, total=MIB))
    course.download("amy.zip", zipped({f"{n}.bin": bytes(MIB // 2) for n in range(9)}))
    course.download(
        "ben.zip", zipped({"task.ipynb": b'"ben"', "in.zip": zipped({"x": bytes(9 * MIB)})})
    )
    course.download("cy.zip", zipped({"task.ipynb": b'"cy"'}))
    collected = course.collect(BY_ARCHIVE)
    assert collected == {"ben/task.ipynb": b'"ben"', "cy/task.ipynb": b'"cy"'}
    assert course.caplog.text.count("unpack into too much") == 2

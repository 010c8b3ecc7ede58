"""Links and lists as students and spreadsheets make them: each is fetched from, or named with the reason."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from autograder.collect.links import Link, LinkError, parse_link, redacted
from autograder.collect.roster import Roster, read_roster
from autograder.errors import CourseError

GITHUB = "https://github.com/ada/lab/pull/7"
LINK = Link("https://github.com/ada/lab.git", "refs/pull/7/head")


@pytest.mark.parametrize(
    ("text", "remote", "ref"),
    [
        (GITHUB, "https://github.com/ada/lab.git", "refs/pull/7/head"),
        (f" {GITHUB}/files?w=1#diff-1 ", "https://github.com/ada/lab.git", "refs/pull/7/head"),
        ("https://GitHub.com/ada/lab/pull/007", "https://github.com/ada/lab.git", "refs/pull/7/head"),
        (
            "https://gitlab.com/uni/ws26/lab/-/merge_requests/12/diffs",
            "https://gitlab.com/uni/ws26/lab.git",
            "refs/merge-requests/12/head",
        ),
        (
            "https://git.uni.example/ada/lab/merge_requests/3",
            "https://git.uni.example/ada/lab.git",
            "refs/merge-requests/3/head",
        ),
        (
            "https://codeberg.org/ada/lab/pulls/4/commits",
            "https://codeberg.org/ada/lab.git",
            "refs/pull/4/head",
        ),
        (
            "https://git.uni.example:3000/ada/lab/pulls/4",
            "https://git.uni.example:3000/ada/lab.git",
            "refs/pull/4/head",
        ),
        (
            "git@github.com:ada/lab.git#refs/pull/7/head",
            "git@github.com:ada/lab.git",
            "refs/pull/7/head",
        ),
        ("ssh://git@host.example:2222/ada/lab#main", "ssh://git@host.example:2222/ada/lab", "refs/heads/main"),
        ("https://host.example/lab.git#work/one", "https://host.example/lab.git", "refs/heads/work/one"),
    ],
)  # fmt: skip
def test_a_link_leads_to_a_remote_and_a_ref(text: str, remote: str, ref: str) -> None:
    assert parse_link(text) == Link(remote, ref)


def test_a_column_gives_the_ref_of_an_address_and_ssh_is_asked_for_on_demand() -> None:
    assert parse_link("https://h.example/lab.git", "main").ref == "refs/heads/main"
    assert parse_link(GITHUB, by_ssh=True) == Link("git@github.com:ada/lab.git", LINK.ref)


def test_a_request_is_the_same_by_https_and_by_ssh() -> None:
    """Whoever changes from one to the other loses nothing that was seen."""
    place = "github.com/ada/lab refs/pull/7/head"
    for text in (
        GITHUB,
        "git@github.com:ada/lab#refs/pull/7/head",
        "ssh://git@github.com:22/ada/lab.git#refs/pull/7/head",
    ):
        assert parse_link(text).place == place
    assert parse_link(GITHUB, by_ssh=True).place == place
    assert parse_link(GITHUB.replace("7", "8")).place != place


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("", "is empty"),
        ("--upload-pack=touch /tmp/x", "begins with a hyphen"),
        ("-oProxyCommand=x", "begins with a hyphen"),
        ("ext::sh -c touch% /tmp/x", "space"),
        ("ext::id", "run a program"),
        ("https://h.example/a/b.git --upload-pack=x", "space"),
        ("git@-oProxyCommand=x:a/b#main", "no link"),
        ("git@-host:a/b#main", "no host"),
        ("ssh://-oProxyCommand=x/a/b#main", "no host"),
        ("git@github.com:-a/b#main", "no pull request"),
        ("http://github.com/ada/lab/pull/7", "not encrypted"),
        ("ftp://h.example/a/b/pull/7", "ftp://"),
        ("git://h.example/a/b/pull/7", "git://"),
        ("file:///etc/passwd#main", "folder"),
        ("/srv/lab.git#main", "folder"),
        ("../lab.git#main", "folder"),
        ("ada", "no link"),
        ("=HYPERLINK(\"https://github.com/ada/lab/pull/7\")", "formula"),
        ("https://github.com/ada/lab", "names no pull request"),
        ("https://github.com/ada/lab/tree/main", "a page of a repository"),
        ("https://github.com/ada/lab/pull/0", "request 0"),
        ("https://github.com/ada/lab/pull/x", "names no pull request"),
        ("https://drive.example/file/d/1?usp=sharing", "?"),
        ("https://github.com/../lab/pull/7", "no pull request"),
        ("https://h.example/lab.git#a..b", "ref that git does not take"),
        ("https://h.example/lab.git#-x", "ref that git does not take"),
        ("https://h.example/lab.git#a*", "ref that git does not take"),
        ("https://h.example/lab.git#" + "a" * 40, "names a commit"),
        ("https://localhost/a/b/pull/1", "own network"),
        ("https://127.0.0.1/a/b/pull/1", "own network"),
        ("https://127.1/a/b/pull/1", "own network"),
        ("https://2130706433/a/b/pull/1", "own network"),
        ("https://0x7f000001/a/b/pull/1", "own network"),
        ("https://169.254.169.254/a/b/pull/1", "own network"),
        ("git@10.0.0.1:a/b#main", "own network"),
        ("https://h.example:x/a/b/pull/1", "no address"),
        ("https://[::1/a/b/pull/1", "run a program"),
        ("https://github.com/a\N{RIGHT-TO-LEFT OVERRIDE}/b/pull/1", "invisible"),
        ("https://github.com/" + "a" * 3_000, "more than 2000"),
    ],
)  # fmt: skip
def test_what_is_no_link_to_work_is_refused_with_a_word(text: str, word: str) -> None:
    with pytest.raises(LinkError, match=r".") as refused:
        parse_link(text)
    assert word in str(refused.value)


@pytest.mark.parametrize(
    "text",
    [
        "https://ada:hunter2@github.com/ada/lab/pull/7",
        "https://hunter2@github.com/ada/lab/pull/7",
        "ssh://git:hunter2@h.example/ada/lab#main",
        "https://h.example/ada/lab.git?private_token=hunter2",
        "https://h.example/x@hunter2@github.com/ada",
        "ada:hunter2@github.com/ada/lab",
    ],
)
def test_a_password_in_a_link_is_refused_and_never_shown(text: str, tmp_path: Path) -> None:
    path = tmp_path / "links.csv"
    path.write_text(f"student,link\nada,{text}\n", encoding="utf-8")
    (refused,) = read_roster(path, parse_link).refused
    assert "hunter2" not in refused.reason
    assert redacted(text) in refused.reason


def test_only_the_hosts_that_are_named_are_asked() -> None:
    assert parse_link(GITHUB, hosts=["GitHub.com"]) == LINK
    for text in ("https://github.com.evil.example/ada/lab/pull/7", "git@gitlab.com:a/b#main"):
        with pytest.raises(LinkError, match=r"only github\.com may be asked"):
            parse_link(text, hosts=["github.com"])


def test_folders_are_taken_only_where_that_is_allowed() -> None:
    assert parse_link("/srv/my lab.git".replace(" ", "-") + "#main", allow_local=True) == Link(
        "file:///srv/my-lab.git", "refs/heads/main"
    )


def roster(tmp_path: Path, data: bytes | str) -> Roster:
    path = tmp_path / "links.csv"
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return read_roster(path, parse_link)


@pytest.mark.parametrize(
    "data",
    [
        f"student,link\nada,{GITHUB}\n",
        f"\ufeffstudent,link\r\nada,{GITHUB}\r\n",
        f"Student ; Name;LINK\nada;Ada, Countess;{GITHUB}",
        f"sep=;\nstudent;link\nada;{GITHUB}\n",
        f"link\tstudent\n{GITHUB}\tada\n",
        f'student,link\n\n"ada","{GITHUB}"\n,\n',
        f"student,link\nada,{GITHUB}\n".encode("utf-16"),
        f"\n\nstudent,link\nada,{GITHUB}\n",
    ],
    ids=["plain", "BOM", "semicolons", "sep", "tabs", "empty lines", "UTF-16", "late header"],
)  # fmt: skip
def test_what_spreadsheets_write_is_read(tmp_path: Path, data: bytes | str) -> None:
    found = roster(tmp_path, data)
    assert [(row.student, row.link) for row in found.rows] == [("ada", LINK)]
    assert found.refused == ()


@pytest.mark.parametrize(
    ("data", "word"),
    [
        ("", "no column student"),
        ("name,link\nada,x\n", "has name, link"),
        ("student,link,link\n", "more than once"),
        (b"student,link\nZo\xeb,x\n", "line 2: is no UTF-8"),
        (b"PK\x03\x04 a spreadsheet", "is a spreadsheet"),
        (b"student,link\nada,\0\n", "zero bytes"),
        ("student,link\nada," + "x" * 20_000, "line 2: field larger"),
        ("student,link\n" + "a,b\n" * 20_001, "more than 20000 rows"),
    ],
    ids=["empty", "other columns", "twice", "Latin-1", "xlsx", "zeros", "long field", "long"],
)
def test_a_file_that_is_no_list_is_named_with_the_way_out(
    tmp_path: Path, data: bytes | str, word: str
) -> None:
    with pytest.raises(CourseError, match=r"links\.csv") as refused:
        roster(tmp_path, data)
    assert word in str(refused.value)


def test_a_missing_list_is_named(tmp_path: Path) -> None:
    with pytest.raises(CourseError, match="No such file"):
        read_roster(tmp_path / "links.csv", parse_link)


def test_a_bad_row_is_named_by_its_line_and_costs_nobody_else_anything(tmp_path: Path) -> None:
    path = tmp_path / "links.csv"
    rows = [
        ("student", "link"),
        ("ada", GITHUB),
        ("../etc", GITHUB),
        ("=cmd|'/c calc'!A1", GITHUB),
        ("", GITHUB),
        ("eve\nmallory", GITHUB),
        ("kim", ""),
        ("ben", "=HYPERLINK(1)"),
        ("zoe\u0308", GITHUB.replace("7", "8")),
    ]
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    found = read_roster(path, parse_link)
    assert [row.student for row in found.rows] == ["ada", "zoë"]
    reasons = {one.number: one.reason for one in found.refused}
    # The sixth row takes two lines of the file.
    assert sorted(reasons) == [3, 4, 5, 6, 8, 9]
    assert "`/`" in reasons[3] or "FULL STOP" in reasons[3] or "`.`" in reasons[3]
    assert "formula" in reasons[4]
    assert "empty" in reasons[5]
    assert "U+000A" in reasons[6]
    assert "empty" in reasons[8]
    assert "formula" in reasons[9]


def test_two_requests_of_one_student_are_left_to_a_person(tmp_path: Path) -> None:
    other = GITHUB.replace("7", "9")
    found = roster(tmp_path, f"student,link\nada,{GITHUB}\nben,{other}\nada,{other}\n")
    assert [row.student for row in found.rows] == ["ben"]
    (refused,) = found.refused
    assert (refused.number, refused.student) == (2, "ada")
    assert "rows 2, 4 give different links" in refused.reason


def test_a_row_that_stands_twice_is_taken_once(tmp_path: Path) -> None:
    found = roster(tmp_path, f"student,link\nada,{GITHUB}\nada,{GITHUB}/files\n")
    assert [row.student for row in found.rows] == ["ada"]
    assert found.notes == ("ada stands in rows 2, 3 with one link; taken once",)


def test_names_that_are_one_folder_elsewhere_are_left_to_a_person(tmp_path: Path) -> None:
    found = roster(tmp_path, f"student,link\nada,{GITHUB}\nAda,{GITHUB}\n")
    assert found.rows == ()
    assert "rows 2, 3 name Ada, ada" in found.refused[0].reason


def test_two_students_with_one_request_are_both_taken_and_named(tmp_path: Path) -> None:
    found = roster(tmp_path, f"student,link\nada,{GITHUB}\nben,{GITHUB}\n")
    assert len(found.rows) == 2
    assert "ada, ben hand in one and the same pull request" in found.notes[0]

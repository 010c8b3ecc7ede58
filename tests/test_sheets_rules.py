"""Which column, whose row, and what of a row is not safe: sheets written out in full."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from autograder.errors import ChoiceError, CourseError
from autograder.sheets.filling import Fate, Rules
from autograder.sheets.grades import Grade, Grades
from autograder.sheets.roster import read_roster
from tests.importers import Brightspace, Canvas, Moodle, Person, Style
from tests.sheets import Filled, fill, grades_of

CANVAS = "Student,ID,SIS User ID,SIS Login ID,Section,task (17)\n    Points Possible,,,,,100\n"
MOODLE = (
    "Identifier,Full name,Email address,Status,Grade,Maximum Grade,Grade can be changed,"
    "Last modified (submission),Last modified (grade),Feedback comments\n"
)
BRIGHTSPACE = (
    "OrgDefinedId,Username,task Points Grade <Numeric MaxPoints:100>,End-of-Line Indicator\n"
)


def filled(text: str, scores: dict[str, object], **options: object) -> Filled:
    return fill(text.encode(), grades_of(scores), **options)  # type: ignore[arg-type]


def said(text: str, scores: dict[str, object], **options: object) -> list[str]:
    return [row.sentence for row in filled(text, scores, **options).plan.rows]


# Which platform, which column


@pytest.mark.parametrize(
    ("header", "words"),
    [
        ("student_id,score", "is no sheet that Canvas .* gives out"),
        ("Identifier,Grade", "is no sheet that Canvas .* gives out"),
        ("Student,ID,SIS Login ID,task (17)", "is “SIS Login ID”, and Canvas wants “Section” there"),
        ("Student,ID,ID,Section,task (17)", "two columns are called ID"),
        ("Username,task Points Grade", "has no column “End-of-Line Indicator”"),
        ("Username,Username,task Points Grade,End-of-Line Indicator", "two columns are called Username"),
    ],
)  # fmt: skip
def test_a_header_that_no_importer_takes_is_refused(header: str, words: str) -> None:
    with pytest.raises(CourseError, match=words):
        filled(f"{header}\n", {})


def test_a_sheet_of_another_platform_is_refused_where_one_was_named() -> None:
    with pytest.raises(CourseError, match="is a sheet of Canvas, and not of Moodle"):
        filled(CANVAS, {}, platform="moodle")
    with pytest.raises(CourseError, match="Moodle needs the columns “Grade” and “Last modified"):
        filled("Identifier,Grade\nParticipant 1,5\n", {}, platform="moodle")
    with pytest.raises(CourseError, match="no column has Moodle's identifiers"):
        filled("a,b\nc,d\n", {}, platform="moodle")


def canvas_of(*titles: str, read_only: str = "") -> str:
    points = ",".join("(read only)" if title == read_only else "100" for title in titles)
    return (
        f"Student,ID,SIS Login ID,Section,{','.join(titles)}\n    Points Possible,,,,{points}\n"
        f"Ada,1,ada,A{',' * len(titles)}\n"
    )


def test_the_column_that_is_called_like_the_assignment_is_taken() -> None:
    found = filled(canvas_of("lab (1)", "Task (2)", "Final Score"), {"ada": 5})
    assert found.plan.target.title == "Task (2)"
    assert found.data.splitlines()[-1] == b"Ada,1,ada,A,,5,"
    assert any("changed back, also in 1 other columns" in note for note in found.plan.notes)


def test_of_several_columns_that_fit_one_must_be_named() -> None:
    for text in (canvas_of("lab (1)", "quiz (2)"), canvas_of("task (1)", "task (2)")):
        with pytest.raises(ChoiceError, match="name one with --title: “"):
            filled(text, {})
    assert said(canvas_of("task (1)", "task (2)"), {"ada": 5}, title="task (2)") == [
        "will be set to 5 (was blank)"
    ]
    with pytest.raises(ChoiceError, match="2 columns could be meant"):
        filled(canvas_of("task (2)", "task (2)"), {}, title="task (2)")


def test_a_title_that_canvas_does_not_know_is_refused() -> None:
    """Canvas would make an assignment of it."""
    with pytest.raises(ChoiceError, match="no column for grades is called new"):
        filled(canvas_of("task (1)"), {}, title="new")
    with pytest.raises(CourseError, match="Canvas would make a new assignment of it"):
        filled(canvas_of("task (1)", "mine"), {}, title="mine")
    with pytest.raises(CourseError, match="it is read only"):
        filled(canvas_of("task (1)", "sum (2)", read_only="sum (2)"), {}, title="sum (2)")


def test_a_sheet_of_another_assignment_says_so() -> None:
    found = filled(canvas_of("lab (1)"), {"ada": 5})
    assert found.plan.notes[0] == "The grades of task go into “lab”: make sure that it is the same."
    less = Brightspace([Person("Ada", 1, "ada")], points=Decimal(60))
    notes = fill(less.give_out(), grades_of({"ada": 5})).plan.notes
    assert any("60 points at most, the gradebook 100" in note for note in notes)
    assert any("may be the sheet of another assignment" in note for note in notes)


def test_a_sheet_of_another_course_says_so() -> None:
    found = filled(CANVAS + "Eve,5,,eve,A,\n", {"ada": 5, "bob": None})
    assert [row.fate for row in found.plan.rows] == [Fate.NOBODY]
    assert [one.student for one in found.plan.missing] == ["ada", "bob"]
    assert found.plan.status == 1
    assert any("No row is of a student of this course" in note for note in found.plan.notes)


# Moodle's languages


def test_a_worksheet_in_another_language_keeps_its_words_and_its_comma() -> None:
    german = (
        *("ID", "Vollständiger Name", "E-Mail-Adresse", "Status", "Bewertung", "Bestwertung"),
        *("Bewertung kann geändert werden", "Zuletzt geändert (Abgabe)"),
        *("Zuletzt geändert (Bewertung)", "Feedback als Kommentar"),
    )
    people = [Person("Ada", 1, "ada"), Person("Bob", 2, "bob", locked=True)]
    platform = Moodle(
        people, Decimal("100.00"), Style(comma=True), ("Teilnehmer/in", "Ja", "Nein"), german
    )
    found = fill(platform.give_out(), grades_of({"ada@example.org": 87.5, "bob@example.org": 3}))
    assert found.row("Ada") == "will be set to 87,5 (was blank)"
    assert found.row("Bob") == "left alone: locked: Moodle would leave it out, without a word"
    platform.take(found.data)
    assert [one.grade for one in people] == [Decimal("87.5"), None]


def test_in_a_language_that_is_not_known_the_column_is_named() -> None:
    unknown = (
        "Tunniste",
        "Nimi",
        "Sähköposti",
        "Tila",
        "Arvosana",
        "Maksimi",
        "Muutettavissa",
        "A",
        "B",
        "C",
    )
    platform = Moodle(
        [Person("Ada", 1, "ada", locked=True)],
        words=("Osallistuja ", "Kyllä", "Ei"),
        columns=unknown,
    )
    data = platform.give_out()
    with pytest.raises(CourseError, match="needs --platform moodle"):
        fill(data, grades_of({}))
    with pytest.raises(
        ChoiceError, match=r"in this language is not known; name it with --title: .*“Arvosana”"
    ):
        fill(data, grades_of({}), platform="moodle")
    found = fill(data, grades_of({"Osallistuja 1": 5}), platform="moodle", title="Arvosana")
    assert [row.fate for row in found.plan.rows] == [Fate.KEPT]
    with pytest.raises(ChoiceError, match="is not the column of the grades"):
        fill(data, grades_of({}), platform="moodle", title="Tunniste")
    with pytest.raises(ChoiceError, match="no column is called Note"):
        fill(data, grades_of({}), platform="moodle", title="Note")


# Whose a row is


def test_a_row_goes_by_any_identifier_and_not_by_a_name() -> None:
    text = CANVAS + "ada,1,s1,l1,A,\nBob,2,bob,l2,A,\nEve,eve,s3,l3,A,\nKim,4,s4,kim,A,\n"
    assert said(text, {"ada": 1, "bob": 2, "eve": 3, "kim": 4}) == [
        "stays blank: nobody who has handed in has its ids",
        "will be set to 2 (was blank)",
        "will be set to 3 (was blank)",
        "will be set to 4 (was blank)",
    ]


def test_a_name_counts_where_it_is_asked_for_and_one_bears_it() -> None:
    text = CANVAS + '"Lovelace, Ada",1,s1,l1,A,\n"Müller, Jo",2,s2,l2,A,\n"Müller, Jo",3,s3,l3,A,\n'
    scores: dict[str, object] = {"Ada Lovelace": 1, "müllerjo": 2}
    assert said(text, scores, by_name=True) == [
        "will be set to 1 (was blank)",
        "refused: several are called Müller, Jo",
        "refused: several are called Müller, Jo",
    ]
    assert all("nobody who has handed in" in sentence for sentence in said(text, scores))


def test_whom_an_id_tells_a_name_does_not_take_away() -> None:
    text = CANVAS + "Jo,1,s1,kim,A,\nkim,2,s2,l2,A,\n"
    assert said(text, {"kim": 1}, by_name=True) == [
        "will be set to 1 (was blank)",
        "stays blank: nobody who has handed in has its ids",
    ]


def test_identifiers_of_two_people_and_rows_of_one_are_refused() -> None:
    text = CANVAS + "A,1,ada,bob,A,\nB,2,kim,x,A,\nC,3,y,kim,A,\nD,4,s4,d,A,\nE,5,s4,e,A,\n"
    found = filled(text, {"ada": 1, "bob": 2, "kim": 3, "d": 4, "e": 5})
    assert [row.sentence for row in found.plan.rows] == [
        "refused: its identifiers are those of several: ada, bob",
        "refused: 2 rows are kim's",
        "refused: 2 rows are kim's",
        "refused: another row has the same sis user id (s4)",
        "refused: another row has the same sis user id (s4)",
    ]
    assert found.data.decode() == text
    assert {one.student for one in found.plan.missing} == {"ada", "bob", "d", "e"}


def test_two_students_who_are_one_to_the_eye_are_refused() -> None:
    text = CANVAS + "Zoë,1,s1,zo\u00eb,A,\n"
    assert said(text, {"zo\u00eb": 1, "zoe\u0308": 2}) == [
        "refused: the course has zoë twice, but for the way in which accents are stored"
    ]
    assert said(text, {"zoe\u0308": 2}) == ["will be set to 2 (was blank)"]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("Ada,,,,A,", "the row has no id and no login: Canvas would go by the name"),
        ("Ada,1,ada,A,", "the row has 5 cells and the header 6: what stands where is not clear"),
        ("Lovelace, Ada,1,s1,ada,A,", "the row has 7 cells and the header 6: what stands where is not clear"),
        ("Ada,1.23E+14,s1,ada,A,", "the id 1.23E+14 was rounded by a spreadsheet; download the sheet anew"),
        ("Ada,1,s1,ada,A,B+", "B+ stands there, and is no number"),
    ],
)  # fmt: skip
def test_a_row_that_canvas_would_not_read_as_we_do_is_refused(row: str, reason: str) -> None:
    text = f"{CANVAS}{row}\n"
    found = filled(text, {"ada": 5})
    assert [row.sentence for row in found.plan.rows] == [f"refused: {reason}"]
    assert found.plan.status == 1
    assert found.data.decode() == text


def test_rows_that_brightspace_or_moodle_would_not_take_are_refused() -> None:
    found = said(f"{BRIGHTSPACE}#1,#ada,5,\n,,5,#\n#2,#bob,,#\n", {"ada": 1, "bob": 2})
    assert found == [
        "refused: its End-of-Line Indicator is not `#`: Brightspace would not take it",
        "refused: the row has neither OrgDefinedId nor Username: Brightspace knows nobody by it",
        "will be set to 2 (was blank)",
    ]
    assert said(f"{MOODLE},Ada,a@b,,,100,Yes,-,-,\n", {"a@b": 1}) == [
        "refused: the row has no identifier: Moodle knows nobody by it"
    ]


def test_a_roster_says_whose_a_row_is(tmp_path: Path) -> None:
    path = tmp_path / "roster.csv"
    path.write_bytes(
        "\ufeffstudent;OrgDefinedId;Email\r\nada;#17;a@b\r\nbob;18;\r\n;19;\r\n".encode()
    )
    text = f"{BRIGHTSPACE}#17,#x,,#\n#18,ada,,#\n#19,bob,,#\n"
    assert said(text, {"ada": 1, "bob": 2}, roster=read_roster(path)) == [
        "will be set to 1 (was blank)",
        "will be set to 2 (was blank)",
        "stays blank: nobody who has handed in has its ids",
    ]
    with pytest.raises(
        CourseError, match=r"roster\.csv has none of the sheet's columns .*: id, sis"
    ):
        filled(CANVAS + "Ada,1,s,l,A,\n", {}, roster=read_roster(path))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("id,name\n1,ada\n", "a roster needs one column `student`"),
        ("student,student\na,b\n", "a roster needs one column `student`"),
        ("student,ID\nada,1\nbob,1\n", "row 3: ID 1 is bob's, and above ada's"),
    ],
)
def test_a_roster_that_is_not_clear_is_refused(text: str, words: str, tmp_path: Path) -> None:
    path = tmp_path / "roster.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(CourseError, match=words):
        read_roster(path)


# What is written


def test_not_graded_stays_what_it_was_and_is_never_0() -> None:
    grades = Grades(
        "task", Decimal(100), {"ada": Grade("ada", None, "it is empty"), "bob": Grade("bob", None)}
    )
    text = CANVAS + "Ada,1,,ada,A,\nBob,2,,bob,A,80\n"
    found = fill(text.encode(), grades)
    assert [row.sentence for row in found.plan.rows] == [
        "stays blank: not graded (it is empty)",
        "stays 80: not graded",
    ]
    assert found.data.decode() == text
    assert found.plan.status == 0


def test_excused_rows_are_left_alone_and_a_dash_is_none() -> None:
    text = CANVAS + "Ada,1,,ada,A,EX\nBob,2,,bob,A,-\nKim,3,,kim,A,7\nJo,4,,jo,A,7.0\n"
    found = filled(text, {"ada": 1, "bob": 0, "kim": 8.25, "jo": 7})
    assert [row.sentence for row in found.plan.rows] == [
        "left alone: excused (EX)",
        "will be set to 0 (was blank)",
        "will be set to 8.25 (was 7)",
        "stays 7.0: it is the same",
    ]
    assert found.data.decode() == text.replace("bob,A,-", "bob,A,0").replace(
        "kim,A,7", "kim,A,8.25"
    )
    assert found.plan.status == 0


def test_what_is_above_the_maximum_is_refused_or_scaled_or_allowed() -> None:
    text = CANVAS + "Ada,1,,ada,A,\nBob,2,,bob,A,\n"
    scores: dict[str, object] = {"ada": 105, "bob": -1}
    refused = "refused: 105 points are above the maximum of 100; Canvas takes it. See --allow-above, --scale"
    below = "refused: -1 points are below 0"
    assert said(text, scores) == [refused, below]
    assert said(text, scores, rules=Rules(allow_above=True)) == [
        "will be set to 105 (was blank)",
        below,
    ]
    data = text.replace(",,100", ",,10").encode()
    scaled = fill(data, grades_of({"ada": 87.55, "bob": 105}), Rules(scale=True))
    assert [row.sentence for row in scaled.plan.rows] == [
        "will be set to 8.755 (was blank)",
        "refused: 10.5 points are above the maximum of 10; Canvas takes it. See --allow-above, --scale",
    ]


def test_moodle_leaves_out_what_is_above_so_nothing_allows_it() -> None:
    platform = Moodle([Person("Ada", 1, "ada")])
    found = fill(platform.give_out(), grades_of({"Participant 1": 101}), Rules(allow_above=True))
    assert found.row("Ada") == (
        "refused: 101 points are above the maximum of 100, and Moodle leaves the row out, without a word; raise it "
        "there, or use --scale"
    )


def test_where_the_sheet_has_no_maximum_the_gradebooks_is_assumed() -> None:
    text = "Student,ID,SIS Login ID,Section,task (17)\nAda,1,ada,A,\n"
    found = filled(text, {"ada": 101})
    assert "above the maximum of 100" in found.row("Ada")
    assert any("100 are assumed" in note for note in found.plan.notes)
    with pytest.raises(ChoiceError, match="there is nothing to scale to"):
        filled(text, {}, rules=Rules(scale=True))
    with pytest.raises(ChoiceError, match="task has 0 points"):
        fill(CANVAS.encode(), grades_of({}, 0), Rules(scale=True))


def test_the_decimal_mark_is_the_sheets_or_the_users() -> None:
    text = CANVAS + "Ada,1,,ada,A,\nBob,2,,bob,A,{}\n"
    for there, written in (('"1,5"', '"7,25"'), ("1.5", "7.25"), ("1", "7.25")):
        assert f"ada,A,{written}\n" in filled(text.format(there), {"ada": 7.25}).data.decode()
    mixed = text.format("1.5") + 'Kim,3,,kim,A,"1,5"\n'
    with pytest.raises(ChoiceError, match="--decimal comma or --decimal point"):
        filled(mixed, {})
    assert 'ada,A,"7,25"' in filled(mixed, {"ada": 7.25}, rules=Rules(mark=",")).data.decode()


def test_a_comment_of_ours_is_harmless_and_what_stood_there_stays() -> None:
    """A mistake's name comes from a course's files; what a spreadsheet takes for a formula must not come of it."""
    people = [Person(name, i, name) for i, name in enumerate(("ada", "bob", "kim"), start=1)]
    people[1].comment = "=1+1"
    formula = '=HYPERLINK("http://x") <b> & more'
    by_student = {
        f"Participant {i}": Grade(f"Participant {i}", Decimal(5), comment=formula) for i in (1, 2)
    }
    by_student["Participant 3"] = Grade("Participant 3", Decimal(5))
    platform = Moodle(people)
    found = fill(
        platform.give_out(), Grades("task", Decimal(100), by_student), Rules(comments=True)
    )
    platform.take(found.data)
    assert [one.comment for one in people] == [
        '\'=HYPERLINK("http://x") &lt;b&gt; &amp; more',
        "=1+1",
        "",
    ]


def test_a_sheet_that_a_spreadsheet_has_saved_otherwise_says_so() -> None:
    data = (CANVAS + "Zoë,1,,zoë,A,\n").encode("cp1252")
    found = fill(data, grades_of({"zoë": 5}))
    assert found.row("Zoë") == "will be set to 5 (was blank)"
    assert any("is not written in UTF-8" in note for note in found.plan.notes)
    assert found.data == data.replace(b"A,\n", b"A,5\n")


def test_the_row_on_how_grades_are_posted_is_nobodys() -> None:
    text = CANVAS.replace("    Points", ",,,,,Manual Posting\n    Points") + "Ada,1,,ada,A,\n"
    found = filled(text, {"ada": 5})
    assert [row.entry.number for row in found.plan.rows] == [4]
    platform = Canvas([Person("Ada", 1, "ada")])
    assert fill(platform.give_out(), grades_of({})).plan.rows[0].entry.number == 3


def test_a_sheet_without_rows_fills_nothing() -> None:
    for header in (CANVAS, MOODLE, BRIGHTSPACE):
        found = filled(header, {})
        assert (found.plan.rows, found.plan.status, found.data.decode()) == ((), 0, header)

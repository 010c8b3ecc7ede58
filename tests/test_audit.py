"""The audit of the hidden checks: its parts, and the bar that the corpus has to meet."""

from __future__ import annotations

import dataclasses
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from autograder.assignments.assignment_2 import ASSIGNMENT as ASSIGNMENT_2
from autograder.assignments.assignment_2.mistakes.catalogue import BY_ID
from autograder.audit.corpus import CHAFF, MUTANT, WHEAT, Variant, read_corpus, read_variant
from autograder.audit.mutants import changed_lines, make_mutants, mutate, read_equivalents
from autograder.audit.pages import as_html, as_json, as_text
from autograder.audit.run import EQUIVALENTS, run_audit
from autograder.audit.tally import Audit, Difference
from autograder.audit.transplant import EXERCISES, Exercise, transplant
from autograder.audit.trial import Failure, Trial
from autograder.cli import main
from autograder.course import KIT
from autograder.doctor import can_make_rooms
from autograder.errors import AuditError
from autograder.judging.exercise import exercise_checks

CORPUS = KIT / "tests"
SEEDS_EACH = 2
"""Of 50, each variant gets the next two: more would take the suite minutes. `--seeds 50` gives all to each."""
CELL = """import numpy as np

def f(x):
    ### BEGIN SOLUTION
    return -x[:, :2]
    ### END SOLUTION

print(f(1))
"""


@pytest.fixture(scope="module")
def corpus() -> list[Variant]:
    return read_corpus(CORPUS)


def write(folder: Path, text: str, kind: str = CHAFF) -> Path:
    path = folder / kind / "similarity" / "odd.py"
    path.parent.mkdir(parents=True)
    path.write_text(text, encoding="utf-8")
    return path


# --- the bar ---------------------------------------------------------------------------------------


@pytest.mark.kernel
def test_the_checks_meet_the_bar(tmp_path: Path) -> None:
    page, figures = tmp_path / "audit.html", tmp_path / "audit.json"
    command = [sys.executable, "-m", "autograder.cli", "audit", "--seeds", str(SEEDS_EACH)]
    done = subprocess.run(
        [*command, "--html", str(page), "--json", str(figures)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    found = json.loads(figures.read_text(encoding="utf-8"))
    assert found["bar_met"]
    assert found["distinct_seeds"] == 50
    total = found["exercises"]["all"]
    assert total["chaff"] == total["chaff_caught"] >= 200
    assert total["named_right"] >= 0.95 * total["chaff"]
    assert total["wheat"] >= 60
    assert total["wheat_failed"] == 0
    assert total["mutants"] == total["mutants_caught"] >= 200
    assert "the bar is met" in done.stdout
    if can_make_rooms():
        assert len(found["in_rooms"]) == 2
        assert "none judged otherwise there" in done.stdout
    assert "chaff/similarity/transposed" in page.read_text(encoding="utf-8")


@pytest.mark.kernel
def test_a_wheat_among_the_chaff_and_a_chaff_among_the_wheat_miss_the_bar(tmp_path: Path) -> None:
    right = (CORPUS / "wheat" / "predictions" / "numpy_argmax.py").read_text(encoding="utf-8")
    wrong = (CORPUS / "chaff" / "predictions" / "argmin.py").read_text(encoding="utf-8")
    header = "\n".join(wrong.splitlines()[:3])
    for kind, name, text in (
        (CHAFF, "really_right", header + "\n\n" + right.split("\n\n", 1)[1]),
        (WHEAT, "really_wrong", "# right: not at all\n" + wrong.split("\n\n", 1)[1]),
    ):
        folder = tmp_path / kind / "predictions"
        folder.mkdir(parents=True)
        (folder / f"{name}.py").write_text(text, encoding="utf-8")
    (tmp_path / "mutants").mkdir()
    (tmp_path / "mutants" / "equivalent.toml").write_text("equivalent = []", encoding="utf-8")
    command = [sys.executable, "-m", "autograder.cli", "audit", "--seeds", "1", "--only", "really"]
    done = subprocess.run(
        [*command, "--corpus", str(tmp_path)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 1, done.stderr
    assert "not caught: chaff/predictions/really_right" in done.stdout
    assert "wheat failed: wheat/predictions/really_wrong (best_class_of_each_row" in done.stdout


# --- the corpus ------------------------------------------------------------------------------------


def test_the_readme_counts_the_corpus_as_it_is(corpus: list[Variant]) -> None:
    readme = (KIT / "README.md").read_text(encoding="utf-8")
    right, wrong = (sum(variant.kind == kind for variant in corpus) for kind in (WHEAT, CHAFF))
    mutants = re.search(r"over (\d+) mutants", readme)
    assert f"{right} right and {wrong} wrong variants" in readme
    assert mutants is not None
    all_row = next(line for line in readme.splitlines() if line.startswith("| all | "))
    caught, listed = (int(all_row.split("|")[column]) for column in (8, 9))
    assert int(mutants[1]) == caught + listed


def test_every_exercise_has_wheat_and_chaff(corpus: list[Variant]) -> None:
    for kind in (WHEAT, CHAFF):
        assert {variant.exercise for variant in corpus if variant.kind == kind} == set(EXERCISES)


def test_every_mistake_of_the_catalogue_is_in_the_corpus(corpus: list[Variant]) -> None:
    assert set(BY_ID) - {variant.misconception for variant in corpus} == set()


def test_chaff_names_mistakes_and_checks_that_exist(corpus: list[Variant]) -> None:
    for variant in corpus:
        if variant.kind != CHAFF:
            continue
        assert variant.misconception == "none" or variant.misconception in BY_ID, variant.id
        assert not variant.also or variant.also in BY_ID, variant.id
        checks = {
            check.name for check in exercise_checks(ASSIGNMENT_2, EXERCISES[variant.exercise].check)
        }
        assert variant.check in checks, variant.id


def test_every_check_catches_some_chaff(corpus: list[Variant]) -> None:
    meant = {(EXERCISES[v.exercise].check, v.check) for v in corpus if v.kind == CHAFF}
    for exercise in EXERCISES.values():
        for check in exercise_checks(ASSIGNMENT_2, exercise.check):
            if not check.bonus:
                assert (exercise.check, check.name) in meant, check.name


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("# misconception: argmin\n# check: x\nprint()", "lacks a line `# wrong"),
        ("# wrong: x\n# check: x\nprint()", "lacks a line `# misconception"),
        (
            "# misconception: argmin\n# wrong: x\n# check: x\n# colour: red\n",
            "unknown key 'colour'",
        ),
    ],
)
def test_a_header_that_is_not_as_it_should_be_is_told(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(AuditError, match=said):
        read_variant(write(tmp_path, text), CHAFF)


def test_lines_belong_to_the_cell_named_above_them(tmp_path: Path) -> None:
    text = '# right: so\n\n# %% id="a"\nx = 1\n\n# %% id="b"\ny = 2\n'
    variant = read_variant(write(tmp_path, text, WHEAT), WHEAT)
    assert {cell: source.strip() for cell, source in variant.cells.items()} == {
        "a": "x = 1",
        "b": "y = 2",
    }


def test_an_empty_corpus_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["audit", "--corpus", str(tmp_path)]) == 1
    assert "holds no variants" in capsys.readouterr().err


@pytest.mark.parametrize("option", ["--html", "--json"])
def test_a_file_that_cannot_be_written_is_named_before_anything_is_tried(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], option: str
) -> None:
    for file in (tmp_path / "nowhere" / "out", tmp_path):
        arguments = ["audit", "--corpus", str(tmp_path), option, str(file)]
        assert main(arguments) == 1
        said = capsys.readouterr().err
        assert f"{file} cannot be written" in said
        assert "holds no variants" not in said


def test_a_file_that_cannot_be_written_after_all_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def audited(*args: object, **kwargs: object) -> Audit:
        file.mkdir()  # meanwhile, by somebody else
        return audit()

    file = tmp_path / "out"
    monkeypatch.setattr("autograder.audit.run.run_audit", audited)
    assert main(["audit", "--json", str(file)]) == 1
    assert f"{file} cannot be written" in capsys.readouterr().err


# --- transplanting ---------------------------------------------------------------------------------

TWO = Exercise(("one", "two"), "check_similarity")
SOLVED = {
    "one": "import os\n\ndef f():\n    return 1\n\nprint(f())",
    "two": "def g():\n    return 2",
}


def test_a_function_replaces_its_namesake_and_the_rest_stays() -> None:
    cells = dict(transplant(TWO, SOLVED, {"": "def f():\n    return 5\n"}))
    assert cells["one"].split() == ["import", "os", "def", "f():", "return", "5", "print(f())"]
    assert cells["two"].strip() == SOLVED["two"]


def test_statements_replace_the_statements_of_their_cell() -> None:
    cells = dict(transplant(TWO, SOLVED, {"one": "x = f()\n"}))
    assert cells["one"].split() == ["import", "os", "def", "f():", "return", "1", "x", "=", "f()"]


def test_a_variant_of_a_whole_exercise_replaces_functions_in_all_its_cells() -> None:
    cells = dict(
        transplant(TWO, SOLVED, {"": "def g():\n    return 7\n\ndef f():\n    return 8\n"})
    )
    assert "return 2" not in cells["two"]
    assert "return 1" not in cells["one"]
    assert "return 7" in cells["one"] + cells["two"]


def test_decorators_go_and_stay_with_their_function() -> None:
    solved = {"one": "@cache\ndef f():\n    return 1\n\n@cache\ndef h():\n    return 3", "two": ""}
    cells = dict(transplant(TWO, solved, {"one": "def f():\n    return 5\n"}))
    assert cells["one"].split() == [
        "@cache",
        "def",
        "h():",
        "return",
        "3",
        "def",
        "f():",
        "return",
        "5",
    ]


def test_an_experiment_is_chosen() -> None:
    exercise = EXERCISES["experiment_b"]
    solved = {"experiment_choice": 'experiment = "C"', "experiment_b": "print(1)"}
    assert dict(transplant(exercise, solved, {}))["experiment_choice"].strip() == 'experiment = "B"'


def test_a_cell_of_another_exercise_is_told() -> None:
    with pytest.raises(AuditError, match="'three' is no cell"):
        transplant(TWO, SOLVED, {"three": "x = 1"})


# --- mutants ---------------------------------------------------------------------------------------


def test_mutants_change_the_solution_region_alone() -> None:
    mutants = {changed_lines(CELL, mutant) for mutant in mutate(CELL)}
    assert mutants == {
        "return -x[:, :2] => pass",
        "return -x[:, :2] => return x[:, :2]",
        "return -x[:, :2] => return -x[:, 2:]",
        "return -x[:, :2] => return -x[:2, :]",
        "return -x[:, :2] => return -x[:, :]",
        "return -x[:, :2] => return -x[:, :3]",
    }


@pytest.mark.parametrize(
    ("line", "mutant"),
    [
        ("return a @ b", "return a * b"),
        ("return a == b", "return a != b"),
        ("return f(a, b)", "return f(b, a)"),
        ("return a.argmax(axis=1)", "return a.argmin(axis=1)"),
        ("return a.argmax(axis=1)", "return a.argmax()"),
        ("return a.argmax(axis=1)", "return a.argmax(axis=0)"),
        ("return a.cpu()", "return a"),
        ("return float(a)", "return a"),
        ("return f(a, keep=True)", "return f(a, keep=False)"),
        ("return f(a, keep=True)", "return f(a)"),
        ("return f(dim=1, keep=True)", "return f(keep=True)"),
        ("return 'ä', a.mean()", "return 'ä', a.sum()"),
    ],
)
def test_a_mutant_is_made(line: str, mutant: str) -> None:
    cell = "def f(a, b):\n    ### BEGIN SOLUTION\n    {}\n    ### END SOLUTION\n"
    assert cell.format(mutant) in set(mutate(cell.format(line)))


def test_mutants_have_ids_of_their_own() -> None:
    solved = {cell: CELL for exercise in EXERCISES.values() for cell in exercise.cells}
    mutants = make_mutants(solved)
    assert len({mutant.id for mutant in mutants}) == len(mutants) > 10
    assert all(mutant.kind == MUTANT for mutant in mutants)


def test_every_equivalent_mutant_has_a_reason() -> None:
    equivalents = read_equivalents(CORPUS / "mutants" / "equivalent.toml")
    assert equivalents
    assert all(len(reason.split()) >= 4 for reason in equivalents.values())


def test_a_damaged_list_of_equivalents_is_told(tmp_path: Path) -> None:
    path = tmp_path / "equivalent.toml"
    path.write_text('[[equivalent]]\nmutants = ["a"]\n', encoding="utf-8")
    with pytest.raises(AuditError, match="reason"):
        read_equivalents(path)


# --- tally and pages -------------------------------------------------------------------------------


def chaff(name: str, misconception: str = "argmin", **fields: str) -> Variant:
    return Variant(CHAFF, "predictions", name, "x", {}, misconception, "test_a", **fields)


def failed(check: str = "test_a", name: str | None = "argmin", *, judged: bool = True) -> Failure:
    return Failure(check, judged, name, "so")


def audit(*trials: Trial, equivalents: dict[str, str] | None = None) -> Audit:
    return Audit(trials, {}, equivalents or {}, 1, 1, 1.0, 1)


RIGHT = Variant(WHEAT, "predictions", "w", "x", {})
MUTATED = Variant(MUTANT, "predictions", "m", "m", {})


def test_what_is_caught_and_named_rightly_meets_the_bar() -> None:
    found = audit(Trial(chaff("c"), (failed(),)), Trial(RIGHT), Trial(MUTATED, (failed(),)))
    assert found.shortfalls == []
    assert as_text(found).endswith("the bar is met")


@pytest.mark.parametrize(
    ("trial", "said"),
    [
        (Trial(chaff("c")), "chaff not caught: 1"),
        (Trial(chaff("c"), (failed(judged=False),)), "chaff not caught: 1"),
        (Trial(chaff("c"), problem="stopped"), "chaff not caught: 1"),
        (Trial(chaff("c"), (failed("test_b"),)), "0.0% of the chaff named rightly, expected 95%"),
        (Trial(chaff("c"), (failed(name=None),)), "0.0% of the chaff named rightly"),
        (Trial(chaff("c"), (failed(), failed("test_b", "argmax"))), "0.0% of the chaff named"),
        (Trial(chaff("c", "none"), (failed(),)), "0.0% of the chaff named rightly"),
        (Trial(RIGHT, (failed(),)), "wheat failed: 1"),
        (Trial(RIGHT, (failed(judged=False),)), "wheat failed: 1"),
        (Trial(RIGHT, flow=("leftover-state",)), "wheat failed: 1"),
        (Trial(RIGHT, problem="stopped"), "wheat failed: 1"),
        (Trial(RIGHT, unsteady=(4,)), "variants with other verdicts for other seeds: 1"),
        (Trial(MUTATED), "mutants overlooked: 1"),
    ],
)
def test_each_shortfall_is_told(trial: Trial, said: str) -> None:
    found = audit(trial)
    # What is not caught is not named either.
    assert len(found.shortfalls) == (2 if said.startswith("chaff not caught") else 1)
    assert found.shortfalls[0].startswith(said)
    assert f"below the bar: {said}" in as_text(found)


def test_a_consequence_may_be_named_besides() -> None:
    both = (failed(), failed("test_b", "argmax"))
    assert audit(Trial(chaff("c", also="argmax"), both)).shortfalls == []


def test_a_mutant_that_is_listed_as_equivalent_need_not_be_caught() -> None:
    assert audit(Trial(MUTATED), equivalents={"m": "the same"}).shortfalls == []
    caught = audit(Trial(MUTATED, (failed(),)), equivalents={"m": "the same"})
    assert caught.shortfalls == ["mutants listed as equivalent, but caught: 1"]


def test_a_variant_that_is_judged_otherwise_in_a_room_misses_the_bar() -> None:
    difference = Difference("chaff/a/b", (("test_a", "argmin"),), ())
    found = dataclasses.replace(
        audit(Trial(chaff("b"), (failed(),))),
        in_rooms=["chaff/a/b"],
        otherwise_in_rooms=[difference],
    )
    told = "chaff/a/b: on the bench test_a (argmin); in a room passes"
    assert found.shortfalls == [f"judged otherwise in a room: {told}"]
    assert "in real rooms: chaff/a/b; 1 judged otherwise there." in as_text(found)
    assert json.loads(as_json(found))["in_rooms"] == ["chaff/a/b"]


def test_a_mutant_that_never_ends_is_caught() -> None:
    assert audit(Trial(MUTATED, problem="stopped after 60 seconds")).shortfalls == []


def test_json_holds_the_figures() -> None:
    found = json.loads(
        as_json(audit(Trial(chaff("c"), (failed(),)), Trial(chaff("d")), Trial(RIGHT)))
    )
    assert not found["bar_met"]
    row = found["exercises"]["predictions"]
    assert (row["chaff"], row["chaff_caught"], row["by_right_check"], row["named_right"]) == (
        2,
        1,
        1,
        1,
    )
    assert (row["wheat"], row["wheat_failed"]) == (1, 0)
    assert row["by_check"] == {"test_a": 1}
    assert found["trials"][0]["named"] == ["argmin"]


def test_the_page_escapes_what_a_variant_says() -> None:
    odd = Variant(CHAFF, "predictions", "c", "a < b & <script>", {}, "argmin", "test_a")
    page = as_html(audit(Trial(odd, (failed(),))))
    assert "a &lt; b &amp; &lt;script&gt;" in page
    assert "<script>" not in page


@pytest.mark.parametrize(
    ("misconception", "check", "said"),
    [
        ("argmax", "best_class_of_each_row", "chaff/predictions/b: 'argmax' is no mistake in the"),
        ("argmin", "best_class", "chaff/predictions/b: 'best_class' is no check of check_predict"),
    ],
)
def test_a_variant_that_names_what_is_not_there_stops_before_anything_is_run(
    misconception: str, check: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("autograder.audit.run.Bench", lambda: pytest.fail("it was worked through"))
    work = "def get_predictions(similarity):\n    return similarity.argmin(axis=1)\n"
    headers = {
        "wheat/predictions/a.py": "# right: r\n\n",
        "chaff/predictions/b.py": f"# wrong: w\n# misconception: {misconception}\n# check: {check}\n\n",
    }
    for name, header in headers.items():
        (tmp_path / name).parent.mkdir(parents=True)
        (tmp_path / name).write_text(header + work, encoding="utf-8")
    (tmp_path / EQUIVALENTS).parent.mkdir()
    shutil.copy(CORPUS / EQUIVALENTS, tmp_path / EQUIVALENTS)
    with pytest.raises(AuditError, match=said):
        run_audit(tmp_path, seeds=range(2), seeds_each=1, workers=1)

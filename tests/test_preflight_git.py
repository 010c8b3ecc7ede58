"""`preflight.py` in real repositories: the branch, what git has of the work, the hook and the workflow."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from autograder.course import KIT
from autograder.preflight import preflight
from tests.preflighted import (
    SCRIPT,
    code,
    commit,
    found,
    git,
    look,
    notebook,
    of_nobodys_machine,
    put,
    repository,
    work,
    wrong,
)

yaml = pytest.importorskip("yaml")  # jupytext brings it along
TOKEN = "hf_" + "aB" * 17


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A repository with blanks and umlauts in its path, the work in a folder of it, all committed."""
    top = repository(tmp_path / "Übung von Zoë")
    folder = work(top / "02 Größe" / "lab")
    commit(top)
    return folder


def test_committed_work_on_the_right_branch_passes(home: Path) -> None:
    assert wrong(home) == []
    states = {line["check"]: line["state"] for line in found(home)}
    assert states["branch"] == states["staged"] == "right"
    assert states["link"] == "not checked"


def test_the_wrong_branch_is_named_with_the_way_out(home: Path) -> None:
    git(home, "switch", "-q", "-c", "my-work")
    (line,) = (line for line in found(home) if line["state"] == "wrong")
    assert line["what"] == "the branch is my-work, and lab is wanted"
    assert line["way_out"].startswith("git switch -c lab")
    assert (
        wrong(home, "--branch", "lab") == []
    )  # a workflow is told it: a commit is checked out there
    git(home, "switch", "-q", "--detach")
    assert {"branch": "not checked"}.items() <= {
        c["check"]: c["state"] for c in found(home)
    }.items()


def test_a_repository_without_a_commit_and_a_worktree_are_repositories_too(
    tmp_path: Path, home: Path
) -> None:
    git(tmp_path, "init", "-q", "-b", "lab", "new")
    folder = work(tmp_path / "new")
    assert wrong(folder) == ["work not committed"]
    git(folder, "add", "-A")
    assert wrong(folder) == []
    git(home, "switch", "-q", "main")
    git(home.parent.parent, "worktree", "add", "-q", str(tmp_path / "beside"), "lab")
    assert wrong(tmp_path / "beside" / "02 Größe" / "lab") == []


def test_work_that_git_does_not_have_is_not_handed_in(home: Path) -> None:
    put(home / "lab.ipynb", notebook(code("y = 1", 1)))
    assert wrong(home) == ["work not committed"]
    git(home, "add", "lab.ipynb")
    (line,) = (
        line for line in found(home) if line["check"] == "staged" and line["state"] == "not checked"
    )
    assert line["what"] == "02 Größe/lab/lab.ipynb: staged, and not committed yet"
    git(home, "rm", "-q", "--cached", "lab.ipynb")
    (line,) = (line for line in found(home) if line["state"] == "wrong")
    assert line["what"].endswith("lab.ipynb is not in git yet")


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        (".env", b"A=1", "secret handed in"),
        ("keys/id_ed25519", b"x", "secret handed in"),
        ("notes.txt", f"token\n{TOKEN}\n".encode(), "secret handed in"),
        ("model.PT", b"x", "data or weights handed in"),
        ("data/train-images-idx3-ubyte", b"x", "data or weights handed in"),
        ("data.zip", b"x", "data or weights handed in"),
        ("film.mp4", b"0" * 150_000, "large file"),
    ],
)
def test_what_does_not_belong_there_is_named(
    name: str, content: bytes, reason: str, home: Path
) -> None:
    put(
        home / "handing_in.json",
        {"assignment": "lab", "required": ["lab.ipynb"], "largest_file_mb": 0.1},
    )
    put(home / name, content)
    commit(home, "--force", name)
    assert wrong(home, "--only", "staged") == [reason]
    # What is not in git is nobody's business.
    git(home, "rm", "-q", "--cached", name)
    assert wrong(home, "--only", "staged") == []


def test_commits_that_wait_to_be_pushed_are_told(home: Path, tmp_path: Path) -> None:
    git(tmp_path, "init", "-q", "--bare", "server.git")
    git(home, "remote", "add", "origin", str(tmp_path / "server.git"))
    assert "– the branch lab is not pushed yet" in look(home).stdout
    git(home, "push", "-q", "-u", "origin", "lab")
    assert "pushed" not in look(home).stdout
    git(home, "commit", "-q", "--allow-empty", "-m", "more")
    done = look(home)
    assert "– the branch lab is 1 ahead of what was pushed" in done.stdout
    assert done.returncode == 0


def test_what_git_takes_for_binary_is_searched_all_the_same(home: Path) -> None:
    """Many repositories tell git to show no differences of notebooks."""
    put(home / ".gitattributes", b"*.ipynb binary\n")
    put(home / "lab.ipynb", notebook(code(f"login('{TOKEN}')", 1)))
    commit(home)
    assert wrong(home) == ["secret handed in"]


def test_an_accent_as_a_mac_writes_it_is_the_same_file(tmp_path: Path) -> None:
    folder = work(repository(tmp_path / "work"), required=["\u00fcbung.ipynb"])
    (folder / "lab.ipynb").rename(folder / "\u00fcbung.ipynb")
    commit(folder)
    (folder / "\u00fcbung.ipynb").rename(folder / "u\u0308bung.ipynb")
    # Git on Linux misses the first one; on a Mac the two are one.
    reasons = wrong(folder)
    assert reasons == ["work not committed"]
    git(folder, "add", "-A")
    assert wrong(folder) == []


def test_what_is_declared_or_an_example_may_be_there(home: Path) -> None:
    declared = {"assignment": "lab", "required": ["lab.ipynb"], "optional": ["weights.pt"]}
    put(home / "handing_in.json", declared)
    put(home / "weights.pt", b"x")
    put(home / ".env.example", b"TOKEN=")
    commit(home)
    assert wrong(home) == []


def test_the_courses_own_files_are_not_asked_about(home: Path) -> None:
    """A student's repository often begins as a copy of the course's, data and all."""
    git(home, "switch", "-q", "main")
    put(home.parent.parent / "course" / "data.zip", b"x")
    commit(home.parent.parent, "course")
    git(home, "switch", "-q", "lab")
    git(home, "merge", "-q", "--no-edit", "main")
    assert wrong(home) == []
    # On `main` itself nothing tells whose a file is.
    git(home, "branch", "-q", "-M", "lab", "main")
    assert wrong(home, "--only", "staged") == ["data or weights handed in"]


def test_a_secret_that_was_taken_out_of_the_file_but_is_staged_is_found(home: Path) -> None:
    put(home / "lab.ipynb", notebook(code(f"login('{TOKEN}')", 1)))
    git(home, "add", "lab.ipynb")
    put(home / "lab.ipynb", notebook())
    assert "secret handed in" in wrong(home)


def test_too_much_altogether_is_too_much(home: Path) -> None:
    declared = {"assignment": "lab", "required": ["lab.ipynb"], "largest_total_mb": 0.2}
    put(home / "handing_in.json", declared)
    for number in range(5):
        put(home / f"{number}.txt", b"0" * 50_000)
    commit(home)
    assert wrong(home) == ["too much handed in"]


def test_work_that_was_committed_in_time_is_not_late_afterwards(home: Path) -> None:
    declared = {"assignment": "lab", "required": ["lab.ipynb"], "due": "2001-01-01T00:00:00Z"}
    put(home / "handing_in.json", declared)
    assert wrong(home) == ["late"]
    done = committed(home, "--amend", GIT_COMMITTER_DATE="2000-12-31T00:00:00Z")
    assert done.returncode == 0, done.stderr
    assert wrong(home) == []
    assert "last committed 1 day before" in look(home).stdout


def test_without_git_the_rest_is_checked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = work(tmp_path / "work")
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path))
    assert "this folder is in no git repository" in look(folder).stdout
    monkeypatch.setenv("PATH", str(tmp_path))
    done = look(folder)
    assert done.returncode == 0
    assert "branch: not checked: git is not installed" in done.stdout
    assert "staged: not checked: git is not installed" in done.stdout


def test_a_repository_of_somebody_else_is_not_checked(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Git refuses it; the student reads why."""
    monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    monkeypatch.delenv("GIT_CONFIG_GLOBAL", raising=False)
    assert "staged: not checked: git says: " in look(home).stdout


# --- what runs it by itself --------------------------------------------------------------------------


def committed(folder: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["git", "commit", "-m", "x", *arguments], cwd=folder,
        env={**of_nobodys_machine(), **variables}, capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_the_hook_refuses_secrets_and_lets_unfinished_work_pass(home: Path) -> None:
    """Who commits half of the work must not be stopped; who commits a token must."""
    top = home.parent.parent
    assert look(home, "--install").returncode == 0
    assert look(home, "--install").returncode == 0  # nothing is changed the second time
    put(home / "lab.ipynb", notebook(code("raise NotImplementedError", None)))
    git(home, "add", "lab.ipynb")
    done = committed(home)
    assert done.returncode == 0, done.stderr
    put(home / "lab.ipynb", notebook(code(f"login('{TOKEN}')", 1)))
    git(home, "add", "lab.ipynb")
    done = committed(top)
    assert done.returncode == 1
    assert "holds what looks like a token of Hugging Face" in done.stdout + done.stderr
    # `git commit FILE` uses an index of its own, which is what the hook must read.
    git(home, "reset", "-q")
    done = committed(home, "lab.ipynb")
    assert "a token of Hugging Face" in done.stdout + done.stderr


def test_a_hook_that_is_there_stays(home: Path) -> None:
    path = home.parent.parent / ".git" / "hooks" / "pre-commit"
    path.parent.mkdir(exist_ok=True)
    path.write_text("#!/bin/sh\n", encoding="utf-8")
    done = look(home, "--install")
    assert done.returncode == 1
    assert "is there already and stays" in done.stdout
    assert path.read_text(encoding="utf-8") == "#!/bin/sh\n"


def test_nothing_is_installed_outside_of_a_repository(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path))
    done = look(work(tmp_path / "work"), "--install")
    assert done.returncode == 2
    assert "in no git repository" in done.stderr


def test_the_workflow_runs_this_file_on_the_branch_and_the_pull_request(
    home: Path, tmp_path: Path
) -> None:
    """Its last step is run as GitHub runs it, in a copy with a commit checked out."""
    assert look(home, "--install").returncode == 0
    top = home.parent.parent
    text = (top / ".github" / "workflows" / "preflight.yml").read_text(encoding="utf-8")
    job = yaml.safe_load(text)["jobs"]["preflight"]
    assert yaml.safe_load(text)["permissions"] == {"contents": "read"}
    # YAML 1.1 takes `on` for a truth.
    assert yaml.safe_load(text)[True]["push"] == {"paths": ["02 Größe/lab/**"]}
    step = job["steps"][-1]
    assert set(step["env"]) == {"BRANCH", "LINK"}
    commit(top)
    copy = tmp_path / "copy"
    git(tmp_path, "clone", "-q", str(top), str(copy))
    git(copy, "checkout", "-q", "--detach")

    def ran(branch: str, link: str) -> subprocess.CompletedProcess[str]:
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        return subprocess.run(
            ["bash", "-e", "-c", step["run"]], cwd=copy, capture_output=True, text=True, check=False,
            env={"PATH": path, "BRANCH": branch, "LINK": link, "LANG": "C.UTF-8"},
        )  # fmt: skip

    done = ran("lab", "")
    assert done.returncode == 0, done.stdout + done.stderr
    done = ran("$(touch owned)", "http://127.0.0.1:9/a/b/pull/1")
    assert done.returncode == 1
    assert "the branch is $(touch owned), and lab is wanted" in done.stdout
    assert "readable: not checked" in done.stdout
    assert not (copy / "owned").exists()


def test_the_workflow_and_the_hook_of_the_docs_are_those_that_are_installed() -> None:
    text = (KIT / "docs" / "handing_in.md").read_text(encoding="utf-8")
    assert preflight.workflow("assignment_2/preflight.py") in text
    assert preflight.hook("assignment_2/preflight.py") in text


def test_the_declaration_of_the_docs_is_one() -> None:
    text = (KIT / "docs" / "handing_in.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```json\n(.*?)```", text, re.DOTALL)
    declared = preflight.declaration_from(json.loads(example))
    assert declared.due is not None
    assert all(f"| `{check}` |" in text for check in preflight.ALL_CHECKS)


def test_a_shell_reads_the_hook() -> None:
    shell = shutil.which("sh")
    assert shell
    text = preflight.hook("it's a path/preflight.py")
    assert subprocess.run([shell, "-n"], input=text, text=True, check=False).returncode == 0
    assert SCRIPT.name in text

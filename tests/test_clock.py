"""The clock for what the grader does with a stranger's text."""

import re
import signal
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import nh3
import pytest

from autograder import clock
from autograder.clock import time_limit
from autograder.errors import NotebookError, TimeLimitError


def spin(seconds: float = 10.0) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        pass


def alarm() -> tuple[object, float]:
    return signal.getsignal(signal.SIGALRM), signal.getitimer(signal.ITIMER_REAL)[0]


def test_a_block_that_takes_too_long_is_stopped_and_costs_this_submission_alone() -> None:
    before = alarm()
    started = time.monotonic()
    with (
        pytest.raises(TimeLimitError, match=r"Reading it took longer than 0.1 s"),
        time_limit(0.1, "Reading it"),
    ):
        spin()
    assert time.monotonic() - started < 5
    assert issubclass(
        TimeLimitError, NotebookError
    )  # which costs one submission, and not the batch
    assert alarm() == before


def test_a_pattern_is_stopped_too() -> None:
    with pytest.raises(TimeLimitError), time_limit(0.1, "Reading it"):
        re.match(r"(a|aa)+$", "a" * 60 + "b")


def test_nothing_within_takes_it_for_an_error_of_its_own() -> None:
    def take_for_own() -> str:
        try:
            spin()
        except Exception:
            return "an error of mine"
        return "done"

    with pytest.raises(TimeLimitError), time_limit(0.1, "Reading it"):
        assert take_for_own() == "never"


def test_a_block_that_ends_in_time_leaves_no_alarm_behind() -> None:
    before = alarm()
    with time_limit(0.05, "Reading it"):
        pass
    time.sleep(0.1)
    assert alarm() == before


def test_what_goes_on_all_the_same_is_interrupted_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "_AGAIN_SECONDS", 0.1)

    def swallow() -> None:
        try:
            spin()
        except BaseException:
            spin()

    with pytest.raises(TimeLimitError), time_limit(0.05, "Reading it"):
        swallow()


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_what_is_dropped_on_its_way_counts_at_the_end() -> None:
    class Slow:
        def __del__(self) -> None:
            spin(0.3)

    with (
        pytest.raises(TimeLimitError, match="Reading it took longer"),
        time_limit(0.1, "Reading it"),
    ):
        Slow()


def test_a_limit_waits_for_a_function_whose_caller_drops_what_it_raises() -> None:
    calls = []

    @clock.called_by_the_deaf
    def allowed(tag: str, key: str, value: str) -> str:
        end = time.monotonic() + 0.02
        while time.monotonic() < end:
            pass
        calls.append(key)
        return value

    html = '<a href="https://example.org/">x</a>' * 20

    def look() -> None:
        with time_limit(0.1, "Reading it"):
            nh3.clean(html, attribute_filter=allowed)
            spin()

    with pytest.raises(TimeLimitError):
        look()
    assert (
        calls.count("href") == 20
    )  # nothing was left out, and nobody complained of an exception that is ignored


@pytest.mark.parametrize(("outer", "inner", "said"), [(0.2, 5.0, "Outer"), (5.0, 0.1, "Inner")])
def test_of_two_limits_the_one_that_ends_first_holds(outer: float, inner: float, said: str) -> None:
    with (
        pytest.raises(TimeLimitError, match=said),
        time_limit(outer, "Outer"),
        time_limit(inner, "Inner"),
    ):
        spin()


def test_an_outer_limit_goes_on_after_an_inner_one() -> None:
    started = time.monotonic()

    def spin_twice() -> None:
        with time_limit(0.9, "Inner"):
            spin(0.05)
        spin()

    with pytest.raises(TimeLimitError, match="Outer"), time_limit(1.0, "Outer"):
        spin_twice()
    assert time.monotonic() - started < 5


def test_elsewhere_than_in_the_main_thread_there_is_no_limit() -> None:
    def work() -> bool:
        with time_limit(0.01, "Reading it"):
            spin(0.05)
        return threading.current_thread() is threading.main_thread()

    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(work).result() is False

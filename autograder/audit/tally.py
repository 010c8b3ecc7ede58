"""Counts what became of the corpus, and says whether the bar is met.

The bar: every chaff caught, at least 95 % of them by the right check with the right name and no other, no wheat
failed, no mutant overlooked that is not listed as equivalent, and the same verdicts for every seed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from autograder.audit.corpus import CHAFF, MUTANT, UNNAMED, WHEAT
from autograder.audit.transplant import EXERCISES
from autograder.audit.trial import Trial

NAMED_RIGHT = 0.95
"""Least share of the chaff whose mistake has to be named rightly."""


@dataclass(frozen=True)
class Difference:
    """A variant that is judged otherwise in a room than on the bench.

    Attributes:
        variant: its id.
        bench: the checks that it fails there, each with the name of the mistake, sorted.
        room: those that it fails in a room.
    """

    variant: str
    bench: tuple[tuple[str, str], ...]
    room: tuple[tuple[str, str], ...]

    def __str__(self) -> str:
        """Such as "chaff/loop/x: bench …; room …"."""
        return f"{self.variant}: on the bench {_as_words(self.bench)}; in a room {_as_words(self.room)}"


def _as_words(told: Sequence[tuple[str, str]]) -> str:
    return ", ".join(f"{check} ({name})" if name else check for check, name in told) or "passes"


@dataclass(frozen=True)
class Row:
    """What became of one exercise's variants.

    Attributes:
        exercise: its name, or "all".
        chaff: trials of wrong variants.
        wheat: trials of right variants.
        mutants: trials of mutants.
        equivalents: reasons, by id, of the mutants that do the same as the original.
    """

    exercise: str
    chaff: Sequence[Trial]
    wheat: Sequence[Trial]
    mutants: Sequence[Trial]
    equivalents: Mapping[str, str]

    @property
    def missed(self) -> list[Trial]:
        """Chaffs that no check has caught."""
        return [trial for trial in self.chaff if not trial.caught]

    @property
    def right_check(self) -> int:
        """How much chaff the check has caught that ought to."""
        return sum(caught_rightly(trial) for trial in self.chaff)

    @property
    def misnamed(self) -> list[Trial]:
        """Chaffs that were not caught by the right check with the right name and no other."""
        return [trial for trial in self.chaff if not named_rightly(trial)]

    @property
    def by_check(self) -> Counter[str]:
        """How much chaff each check has caught."""
        return Counter(f.check for trial in self.chaff for f in trial.failures if f.judged)

    @property
    def choked(self) -> list[Trial]:
        """Wheats that failed a check, or could not be judged."""
        return [t for t in self.wheat if t.failures or t.flow or t.problem]

    @property
    def unsteady(self) -> list[Trial]:
        """Variants whose verdicts depend on the seed."""
        return [trial for trial in (*self.wheat, *self.chaff) if trial.unsteady]

    @property
    def counted_mutants(self) -> list[Trial]:
        """Mutants that are not listed as equivalent."""
        return [trial for trial in self.mutants if trial.variant.name not in self.equivalents]

    @property
    def overlooked(self) -> list[Trial]:
        """Mutants that pass, and that nobody has listed as equivalent."""
        # One that never ends is caught: a grader stops it.
        return [t for t in self.counted_mutants if not t.caught and not t.problem]

    @property
    def wrongly_listed(self) -> list[Trial]:
        """Mutants that are listed as equivalent and are caught."""
        return [t for t in self.mutants if t.variant.name in self.equivalents and t.failures]


@dataclass(frozen=True)
class Audit:
    """What became of the whole corpus.

    Attributes:
        trials: everything that was tried.
        skipped: ids of variants that this machine cannot show, with what they need.
        equivalents: as in `Row`.
        seeds: how many seeds each wheat and chaff was judged with.
        distinct_seeds: how many different seeds there were in all.
        seconds: wall-clock time.
        workers: processes at a time.
        in_rooms: ids of the variants that were judged in real rooms as well.
        otherwise_in_rooms: those of them that got other verdicts there.
    """

    trials: Sequence[Trial]
    skipped: Mapping[str, str]
    equivalents: Mapping[str, str]
    seeds: int
    distinct_seeds: int
    seconds: float
    workers: int
    in_rooms: Sequence[str] = ()
    otherwise_in_rooms: Sequence[Difference] = ()

    @cached_property
    def rows(self) -> list[Row]:
        """One row an exercise, in the notebook's order."""
        return [
            row
            for name in EXERCISES
            if (row := self._row(name, (name,))).chaff or row.wheat or row.mutants
        ]

    @cached_property
    def total(self) -> Row:
        """All exercises together."""
        return self._row("all", tuple(EXERCISES))

    @property
    def share_named(self) -> float:
        """Share of the chaff caught by the right check with the right name; 1 if there are none."""
        chaff = self.total.chaff
        return 1 - len(self.total.misnamed) / len(chaff) if chaff else 1.0

    @property
    def shortfalls(self) -> list[str]:
        """What keeps the audit below the bar, in words; empty if it is met."""
        total = self.total
        found = [
            (total.missed, "chaff not caught"),
            (total.choked, "wheat failed"),
            (total.unsteady, "variants with other verdicts for other seeds"),
            (total.overlooked, "mutants overlooked"),
            (total.wrongly_listed, "mutants listed as equivalent, but caught"),
        ]
        words = [f"{what}: {len(trials)}" for trials, what in found if trials]
        words += [f"judged otherwise in a room: {each}" for each in self.otherwise_in_rooms]
        if self.share_named < NAMED_RIGHT:
            words.append(
                f"{self.share_named:.1%} of the chaff named rightly, expected {NAMED_RIGHT:.0%}"
            )
        return words

    def _row(self, name: str, exercises: tuple[str, ...]) -> Row:
        own = [trial for trial in self.trials if trial.variant.exercise in exercises]
        chaff, wheat, mutants = (
            [t for t in own if t.variant.kind == kind] for kind in (CHAFF, WHEAT, MUTANT)
        )
        return Row(name, chaff, wheat, mutants, self.equivalents)


def caught_rightly(trial: Trial) -> bool:
    """Return whether the check that ought to catch a chaff has done so."""
    return any(f.judged and f.check == trial.variant.check for f in trial.failures)


def named_rightly(trial: Trial) -> bool:
    """Return whether a chaff was caught by the right check, and the student told the right name and no wrong one."""
    wanted = frozenset({trial.variant.misconception} - {UNNAMED})
    return caught_rightly(trial) and trial.names - {trial.variant.also} == wanted

"""Intervals for a share, and what two runs over the same images have to do with chance.

All tests here are paired: both runs saw the same images, so that only the images on which exactly
one of them is right say anything about their difference.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binom  # type: ignore[import-untyped]

Bools = NDArray[np.bool_]

LEVEL = 0.95
RESAMPLES = 10_000


@dataclass(frozen=True)
class Interval:
    """Lower and upper end of a confidence interval at `LEVEL`."""

    low: float
    high: float


@dataclass(frozen=True)
class Disagreement:
    """How two runs' right answers fall together, counted over the same images.

    Attributes:
        both: right in both runs.
        gained: right in the second run only.
        lost: right in the first run only.
        neither: right in none.
    """

    both: int
    gained: int
    lost: int
    neither: int

    @property
    def images(self) -> int:
        """Number of images."""
        return self.both + self.gained + self.lost + self.neither

    @property
    def difference(self) -> float:
        """Accuracy of the second run less that of the first; NaN without images."""
        return (self.gained - self.lost) / self.images if self.images else math.nan


def wilson(right: int, images: int, level: float = LEVEL) -> Interval:
    """Return the score interval of a share.

    E. B. Wilson (1927), "Probable inference, the law of succession, and statistical inference",
    JASA 22, 209-212. Unlike the share plus or minus 1.96 standard errors it stays within [0, 1] and
    has a width where the share is 0 or 1.

    Raises:
        ValueError: `images` is below 1 or `right` is not from 0 to `images`.
    """
    if images < 1 or not 0 <= right <= images:
        raise ValueError(f"{right} right of {images} images is no share")
    z = NormalDist().inv_cdf((1 + level) / 2)
    share = right / images
    centre = (share + z * z / (2 * images)) / (1 + z * z / images)
    half = z * math.sqrt(share * (1 - share) / images + z * z / (4 * images**2))
    half /= 1 + z * z / images
    # Where the share is 0 or 1 an end is that share; rounding would leave 1e-18.
    low = 0.0 if right == 0 else centre - half
    return Interval(low, 1.0 if right == images else centre + half)


def disagreement(first: Bools, second: Bools) -> Disagreement:
    """Count how two runs' right answers, bool (N,) each in the same order, fall together.

    Raises:
        ValueError: the shapes differ.
    """
    if first.shape != second.shape:
        raise ValueError(f"{len(first)} and {len(second)} answers are not of the same images")
    return Disagreement(
        both=int(np.sum(first & second)),
        gained=int(np.sum(~first & second)),
        lost=int(np.sum(first & ~second)),
        neither=int(np.sum(~first & ~second)),
    )


def paired_bootstrap(
    counts: Disagreement, seed: int, resamples: int = RESAMPLES, level: float = LEVEL
) -> Interval:
    """Return the percentile interval of the difference of two accuracies over resampled images.

    B. Efron (1979), "Bootstrap methods: another look at the jackknife", Annals of Statistics 7,
    1-26; percentile interval as in Efron and Tibshirani (1993), "An introduction to the bootstrap",
    chapter 13. Images are drawn with both runs' answers, which keeps the pairs. An image matters
    only by which of the four kinds it is, so N draws with replacement are one draw from a
    multinomial distribution over the kinds: the same distribution, without N indices a resample.

    Args:
        counts: of at least one image.
        seed: the same seed gives the same interval.
        resamples: how often all images are drawn.
        level: of confidence.

    Raises:
        ValueError: there are no images.
    """
    if not counts.images:
        raise ValueError("a bootstrap needs at least one image")
    kinds = np.array([counts.gained, counts.lost, counts.both + counts.neither])
    drawn = np.random.default_rng(seed).multinomial(
        counts.images, kinds / counts.images, size=resamples
    )
    differences = (drawn[:, 0] - drawn[:, 1]) / counts.images
    low, high = np.quantile(differences, [(1 - level) / 2, (1 + level) / 2])
    return Interval(float(low), float(high))


def mcnemar_exact(counts: Disagreement) -> float:
    """Return the two-sided p of the exact conditional test that both runs are right equally often.

    Q. McNemar (1947), "Note on the sampling error of the difference between correlated proportions
    or percentages", Psychometrika 12, 153-157; exact form: under equality the images on which
    exactly one run is right fall to either side like a fair coin. Twice the smaller tail, at most 1.
    """
    discordant = counts.gained + counts.lost
    if not discordant:
        return 1.0
    fewer = min(counts.gained, counts.lost)
    return float(min(1.0, 2 * binom.cdf(fewer, discordant, 0.5)))


def mcnemar_mid_p(counts: Disagreement) -> float:
    """Return the two-sided mid-p of McNemar's test, less cautious than the exact one and nearer to its level.

    M. W. Fagerland, S. Lydersen, P. Laake (2013), "The McNemar test for binary matched-pairs data:
    mid-p and asymptotic are better than exact conditional", BMC Medical Research Methodology 13:91:
    the exact p less the probability of what was seen. With equal sides, where both tails hold what
    was seen, it is 1 less half that probability.
    """
    discordant = counts.gained + counts.lost
    if not discordant:
        return 1.0
    fewer = min(counts.gained, counts.lost)
    point = float(binom.pmf(fewer, discordant, 0.5))
    if counts.gained == counts.lost:
        return 1.0 - point / 2
    return 2 * float(binom.cdf(fewer, discordant, 0.5)) - point

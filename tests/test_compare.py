"""Comparisons: the plan, the statistics against worked examples and brute force, and the figures of a run."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
import torch

from autograder.clip.compare.calibration import calibrate, probabilities
from autograder.clip.compare.classify import (
    Answers,
    EmbeddedModel,
    class_embeddings,
    classify_cnn,
    classify_texts,
    run_names,
)
from autograder.clip.compare.measure import class_gains, compare, measure
from autograder.clip.compare.plan import CnnSource, Texts, read_plan
from autograder.clip.compare.statistics import (
    Disagreement,
    disagreement,
    mcnemar_exact,
    mcnemar_mid_p,
    paired_bootstrap,
    wilson,
)
from autograder.clip.prompt_sets import CLASS_NAMES, PROMPT_SETS
from autograder.errors import AssetError, KitError
from solutions.cnn import FashionCNN, predict_scores, save_cnn
from solutions.top_k import get_top_k_predictions, top_k_accuracy


def written(folder: Path, text: str) -> Path:
    path = folder / "plan.toml"
    path.write_text(text, encoding="utf-8")
    return path


# The plan


def test_a_plan_holds_what_its_file_says(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("\n".join(f"my {name}" for name in CLASS_NAMES))
    plan = read_plan(
        written(
            tmp_path,
            'title = "T"\nmodels = ["a", "b"]\nprompts = ["bare", "mine.txt"]\ntop_k = [5, 1]\nseed = 3\n'
            'cnn = true\ncnn_epochs = 2\n[ensembles]\nboth = ["a {}, not {it}", "good"]\n',
        )
    )
    assert (plan.title, plan.models, plan.ks, plan.seed) == ("T", ("a", "b"), (1, 5), 3)
    assert [texts.name for texts in plan.texts] == ["bare", "mine", "both"]
    assert plan.texts[1].members[0][1] == "my Trouser"
    assert plan.texts[2].members[0][1] == "a Trouser, not {it}"
    assert plan.texts[2].members[1] == PROMPT_SETS["good"]
    assert plan.cnn == CnnSource(None, 2)


def test_an_empty_plan_compares_bare_names_with_good_prompts(tmp_path: Path) -> None:
    plan = read_plan(written(tmp_path, ""))
    assert plan.models == ()
    assert [texts.members for texts in plan.texts] == [
        (PROMPT_SETS["bare"],),
        (PROMPT_SETS["good"],),
    ]
    assert plan.cnn is None


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("top_k = [0]", "top_k"),
        ("top_k = [true]", "top_k"),
        ("models = 'small'", "models"),
        ("models = ['a', 'a']", "twice"),
        ("prompts = ['nowhere.txt']", "nowhere.txt"),
        ("seed = -1", "seed"),
        ("modles = ['small']", "modles"),
        ("cnn = 'nowhere.safetensors'", "nowhere.safetensors"),
        ("cnn_epochs = 3", "cnn = true"),
        ("[ensembles]\nx = []", "ensembles.x"),
        ("[ensembles]\nx = ['a photo']", "ensembles.x"),
        ("[ensembles]\nbare = ['a {}']\n", None),
        ("prompts = ['bare']\n[ensembles]\nbare = ['a {}']\n", "same name"),
        (f"models = {[str(n) for n in range(13)]}", "26 runs"),
        ("title = ", "not TOML"),
        ("title = 3", "title"),
    ],
)
def test_a_plan_that_cannot_be_used_is_refused_by_the_name_of_the_entry(
    tmp_path: Path, text: str, named: str | None
) -> None:
    path = written(tmp_path, text)
    if named is None:
        assert read_plan(path)
        return
    with pytest.raises(KitError) as error:
        read_plan(path)
    assert named in str(error.value)


def test_a_plan_that_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(KitError, match=r"gone\.toml"):
        read_plan(tmp_path / "gone.toml")


# Statistics


def test_wilson_agrees_with_newcombes_published_examples() -> None:
    # R. G. Newcombe (1998), Statistics in Medicine 17, 857-872, table I, method 3.
    for right, images, low, high in (
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ):
        interval = wilson(right, images)
        assert (round(interval.low, 4), round(interval.high, 4)) == (low, high)
    assert wilson(20, 20).high == 1.0
    for right, images in ((0, 0), (-1, 5), (6, 5)):
        with pytest.raises(ValueError, match="no share"):
            wilson(right, images)


def brute_force_two_sided(gained: int, lost: int) -> tuple[float, float]:
    """Exact and mid-p from all 2 ** n ways in which n discordant images can fall."""
    seen = abs(gained - lost)
    sums = [abs(sum(signs)) for signs in itertools.product((-1, 1), repeat=gained + lost)]
    exact = sum(one >= seen for one in sums) / len(sums)
    return exact, exact - sum(one == seen for one in sums) / len(sums) / 2


@pytest.mark.parametrize(("gained", "lost"), [(0, 1), (3, 3), (2, 7), (9, 1), (6, 5), (0, 10)])
def test_mcnemar_agrees_with_counting_every_outcome(gained: int, lost: int) -> None:
    counts = Disagreement(both=40, gained=gained, lost=lost, neither=7)
    exact, mid = brute_force_two_sided(gained, lost)
    assert mcnemar_exact(counts) == pytest.approx(exact, abs=1e-12)
    assert mcnemar_mid_p(counts) == pytest.approx(mid, abs=1e-12)


def test_mcnemar_without_disagreement_says_nothing() -> None:
    counts = Disagreement(both=5, gained=0, lost=0, neither=5)
    assert mcnemar_exact(counts) == mcnemar_mid_p(counts) == 1.0


def test_the_paired_bootstrap_agrees_with_resampling_the_images() -> None:
    generator = np.random.default_rng(0)
    first, second = generator.random(300) < 0.6, generator.random(300) < 0.7
    counts = disagreement(first, second)
    assert counts.difference == pytest.approx(second.mean() - first.mean())
    rows = generator.integers(0, 300, (20_000, 300))
    by_hand = np.quantile(second[rows].mean(axis=1) - first[rows].mean(axis=1), [0.025, 0.975])
    found = paired_bootstrap(counts, seed=1)
    # An end's standard error over 10,000 resamples is about 2.7 % of the interval's half width; the grid is 1/300.
    assert np.allclose([found.low, found.high], by_hand, atol=2 / 300)
    assert found == paired_bootstrap(counts, seed=1)
    many = Disagreement(30_000, 9_000, 8_000, 3_000)
    assert paired_bootstrap(many, seed=1) != paired_bootstrap(many, seed=2)


def test_pairs_are_kept_in_the_bootstrap() -> None:
    # Two runs that are right on the same images differ by nothing in any resample.
    right = np.arange(200) % 2 == 0
    assert paired_bootstrap(disagreement(right, right), seed=0) == paired_bootstrap(
        Disagreement(100, 0, 0, 100), seed=5
    )
    assert paired_bootstrap(disagreement(right, right), seed=0).high == 0.0
    with pytest.raises(ValueError, match="same images"):
        disagreement(right, right[:-1])


# Calibration


def test_probabilities_are_softmax_at_the_models_scale() -> None:
    scores = np.array([[0.3, 0.1, 0.2], [1.0, 1.0, 1.0]], np.float32)
    expected = torch.softmax(torch.tensor(scores, dtype=torch.float64) * 100, dim=1).numpy()
    assert np.allclose(probabilities(scores, 100.0), expected, atol=1e-12)


def test_calibration_error_by_hand() -> None:
    # Bins (0.5, 0.6] with 2 of 4 right at 0.6, (0.9, 1] with 1 of 1 at 1: |0.5 - 0.6| * 4/5 = 0.08.
    found = calibrate(
        np.array([0.6, 0.6, 0.6, 0.6, 1.0]), np.array([True, True, False, False, True])
    )
    assert found.error == pytest.approx(0.08)
    assert [one.images for one in found.bins] == [0, 0, 0, 0, 0, 4, 0, 0, 0, 1]
    assert found.bins[5].accuracy == 0.5
    assert found.bins[0].confidence is None


def test_calibration_error_against_a_loop() -> None:
    generator = np.random.default_rng(3)
    confidence, right = generator.uniform(0.1, 1, 500), generator.random(500) < 0.5
    error = 0.0
    for low in range(10):
        inside = (confidence > low / 10) & (confidence <= (low + 1) / 10)
        if inside.any():
            error += inside.mean() * abs(right[inside].mean() - confidence[inside].mean())
    assert calibrate(confidence, right).error == pytest.approx(error)


# A run's answers


def encoder(prompts: Sequence[str]) -> np.ndarray:
    """Unit rows in 12 dimensions that depend on nothing but the prompt's text."""
    rows = np.stack(
        [
            np.random.default_rng(sum(map(ord, prompt)) * 31 + len(prompt)).normal(size=12)
            for prompt in prompts
        ]
    )
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


LABELS = np.random.default_rng(8).integers(0, 10, 200)


@pytest.fixture(scope="module")
def model() -> EmbeddedModel:
    images = encoder(PROMPT_SETS["good"])[LABELS] + 0.35 * np.random.default_rng(9).normal(
        size=(200, 12)
    )
    images /= np.linalg.norm(images, axis=1, keepdims=True)
    return EmbeddedModel("m", "0" * 64, False, images.astype(np.float32), encoder, 20.0, 1.0)


def answers(model: EmbeddedModel, name: str) -> Answers:
    return classify_texts(model, Texts(name, (PROMPT_SETS[name],)), name)


def test_an_ensemble_is_the_mean_of_unit_embeddings_made_unit() -> None:
    members = tuple(
        tuple(template.replace("{}", name) for name in CLASS_NAMES)
        for template in ("a {}", "the {}", "{}s")
    )
    found = class_embeddings(encoder, Texts("three", members))
    for index in range(10):
        mean = np.mean([encoder([member[index]])[0] for member in members], axis=0)
        assert np.allclose(found[index], mean / np.linalg.norm(mean), atol=1e-6)
    one = class_embeddings(encoder, Texts("one", members[:1]))
    assert np.array_equal(one, encoder(members[0]))


def test_an_ensemble_that_cancels_out_is_refused() -> None:
    def opposed(prompts: Sequence[str]) -> np.ndarray:
        return np.array([[1, 0] if "not" in prompt else [-1, 0] for prompt in prompts], np.float32)

    members = (CLASS_NAMES, tuple(f"not {name}" for name in CLASS_NAMES))
    with pytest.raises(KitError, match="cancel"):
        class_embeddings(opposed, Texts("x", members))


def test_figures_agree_with_the_reference_solution(model: EmbeddedModel) -> None:
    run = measure(answers(model, "good"), LABELS)
    scores = run.answers.scores
    assert scores is not None
    assert run.top_k is not None
    assert run.accuracy == run.top_k[0] == np.mean(scores.argmax(axis=1) == LABELS)
    for k in (2, 3, 10):
        assert run.top_k[k - 1] == pytest.approx(
            top_k_accuracy(LABELS, get_top_k_predictions(scores, k))
        )
    assert sum(map(sum, run.confusion_matrix)) == 200
    for label in range(10):
        assert run.recall[label] == pytest.approx(
            np.mean(run.answers.predicted[label == LABELS] == label)
        )
    assert run.interval == wilson(int(run.right.sum()), 200)


def test_confused_pairs_are_the_largest_off_the_diagonal(model: EmbeddedModel) -> None:
    run = measure(answers(model, "bare"), LABELS)
    confidence = run.answers.confidence
    assert confidence is not None
    matrix = np.array(run.confusion_matrix)
    np.fill_diagonal(matrix, 0)
    assert [pair.count for pair in run.pairs] == sorted(matrix.ravel(), reverse=True)[:6]
    for pair in run.pairs:
        assert matrix[pair.true, pair.predicted] == pair.count
        assert all(LABELS[row] == pair.true for row in pair.rows)
        assert all(run.answers.predicted[row] == pair.predicted for row in pair.rows)
        assert list(confidence[list(pair.rows)]) == sorted(confidence[list(pair.rows)])[::-1]


def test_a_run_without_mistakes_has_no_confused_pairs() -> None:
    perfect = Answers("p", "CNN", "", "file", False, LABELS.copy(), None, 1.0)
    run = measure(perfect, LABELS)
    assert run.pairs == ()
    assert (run.top_k, run.calibration) == (None, None)


def test_differences_and_gains(model: EmbeddedModel) -> None:
    runs = [measure(answers(model, name), LABELS) for name in ("bare", "good")]
    found = compare(runs, 0, 1, seed=0)
    assert found.accuracy == pytest.approx(runs[1].accuracy - runs[0].accuracy)
    assert found.accuracy > 0
    assert found.interval.low <= found.accuracy <= found.interval.high
    assert found.mid_p < found.exact_p < 0.001
    gains = class_gains(runs, 1, LABELS, seed=0)
    for label, gain in enumerate(gains):
        before, after = runs[0].recall[label], runs[1].recall[label]
        assert gain is not None
        assert before is not None
        assert after is not None
        assert gain.gain == pytest.approx(after - before)
    few = [measure(run, LABELS[:2]) for run in (_first_two(answers(model, "bare")),) * 2]
    assert class_gains(few, 1, LABELS[:2], seed=0).count(None) == 10 - len(set(LABELS[:2]))


def _first_two(whole: Answers) -> Answers:
    assert whole.scores is not None
    return Answers("f", "m", "", "", True, whole.predicted[:2], whole.scores[:2], whole.scale)


def test_runs_name_the_model_where_there_are_several() -> None:
    texts = [Texts("bare", ()), Texts("good", ())]
    assert run_names(["small"], texts) == [["bare", "good"]]
    assert run_names(["a/x", "b/y"], texts)[1] == ["y, bare", "y, good"]
    assert run_names(["a/x", "b/x"], texts)[1] == ["b/x, bare", "b/x, good"]


# The CNN

IMAGES = np.random.default_rng(4).integers(0, 256, (30, 28, 28), np.uint8)
THIRTY = LABELS[:30]


def cnn(source: CnnSource, data_root: Path = Path()) -> Answers:
    return classify_cnn(source, IMAGES, THIRTY, data_root, seed=0)


def test_the_cnn_answers_from_given_weights(tmp_path: Path) -> None:
    torch.manual_seed(0)
    network = FashionCNN().eval()
    file = tmp_path / "mine.safetensors"
    save_cnn(network, file)
    found = cnn(CnnSource(file))
    assert np.array_equal(found.scores, predict_scores(network, torch.from_numpy(IMAGES)).numpy())
    assert "mine.safetensors" in found.origin
    assert math.isclose(found.scale, 1.0)
    kits = cnn(CnnSource())
    assert not np.array_equal(kits.predicted, found.predicted)


def test_the_cnn_answers_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "cnn.npz"
    scores = np.random.default_rng(1).normal(size=(30, 10))
    np.savez(file, scores=scores, labels=THIRTY)
    assert np.array_equal(cnn(CnnSource(file)).predicted, scores.argmax(axis=1))
    np.savez(file, predictions=scores.argmax(axis=1))
    found = cnn(CnnSource(file))
    assert found.scores is None
    assert np.array_equal(found.predicted, scores.argmax(axis=1))


@pytest.mark.parametrize(
    ("content", "named"),
    [
        ({"scores": np.zeros((29, 10))}, "scores must"),
        ({"scores": np.full((30, 10), np.nan)}, "scores must"),
        ({"predictions": np.full(30, 10)}, "neither scores nor"),
        ({"predictions": np.zeros(30)}, "neither scores nor"),
        ({"other": np.zeros(30)}, "neither scores nor"),
        ({"predictions": THIRTY, "labels": THIRTY[::-1]}, "labels are not"),
    ],
)
def test_a_file_of_other_answers_is_refused(
    tmp_path: Path, content: dict[str, np.ndarray], named: str
) -> None:
    file = tmp_path / "cnn.npz"
    np.savez(file, **content)
    with pytest.raises(KitError, match=named):
        cnn(CnnSource(file))


def test_a_file_that_is_no_archive_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "cnn.npz"
    file.write_bytes(b"PK\x03\x04 nothing")
    with pytest.raises(AssetError, match=r"cnn\.npz"):
        cnn(CnnSource(file))

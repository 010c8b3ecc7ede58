"""What the assignment asks for: the names of functions and variables by which work is found in any notebook."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Exercise:
    """An exercise whose parts are looked for by name.

    Attributes:
        cell: id of the graded cell that judges it in the release.
        title: what people call it.
        names: the functions and variables that the student makes.
        given: names that the release gives, so that a notebook may have them or not.
    """

    cell: str
    title: str
    names: tuple[str, ...]
    given: tuple[str, ...] = ()


EXPERIMENT = "check_experiment"
CHOICE = "experiment"
EXPERIMENT_NAMES: dict[str, tuple[str, ...]] = {
    "A": ("alternative_model_name", "alternative_accuracy"),
    "B": ("prompts_by_class", "get_multi_prompt_predictions", "multi_prompt_accuracy"),
    "C": ("get_top_k_predictions", "top_k_accuracy", "top_k_results"),
}
"""By the letter of the mini-experiment."""
OWN_EXPERIMENT: str | None = "D"
"""The letter of an idea of the student's own, which people grade; None where there is no such choice."""
EXPERIMENTS = (*EXPERIMENT_NAMES, *filter(None, [OWN_EXPERIMENT]))
PREDICTIONS, TOP_K = "get_predictions", "get_top_k_predictions"
CLASS_NAMES = "CLASS_NAMES"

SETUP = "check_setup"
EXERCISES = (
    Exercise(SETUP, "Setup", ("clip_model", "clip_processor", "device", "clip_model_name")),
    Exercise(
        "check_loading",
        "Loading",
        ("test_dataset", "test_loader"),
        (CLASS_NAMES, "collate_clip", "show_batch"),
    ),
    Exercise("check_embeddings", "Embeddings", ("get_text_embeddings", "get_image_embeddings")),
    Exercise("check_similarity", "Similarity", ("get_cosine_similarity",)),
    Exercise("check_predictions", "Predictions", (PREDICTIONS,)),
    Exercise("check_loop", "Loop", ("run_zero_shot",)),
    Exercise("check_baseline", "Baseline", ("baseline_accuracy",), ("plot_confusion_matrix",)),
    Exercise("check_prompts", "Prompts", ("improved_prompts", "improved_accuracy")),
    Exercise("check_umap", "UMAP", ("all_img_emb", "all_labels", "embeddings_umap")),
    Exercise(
        EXPERIMENT,
        "Experiment",
        (CHOICE, *(n for names in EXPERIMENT_NAMES.values() for n in names)),
    ),
)
"""In the order of the assignment. Texts are graded by people and are not looked for."""

INTERFACE = frozenset(name for exercise in EXERCISES for name in (*exercise.names, *exercise.given))
ASKED_FOR = frozenset(
    {
        *("y_true", "y_pred"),  # which no check looks for
        *(name for exercise in EXERCISES if exercise.cell != SETUP for name in exercise.names),
    }
)
"""What the student is to make; the set-up is given."""

SIGNATURES = (
    "collate_clip(batch)",
    "get_text_embeddings(class_names)",
    "get_image_embeddings(images)",
    "get_cosine_similarity(image_feats, text_feats)",
    "get_predictions(similarity)",
    "run_zero_shot(loader, text_feats)",
    "plot_confusion_matrix(y_true, y_pred, class_names)",
    "get_multi_prompt_predictions(similarity, prompt_class)",
    "get_top_k_predictions(similarity, k)",
    "top_k_accuracy(y_true, top_k)",
)
"""How the assignment calls the functions; names of arguments are free, and more may have defaults."""


@dataclass(frozen=True)
class Drawing:
    """A picture that a check asks for.

    Attributes:
        variable: the figure is drawn where this variable is made, or close by.
        words: what the text of a cell close by has to mention, for its pictures to count.
    """

    variable: str
    words: str


_MATRIX = r"(?i)confusion|heatmap|imshow|matshow"
DRAWINGS = {
    "baseline": Drawing("baseline_accuracy", _MATRIX),
    "prompts_run": Drawing("improved_accuracy", _MATRIX),
    "umap_plot": Drawing("embeddings_umap", r"scatter|embeddings_umap"),
}
"""By the id of the cell in the release that draws it."""
DRAWN_IN = {"check_baseline": "baseline", "check_prompts": "prompts_run", "check_umap": "umap_plot"}
"""Which drawing an exercise's checks ask for."""

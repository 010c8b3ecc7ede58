"""What gives the mistakes of the assignment away, exercise by exercise."""

from __future__ import annotations

from autograder.assignments.assignment_2.mistakes import (
    embeddings,
    experiment,
    loading,
    loop,
    maps,
    predictions,
    reports,
    similarity,
)
from autograder.assignments.assignment_2.mistakes.shrinkable import shrinkables
from autograder.assignments.assignment_2.mistakes.words import WORDS
from autograder.diagnosis.matching import Signs

SIGNS = Signs(
    words=WORDS,
    of_exercise={
        "check_setup": loading.setup_signs,
        "check_loading": loading.signs,
        "check_embeddings": embeddings.signs,
        "check_similarity": similarity.signs,
        "check_predictions": predictions.signs,
        "check_loop": loop.signs,
        "check_baseline": reports.baseline_signs,
        "check_prompts": reports.prompt_signs,
        "check_umap": maps.signs,
        "check_experiment": experiment.signs,
    },
    shrinkables=shrinkables,
)

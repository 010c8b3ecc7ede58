"""What gives the mistakes of the assignment away, exercise by exercise."""

from __future__ import annotations

from autograder.misconceptions import (
    embeddings,
    experiment,
    loading,
    loop,
    maps,
    predictions,
    reports,
    similarity,
)
from autograder.misconceptions.diagnosis import Signs
from autograder.misconceptions.shrinkable import shrinkables
from autograder.misconceptions.words import WORDS

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

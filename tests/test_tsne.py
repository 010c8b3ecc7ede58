"""Whether a map is t-SNE's, by the text of the cells that made it."""

from __future__ import annotations

import pytest

from autograder.assignments.assignment_2.checks.tsne import is_made_by_tsne

IMPORT = "from sklearn.manifold import TSNE\nimport umap"


@pytest.mark.parametrize(
    "cells",
    [
        ["embeddings_umap = TSNE(2).fit_transform(all_img_emb)"],
        ["embeddings_umap = manifold.TSNE(2).fit_transform(all_img_emb)"],
        ["t = TSNE(2)", "points = t.fit_transform(x)\nembeddings_umap = points / 10"],
        ["if True:\n    t = TSNE(2)\n    embeddings_umap = t.fit(x).embedding_"],
        [
            "embeddings_umap = umap.UMAP().fit_transform(x)",
            "embeddings_umap = TSNE(2).fit_transform(x)",
        ],
        ["%time embeddings_umap = 1\nembeddings_umap = TSNE(2).fit_transform(x)"],
    ],
)
def test_a_map_of_tsne_is_seen(cells: list[str]) -> None:
    assert is_made_by_tsne([IMPORT, *cells])


@pytest.mark.parametrize(
    "cells",
    [
        [],
        ["embeddings_umap = umap.UMAP(random_state=1).fit_transform(all_img_emb)"],
        ["other = TSNE(2).fit_transform(x)", "embeddings_umap = umap.UMAP().fit_transform(x)"],
        ["embeddings_umap = TSNE(2).fit_transform(x)", "embeddings_umap = UMAP().fit_transform(x)"],
        ["start = TSNE(2).fit_transform(x)", "embeddings_umap = UMAP(init=start).fit_transform(x)"],
        ["reducer = TSNE(2)", "reducer = UMAP()", "embeddings_umap = reducer.fit_transform(x)"],
        [
            "def compare(x):\n    embeddings_umap = TSNE(2).fit_transform(x)\n    return embeddings_umap"
        ],
        ["# no TSNE here\nembeddings_umap = reducer.fit_transform(x)"],
        ["embeddings_umap = TSNE(2).fit_transform(x"],
    ],
)
def test_what_is_none_is_not(cells: list[str]) -> None:
    assert not is_made_by_tsne([IMPORT, *cells])

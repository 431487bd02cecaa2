"""scispaCy's candidate generator over a knowledge base of our own, with an exact index.

scispaCy's own index builder drops 3-grams of fewer than ten names and searches approximately; a few thousand names
need neither: the TF-IDF keeps every 3-gram (``min_df=1``) and the neighbours are exact, the same on every machine.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix
from scispacy.candidate_generation import CandidateGenerator
from scispacy.linking_utils import Entity, KnowledgeBase
from sklearn.feature_extraction.text import TfidfVectorizer

from mscminer.extract.vocabulary import Term


class ExactIndex:
    """All names as unit vectors; answers as nmslib's index would."""

    def __init__(self, vectors: csr_matrix) -> None:
        self._columns = vectors.T.tocsr()

    def knnQueryBatch(self, vectors: csr_matrix, k: int) -> list[tuple[Any, Any]]:  # noqa: N802 - nmslib's name
        """(numbers, cosine distances) of the k nearest names for each row; of equals the lower number first."""
        return [_nearest(row, k) for row in (vectors @ self._columns).tocsr()]


def _nearest(row: csr_matrix, k: int) -> tuple[Any, Any]:
    scores = np.round(row.data, 6)
    order = np.lexsort((row.indices, -scores))[:k]
    return row.indices[order], 1.0 - scores[order]


def build_generator(terms: Iterable[Term], exact: Mapping[str, str]) -> CandidateGenerator:
    """A generator over plain names.

    Args:
        exact: plain name to unique id.
    """
    names: dict[str, list[str]] = {}
    for name, ui in exact.items():
        names.setdefault(ui, []).append(f" {name} ")
    entities = [
        Entity(concept_id=term.ui, canonical_name=names[term.ui][0], aliases=names[term.ui], types=[term.kind.value])
        for term in terms
        if term.ui in names
    ]
    aliases = sorted(f" {name} " for name in exact)
    vectorizer = TfidfVectorizer(analyzer="char", ngram_range=(3, 3), min_df=1, lowercase=False, dtype=np.float64)
    vectors = vectorizer.fit_transform(aliases)
    return CandidateGenerator(
        ann_index=ExactIndex(vectors),
        tfidf_vectorizer=vectorizer,
        ann_concept_aliases_list=aliases,
        kb=KnowledgeBase(entities),
    )

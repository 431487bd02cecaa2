"""scispaCy's combined-rule tokenizer as a registered spaCy tokenizer."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from functools import lru_cache

import spacy
from scispacy.custom_tokenizer import combined_rule_tokenizer
from spacy.language import Language
from spacy.tokenizer import Tokenizer


@lru_cache(maxsize=1)
def _rules() -> dict[str, object]:
    """The compiled rules: building them takes longer than reading a hundred texts."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)  # "possible set union" in spaCy's own character classes
        made = combined_rule_tokenizer(spacy.blank("en"))
    names = ("rules", "prefix_search", "suffix_search", "infix_finditer", "token_match", "url_match")
    return {name: getattr(made, name) for name in names}


@spacy.registry.tokenizers("mscminer.combined_rule_tokenizer.v1")  # type: ignore[untyped-decorator]
def create_tokenizer() -> Callable[[Language], Tokenizer]:
    """The tokenizer that keeps "(hUC-MSCs)" in three tokens, so that abbreviations are found."""

    def build(nlp: Language) -> Tokenizer:
        return Tokenizer(nlp.vocab, **_rules())

    return build

"""What tissue and donor have in common: values with their mentions, and the mentions of the product itself."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from mscminer.core.vocabulary import MscClass
from mscminer.extract.given import Given
from mscminer.extract.products import Products
from mscminer.extract.view import Item, View, Zone


@dataclass(frozen=True, kw_only=True)
class Origin:
    """Values with the mentions that carry them.

    Args:
        level: how directly they are tied to the product; 0 is best.
    """

    values: tuple[str, ...] = ()
    items: tuple[Item, ...] = ()
    level: int = 9

    def of(self, value: str) -> tuple[Item, ...]:
        """The mentions of one value."""
        return tuple(item for item in self.items if item.value == value)


NO_ORIGIN = Origin()


@dataclass(frozen=True, kw_only=True)
class Levels:
    """Mentions sorted by how directly they are tied to the product."""

    levels: tuple[list[Item], ...] = field(default_factory=lambda: tuple([] for _ in range(6)))

    def best(self) -> Origin:
        """The first level that has any mention."""
        for level, items in enumerate(self.levels):
            if items:
                return Origin(
                    values=tuple(dict.fromkeys(item.value for item in items)), items=tuple(items), level=level
                )
        return Origin()


_PRODUCT_VALUES = ("cells", "asc", "generic")


def product_items(view: View, products: Products) -> tuple[Item, ...]:
    """Mentions that stand for the study's own product."""
    wanted = {
        MscClass.CELLS: _PRODUCT_VALUES,
        MscClass.DERIVATIVE: (*_PRODUCT_VALUES, "derivative"),
        MscClass.UNCULTURED: ("uncultured", "asc", "generic"),
        MscClass.NONE: (),
    }[products.msc]
    own = tuple(
        item for item in view.items if item.label == "PRODUCT" and item.value in wanted and not products.excludes(item)
    )
    if products.msc is MscClass.CELLS and _beside_graft(view):
        own = tuple(item for item in own if item.value != "generic") or own
    plain = any(item.value in ("cells", "asc") and item.zone is Zone.CORE for item in own)
    kinds = products.interventions.values()
    if products.msc is MscClass.CELLS and (Given.UNCULTURED not in kinds or Given.CELLS not in kinds):
        mixture = Given.UNCULTURED in kinds
        own += tuple(
            item
            for item in view.of("PRODUCT")
            if item.value == "uncultured"
            and (not plain or mixture or "svf" in item.rule)
            and not products.excludes(item)
        )
    return tuple(sorted(own, key=lambda item: item.start))


HARVEST = re.compile(
    r"aspirat|harvest|collect|obtain|extract|punctur|biops|liposuc|lipoaspir|isolat|derived|withdraw|drawn|lipoplast|taken|source|remov|donat|prepar|sampl|excis|digest|process",
    re.IGNORECASE,
)


GROWN_CELLS = re.compile(
    r"(?:^|[.;:]\s|\b(?:the|these|stem|stromal)\s)cells\s(?:are|were|is|will\sbe|have\sbeen)\s(?:\w+\s)?(?:grown|cultured|expanded|isolated|derived|obtained|taken|harvested|prepared|extracted|made)\s(?:\w+\s){0,3}(?:from|out\sof)\b",
    re.IGNORECASE,
)
"""Where a sentence tells whence "cells" without a name were grown, they are the study's own."""


LONGEST = 250
"""No product is named in more characters."""


def _beside_graft(view: View) -> bool:
    """Whether a graft of blood-forming cells is given beside: "stem cells" without a kind may be those."""
    return any(
        item.rule == "product.other.blood_forming"
        and item.section.endswith(".name")
        and _TRANSPLANT.search(view.words(item)) is not None
        for item in view.of("PRODUCT")
    )


_TRANSPLANT = re.compile(r"transplant|ha?emat|HSC|HCT|SCT|PBSC|BMT|haplo", re.IGNORECASE)

"""What is given, where it comes from and to whom it goes: wordings of registrations, in sentences of our own."""

from __future__ import annotations

from typing import Any

import pytest
from tests.extract.registrations import a_study, read

from mscminer.core.vocabulary import Field
from mscminer.extract.pipeline import Extractor, load_extractor

_CELLS = [{"name": "Mesenchymal stem cells"}]
_BMAC = [{"name": "Bone marrow aspirate concentrate"}]


@pytest.fixture(scope="module")
def extractor() -> Extractor:
    return load_extractor()


@pytest.mark.parametrize(
    ("name", "description", "msc"),
    [
        ("Flow cytometry", "Mesenchymal stromal cells are told by CD105.", "none"),
        ("Immunohistochemistry of the gum", "Mesenchymal stem cells are stained.", "none"),
        ("RNA sequencing", "Mesenchymal stromal cells of the marrow are read.", "none"),
        ("Biomarkers", "Mesenchymal stem cells in blood.", "none"),
        ("Cells released after flow cytometry", "Mesenchymal stromal cells are infused.", "cells"),
        ("Imaging-guided injection", "Mesenchymal stem cells are injected.", "cells"),
    ],
)
def test_methods_of_a_laboratory_give_nothing(extractor: Extractor, name: str, description: str, msc: str) -> None:
    document = a_study("Bone Loss of the Jaw", interventions=[{"name": name, "description": description}])
    assert read(extractor, document).value(Field.MSC) == msc


@pytest.mark.parametrize(
    ("title", "name", "msc"),
    [
        ("Stretching and Walking After Mesenchymal Stem Cell Injection of the Knee", "Stretching", "none"),
        ("A Brace Following Autologous Mesenchymal Stem Cell Transplantation", "Brace", "none"),
        ("Diet in Adults Who Had Allogeneic Mesenchymal Stem Cells for Lupus", "Diet", "none"),
        ("Bone Density After Implantation of Mesenchymal Stem Cells", "Implantation of stem cells", "cells"),
        ("Long-term Follow-up After Mesenchymal Stem Cell Injection", "Visits", "cells"),
        ("Mesenchymal Stem Cells for Pain After Stretching", "Stretching", "cells"),
    ],
)
def test_what_is_done_after_the_cells_is_not_the_cells(extractor: Extractor, title: str, name: str, msc: str) -> None:
    document = a_study(title, interventions=[{"name": name, "type": "OTHER"}])
    assert read(extractor, document).value(Field.MSC) == msc


@pytest.mark.parametrize(
    ("summary", "msc"),
    [
        ("The fat is spun and the non-expanded adipose-derived stem cells are injected.", "uncultured"),
        ("Adipose-derived stem cells are given back at once without culture expansion.", "uncultured"),
        ("Unexpanded adipose-derived stem cells are used.", "uncultured"),
        ("Adipose-derived stem cells are expanded for two passages.", "cells"),
        ("Adipose-derived stem cells are put on non-cultured keratinocytes.", "cells"),
    ],
)
def test_cells_of_fat_that_are_not_grown(extractor: Extractor, summary: str, msc: str) -> None:
    document = a_study("Fat in Knees", summary=summary, interventions=[{"name": "Adipose-derived stem cells"}])
    assert read(extractor, document).value(Field.MSC) == msc


@pytest.mark.parametrize(
    ("fields", "msc"),
    [
        ({"conditions": ("Labral Tear", "Mesenchymal Stromal Cell")}, "cells"),
        ({"summary": "Some 3 mL of marrow mesenchymal stem cell concentrate are obtained."}, "cells"),
        ({"keywords": ("Mesenchymal stromal cells",)}, "uncultured"),
        ({"summary": "The layer holds mesenchymal stem cells and is concentrated by a spin."}, "uncultured"),
    ],
)
def test_a_mixture_called_mesenchymal(extractor: Extractor, fields: dict[str, Any], msc: str) -> None:
    assert read(extractor, a_study("A Hip", interventions=_BMAC, **fields)).value(Field.MSC) == msc

#!/usr/bin/env python3
"""Write the restated abstracts of the training texts as PubMed XML, so that `mscminer evaluate` can read them.

    .venv/bin/python scripts/restated_records.py OUT.xml
    .venv/bin/mscminer evaluate --gold corpus/dev/publications_restated.jsonl --records OUT.xml --part held_out

Text `rN` of ``corpus/training/outcome_restated.jsonl`` becomes PMID 980000000 + N, which PubMed has given to no
article, marked as restated: what is scored on it is no measure of published language.
"""

from __future__ import annotations

import argparse
import json
import sys
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).resolve().parent.parent
TEXTS: Final = ROOT / "corpus" / "training" / "outcome_restated.jsonl"
SURROGATE_BASE: Final = 980_000_000


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path, help="the file to write")
    arguments = parser.parse_args()
    records = ET.Element("PubmedArticleSet")
    for line in TEXTS.read_text(encoding="utf-8").splitlines():
        records.append(article(json.loads(line)))
    ET.indent(records)
    try:
        ET.ElementTree(records).write(arguments.out, encoding="utf-8", xml_declaration=True)
    except OSError as error:
        print(f"error: {arguments.out} cannot be written: {error.strerror}. Name another file.", file=sys.stderr)
        return 2
    print(f"{len(records)} restated abstracts in {arguments.out}")
    return 0


def surrogate(name: str) -> str:
    """The PMID that stands for a text (`r12`)."""
    return str(SURROGATE_BASE + int(name.removeprefix("r")))


def article(text: dict[str, Any]) -> ET.Element:
    """One text (`id`, `title`, `sections` of `label` and `text`) as a PubmedArticle that says whose words it is in."""
    root = ET.Element("PubmedArticle")
    citation = ET.SubElement(root, "MedlineCitation", Status="In-Data-Review", Owner="NOTNLM")
    ET.SubElement(citation, "PMID", Version="1").text = surrogate(text["id"])
    body = ET.SubElement(citation, "Article", PubModel="Print")
    ET.SubElement(ET.SubElement(body, "Journal"), "Title").text = "Restated abstracts"
    ET.SubElement(body, "ArticleTitle").text = text["title"]
    abstract = ET.SubElement(body, "Abstract")
    for section in text["sections"]:
        label = {"Label": section["label"]} if section["label"] else {}
        ET.SubElement(abstract, "AbstractText", label).text = section["text"]
    ET.SubElement(abstract, "CopyrightInformation").text = "Restated by the mscminer project in its own words."
    ET.SubElement(body, "Language").text = "eng"
    ET.SubElement(citation, "GeneralNote", Owner="mscminer").text = "restated"
    return root


if __name__ == "__main__":
    raise SystemExit(main())

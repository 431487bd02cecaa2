"""Small records of our own making, in the sources' formats."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from mscminer.core.records import Deletion, Duplicate, Record, Rejected
from mscminer.harvest.files import Item, read_files
from tests.conftest import NOW

Json = dict[str, Any]


def study(number: int, **status: Any) -> Json:
    """A study as API v2 gives it, with no more than a few fields."""
    return {
        "protocolSection": {
            "identificationModule": {"nctId": f"NCT{number:08d}", "briefTitle": f"Cells for knees, part {number} – β"},
            "statusModule": {
                "overallStatus": "COMPLETED",
                "lastUpdatePostDateStruct": {"date": "2020-02-03"},
                **status,
            },
        },
        "hasResults": False,
    }


def article(pmid: int, *, title: str = "", extra: str = "") -> str:
    """A PubmedArticle element."""
    title = title or f"Stromal cells of donor {pmid} – β"
    return (
        f'<PubmedArticle><MedlineCitation Status="MEDLINE" Owner="NLM"><PMID Version="1">{pmid}</PMID>'
        f"<Article><ArticleTitle>{title}</ArticleTitle></Article>{extra}</MedlineCitation></PubmedArticle>"
    )


def article_set(*parts: str, declaration: str = '<?xml version="1.0" encoding="utf-8"?>') -> str:
    """A PubmedArticleSet as efetch gives it."""
    doctype = '<!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD PubMedArticle//EN" "https://dtd.nlm.nih.gov/x.dtd">'
    return f"{declaration}\n{doctype}\n<PubmedArticleSet>\n" + "\n".join(parts) + "\n</PubmedArticleSet>\n"


def citation(pmid: int) -> str:
    """A citation in MEDLINE's text form."""
    return (
        f"PMID- {pmid}\nOWN - NLM\nTI  - Stromal cells of a donor, with a title long\n      enough to be folded.\n"
        "DP  - 2019 Jan-Feb\nSO  - Made up. 2019.\n"
    )


def json_bytes(value: Any, indent: int | None = None) -> bytes:
    return json.dumps(value, indent=indent, ensure_ascii=False).encode()


def read(path: Path) -> list[Item]:
    """Everything in one file."""
    return list(read_files([path], fetched_at=NOW))


def read_bytes(folder: Path, content: bytes, name: str = "data") -> list[Item]:
    """Everything in a file with that content."""
    path = folder / name
    path.write_bytes(content)
    return read(path)


def summary(items: Iterable[Item]) -> list[str]:
    """The items in short: ids of records, ``=id`` of duplicates, ``-id`` of deletions, ``!`` for a rejection."""
    marks = {Record: "", Duplicate: "=", Deletion: "-"}
    return ["!" if isinstance(item, Rejected) else f"{marks[type(item)]}{item.key.id}" for item in items]


def reasons(items: Iterable[Item]) -> list[str]:
    return [item.reason for item in items if isinstance(item, Rejected)]

"""What the replayed services hold at a moment: articles and studies, with the days on which they changed."""

from __future__ import annotations

import gzip
import json
import threading
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from lxml import etree

from mscminer.testing.expressions import normalise

_NO_DATE = date(1900, 1, 1)
_MONTH_NAMES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


@dataclass(frozen=True, kw_only=True)
class Article:
    """An article as PubMed serves it: the XML of one PubmedArticle or PubmedBookArticle, and its index days."""

    pmid: str
    xml: bytes
    entered: date
    modified: date
    published: date

    @classmethod
    def from_xml(cls, xml: bytes, *, entered: date | None = None, modified: date | None = None) -> Article:
        """Read id and days from the XML; days given here replace those there.

        Raises:
            ValueError: if there is no PMID.
        """
        element = etree.fromstring(xml, etree.XMLParser(resolve_entities=False, no_network=True))
        pmid = element.findtext("MedlineCitation/PMID") or element.findtext("BookDocument/PMID")
        if pmid is None:
            raise ValueError("an article without PMID")
        published = _day(element.find(".//JournalIssue/PubDate")) or _NO_DATE
        revised = _day(element.find("MedlineCitation/DateRevised")) or published
        entrez = element.find("PubmedData/History/PubMedPubDate[@PubStatus='entrez']")
        return cls(
            pmid=pmid.strip(),
            xml=xml,
            entered=entered or _day(entrez) or revised,
            modified=modified or revised,
            published=published,
        )

    @cached_property
    def _element(self) -> etree._Element:
        return etree.fromstring(self.xml, etree.XMLParser(resolve_entities=False, no_network=True))

    @cached_property
    def fields(self) -> Mapping[str, str]:
        """Normalised text by PubMed's field tag."""
        title = self._text("ArticleTitle", "VernacularTitle")
        abstract = self._text("AbstractText", "Keyword")
        return {
            "ti": title,
            "tiab": title + abstract,
            "mh": self._text("DescriptorName"),
            "pt": self._text("PublicationType"),
            "si": self._text("DataBankName", "AccessionNumber"),
            "la": self._text("Language"),
            "": normalise(" ".join(str(text) for text in self._element.itertext())),
        }

    def _text(self, *tags: str) -> str:
        return "".join(normalise(" ".join(map(str, found.itertext()))) for found in self._element.iter(*tags))


def _day(element: etree._Element | None) -> date | None:
    if element is None or not (element.findtext("Year") or "").isdecimal():
        return None
    month = element.findtext("Month") or "1"
    number = int(month) if month.isdecimal() else _MONTHS.get(month[:3].lower(), 1)
    return date(int(element.findtext("Year") or 1900), number, int(element.findtext("Day") or 1))


_MONTHS = {name: number for number, name in enumerate(_MONTH_NAMES, 1)}


@dataclass(frozen=True, kw_only=True)
class Descriptor:
    """A MeSH descriptor: its heading and entry terms, and its places in the tree."""

    ui: str
    names: tuple[str, ...]
    tree_numbers: tuple[str, ...] = ()

    @property
    def number(self) -> str:
        """Entrez's number for it: 68 before the six digits of the unique id."""
        return f"68{int(self.ui[1:]):06d}"


class World:
    """All records of both services, and the time stamp of the registry's data.

    Change it between two runs by its methods; they are safe against the server's threads.

    Args:
        data_timestamp: what ``/version`` gives, ``yyyy-MM-ddTHH:mm:ss``.

    `now`, if set, is what the servers take for the time (their ``Date`` header).
    """

    def __init__(
        self,
        *,
        articles: Iterable[Article] = (),
        studies: Iterable[Mapping[str, Any]] = (),
        data_timestamp: str = "2026-01-01T09:00:00",
        descriptors: Iterable[Descriptor] = (),
    ) -> None:
        self.lock = threading.RLock()
        self.articles: dict[str, Article] = {}
        self.studies: dict[str, dict[str, Any]] = {}
        self.descriptors: dict[str, Descriptor] = {one.number: one for one in descriptors}
        self.aliases: dict[str, str] = {}
        self.data_timestamp = data_timestamp
        self.api_version = "2.0.5"
        self.now: datetime | None = None
        for article in articles:
            self.put_article(article)
        for study in studies:
            self.put_study(study)

    @classmethod
    def from_folder(cls, folder: Path) -> World:
        """Everything in ``*.json``, ``*.jsonl`` (studies) and ``*.xml`` (PubmedArticleSets), also gzipped.

        ``mesh.jsonl`` holds MeSH descriptors: ``{"ui": ..., "names": [...], "tree_numbers": [...]}`` a line.
        """
        world = cls()
        for path in sorted(folder.rglob("*")):
            name = path.name.removesuffix(".gz")
            if name == "mesh.jsonl":
                for line in _read(path).splitlines():
                    world.put_descriptor(Descriptor(**{key: _frozen(value) for key, value in json.loads(line).items()}))
            elif name.endswith((".json", ".jsonl")):
                for study in _studies_in(_read(path)):
                    world.put_study(study)
            elif name.endswith(".xml"):
                for article in articles_in(_read(path)):
                    world.put_article(article)
        return world

    def put_descriptor(self, descriptor: Descriptor) -> None:
        """Add or replace a MeSH descriptor."""
        with self.lock:
            self.descriptors[descriptor.number] = descriptor

    def put_article(self, article: Article) -> None:
        """Add or replace an article."""
        with self.lock:
            self.articles[article.pmid] = article

    def delete_article(self, pmid: str) -> None:
        with self.lock:
            del self.articles[pmid]

    def put_study(self, study: Mapping[str, Any]) -> None:
        """Add or replace a study; its own list of aliases takes effect."""
        module = study["protocolSection"]["identificationModule"]
        with self.lock:
            self.studies[module["nctId"]] = dict(study)
            for alias in module.get("nctIdAliases", []):
                self.aliases[alias] = module["nctId"]
                self.studies.pop(alias, None)

    def delete_study(self, nct: str) -> None:
        with self.lock:
            del self.studies[nct]

    def publish(self, moment: datetime) -> None:
        """Let the registry's data be those of a moment: what its nightly rebuild does."""
        with self.lock:
            self.data_timestamp = moment.strftime("%Y-%m-%dT%H:%M:%S")


def articles_in(payload: bytes) -> Iterator[Article]:
    """The articles of a PubmedArticleSet; an element without PMID is left out."""
    root = etree.fromstring(payload, etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True))
    for element in root.iter("PubmedArticle", "PubmedBookArticle"):
        element.tail = None
        if element.find("MedlineCitation/PMID") is not None or element.find("BookDocument/PMID") is not None:
            yield Article.from_xml(etree.tostring(element, encoding="utf-8"))


def _studies_in(payload: bytes) -> Iterator[dict[str, Any]]:
    try:
        found = [json.loads(payload)]
    except json.JSONDecodeError:
        found = [json.loads(line) for line in payload.splitlines() if line.strip()]
    for item in found:
        for study in item.get("studies", [item]) if isinstance(item, dict) else item:
            if "protocolSection" in study:
                yield study


def _read(path: Path) -> bytes:
    raw = path.read_bytes()
    return gzip.decompress(raw) if path.name.endswith(".gz") else raw


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value

"""Made-up articles and studies for the replay server, in our own words."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from html import escape
from typing import Any

from mscminer.harvest.ctgov_api import CtgovClient
from mscminer.harvest.entrez import EntrezClient, EntrezSettings
from mscminer.harvest.limiter import Limiter
from mscminer.harvest.retrying import RetryPolicy
from mscminer.testing import Article, ReplayServer, World

QUICK = RetryPolicy(attempts=4, wait_initial_s=0.001, wait_max_s=0.002, wait_jitter_s=0.0)
API_KEY = "0123456789abcdef-not-a-real-key"


def make_article(
    pmid: int,
    title: str = "Cord cells for worn knees: a small trial",
    *,
    entered: date = date(2025, 3, 1),
    modified: date | None = None,
    published: date | None = None,
    extra: str = "",
) -> Article:
    """An article; `extra` is put beside the abstract within MedlineCitation."""
    published = published or entered
    xml = (
        f'<PubmedArticle><MedlineCitation Status="MEDLINE" Owner="NLM"><PMID Version="1">{pmid}</PMID>'
        f"<DateRevised>{_xml_date(modified or entered)}</DateRevised>"
        '<Article PubModel="Print"><Journal><JournalIssue CitedMedium="Internet">'
        f"<PubDate>{_xml_date(published)}</PubDate></JournalIssue><Title>Journal of Made-up Results</Title></Journal>"
        f"<ArticleTitle>{escape(title)}</ArticleTitle><Abstract><AbstractText>Twelve patients were given mesenchymal "
        "stromal cells from umbilical cord.</AbstractText></Abstract><Language>eng</Language><PublicationTypeList>"
        '<PublicationType UI="D016428">Journal Article</PublicationType></PublicationTypeList></Article>'
        f"{extra}</MedlineCitation><PubmedData><History>"
        f'<PubMedPubDate PubStatus="entrez">{_xml_date(entered)}</PubMedPubDate></History>'
        "<PublicationStatus>ppublish</PublicationStatus><ArticleIdList>"
        f'<ArticleId IdType="pubmed">{pmid}</ArticleId></ArticleIdList></PubmedData></PubmedArticle>'
    )
    return Article.from_xml(xml.encode(), entered=entered, modified=modified or entered)


def retraction(notice: int) -> str:
    """What marks an article as retracted by another one."""
    return (
        '<CommentsCorrectionsList><CommentsCorrections RefType="RetractionIn">'
        f'<RefSource>Made-up Results 2026</RefSource><PMID Version="1">{notice}</PMID>'
        "</CommentsCorrections></CommentsCorrectionsList>"
    )


def _xml_date(day: date) -> str:
    return f"<Year>{day.year}</Year><Month>{day.month:02d}</Month><Day>{day.day:02d}</Day>"


def make_study(
    number: int,
    title: str = "Cord Cells for Worn Knees",
    *,
    updated: date = date(2025, 3, 1),
    status: str = "RECRUITING",
    phase: str = "PHASE1",
    has_results: bool = False,
    aliases: tuple[int, ...] = (),
) -> dict[str, Any]:
    """A study as the API gives it."""
    identification: dict[str, Any] = {
        "nctId": f"NCT{number:08d}",
        "orgStudyIdInfo": {"id": f"KNEE-{number}"},
        "organization": {"fullName": "Made-up Hospital", "class": "OTHER"},
        "briefTitle": title,
    }
    if aliases:
        identification["nctIdAliases"] = [f"NCT{alias:08d}" for alias in aliases]
    return {
        "protocolSection": {
            "identificationModule": identification,
            "statusModule": {
                "overallStatus": status,
                "studyFirstSubmitDate": "2024-01-02",
                "studyFirstPostDateStruct": {"date": "2024-01-05", "type": "ACTUAL"},
                "lastUpdateSubmitDate": updated.isoformat(),
                "lastUpdatePostDateStruct": {"date": updated.isoformat(), "type": "ACTUAL"},
            },
            "sponsorCollaboratorsModule": {"leadSponsor": {"name": "Made-up Hospital", "class": "OTHER"}},
            "descriptionModule": {"briefSummary": "Mesenchymal stem cells from cord are put into the knee joint."},
            "conditionsModule": {"conditions": ["Osteoarthritis, Knee"]},
            "armsInterventionsModule": {
                "armGroups": [
                    {"label": "Cells", "type": "EXPERIMENTAL", "interventionNames": ["Biological: Cord MSC"]}
                ],
                "interventions": [
                    {
                        "type": "BIOLOGICAL",
                        "name": "Cord MSC",
                        "description": "Allogeneic umbilical cord mesenchymal stem cells, injected into the knee",
                        "armGroupLabels": ["Cells"],
                    }
                ],
            },
            "designModule": {
                "studyType": "INTERVENTIONAL",
                "phases": [phase],
                "enrollmentInfo": {"count": 12, "type": "ESTIMATED"},
            },
        },
        "derivedSection": {"miscInfoModule": {"versionHolder": "2026-01-01"}},
        "hasResults": has_results,
    }


def entrez_settings(server: ReplayServer, **changes: Any) -> EntrezSettings:
    given: dict[str, Any] = {"email": "curator@example.org", "base_url": server.eutils_url, "timeout_s": 5.0}
    return EntrezSettings(**(given | changes))


def entrez_client(server: ReplayServer, **changes: Any) -> EntrezClient:
    """A client without pauses, with the limit of that server."""
    settings = entrez_settings(server, **changes)
    return EntrezClient(settings, limiter=Limiter(per_s=1e6), retry=QUICK, search_limit=server.pubmed.limit)


@contextmanager
def ctgov_client(server: ReplayServer, **changes: Any) -> Iterator[CtgovClient]:
    """A client without pauses."""
    given: dict[str, Any] = {"base_url": server.ctgov_url, "limiter": Limiter(per_s=1e6), "retry": QUICK}
    with CtgovClient(**(given | {"timeout_s": 5.0, "page_size": 3} | changes)) as client:
        yield client


def small_world(articles: int = 7, studies: int = 7) -> World:
    """Articles 101... and studies NCT00000201..., one entered or updated each day from 1 March 2025."""
    days = [date(2025, 3, 1 + number) for number in range(max(articles, studies))]
    return World(
        articles=[make_article(101 + number, entered=days[number]) for number in range(articles)],
        studies=[make_study(201 + number, updated=days[number]) for number in range(studies)],
    )

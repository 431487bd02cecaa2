"""What a file is that we do not read, and what to do about it."""

from __future__ import annotations

import re
from typing import Final

READABLE: Final = (
    "Give registry JSON (API v2: a study, a list, a page, JSON Lines, or the zip of all), PubMed XML or MEDLINE text "
    "(.nbib), or an export of ICTRP, CTIS, EU CTR or ChiCTR, plain or gzipped."
)
_EFETCH: Final = "Fetch the records themselves with efetch (db=pubmed, retmode=xml)."
_V2: Final = "Download it as JSON from ClinicalTrials.gov's present site or API v2."

_XML_KINDS: Final = {
    "eSearchResult": ("the answer to a search: ids without records", _EFETCH),
    "eSummaryResult": ("document summaries without abstracts", _EFETCH),
    "eLinkResult": ("links between ids, without records", _EFETCH),
    "ePostResult": ("the answer to an upload of ids", _EFETCH),
    "eInfoResult": ("a description of NCBI's databases", _EFETCH),
    "eSpellResult": ("a spelling suggestion of NCBI", _EFETCH),
    "eFetchResult": ("an error of NCBI instead of records", "Fetch it again."),
    "html": ("a web page", READABLE),
    "clinical_study": ("ClinicalTrials.gov's classic XML, which ended in 2024", _V2),
    "search_results": ("ClinicalTrials.gov's classic search results", _V2),
    "study_fields_response": ("ClinicalTrials.gov's classic study fields", _V2),
    "SerialsSet": ("NLM's journal catalogue", READABLE),
    "TaxaSet": ("NCBI's taxonomy", READABLE),
    "BioSampleSet": ("NCBI's sample descriptions", READABLE),
    "GBSet": ("gene or protein sequences", READABLE),
    "TSeqSet": ("gene or protein sequences", READABLE),
    "IPGReportSet": ("gene or protein sequences", READABLE),
}

_TEXT_KINDS: Final = (
    (rb"interactions:\s", "a recording of HTTP exchanges (a test cassette)", READABLE),
    (rb"%PDF-", "a PDF document", READABLE),
    (rb"\s*TY {1,2}- ", "RIS citations", "Export them from PubMed in the format PubMed instead."),
    (rb"\s*(?:@\w+\s*\{|%)", "BibTeX", "Export the citations from PubMed in the format PubMed instead."),
    (rb"NCT Number,", "ClinicalTrials.gov's CSV, which lacks most fields", _V2),
    (rb"PMID,Title,", "PubMed's CSV, which has no abstracts", "Export the citations in the format PubMed instead."),
    (rb"\s*[0-9]+[.:] .*\n", "PubMed's summary text", "Export the citations in the format PubMed instead."),
)


def xml_kind(root: str) -> tuple[str, str]:
    """Reason and remedy for an XML file whose root element is of no use to us."""
    if not root:
        return "XML without an element", READABLE
    reason, remedy = _XML_KINDS.get(root, ("XML of another kind", READABLE))
    return f"{reason} (<{root}>)", remedy


def text_kind(head: bytes) -> tuple[str, str]:
    """Reason and remedy for a file that is neither XML nor JSON nor a text we read."""
    for pattern, reason, remedy in _TEXT_KINDS:
        if re.match(pattern, head):
            return reason, remedy
    if b"\0" in head:
        return "a binary file of another kind", READABLE
    return "a text of another kind", READABLE

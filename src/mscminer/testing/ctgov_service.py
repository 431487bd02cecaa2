"""ClinicalTrials.gov's API v2 over a `World`: /version, /studies, /studies/{nctId}."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from mscminer.testing.expressions import ExpressionError, Node, normalise, parse_essie
from mscminer.testing.faults import FaultKind
from mscminer.testing.responses import Response, json_response, text_response
from mscminer.testing.world import World

_NCT = re.compile(r"[Nn][Cc][Tt]0*[1-9]\d{0,7}")
_AREA = re.compile(r"AREA\[([^\]]*)\]\s*(?:RANGE\[([^,\]]*),([^\]]*)\]|(.*))", re.DOTALL)
_PAGE_PARAMETERS = ("format", "markupFormat", "fields", "sort", "countTotal", "pageSize", "pageToken")
_QUERIES = ("cond", "term", "locn", "titles", "intr", "outc", "spons", "lead", "id", "patient")
_FILTERS = ("overallStatus", "geo", "ids", "advanced", "synonyms")
_KNOWN = {
    *_PAGE_PARAMETERS,
    *(f"query.{name}" for name in _QUERIES),
    *(f"{prefix}.{name}" for prefix in ("filter", "postFilter") for name in _FILTERS),
    "aggFilters",
    "geoDecay",
}
_PIECES = {
    "NCTId": "protocolSection.identificationModule.nctId",
    "NCTIdAlias": "protocolSection.identificationModule.nctIdAliases",
    "BriefTitle": "protocolSection.identificationModule.briefTitle",
    "OverallStatus": "protocolSection.statusModule.overallStatus",
    "LastUpdatePostDate": "protocolSection.statusModule.lastUpdatePostDateStruct.date",
    "StudyFirstPostDate": "protocolSection.statusModule.studyFirstPostDateStruct.date",
    "StartDate": "protocolSection.statusModule.startDateStruct.date",
    "Phase": "protocolSection.designModule.phases",
    "StudyType": "protocolSection.designModule.studyType",
    "Condition": "protocolSection.conditionsModule.conditions",
    "InterventionName": "protocolSection.armsInterventionsModule.interventions.name",
    "LeadSponsorName": "protocolSection.sponsorCollaboratorsModule.leadSponsor.name",
    "EnrollmentCount": "protocolSection.designModule.enrollmentInfo.count",
    "BriefSummary": "protocolSection.descriptionModule.briefSummary",
}
_MODULES = {
    "ProtocolSection": "protocolSection",
    "IdentificationModule": "protocolSection.identificationModule",
    "StatusModule": "protocolSection.statusModule",
    "HasResults": "hasResults",
}


class CtgovService:
    """Answers as clinicaltrials.gov would, in the order of NCT numbers."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._texts: dict[str, tuple[Mapping[str, Any], str]] = {}

    def answer(self, path: str, given: Mapping[str, str], fault: FaultKind | None = None) -> Response:
        """The response to a request for a path below ``/api/v2``."""
        if fault is FaultKind.NEW_DATA:
            moment = datetime.fromisoformat(self._world.data_timestamp) + timedelta(days=1)
            self._world.publish(moment)
        if path == "version":
            return json_response({"apiVersion": self._world.api_version, "dataTimestamp": self._world.data_timestamp})
        if path == "studies":
            return self._studies(given, fault)
        if path.startswith("studies/"):
            return self._study(path.removeprefix("studies/"), given)
        return text_response("Not Found", 404)

    def _study(self, nct: str, given: Mapping[str, str]) -> Response:
        unknown = sorted(set(given) - {"format", "markupFormat", "fields"})
        if unknown:
            return text_response(f"`{unknown[0]}` is unknown parameter", 400)
        if not _NCT.fullmatch(nct):
            return text_response("`nctId` has incorrect format", 400)
        nct = f"NCT{int(nct[3:]):08d}"
        with self._world.lock:
            study = self._world.studies.get(nct)
            alias = self._world.aliases.get(nct)
        if study is not None:
            return json_response(study)
        if alias is not None:
            return Response(status=301, headers={"Location": f"/api/v2/studies/{alias}"})
        return text_response(f"NCT number {nct} not found", 404)

    def _studies(self, given: Mapping[str, str], fault: FaultKind | None) -> Response:
        unknown = sorted(set(given) - _KNOWN)
        if unknown:
            return text_response(f"`{unknown[0]}` is unknown parameter", 400)
        try:
            found = self._find(given)
            paths = _field_paths(given.get("fields"))
            size = min(int(given.get("pageSize", 10)), 1000)
            offset = _read_token(given)
        except _Refused as refused:
            return text_response(str(refused), 400)
        return json_response(_page(found, offset, size, paths, given, fault))

    def _find(self, given: Mapping[str, str]) -> list[dict[str, Any]]:
        with self._world.lock:
            studies = [self._world.studies[nct] for nct in sorted(self._world.studies)]
            aliases = dict(self._world.aliases)
        for name, value in given.items():
            if name.endswith("ilter.ids"):
                wanted = {f"NCT{int(nct[3:]):08d}" for nct in re.split(r"[,| ]+", value) if nct}
                wanted |= {aliases[nct] for nct in wanted if nct in aliases}
                studies = [study for study in studies if _value(study, "NCTId")[0] in wanted]
            elif name.endswith("ilter.overallStatus"):
                statuses = set(re.split(r"[,|]", value))
                studies = [study for study in studies if statuses & set(_value(study, "OverallStatus"))]
            elif name.startswith("query.") or name.endswith("ilter.advanced"):
                expression = _parse(value, name)
                studies = [study for study in studies if self._matches(expression, study)]
        return studies

    def _matches(self, expression: Node, study: Mapping[str, Any]) -> bool:
        return expression.matches(lambda leaf: self._leaf_matches(leaf, study))

    def _leaf_matches(self, leaf: str, study: Mapping[str, Any]) -> bool:
        area = _AREA.fullmatch(leaf)
        if area is None:
            return normalise(leaf) in self._text(study)
        name, low, high, value = area.groups()
        if name not in _PIECES:
            raise _Refused(f"Error parsing query in advanced filter: Unknown area: {name}")
        values = [str(given) for given in _value(study, name)]
        if value is not None:
            return any(normalise(value) in normalise(given) for given in values)
        low, high = low.strip(), high.strip()
        return any((low == "MIN" or given >= low) and (high == "MAX" or given <= high) for given in values)

    def _text(self, study: Mapping[str, Any]) -> str:
        nct = _value(study, "NCTId")[0]
        kept = self._texts.get(nct)
        if kept is None or kept[0] is not study:
            kept = self._texts[nct] = (study, normalise(" ".join(_strings(study))))
        return kept[1]


class _Refused(ValueError):
    """Status 400 with this text."""


def _parse(expression: str, parameter: str) -> Node:
    try:
        return parse_essie(expression)
    except ExpressionError as error:
        where = "advanced filter" if "advanced" in parameter else parameter
        raise _Refused(
            f"Error parsing query in {where}: mismatched input '{error}' "
            "expecting {<EOF>, '(', ',', 'NOT', 'AND', 'OR', 'SEARCH', 'AREA', 'RANGE', ...}"
        ) from None


def _page(
    found: list[dict[str, Any]],
    offset: int,
    size: int,
    paths: list[str] | None,
    given: Mapping[str, str],
    fault: FaultKind | None,
) -> dict[str, Any]:
    """A page at an offset; `offset` beyond the end gives an empty one."""
    start, end = offset, offset + size
    if fault is FaultKind.EMPTY_PAGE:
        start = end = offset
    elif fault is FaultKind.DUPLICATE_PAGE:
        start, end = max(0, offset - size), offset
    page: dict[str, Any] = {"studies": [_project(study, paths) for study in found[start:end]]}
    if given.get("countTotal") == "true" and "pageToken" not in given:
        page["totalCount"] = len(found) + (fault is FaultKind.WRONG_COUNT)
    if fault is FaultKind.TOKEN_LOOP:
        page["nextPageToken"] = _make_token(offset, given)
    elif end < len(found) or fault in (FaultKind.TOKEN_ON_LAST_PAGE, FaultKind.EMPTY_PAGE):
        page["nextPageToken"] = _make_token(end, given, salt=fault or "")
    return page


def _fixed(given: Mapping[str, str]) -> str:
    """A digest of the parameters that must stay the same from page to page."""
    kept = sorted((key, value) for key, value in given.items() if key not in ("countTotal", "pageSize", "pageToken"))
    return hashlib.sha256(json.dumps(kept).encode()).hexdigest()[:8]


def _make_token(offset: int, given: Mapping[str, str], salt: str = "") -> str:
    return base64.urlsafe_b64encode(json.dumps([offset, _fixed(given), salt]).encode()).decode().rstrip("=")


def _read_token(given: Mapping[str, str]) -> int:
    token = given.get("pageToken")
    if token is None:
        return 0
    try:
        offset, fixed, _ = json.loads(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)))
    except ValueError:
        raise _Refused("Invalid value of `pageToken`") from None
    if fixed != _fixed(given):
        raise _Refused("Parameters do not match those of the first page")
    return int(offset)


def _field_paths(fields: str | None) -> list[str] | None:
    if fields is None:
        return None
    names = [name for name in re.split(r"[,|]", fields) if name]
    if not names:
        raise _Refused("`fields` must be non-empty")
    known = {**_PIECES, **_MODULES}
    for name in names:
        if name not in known:
            raise _Refused(f"`fields` has unknown field: {name}")
    return [known[name] for name in names]


def _project(study: Mapping[str, Any], paths: list[str] | None) -> Any:
    if paths is None:
        return study
    slim: dict[str, Any] = {}
    for path in paths:
        _copy(study, slim, path.split("."))
    return slim


def _copy(source: Mapping[str, Any], target: dict[str, Any], parts: list[str]) -> None:
    name, *rest = parts
    if name not in source:
        return
    value = source[name]
    if not rest:
        target[name] = value
    elif isinstance(value, list):
        kept = target.setdefault(name, [{} for _ in value])
        for item, slim in zip(value, kept, strict=True):
            _copy(item, slim, rest)
    else:
        _copy(value, target.setdefault(name, {}), rest)


def _value(study: Mapping[str, Any], piece: str) -> list[Any]:
    values: list[Any] = [study]
    for part in _PIECES[piece].split("."):
        values = [value[part] for value in values if part in value]
        values = [inner for value in values for inner in (value if isinstance(value, list) else [value])]
    return values


def _strings(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, Mapping):
        return [text for inner in value.values() for text in _strings(inner)]
    if isinstance(value, list):
        return [text for inner in value for text in _strings(inner)]
    return []

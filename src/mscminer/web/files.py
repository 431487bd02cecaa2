"""Decisions as files for whoever asks: the same for pages and the API."""

from __future__ import annotations

from fastapi import Request, Response

from mscminer.jobs.decision_files import FORMATS, export_decisions
from mscminer.web.access import Viewer, need, sight


def exported(request: Request, who: Viewer, form: str) -> Response:
    """A file to keep, of what the viewer may see.

    Raises:
        Forbidden: the role does not allow it.
        ConfigError: there is no such format.
    """
    need(who, "curator")
    content = export_decisions(request.app.state.store, form, sight=sight(request, who))
    name, media = FORMATS[form]
    return Response(content, media_type=media, headers={"Content-Disposition": f'attachment; filename="{name}"'})

"""Templates into answers."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import cache
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined

from mscminer import __version__
from mscminer.web.access import csrf_of, find_viewer, visitor_of
from mscminer.web.blocks import (
    LABELS,
    OF_A_VALUE,
    VERDICT_WORDS,
    own_fields,
    record_path,
    short_name,
    show_value,
    source_url,
    words,
)
from mscminer.web.forms import DONORS, TISSUES, chosen_arms
from mscminer.web.texts import finalise


@cache
def environment() -> Environment:
    """Jinja with escaping on, unknown names an error, and every text made harmless."""
    found = Environment(
        loader=PackageLoader("mscminer.web"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=finalise,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.filters.update(words=words, value=show_value, when=_when, lasting=lasting, path=record_path, site=source_url)
    found.filters.update(own_fields=own_fields, short=short_name)
    found.globals.update(version=__version__, labels=LABELS, verdicts=VERDICT_WORDS, tissues=TISSUES, donors=DONORS)
    found.globals.update(of_a_value=OF_A_VALUE, chosen_arms=chosen_arms)
    return found


def page(request: Request, template: str, *, status: int = 200, **values: Any) -> HTMLResponse:
    """Render a page for whoever is asking."""
    who = values.pop("viewer", None) or find_viewer(request)
    csrf = who.csrf if who is not None else csrf_of(visitor_of(request))
    text = environment().get_template(template).render(viewer=who, csrf=csrf, request_path=request.url.path, **values)
    return HTMLResponse(text, status_code=status)


def _when(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"


def lasting(span: timedelta) -> str:
    """``2 h 10 min``, ``3 min``, ``less than a minute``."""
    minutes = round(span.total_seconds() / 60)
    if minutes < 1:
        return "less than a minute"
    hours, rest = divmod(minutes, 60)
    return f"{hours} h {rest:02d} min" if hours else f"{rest} min"

"""Structured log lines on standard error: coloured on a terminal, ``key=value`` elsewhere, JSON if asked for."""

from __future__ import annotations

import logging
import sys
from typing import Any

import structlog


def configure(log_format: str = "auto", *, verbose: bool = False) -> None:
    """Set up logging once, at the start of a command.

    Args:
        log_format: ``console``, ``plain`` (key=value), ``json`` or ``auto`` (console on a terminal, else plain).
        verbose: debug lines too.
    """
    on_terminal = sys.stderr.isatty()
    chosen = log_format if log_format != "auto" else ("console" if on_terminal else "plain")
    renderers: dict[str, Any] = {
        "console": structlog.dev.ConsoleRenderer(colors=on_terminal),
        "plain": structlog.processors.LogfmtRenderer(key_order=["timestamp", "level", "part", "event"]),
        "json": structlog.processors.JSONRenderer(),
    }
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            renderers[chosen],
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.DEBUG if verbose else logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=False,
    )


def get(name: str) -> Any:
    """A logger bound to the part of the program that speaks."""
    return structlog.get_logger(part=name)

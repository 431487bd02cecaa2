"""Fixtures of the harvest's tests."""

from __future__ import annotations

from tests.harvest.contract import contract_is_kept

__all__ = ["contract_is_kept"]

"""Every error that mscminer raises on purpose.

The tree::

    MscminerError                     exit 1
      ConfigError                     exit 2   a setting or an argument is wrong
        NotFound                      exit 2   an id, a file or a definition that does not exist
      InputError                      exit 3   a file or a record cannot be read
        UnreadableFile                exit 3     the file as a whole
        RecordError                   exit 3     one record of it: quarantined, the rest goes on
      LockHeld                        exit 4   another run holds the lock
      StoreError                      exit 5
        SchemaBehind                  exit 5     the database is older than the package
        SchemaUnknown                 exit 5     the database is newer than the package
        Conflict                      exit 5     somebody else changed the same thing first
      SourceError                     exit 6   PubMed or a registry
        RetryableSourceError          exit 6     worth another try (429, 5xx, dropped, short)
        FinalSourceError              exit 6     the same request will fail again
      GateClosed                      exit 7   a quality or sanity check failed: nothing was published
      ModelError                      exit 8   the extraction pipeline is missing or does not fit

Exit code 3 is also that of a run in which some records were quarantined and
the rest was done ("partial").  0 is success; 130 an interrupt.
"""

from __future__ import annotations

from typing import ClassVar

EXIT_OK = 0
EXIT_FAILED = 1
EXIT_USAGE = 2
EXIT_PARTIAL = 3
EXIT_LOCKED = 4
EXIT_STORE = 5
EXIT_SOURCE = 6
EXIT_GATE = 7
EXIT_MODEL = 8


def with_remedy(message: str, remedy: str | None) -> str:
    """What is wrong and what to do, as two sentences."""
    if not remedy:
        return message
    stop = "" if message.endswith((".", "!", "?", ":")) else "."
    return f"{message}{stop} {remedy}"


class MscminerError(Exception):
    """What went wrong, where, and what to do next.

    Args:
        message: one sentence on what is wrong.
        where: file, record, setting or address that it is about.
        remedy: one sentence on what the reader can do.
    """

    exit_code: ClassVar[int] = EXIT_FAILED

    def __init__(self, message: str, *, where: str | None = None, remedy: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.where = where
        self.remedy = remedy

    def __str__(self) -> str:
        text = f"{self.where}: {self.message}" if self.where else self.message
        return with_remedy(text, self.remedy)

    def __reduce__(self) -> tuple[object, ...]:
        return (_rebuild, (type(self), self.message, self.where, self.remedy))


def _rebuild(cls: type[MscminerError], message: str, where: str | None, remedy: str | None) -> MscminerError:
    return cls(message, where=where, remedy=remedy)


class ConfigError(MscminerError):
    """A setting, an argument or a definition file is wrong."""

    exit_code = EXIT_USAGE


class NotFound(ConfigError):
    """An id, a file or a named definition that does not exist."""


class InputError(MscminerError):
    """Something given to read cannot be read."""

    exit_code = EXIT_PARTIAL


class UnreadableFile(InputError):
    """A whole file, or the rest of it, cannot be read."""


class RecordError(InputError):
    """One record cannot be read; it is quarantined and the batch goes on."""


class LockHeld(MscminerError):
    """Another run holds the lock."""

    exit_code = EXIT_LOCKED


class StoreError(MscminerError):
    """The database refuses."""

    exit_code = EXIT_STORE


class SchemaBehind(StoreError):
    """The database was made by an older version: `mscminer db upgrade`."""


class SchemaUnknown(StoreError):
    """The database was made by a newer version: upgrade the package."""


class Conflict(StoreError):
    """Somebody else changed the same thing in between; nothing was overwritten."""


class SourceError(MscminerError):
    """PubMed or a registry did not give what was asked."""

    exit_code = EXIT_SOURCE


class RetryableSourceError(SourceError):
    """Worth another try: 429, 5xx, dropped or short reads, time-outs, HTML for XML.

    Args:
        retry_after_s: seconds that the server asks to wait, or None.
    """

    def __init__(
        self,
        message: str,
        *,
        where: str | None = None,
        remedy: str | None = None,
        retry_after_s: float | None = None,
    ) -> None:
        super().__init__(message, where=where, remedy=remedy)
        self.retry_after_s = retry_after_s


class FinalSourceError(SourceError):
    """The same request would fail again."""


class GateClosed(MscminerError):
    """A quality or sanity check failed; what was published before stays."""

    exit_code = EXIT_GATE


class ModelError(MscminerError):
    """The extraction pipeline is missing, damaged or of another version."""

    exit_code = EXIT_MODEL

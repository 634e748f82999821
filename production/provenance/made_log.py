"""What was made, with which label and in whose voices: a log that is only ever appended to.

A line of JSON for each file, in a file a month, `made-2026-12.jsonl`. China wants such logs kept
for six months where a label that is heard was left out; months older than `KEEP` are deleted.
Neither keys nor what was said is in it.
"""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from ...scripts.disclosure import Disclosure, Language, reminder

KEEP = timedelta(days=400)
"""How long a month is kept after its end"""

_PREFIX, _SUFFIX = "made-", ".jsonl"
_log = logging.getLogger(__name__)


def utc() -> datetime:
    """The clock on the wall."""
    return datetime.now(timezone.utc)


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeFile:
    """A file as the log tells it."""

    path: Path
    sha256: str
    produce_id: str | None
    signed: bool = False


@dataclass(frozen=True, slots=True)
class MadeLog:
    """A folder with the log in it; several processes may write to one."""

    folder: Path
    keep: timedelta = KEEP
    clock: Callable[[], datetime] = field(default=utc, compare=False)

    def record(
        self,
        way: str,
        disclosure: Disclosure,
        files: Iterable[MadeFile],
        *,
        language: Language,
        **told: Any,
    ) -> None:
        """Note finished files, and remind once of a label that the rules ask for.

        way: what made them; disclosure: with the producer's code, if there is one; told: more to
        tell of each, such as `voices`. A log that cannot be written keeps nothing from being made:
        a warning says so.
        """
        now = self.clock()
        lines = [
            {
                "time": now.isoformat(timespec="milliseconds"),
                "way": way,
                "file": str(file.path.absolute()),
                "sha256": file.sha256,
                "produce_id": file.produce_id,
                "signed": file.signed,
                "producer": disclosure.producer,
                **disclosure.entry(),
                **told,
            }
            for file in files
        ]
        try:
            self._append(now, lines)
            told_of = reminder(disclosure, language)
            if lines and told_of and self._first(told_of[0]):
                _log.warning("%s", told_of[1])
        except OSError as error:
            _log.warning("the log of what was made cannot be written: %s", error)

    def _append(self, now: datetime, lines: Iterable[Mapping[str, Any]]) -> None:
        text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
        if not text:
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        path = self.folder / f"{_PREFIX}{now:%Y-%m}{_SUFFIX}"
        is_new = not path.exists()
        with path.open("ab") as file:  # one write, so that lines of processes do not mix
            file.write(text.encode())
            file.flush()
            os.fsync(file.fileno())
        if is_new:
            self._forget(now)

    def _forget(self, now: datetime) -> None:
        """Delete the months that ended long enough ago."""
        for path in self.folder.glob(f"{_PREFIX}*{_SUFFIX}"):
            month = path.name.removeprefix(_PREFIX).removesuffix(_SUFFIX)
            with suppress(ValueError, OSError):
                begun = datetime.strptime(month, "%Y-%m").replace(tzinfo=timezone.utc)
                ended = (begun + timedelta(days=32)).replace(day=1)
                if now - ended > self.keep:
                    path.unlink()

    def _first(self, rule: str) -> bool:
        """Whether nobody was reminded of a rule before."""
        try:
            (self.folder / f"reminded-{rule}").touch(exist_ok=False)
        except FileExistsError:
            return False
        return True

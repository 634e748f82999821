"""Whose voice it is, and that they agreed: what a sidecar tells and a show may require.

consent: synthetic                  # nobody's: it was never a person's
consent:
  person: 王小明
  agreed: 2026-11-01
  for: a podcast about trains
  until: 2027-11-01                 # left out: for good
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from ...documents import fields
from ...documents.findings import Findings, UnfitError, quoted
from ...documents.record import Record
from ...documents.strict_yaml import Node, Scalar, Table
from ...messages import Message

SYNTHETIC = "synthetic"
KEYS = ("person", "agreed", "for", "until")
_LONGEST = 300
_SAY = f"Write `consent: {SYNTHETIC}`, or who agreed: {{person: …, agreed: 2026-11-01, for: …}}."


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """What is known of a voice's consent."""

    person: str = ""
    """Who it is; "" for a voice that is nobody's."""
    agreed: str = ""
    """The day, ISO 8601."""
    purpose: str = ""
    until: str = ""
    """The last day it holds; "" for good."""

    @property
    def synthetic(self) -> bool:
        """Whether it is nobody's voice."""
        return not self.person

    def expired(self, today: date) -> bool:
        """Whether it held once and does no more."""
        return bool(self.until) and self.until < today.isoformat()

    def entry(self) -> dict[str, str] | str:
        """As it is written into a sidecar and told to programs."""
        if self.synthetic:
            return SYNTHETIC
        told = {
            "person": self.person,
            "agreed": self.agreed,
            "for": self.purpose,
            "until": self.until,
        }
        return {key: value for key, value in told.items() if value}


def described(consent: Consent | None, today: date) -> str:
    """In a few words for people."""
    if consent is None:
        return "missing"
    if consent.synthetic:
        return SYNTHETIC
    until = f" until {consent.until}" if consent.until else ""
    return f"expired {consent.until}" if consent.expired(today) else f"{consent.person}{until}"


def read_consent(node: Node | None, findings: Findings) -> Consent | None:
    """What a sidecar's `consent` says; None where it says nothing."""
    if node is None:
        return None
    if isinstance(node, Scalar) and node.text.strip().lower() == SYNTHETIC:
        return Consent()
    if not isinstance(node, Table):
        findings.add(node.place, "This is no consent.", _SAY)
        return None
    record = Record.of(node, KEYS, findings)
    for key in KEYS[:3]:
        if node.get(key) is None:
            findings.add(node.place, Message("The consent does not say {}.", quoted(key)), _SAY)
    return _checked(
        Consent(
            person=record.read("person", fields.label, ""),
            agreed=record.read("agreed", day, ""),
            purpose=record.read("for", fields.words(_LONGEST), ""),
            until=record.read("until", day, ""),
        ),
        record,
    )


def _checked(consent: Consent, record: Record) -> Consent:
    if consent.until and consent.until < consent.agreed:
        what = "The consent ends before it was given."
        record.findings.add(record.place("until"), what, "Check the two days.")
    return consent


def consent_of(values: Mapping[str, str], findings: Findings, place: Any) -> Consent | None:
    """As `read_consent`, of plain values by the same keys; `place` makes a place of a key."""
    entries = tuple(
        (Scalar(place(key), key), Scalar(place(key), value)) for key, value in values.items()
    )
    if set(values) == {"person"} and values["person"].strip().lower() == SYNTHETIC:
        return Consent()
    return read_consent(Table(place("person"), entries), findings)


def day(text: str) -> str:
    """Reads a whole date, 2026-11-01."""
    if len(fields.date(text)) != len("2026-11-01"):
        raise UnfitError(Message("{} is no day.", quoted(text)), "Write 2026-11-01.")
    return text

"""Canonical JSON and content hashes: the same content always has the same name."""

from __future__ import annotations

import hashlib
import json

import msgspec

from counterclaim.records import Report


def canonical_json(value: object) -> str:
    """JSON with sorted keys, no spaces and characters as they are; records become objects.

    Text is not normalised (offsets count the code points that were given), and floats are written as ``repr`` writes
    them. Raises ValueError for NaN and infinities, TypeError for what JSON cannot hold.
    """
    plain = msgspec.to_builtins(value)
    return json.dumps(plain, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def text_sha256(text: str) -> str:
    """SHA-256 of the UTF-8 bytes of ``text``, 64 hex digits."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def record_sha256(value: object) -> str:
    """SHA-256 of the canonical JSON of ``value``, 64 hex digits."""
    return text_sha256(canonical_json(value))


def report_id(report: Report) -> str:
    """The report's own id, or ``sha256:`` and 16 hex digits of its publisher and text when it has none."""
    if report.id:
        return report.id
    return "sha256:" + text_sha256(canonical_json([report.publisher, report.text]))[:16]


def claim_identity(report_sha256: str, start: int, end: int, outcome: str) -> str:
    """The name of a claim for all program versions: its report's hash, quantity span (code points) and outcome."""
    return text_sha256(canonical_json([report_sha256, start, end, outcome]))

"""What scoring notices, as checks that ride along in the gate report: counts and words, no values, no persons."""

from __future__ import annotations

from evalkit.findings.quality import CheckOutcome, Severity


def note(rule: str, code: str, checked: int, failed: int, message: str, *, source: str = "", column: str = "") -> CheckOutcome:
    """Return something noticed that changes nothing."""
    return _outcome(Severity.NOTE, rule, code, (checked, failed), message, where=(source, column))


def warn(rule: str, code: str, checked: int, failed: int, message: str, *, source: str = "", column: str = "") -> CheckOutcome:
    """Return something noticed that somebody should look at."""
    return _outcome(Severity.WARN, rule, code, (checked, failed), message, where=(source, column))


def _outcome(
    severity: Severity, rule: str, code: str, counts: tuple[int, int], message: str, *, where: tuple[str, str]
) -> CheckOutcome:
    checked, failed = counts
    return CheckOutcome(
        rule=".".join(part for part in (rule, *where) if part),
        code=code,
        severity=severity,
        passed=failed == 0,
        source=where[0],
        column=where[1],
        n_checked=checked,
        n_failed=failed,
        places=(),
        message=f"{failed} av {checked} {message}",
        remedy="Se om leveransen eller planen ska rättas",
    )

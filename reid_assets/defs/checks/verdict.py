"""How a check answers: whether it passed, and where it did not, why and what to do next."""

from typing import Any

import dagster as dg


def verdict(
    passed: bool,
    reason: str,
    next_step: str,
    metadata: dict[str, Any],
    warn: bool = False,
    **named: Any,
) -> dg.AssetCheckResult:
    """The result of a check; a failed one tells its reason and the next step to whoever shows it.

    Args:
        passed: whether all is well.
        reason: what is wrong, one clause without a full stop. Shown only where it did not pass.
        next_step: what to do about it, one sentence. Shown only where it did not pass.
        metadata: figures and examples, always shown.
        warn: a failure is a warning, not an error.
        named: `asset_key` and `check_name` of a check that answers for several assets.
    """
    told: dict[str, Any] = {} if passed else {"reason": reason, "next_step": next_step}
    severity = dg.AssetCheckSeverity.WARN if warn else dg.AssetCheckSeverity.ERROR
    return dg.AssetCheckResult(passed=passed, severity=severity, metadata=told | metadata, **named)

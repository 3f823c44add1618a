"""Dagster declarations, thin: what exists, what it depends on, when it is made."""

import warnings

import dagster as dg

# These are marked beta; the constraints pin the version they were tried with.
for _beta in ("backfill_policy", "CodeReference", "owners"):
    warnings.filterwarnings("ignore", message=f".*{_beta}.*", category=dg.BetaWarning)

"""Dagster declarations, thin: what exists, what it depends on, when it is made."""

import warnings

import dagster as dg

# Backfill policies are marked beta; the constraints pin the version they were tried with.
warnings.filterwarnings("ignore", message=".*backfill_policy.*", category=dg.BetaWarning)

"""What the asset checks said when they were evaluated last, as the history tells it."""

from collections.abc import Iterable

import dagster as dg

# The two checks of every artifact (`reid_assets.defs.checks.stored_artifacts`).
AGREE, UP_TO_DATE = "files_and_database_agree", "up_to_date"


def last_evaluations(
    instance: dg.DagsterInstance, keys: Iterable[dg.AssetCheckKey]
) -> dict[dg.AssetCheckKey, dg.AssetCheckEvaluation]:
    """The last evaluation of each check; none where it was never evaluated, or only planned since.

    The public API asks for one check at a time; a root has fifty.
    """
    latest = instance.event_log_storage.get_latest_asset_check_execution_by_key(list(keys))
    found = {}
    for key, record in latest.items():
        event = record.event.dagster_event if record.event else None
        # A run that ended before it came to the check leaves only its plan.
        if event and event.event_type == dg.DagsterEventType.ASSET_CHECK_EVALUATION:
            found[key] = event.asset_check_evaluation_data
    return found

"""Dagster runs in this process, with every event recorded in the root's history.

`reid_assets.state.planner` decides what to run, `run_stages.py` shows it to the user.
"""

import logging
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import dagster as dg

from reid_assets.automation.check_results import last_evaluations
from reid_assets.automation.forgetting import LAUNCHED_BY
from reid_assets.automation.partition_ranges import range_tags, stretches
from reid_assets.commands.step_errors import describe_cause
from reid_assets.defs.partitions import videos as video_partitions

# How a step ends whose blocking check failed: the check itself says why.
_BLOCKED = "DagsterAssetCheckFailedError"


@dataclass(frozen=True)
class CheckOutcome:
    """What one asset check said.

    Attributes:
        key: the check.
        passed: whether all is well.
        is_error: a failure is an error, not a warning.
        reason: what is wrong; empty where it passed.
        next_step: what to do about it.
    """

    key: dg.AssetCheckKey
    passed: bool
    is_error: bool
    reason: str
    next_step: str


@dataclass
class RunReport:
    """What became of the runs of one stage.

    Attributes:
        made: (asset, video or None), in the order in which they were stored.
        failed: video -> why, in one line.
        errors: failures that concern no single video.
        warnings: what the assets warned of.
        checks: every check that was evaluated.
        seconds: wall time.
    """

    made: list[tuple[str, str | None]] = field(default_factory=list)
    failed: dict[str, str] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    checks: list[CheckOutcome] = field(default_factory=list)

    def add(self, other: "RunReport") -> None:
        """Merge another report into this one."""
        self.made += other.made
        self.failed |= other.failed
        self.errors += other.errors
        self.warnings += other.warnings
        self.checks += other.checks


def materialize(
    instance: dg.DagsterInstance,
    job: str,
    assets: Iterable[str],
    videos: Iterable[str] | None = None,
    config: dict[str, dict[str, Any]] | None = None,
) -> RunReport:
    """Run the named assets of a job, over the videos (one run a stretch) or without partitions.

    `config` holds the configuration of this run alone, by asset.
    """
    report = RunReport()
    ops = {"ops": {asset: {"config": values} for asset, values in (config or {}).items()}}
    if videos is None:
        report.add(_one_run(instance, job, assets, {}, ops))
        return report
    order = list(instance.get_dynamic_partitions(video_partitions.name or ""))
    for first, last in stretches(videos, order):
        report.add(_one_run(instance, job, assets, range_tags(first, last), ops))
    return report


def failed_checks(instance: dg.DagsterInstance) -> list[dg.AssetCheckKey]:
    """Checks that are errors and did not pass when they were evaluated last."""
    from reid_assets.definitions import defs

    keys = defs.get_repository_def().asset_graph.asset_check_keys
    error = dg.AssetCheckSeverity.ERROR
    found = last_evaluations(instance, keys)
    return sorted(key for key, said in found.items() if not said.passed and said.severity == error)


def evaluate_checks(instance: dg.DagsterInstance, keys: Iterable[dg.AssetCheckKey]) -> RunReport:
    """Evaluate these checks again on what lies there."""
    from reid_assets.definitions import defs

    job = dg.define_asset_job("checks", selection=dg.AssetSelection.checks(*keys))
    listener = _Listener([])
    own = dg.Definitions(jobs=[job], loggers={"console": _logger_definition(listener)})
    run = dg.Definitions.merge(defs, own).resolve_job_def("checks")
    config: dict[str, Any] = {"loggers": {"console": {}}}
    result = run.execute_in_process(
        instance=instance, tags=LAUNCHED_BY, run_config=config, raise_on_error=False
    )
    report = RunReport()
    for event in result.all_events:
        _read_event(event, report)
    return report


def _one_run(
    instance: dg.DagsterInstance, job: str, assets: Iterable[str], tags: dict[str, str], ops: dict[str, Any]
) -> RunReport:
    from reid_assets.definitions import defs

    report = RunReport()
    listener = _Listener(report.warnings)
    quiet = dg.Definitions(loggers={"console": _logger_definition(listener)})
    result = (
        dg.Definitions.merge(defs, quiet)
        .resolve_job_def(job)
        .execute_in_process(
            instance=instance,
            tags=tags | LAUNCHED_BY,
            run_config={"loggers": {"console": {}}} | ops,
            raise_on_error=False,
            asset_selection=[dg.AssetKey(name) for name in assets],
        )
    )
    for event in result.all_events:
        _read_event(event, report)
    return report


def _read_event(event: dg.DagsterEvent, report: RunReport) -> None:
    if event.is_step_failure:
        failure = event.step_failure_data
        user = failure.user_failure_data
        told: dict[str, Any] = {name: entry.value for name, entry in user.metadata.items()} if user else {}
        if "failed" in told:
            report.failed |= dict(told["failed"])
            # What was stored before a step failed is in the history, but not among the events of its run.
            report.made += [(asset, video) for asset, video in told["stored"]]
        elif failure.error and failure.error.cls_name != _BLOCKED:
            report.errors.append(f"{event.step_key}: {describe_cause(failure.error.cause or failure.error)}")
    elif event.event_type == dg.DagsterEventType.ASSET_MATERIALIZATION:
        assert event.asset_key is not None
        report.made.append((event.asset_key.to_user_string(), event.partition))
    elif event.event_type == dg.DagsterEventType.ASSET_CHECK_EVALUATION:
        report.checks.append(_outcome_of(event.asset_check_evaluation_data))


def _outcome_of(evaluation: dg.AssetCheckEvaluation) -> CheckOutcome:
    told = {name: str(value.value) for name, value in evaluation.metadata.items()}
    return CheckOutcome(
        evaluation.asset_check_key,
        evaluation.passed,
        evaluation.severity == dg.AssetCheckSeverity.ERROR,
        told.get("reason", ""),
        told.get("next_step", ""),
    )


class _Listener(logging.Handler):
    """Collects what the assets warn of; Dagster's own lines go to its history alone."""

    def __init__(self, warnings: list[str]) -> None:
        super().__init__(logging.WARNING)
        self._warnings = warnings

    def emit(self, record: logging.LogRecord) -> None:
        meta = getattr(record, "dagster_meta", {})
        if record.levelno == logging.WARNING and not meta.get("dagster_event"):
            self._warnings.append(str(meta.get("orig_message") or record.getMessage()))


def _logger_definition(handler: logging.Handler) -> dg.LoggerDefinition:
    @dg.logger
    def console(context: dg.InitLoggerContext) -> logging.Logger:
        quiet = logging.Logger("reid_assets.run", logging.WARNING)
        quiet.addHandler(handler)
        return quiet

    return console

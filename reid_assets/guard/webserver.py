"""Dagster's webserver behind the guard: `python -m reid_assets.guard.webserver WORKSPACE`.

Does what `python -m dagster_webserver` does for `dagster dev`, with the guard before it.
"""

import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import dagster as dg
import uvicorn
from dagster._core.workspace.context import WorkspaceProcessContext
from dagster._core.workspace.load_target import WorkspaceFileTarget
from dagster._utils.interrupts import setup_interrupt_handlers
from dagster._utils.log import configure_loggers
from dagster_webserver.app import create_app_from_workspace_process_context
from dagster_webserver.cli import (
    DEFAULT_DB_STATEMENT_TIMEOUT,
    DEFAULT_POOL_MAX_OVERFLOW,
    DEFAULT_POOL_RECYCLE,
)
from dagster_webserver.version import __version__
from starlette.applications import Starlette

from reid_assets.guard.access import SETTINGS_VARIABLE, GuardSettings
from reid_assets.guard.middleware import Guard

_POLL_MILLISECONDS = 2000
_SECONDS_TO_FINISH = 3


def main(workspace: str) -> None:
    """Serve until interrupted."""
    settings = GuardSettings.from_json(os.environ.pop(SETTINGS_VARIABLE))
    configure_loggers(formatter="colored", log_level="INFO")
    setup_interrupt_handlers()
    with dg.DagsterInstance.get() as instance:
        instance.optimize_for_webserver(
            DEFAULT_DB_STATEMENT_TIMEOUT, DEFAULT_POOL_RECYCLE, DEFAULT_POOL_MAX_OVERFLOW
        )
        with WorkspaceProcessContext(
            instance, WorkspaceFileTarget([workspace]), __version__, code_server_log_level="warning"
        ) as context:
            app = create_app_from_workspace_process_context(
                context, "", _POLL_MILLISECONDS, lifespan=_lifespan
            )
            uvicorn.run(
                Guard(app, settings),
                host=settings.host,
                port=settings.port,
                log_level="warning",
                # Forwarded addresses decide nothing: the peer is whoever is connected.
                proxy_headers=False,
                server_header=False,
                timeout_graceful_shutdown=_SECONDS_TO_FINISH,
            )


@asynccontextmanager
async def _lifespan(app: Starlette) -> AsyncIterator[None]:
    import asyncio

    with suppress(asyncio.CancelledError):
        yield


if __name__ == "__main__":
    main(sys.argv[1])

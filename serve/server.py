"""The speech server by itself: engines and an address in, an HTTP server out."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from ..glmtts_runtime.runtime import BATCH
from ..glmtts_runtime.shared_engine import SharedEngine
from ..http_server.access import Access
from ..http_server.address import Address
from ..http_server.server import serving as serving_application
from ..machine import cores
from ..production.context import RenderContext
from .context import ServeContext
from .counters import Counters
from .jobs import Jobs
from .routes import application
from .turns import Turns

WAITING = 128
"""Lines that may wait beyond those being spoken"""
_THREADS = 8  # requests whose files are read or written at once


@contextmanager
def serving(bulk: RenderContext, address: Address, token: str | None) -> Iterator[str]:
    """Serve while the context lasts; gives the URL.

    bulk: speaks scripts and batches; people who wait go before them where the engine can tell
    them apart. Raises OSError.
    """
    engine = bulk.engine
    shared = isinstance(engine, SharedEngine)
    urgent = engine.urgent() if isinstance(engine, SharedEngine) else engine
    # Only the model speaks many lines in hardly more time than one.
    turns, jobs = Turns(BATCH if shared else max(4, 2 * cores()), WAITING), Jobs(bulk)
    with tempfile.TemporaryDirectory(prefix="glmtts-serve-") as scratch:
        context = ServeContext(
            render=replace(bulk, engine=urgent),
            bulk=bulk,
            turns=turns,
            jobs=jobs,
            counters=Counters(),
            scratch=Path(scratch),
        )
        app = application(context, Access(token))
        try:
            with serving_application(app, address, "serve", threads=_THREADS, cancels=True) as url:
                yield url
        finally:
            jobs.close()
            turns.close()

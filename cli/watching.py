"""The run of `glmtts watch`: a supervisor with its page and picture, until a signal."""

from __future__ import annotations

import logging
import os
import signal
import threading
from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..messages import Message
from .errors import show_failure
from .watch_display import display

if TYPE_CHECKING:
    from ..http_server.address import Address
    from ..watch.supervisor import Supervisor

_STOP = 9.0  # s that the lines under way may take to end; whoever stops a service waits for 10

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Watching:
    """One run. It ends by a signal, or when everything is worked off if that was asked for."""

    supervisor: Supervisor
    engine: str | None
    """How people call what speaks; None: as the settings do."""
    address: Address | None
    token: str | None
    once: bool

    def run(self) -> int:
        """Work; returns the exit code. Raises `InputError` before anything was begun."""
        supervisor = self.supervisor
        _stop_on_signals(supervisor)
        supervisor.start()
        try:
            with ExitStack() as stack:
                url = self._open_page(stack)
                _log.info(
                    "watching %s (%s)%s", supervisor.service.settings.inbox, self._speaker(), url
                )
                look = stack.enter_context(display(supervisor.service, self._speaker()))
                reason = supervisor.attend(look, once=self.once)
        finally:
            _close(supervisor)
        if reason is not None:
            show_failure(Message("Given up: {}", reason))
        return int(reason is not None or (self.once and supervisor.failures > 0))

    def _open_page(self, stack: ExitStack) -> str:
        if self.address is None:
            return ""
        from ..watch.page.context import PageContext
        from ..watch.page.server import serving

        context = PageContext(
            service=self.supervisor.service,
            engine=self._speaker,
            settings=self.supervisor.file,
            outbox=self.supervisor.outbox,
        )
        return f", status at {stack.enter_context(serving(context, self.address, self.token))}"

    def _speaker(self) -> str:
        return self.engine or self.supervisor.service.settings.engine.engine


def _stop_on_signals(supervisor: Supervisor) -> None:
    """End in order on SIGINT, SIGTERM and Windows' Ctrl-Break."""
    for name in ("SIGINT", "SIGTERM", "SIGBREAK"):
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, lambda _number, _frame: supervisor.stop())


def _close(supervisor: Supervisor) -> None:
    """Stop; whatever does not end in time is cut off, and done again by the next start."""
    _log.info("ending; what is not finished goes on with the next start")
    closing = threading.Thread(target=supervisor.close, daemon=True)
    closing.start()
    closing.join(_STOP)
    if closing.is_alive():
        _log.warning("a line takes too long to end; the next start speaks it again")
        logging.shutdown()
        os._exit(0)

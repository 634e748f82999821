"""Events of the file system -> a bell that wakes the scan; nothing depends on hearing it.

Events get lost in bursts and on shares, and watching can fail altogether: then the scan, which is
the truth, comes when it comes.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Sequence
from pathlib import Path

from watchdog.events import FileSystemEvent, FileSystemEventHandler
from watchdog.observers import Observer
from watchdog.observers.api import BaseObserver

AGAIN = 60.0
"""s until watching is tried again after it failed"""

_PATIENCE = 5.0  # s for watchdog's threads to end

_log = logging.getLogger(__name__)


class Wakeup(FileSystemEventHandler):
    """Sets `bell` whenever something happens in the folders (not below them)."""

    def __init__(self, folders: Sequence[Path], bell: threading.Event) -> None:
        self._folders, self._bell = folders, bell
        self._observer: BaseObserver | None = None
        self._watched: list[tuple[int, int]] = []
        self._failed: float | None = None
        self._warned = False

    def on_any_event(self, event: FileSystemEvent) -> None:
        """Called by watchdog, in a thread of its own."""
        if event.event_type not in {"opened", "closed_no_write"}:  # our own looks
            self._bell.set()

    def supervise(self, now: float) -> bool:
        """Begin to watch, or begin again where that has silently ended; whether it works."""
        if self._observer is not None and self._is_alive():
            return True
        self.close()
        if self._failed is not None and now - self._failed < AGAIN:
            return False
        try:
            self._watched = self._identities()
            self._observer = self._started()
        except OSError as error:
            # Out of watches or instances, or the folder is away.
            self._failed = now
            if not self._warned:
                self._warned = True
                _log.warning("no file system events (%s): the folder is looked at instead", error)
            return False
        self._failed = None
        return True

    def close(self) -> None:
        """End the watching."""
        if self._observer is not None:
            observer, self._observer = self._observer, None
            # Ending an emitter, watchdog 7.1 tells of a state of its own as if it were an error.
            log = logging.getLogger("watchdog.observers.inotify")
            before, log.disabled = log.disabled, True
            # Where the clock was set back meanwhile, watchdog sleeps for as long as that.
            ending = threading.Thread(target=_end, args=(observer,), daemon=True)
            ending.start()
            ending.join(_PATIENCE)
            log.disabled = before

    def _started(self) -> BaseObserver:
        observer: BaseObserver = Observer()
        try:
            for folder in self._folders:
                observer.schedule(self, str(folder), recursive=False)
            observer.start()
        except BaseException:
            observer.unschedule_all()
            raise
        return observer

    def _is_alive(self) -> bool:
        """Whether all threads are, and the folders are still those that are watched."""
        assert self._observer is not None
        emitters = list(self._observer.emitters)
        alive = self._observer.is_alive() and all(one.is_alive() for one in emitters)
        try:
            same = self._identities() == self._watched
        except OSError:
            return False
        return alive and len(emitters) == len(self._folders) and same

    def _identities(self) -> list[tuple[int, int]]:
        found = [folder.stat() for folder in self._folders]
        return [(status.st_dev, status.st_ino) for status in found]


def _end(observer: BaseObserver) -> None:
    observer.stop()
    observer.join()

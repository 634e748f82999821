"""`watch.yaml` -> Settings, every mistake in it told at once; and the file followed as it changes.

The file lies beside the inbox and not in it: who may drop a script may not choose what is run.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

from ...documents import fields, strict_yaml
from ...documents.file_name import file_name
from ...documents.findings import Findings, UnfitError, quoted
from ...documents.record import Record, read, table_at
from ...documents.strict_yaml import Node, Scalar, Table
from ...documents.text_file import decode, neighbours, read_bytes
from ...glmtts_runtime.options import DEVICE, EngineOptions, Option, options_of
from ...messages import Message
from ...mistakes import InputError, Mistake, nearest
from ...pronunciation.lexicon.named import bundled
from ...scripts.output import read_output
from ...scripts.script import Output
from ...scripts.yaml_disclosure import read_disclosure
from . import places
from .hook import read_hooks
from .settings import PLACEHOLDERS, Settings, Watching

NAME = "watch.yaml"
VERSION = "1"
MOST_BYTES = 64 * 2**10

_KEYS = (
    "watch", "engine", "voices", "lexicons", "files", "output", "folders", "naming", "arrival",
    "duplicates", "keep", "jobs", "limits", "hooks", "disclosure", "consent",
)  # fmt: skip
_IN_THE_INBOX = ("out", "done", "failed")
_FOLDERS = (*_IN_THE_INBOX, "state")
_WATCHING: dict[str, Watching] = {"auto": "auto", "events": "events", "poll": "poll"}
_DUPLICATES: dict[str, Literal["skip", "render"]] = {"skip": "skip", "render": "render"}
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_DAY = 86_400.0  # s
_LARGEST_SCRIPT = 64 << 20  # bytes
_ADD_VERSION = f"Write `watch: {VERSION}` in the first line."


class SettingsFile:
    """The settings of an inbox, followed while their file changes: the last good ones hold."""

    def __init__(self, path: Path, inbox: Path) -> None:
        """Raises InputError for a file that is wrong from the start; one that is missing is not."""
        self.path = path
        self._inbox = inbox
        self._seen = _version(path)
        self.current = self._read()
        self.mistakes: tuple[Mistake, ...] = ()
        """Of an edit that could not be used."""

    def refresh(self, accept: Callable[[Settings], None] = lambda settings: None) -> bool:
        """Read the file again if it changed; whether `current` is another now.

        `accept` is called with other settings before they hold; it may refuse them by InputError.
        """
        seen = _version(self.path)
        if seen == self._seen:
            return False
        self._seen = seen
        try:
            found = self._read()
            if changed := found != self.current:
                accept(found)
        except InputError as error:
            self.mistakes = error.mistakes
            return False
        self.mistakes = ()
        self.current = found
        return changed

    def _read(self) -> Settings:
        if self._seen is None:
            return Settings(inbox=self._inbox.resolve())
        return read_settings(self.path, self._inbox)


def read_settings(path: Path, inbox: Path) -> Settings:
    """The settings of `inbox` written in the file `path`; raises InputError with every mistake.

    Relative paths start at the file's folder. The file is its owner's: paths may lead anywhere.
    """
    file = str(path)
    findings = Findings()
    text = decode(read_bytes(path, file, limit=MOST_BYTES), file)
    root = strict_yaml.parse(text, file, findings)
    if not isinstance(root, Table):
        findings.stop(root.place, "These are no settings.", _ADD_VERSION)
    settings = _settings(root, path.resolve().parent, Settings(inbox=inbox.resolve()), findings)
    findings.check()
    return settings


def _version(path: Path) -> tuple[int, int, int] | None:
    """What changes when a file does; None where there is none."""
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size, status.st_ino


def _settings(root: Table, home: Path, usual: Settings, findings: Findings) -> Settings:
    _check_version(root, findings)
    record = Record.of(root, _KEYS, findings)
    folders = _section(root, "folders", _FOLDERS, findings)
    arrival = _section(root, "arrival", ("settle", "scan", "watching", "marked"), findings)
    keep = _section(root, "keep", ("done", "failed", "out"), findings)
    limits = _section(root, "limits", ("disk_low", "script", "file"), findings)
    path = places.written(home)
    settings = replace(
        usual,
        out=folders.read("out", path),
        done=folders.read("done", path),
        failed=folders.read("failed", path),
        state=folders.read("state", path),
        scan=arrival.read("scan", fields.seconds(0.1, 600), usual.scan),
        settle=arrival.read("settle", fields.span(0, 3600), usual.settle),
        marked=arrival.read("marked", fields.flag, usual.marked),
        watching=arrival.read("watching", fields.choice(_WATCHING), usual.watching),
        jobs=record.read("jobs", fields.integer(1, 64), usual.jobs),
        largest=limits.read("script", fields.size(1000, _LARGEST_SCRIPT), usual.largest),
        largest_asset=limits.read("file", fields.size(1000, 1e12), usual.largest_asset),
        low_water=limits.read("disk_low", fields.size(0, 1e15), usual.low_water),
        duplicates=record.read("duplicates", fields.choice(_DUPLICATES), usual.duplicates),
        roots=record.read_list("files", places.existing(home)),
        engine=_engine(root, home, findings),
        voices=record.read_list("voices", places.existing(home)),
        lexicons=record.read_list("lexicons", _lexicon(home)),
        output=_output(root.get("output"), findings),
        disclosure=read_disclosure(record, usual.disclosure, announcements=True),
        naming=record.read("naming", _naming, usual.naming),
        keep_done=keep.read("done", _retention),
        keep_failed=keep.read("failed", _retention),
        keep_out=keep.read("out", _retention),
        hooks=read_hooks(root.get("hooks"), home, findings),
    )
    _check_folders(settings, folders, findings)
    return settings


def _check_version(root: Table, findings: Findings) -> None:
    version = root.get("watch")
    if version is None:
        findings.add(root.place, "The version of the settings is missing.", _ADD_VERSION)
    elif not isinstance(version, Scalar) or version.text != VERSION:
        findings.add(
            version.place, Message("Only version {} is known here.", VERSION), _ADD_VERSION
        )


def _section(root: Table, key: str, keys: Iterable[str], findings: Findings) -> Record:
    """The section under `key`; one without entries where it is missing."""
    table = table_at(root.get(key), quoted(key), findings)
    return Record.of(table or Table(root.place, ()), keys, findings)


def _engine(root: Table, home: Path, findings: Findings) -> EngineOptions:
    """`engine: preview` for short, or a section; there the engine itself is its `name`."""
    usual = EngineOptions()
    readers = {
        name: _option(option, getattr(usual, name), home)
        for name, option in options_of(EngineOptions).items()
    }
    node = root.get("engine")
    if isinstance(node, Scalar):
        return replace(usual, engine=read(node, readers["engine"], usual.engine, findings))
    keys = {name: name if name != "engine" else "name" for name in readers}
    record = _section(root, "engine", keys.values(), findings)
    written = {
        name: record.read(key, readers[name], getattr(usual, name)) for name, key in keys.items()
    }
    return replace(usual, **written)


def _option(option: Option, usual: object, home: Path) -> Callable[[str], Any]:
    """How a field of the engine's options is written."""
    if option.choices:
        known = fields.choice({name: name for name in option.choices})
        allowed = option.pattern
        return lambda text: text if allowed and allowed.fullmatch(text) else known(text)
    if isinstance(usual, bool):
        return fields.flag
    if option.low is not None and option.high is not None:
        return fields.integer(int(option.low), int(option.high))
    return _device if option.pattern else places.existing(home)


def _output(node: Node | None, findings: Findings) -> Output:
    from ...production.delivery.formats import sample_rates  # codecs: not for `glmtts --help`

    output = read_output(node, findings)
    if output.name is not None and isinstance(node, Table) and (name := node.get("name")):
        findings.add(name.place, "One name cannot do for every script.", "Use `naming`.")
        output = replace(output, name=None)
    for format in output.formats:
        rates = sample_rates(format)
        if output.place and output.sample_rate not in rates:
            what = Message(
                "{} files cannot have a sample rate of {} Hz.", format, output.sample_rate
            )
            findings.add(output.place, what, Message("Use one of {}.", ", ".join(map(str, rates))))
    return output


def _check_folders(settings: Settings, folders: Record, findings: Findings) -> None:
    """Two folders that are one would mix what is to be kept apart."""
    taken = {settings.inbox: "the inbox"}
    for key in (*_IN_THE_INBOX, "work", "urgent"):
        if getattr(settings, key, None) is None:
            taken[settings.inbox / key] = quoted(key)
    for key in _FOLDERS:
        path: Path | None = getattr(settings, key)
        if path is None:
            continue
        if path in taken:
            what: str = Message("{} is the same folder as {}.", quoted(key), taken[path])
            findings.add(folders.place(key), what, "Give it one of its own.")
        taken.setdefault(path, quoted(key))
        if key == "state" and path.is_relative_to(settings.inbox):
            # What is rendered is read from there: who may drop may not write there.
            what = '"state" lies in the inbox, where others may write.'
            findings.add(folders.place(key), what, "Choose a folder outside of it.")


def _device(text: str) -> str:
    if not DEVICE.fullmatch(text):
        raise UnfitError(
            Message("{} is no device.", quoted(text)), "Write auto, cuda, cuda:1, mps or cpu."
        )
    return text


def _retention(text: str) -> float | None:
    """Seconds; None for `forever`."""
    return None if text.lower() == "forever" else fields.span(60, 3650 * _DAY)(text)


def _lexicon(home: Path) -> Callable[[str], Path | str]:
    """Reads a file, which has a suffix, or a bundled dictionary, which has none."""

    def read_name(text: str) -> Path | str:
        if "." not in text:
            if text not in bundled():
                what = Message("There is no bundled dictionary {}.", quoted(text))
                raise UnfitError(what, nearest(text[:80], bundled()))
            return text
        path = places.path(home, text)
        if not path.is_file():
            remedy = nearest(path.name[:255], neighbours(path.parent))
            raise UnfitError(Message("There is no file {}.", quoted(text)), remedy)
        return path

    return read_name


def _naming(text: str) -> str:
    """Reads `{date}/{name}`: parts that are file names once filled in, slashes between them."""
    for name in _PLACEHOLDER.findall(text):
        if name not in PLACEHOLDERS:
            what = Message("{} is not known here.", quoted("{" + name + "}"))
            raise UnfitError(what, nearest(name[:80], PLACEHOLDERS))
    if not {"name", "hash"}.intersection(_PLACEHOLDER.findall(text)):
        raise UnfitError("All results would get one name.", "Use {name} or {hash}.")
    for part in text.split("/"):
        file_name(_PLACEHOLDER.sub("x", part))
    return text

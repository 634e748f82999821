"""A show's folder -> the show, frozen and checked, and its episodes with the show's defaults.

`show.yaml` says what all episodes share; `episodes/` holds their scripts. Whatever an episode
writes itself wins over the show, key by key.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal, TypeAlias
from urllib.parse import quote

from ..documents import fields, strict_yaml
from ..documents.files import Files
from ..documents.findings import Findings, UnfitError, quoted
from ..documents.record import Record, table_at
from ..documents.strict_yaml import Node, Table
from ..documents.text_file import decode, read_bytes
from ..messages import Message
from ..mistakes import InputError, Place, nearest
from .categories import CATEGORIES
from .defaults import Defaults
from .music import read_music
from .output import read_metadata, read_output
from .parse import read_script
from .script import LANGUAGES, NUMBERS, PHONEMES, Metadata, Output, Script
from .segments import seed
from .speakers import read_emotions, read_voices
from .yaml_disclosure import read_disclosure
from .yaml_script import MOST_BYTES, MOST_LEXICONS, lexicon

ShowType: TypeAlias = Literal["episodic", "serial"]

SHOW_FILE = "show.yaml"
EPISODES = "episodes"
VERSION = "1"
ROOT_KEYS = (
    "glmtts_show", "title", "author", "description", "language", "categories", "owner", "explicit",
    "type", "link", "url", "cover", "copyright", "season", "guid", "voices", "emotions",
    "lexicons", "numbers", "phoneme", "seed", "room_tone", "music", "output", "disclosure",
    "consent",
)  # fmt: skip
OWNER_KEYS = ("name", "email")
MOST_CATEGORIES = 3

_ADD_VERSION = f"Write `glmtts_show: {VERSION}` in the first line."
_TYPES: dict[str, ShowType] = {"episodic": "episodic", "serial": "serial"}


@dataclass(frozen=True, slots=True)
class Category:
    """One of Apple's categories, perhaps with one of its subcategories."""

    name: str
    part: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Show:
    """What the episodes of a show share, and what directories are told of it."""

    file: Path
    title: str
    author: str = ""
    description: str = ""
    language: str = "zh"
    """As in `zh-CN`: `zh` or `en`, and perhaps where"""
    categories: tuple[Category, ...] = ()
    owner_name: str = ""
    owner_email: str = ""
    explicit: bool = False
    type: ShowType = "episodic"
    link: str | None = None
    """The show's own page."""
    url: str | None = None
    """Where the folder with the finished files will be found on the web; ends in a slash."""
    cover: Path | None = None
    copyright: str = ""
    guid: str | None = None
    """None: derived from `url`"""
    defaults: Defaults
    """What its episodes mean where they say nothing."""

    @property
    def folder(self) -> Path:
        return self.file.parent

    def episodes(self) -> list[Path]:
        """The episodes' scripts, in the order of their names."""
        found = (self.folder / EPISODES).glob("*.y*ml")
        return sorted(path for path in found if _is_episode(path))


def read_show(folder: Path) -> Show:
    """The show of a folder; raises InputError with every mistake in its `show.yaml`."""
    path = folder / SHOW_FILE
    if not path.is_file():
        raise InputError.at(
            Place(str(folder)),
            Message("There is no {} in this folder.", SHOW_FILE),
            Message("`glmtts show new {}` makes a show to begin with.", folder),
        )
    file = str(path)
    findings = Findings()
    findings.begin(file)
    text = decode(read_bytes(path, file, limit=MOST_BYTES), file)
    root = strict_yaml.parse(text, file, findings)
    if not isinstance(root, Table):
        findings.stop(root.place, "This is not a show.", _ADD_VERSION)
    show = _show(path, Record.of(root, ROOT_KEYS, findings))
    findings.check()
    return show


def read_episode(show: Show, path: Path, *, roots: Sequence[Path] = ()) -> Script:
    """An episode's script on top of the show's defaults; raises InputError with its mistakes.

    Its files may lie anywhere in the show's folder. An episode that does not say which number it
    has takes the one its file's name begins with.
    """
    script = read_script(path, roots=[show.folder, *roots], defaults=show.defaults)
    if show.url and path.parent.name == EPISODES:
        address = f"{show.url}{quote(path.stem)}/"
        script = replace(script, metadata=replace(script.metadata, address=address))
    number = re.match(r"0*([1-9][0-9]{0,5})(?![0-9])", path.stem)
    if script.metadata.episode is None and number:
        return replace(script, metadata=replace(script.metadata, episode=int(number[1])))
    return script


def read_with_show(
    path: Path, *, roots: Sequence[Path] = (), defaults: Defaults | None = None
) -> Script:
    """A script, as an episode where its folder or the one above is a show's.

    defaults: what a script that is none means where it says nothing.
    """
    for folder in (path.parent, path.parent.parent):
        if (folder / SHOW_FILE).is_file() and path.suffix.lower() in {".yaml", ".yml"}:
            return read_episode(read_show(folder), path, roots=roots)
    return read_script(path, roots=[path.parent, *roots] if roots else (), defaults=defaults)


def _is_episode(path: Path) -> bool:
    """Whether it is a script: choices of takes lie beside them, and editors leave hidden files."""
    return (
        path.suffix in {".yaml", ".yml"}
        and not path.stem.endswith(".takes")
        and not path.name.startswith(".")
    )


def _show(path: Path, record: Record) -> Show:
    table, findings = record.table, record.findings
    version = record.read("glmtts_show", fields.choice({VERSION: VERSION}))
    if version is None and table.get("glmtts_show") is None:
        findings.add(table.place, "The version of the format is missing.", _ADD_VERSION)
    for key in ("title", "voices"):
        if table.get(key) is None:
            findings.add(
                table.place, Message("The show has no {}.", key), Message("Add `{}: `.", key)
            )
    files = Files.beside(path)
    owner = _owner(table.get("owner"), findings)
    show = Show(
        file=path,
        title=record.read("title", fields.title, ""),
        author=record.read("author", fields.title, ""),
        description=record.read("description", fields.words(4000), ""),
        language=record.read("language", _language, "zh"),
        categories=record.read_list("categories", _category),
        owner_name=owner[0],
        owner_email=owner[1],
        explicit=record.read("explicit", fields.flag, False),
        type=record.read("type", fields.choice(_TYPES), "episodic"),
        link=record.read("link", fields.url),
        url=record.read("url", _base_url),
        cover=record.read("cover", files.find),
        copyright=record.read("copyright", fields.title, ""),
        guid=record.read("guid", _guid),
        defaults=Defaults(),
    )
    if len(show.categories) > MOST_CATEGORIES:
        place = record.place("categories")
        findings.add(
            place, Message("More than {} categories.", MOST_CATEGORIES), "Keep those that fit best."
        )
    return replace(show, defaults=_defaults(show, record, files))


def _defaults(show: Show, record: Record, files: Files) -> Defaults:
    table, findings = record.table, record.findings
    lexicons = record.read_list("lexicons", lexicon(files))
    if len(lexicons) > MOST_LEXICONS:
        place = record.place("lexicons")
        findings.add(place, Message("More than {} lexicons.", MOST_LEXICONS), "Join some of them.")
    metadata = Metadata(
        author=show.author,
        album=show.title,
        cover=show.cover,
        season=record.read("season", fields.integer(1, 999_999)),
        explicit=show.explicit,
    )
    usual = Defaults()
    return Defaults(
        language=LANGUAGES[show.language[:2]],
        speakers=read_voices(table.get("voices"), files.find, findings),
        emotions=read_emotions(table.get("emotions"), files.find, findings),
        lexicons=tuple(dict.fromkeys(lexicons)),
        numbers=record.read("numbers", fields.choice(NUMBERS), usual.numbers),
        phoneme=record.read("phoneme", fields.choice(PHONEMES), usual.phoneme),
        seed=record.read("seed", seed, usual.seed),
        room_tone=record.read("room_tone", fields.room_tone, usual.room_tone),
        music=read_music(table.get("music"), files.find, findings, usual.music),
        output=read_output(table.get("output"), findings, Output()),
        metadata=read_metadata(None, files.find, findings, metadata),
        disclosure=read_disclosure(record, usual.disclosure),
    )


def _owner(node: Node | None, findings: Findings) -> tuple[str, str]:
    """Name and e-mail address; empty where nothing is written."""
    table = table_at(node, '"owner"', findings)
    if table is None:
        return "", ""
    record = Record.of(table, OWNER_KEYS, findings)
    return record.read("name", fields.title, ""), record.read("email", _email, "")


def _language(text: str) -> str:
    """Reads `zh`, `en`, `zh-CN`, `en-US` or the like."""
    parts = text.split("-")
    if parts[0].lower() not in LANGUAGES or not re.fullmatch(
        r"[A-Za-z]{2}(-[A-Za-z]{4})?(-[A-Za-z]{2})?", text
    ):
        raise UnfitError(
            Message("{} is no language known here.", quoted(text)), "Write zh-CN or en-US."
        )
    rest = (part.title() if len(part) == 4 else part.upper() for part in parts[1:])
    return "-".join((parts[0].lower(), *rest))


def _category(text: str) -> Category:
    """Reads `Arts` or `Arts > Books`."""
    name, _, part = (piece.strip() for piece in text.partition(">"))
    known = {category.lower(): category for category in CATEGORIES}
    if name.lower() not in known:
        raise UnfitError(
            Message("{} is none of Apple's categories.", quoted(name)),
            nearest(name[:80], CATEGORIES),
        )
    category = known[name.lower()]
    parts = {one.lower(): one for one in CATEGORIES[category]}
    if part and part.lower() not in parts:
        what = Message("{} is no subcategory of {}.", quoted(part), category)
        raise UnfitError(what, nearest(part[:80], CATEGORIES[category]))
    return Category(category, parts[part.lower()] if part else None)


def _email(text: str) -> str:
    """Reads an e-mail address."""
    if len(text) > 254 or not re.fullmatch(r"[^\s@<>()\",;:]+@[^\s@.]+(\.[^\s@.]+)+", text):
        raise UnfitError(
            Message("{} is no e-mail address.", quoted(text)), "Write name@example.com."
        )
    return text


def _base_url(text: str) -> str:
    """Reads a web address that file names can be put behind."""
    address = fields.url(text)
    if "?" in address or "#" in address:
        raise UnfitError(
            Message("No file name can be put behind {}.", quoted(address)), 'Leave out "?" and "#".'
        )
    return address if address.endswith("/") else address + "/"


def _guid(text: str) -> str:
    """Reads a UUID."""
    if not re.fullmatch(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}", text):
        raise UnfitError(
            Message("{} is no UUID.", quoted(text)), "Copy `podcast:guid` from the show's feed."
        )
    return text.lower()

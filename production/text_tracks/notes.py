"""An episode's description, chapters and speakers -> show notes, as Markdown and as HTML."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from .characters import plain

_ADDRESS = re.compile(r"https?://[^\s<>\"'，。；！？、）】》]*[^\s<>\"'，。；！？、）】》.,;:!?)]")
_MARKDOWN = re.compile(r"([\\`*_\[\]<>#|~&!])")
_BLOCK = re.compile(r"^(\s*)([-+=]|\d+(?=[.)]))")
_WORDS = {
    "zh": {"chapters": "章节", "speakers": "主播", "between": "、", "colon": "："},
    "en": {"chapters": "Chapters", "speakers": "Speakers", "between": ", ", "colon": ": "},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class NotedChapter:
    """A chapter as notes name it."""

    seconds: float
    title: str
    url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Notes:
    """What show notes are made of."""

    title: str
    description: str
    language: str
    """`zh` or `en`, perhaps with more behind it; the notes' own words are in it."""
    chapters: Sequence[NotedChapter] = ()
    speakers: Sequence[str] = ()
    link: str | None = None
    disclosure: str = ""
    """Where the voices come from, in a sentence."""


def markdown(notes: Notes) -> str:
    """The notes as CommonMark; nothing in them is taken for markup."""
    words = _words(notes)
    blocks = [f"# {_marked(notes.title)}"]
    blocks += ["  \n".join(map(_marked_line, lines)) for lines in _paragraphs(notes.description)]
    if notes.chapters:
        blocks.append(f"**{words['chapters']}**")
        blocks.append("\n".join(f"- {_marked_chapter(chapter)}" for chapter in notes.chapters))
    if notes.speakers:
        names = words["between"].join(map(_marked, notes.speakers))
        blocks.append(f"{words['speakers']}{words['colon']}{names}")
    if notes.link:
        blocks.append(f"<{notes.link}>")
    if notes.disclosure:
        blocks.append(_marked(notes.disclosure))
    return "\n\n".join(blocks) + "\n"


def fragment(notes: Notes) -> str:
    """The notes as HTML of the few elements that podcast apps show: `p`, `br`, `ul`, `li`, `a`."""
    words = _words(notes)
    blocks = [
        "<p>" + "<br>".join(map(_linked, lines)) + "</p>"
        for lines in _paragraphs(notes.description)
    ]
    if notes.chapters:
        blocks.append(f"<p>{words['chapters']}</p>")
        items = "".join(f"<li>{_shown_chapter(chapter)}</li>\n" for chapter in notes.chapters)
        blocks.append(f"<ul>\n{items}</ul>")
    if notes.speakers:
        names = html.escape(words["between"].join(map(plain, notes.speakers)))
        blocks.append(f"<p>{words['speakers']}{words['colon']}{names}</p>")
    if notes.link:
        blocks.append(f"<p>{_linked(notes.link)}</p>")
    if notes.disclosure:
        blocks.append(f"<p>{html.escape(plain(notes.disclosure))}</p>")
    return "\n".join(blocks) + "\n"


def page(notes: Notes) -> str:
    """The notes as a page of their own, to look at and to copy from."""
    title = html.escape(plain(notes.title))
    return (
        f'<!doctype html>\n<html lang="{html.escape(notes.language)}">\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; '
        "style-src 'unsafe-inline'\">\n"
        f"<title>{title}</title>\n"
        "<style>:root{color-scheme:light dark}"
        "body{font:1rem/1.6 system-ui,sans-serif;max-width:40rem;margin:2rem auto;padding:0 1rem}"
        "</style>\n"
        f"<h1>{title}</h1>\n<article>\n{fragment(notes)}</article>\n</html>\n"
    )


def clock(seconds: float) -> str:
    """A time as players recognise it in notes: `05:07`, `1:02:03`."""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes:02d}:{rest:02d}"


def _words(notes: Notes) -> dict[str, str]:
    return _WORDS["zh" if notes.language.startswith("zh") else "en"]


def _paragraphs(text: str) -> list[list[str]]:
    """Blank lines part paragraphs; other line ends are kept."""
    parts = re.split(r"\n\s*\n", text.strip())
    return [[plain(line) for line in part.split("\n")] for part in parts if part.strip()]


def _marked_chapter(chapter: NotedChapter) -> str:
    title = _marked(chapter.title)
    if chapter.url:
        title = f"[{title}](<{_address(chapter.url)}>)"
    return f"{clock(chapter.seconds)} {title}"


def _shown_chapter(chapter: NotedChapter) -> str:
    title = html.escape(plain(chapter.title))
    if chapter.url:
        title = f'<a href="{html.escape(chapter.url)}">{title}</a>'
    return f"{clock(chapter.seconds)} {title}"


def _marked(text: str) -> str:
    """Words as Markdown shows them, web addresses as links."""
    return "".join(
        f"<{part}>" if _ADDRESS.fullmatch(part) else _MARKDOWN.sub(r"\\\1", part)
        for part in _parted(plain(text))
    )


def _marked_line(line: str) -> str:
    """A line of a paragraph; what would begin a list or a rule there does not."""
    return _BLOCK.sub(_disarmed, _marked(line), count=1)


def _disarmed(found: re.Match[str]) -> str:
    space, mark = found.groups()
    return f"{space}\\{mark}" if not mark[0].isdigit() else f"{space}{mark}\\"


def _linked(text: str) -> str:
    """Words as HTML, web addresses as links."""
    return "".join(
        f'<a href="{html.escape(part)}">{html.escape(part)}</a>'
        if _ADDRESS.fullmatch(part)
        else html.escape(part)
        for part in _parted(plain(text))
    )


def _parted(text: str) -> list[str]:
    """The text cut before and after every web address."""
    cuts = [at for found in _ADDRESS.finditer(text) for at in found.span()]
    edges = [0, *cuts, len(text)]
    return [text[a:b] for a, b in pairwise(edges) if a < b]


def _address(url: str) -> str:
    """A web address between `<` and `>`: what would end it is percent-encoded."""
    return url.replace("<", "%3C").replace(">", "%3E").replace("\\", "%5C")

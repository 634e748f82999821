"""An ended job -> what its person reads: a page of Markdown and the same as JSON."""

from __future__ import annotations

import datetime
import json
import re
from typing import Any

from ...messages import catalog, packed
from ...mistakes import Mistake
from .job import Ending, Job

_TITLES: dict[Ending, tuple[str, str]] = {
    "rendered": ("done", "完成"),
    "duplicate": ("nothing new to make", "没有新内容"),
    "partly": ("some parts failed", "部分失败"),
    "invalid": ("there is something to correct", "需要修改"),
    "unspoken": ("some lines could not be spoken", "有几句没能合成"),
    "exhausted": ("it failed again and again", "多次重试仍然失败"),
    "poison": ("it made the program crash", "它使程序崩溃"),
    "cancelled": ("cancelled", "已取消"),
    "bug": ("an error of the program", "程序出错"),
}
_ADVICE: dict[Ending, tuple[str, str]] = {
    "rendered": ("", ""),
    "duplicate": (
        "The same was made before, and its files are still there. To have it made again, remove "
        "them and drop the file once more.",
        "同样的内容已经做过，文件仍在。如需重做，请删除那些文件后再次放入。",
    ),
    "partly": (
        "What succeeded is in the output folder. Correct the rest and drop the file again: what is "
        "unchanged is not spoken again.",
        "成功的部分已在输出文件夹中。改好其余部分后再次放入：没有改动的不会重新合成。",
    ),
    "invalid": (
        "Correct these places and drop the file into the inbox again, or correct the file that "
        "lies beside this report and press Retry on the status page.",
        "改好以上各处后，把文件再次放入收件文件夹；或者直接修改本报告旁边的文件，然后在状态页点“重试”。",
    ),
    "unspoken": (
        "Change these lines, or try again: every other line is kept and is not spoken again.",
        "修改这几句，或者重试：其他各句都已保留，不会重新合成。",
    ),
    "exhausted": (
        "See that what is named above works again (disk, memory, device, network), then press "
        "Retry on the status page or drop the file again. Lines already spoken are kept.",
        "请先排除以上问题（磁盘、内存、设备、网络），然后在状态页点“重试”，或再次放入文件。已合成的句子都已保留。",
    ),
    "poison": (
        "The program ended twice while it worked on this file alone. It was put aside so that the "
        "others go on. Please report it, with this file.",
        "程序在单独处理这个文件时两次异常退出。为了不影响其他任务，已将它搁置。请附上此文件反馈问题。",
    ),
    "cancelled": (
        "Drop the file again, or press Retry on the status page, to have it made after all.",
        "如果仍要制作，请再次放入文件，或在状态页点“重试”。",
    ),
    "bug": (
        "The log has the details. Please report it, with this file.",
        "详细信息在日志中。请附上此文件反馈问题。",
    ),
}
_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~])")


def as_json(job: Job) -> str:
    """The report for programs."""
    return json.dumps(_object(job), ensure_ascii=False, indent=2) + "\n"


def as_markdown(job: Job) -> str:
    """The report for people."""
    assert job.ending, "only ended jobs are reported"
    english, chinese = _TITLES[job.ending]
    advice = [text for text in _ADVICE[job.ending] if text]
    lines = [
        f"# {_plain(job.name)}: {english} · {chinese}",
        "",
        f"Job {job.id}, {_time(job.finished)}",
        "",
        *(f"- {_problem(one)}" for one in job.problems),
        *([""] if job.problems else []),
        *([_plain(job.note), ""] if job.note else []),
        "## What to do · 怎么办",
        "",
        *(line for text in advice for line in (text, "")),
    ]
    return "\n".join(lines).rstrip() + "\n"


def _problem(mistake: Mistake) -> str:
    """In English, and in Chinese on the next line where there is a translation."""
    words = f"{mistake.what} {mistake.remedy}".rstrip()
    zh = catalog("zh")
    chinese = f"{zh(mistake.what)}{zh(mistake.remedy)}"
    also = f"  \n  {_plain(chinese)}" if zh(mistake.what) != mistake.what else ""
    return f"**{_plain(str(mistake.place))}** {_plain(words)}{also}"


def _object(job: Job) -> dict[str, Any]:
    return {
        "version": 1,
        "job": job.id,
        "name": job.name,
        "state": job.state,
        "ending": job.ending,
        "arrived": _time(job.arrived),
        "finished": _time(job.finished),
        "attempts": job.attempts,
        "folder": job.target,
        "note": job.note,
        "problems": [
            {
                "file": one.place.file,
                "line": one.place.line,
                "column": one.place.column,
                "what": one.what,
                "remedy": one.remedy,
                "message": {"what": packed(one.what), "remedy": packed(one.remedy)},
            }
            for one in job.problems
        ],
    }


def _time(seconds: float | None) -> str | None:
    if seconds is None:
        return None
    moment = datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc)
    return moment.isoformat(timespec="seconds")


def _plain(text: str) -> str:
    """Text that means nothing to Markdown."""
    return _SPECIAL.sub(r"\\\1", " ".join(text.split()))

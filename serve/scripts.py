"""`/v1/scripts`: a script or an announcement with its files as a job; events, results, an end."""

from __future__ import annotations

import asyncio
import json
import shutil
import tempfile
from pathlib import Path

from aiohttp import web

from ..http_server.answers import json_answer
from ..mistakes import nearest
from ..templates.bundled import bundled
from .body import Form, read_form
from .context import ServeContext
from .failure import Failure
from .jobs import ENDED, Job
from .making import Upload

LARGEST = 256 << 20
"""Bytes of a script with all its files"""
_FIELDS = {"script", "file", "template", "rows"}
_LOOK = 0.25  # s between two looks at a job that somebody follows
_LONGEST = 3600.0  # s that somebody may follow it


class Scripts:
    """The handlers."""

    def __init__(self, context: ServeContext) -> None:
        self._context = context

    async def add(self, request: web.Request) -> web.StreamResponse:
        """Take a script with its files."""
        folder = Path(tempfile.mkdtemp(prefix="script-", dir=self._context.scratch))
        try:
            form = await read_form(request, folder, limit=LARGEST, fields=_FIELDS)
            job = self._context.jobs.add(_upload(form, folder))
        except BaseException:
            await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)
            raise
        return json_answer(job.described(), 202)

    async def show(self, request: web.Request) -> web.StreamResponse:
        """How far it is."""
        return json_answer(await asyncio.to_thread(self._job(request).described))

    async def events(self, request: web.Request) -> web.StreamResponse:
        """Server-sent events: the job as it changes, until it ends."""
        job = self._job(request)
        answer = web.StreamResponse(
            headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"}
        )
        await answer.prepare(request)
        seen, left = -1, int(_LONGEST / _LOOK)
        while left > 0:
            if job.changes != seen:
                seen = job.changes
                told = await asyncio.to_thread(job.described)
                data = json.dumps(told, ensure_ascii=False)
                await answer.write(f"event: {told['status']}\ndata: {data}\n\n".encode())
                if told["status"] in ENDED:
                    break
            left -= 1
            await asyncio.sleep(_LOOK)
        await answer.write_eof()
        return answer

    async def file(self, request: web.Request) -> web.StreamResponse:
        """One of the files that were made."""
        job = self._job(request)
        name = request.match_info["name"]
        if name not in await asyncio.to_thread(job.files):
            raise Failure(404, "There is no such file.", code="not_found")
        return web.FileResponse(job.out / name, headers={"Cache-Control": "no-store"})

    async def cancel(self, request: web.Request) -> web.StreamResponse:
        """End it."""
        job = self._job(request)
        self._context.jobs.cancel(job)
        return json_answer(job.described())

    def _job(self, request: web.Request) -> Job:
        return self._context.jobs.get(request.match_info["id"])


def _upload(form: Form, folder: Path) -> Upload:
    scripts, rows = form.files.get("script", []), form.files.get("rows", [])
    templates = form.files.get("template", [])
    if len(scripts) == 1 and not rows and not templates:
        return Upload(folder=folder, script=scripts[0])
    template = str(templates[0]) if templates else form.texts.get("template", "")
    if len(rows) == 1 and template and not scripts and len(templates) <= 1:
        if not templates and template not in bundled():
            what = f'There is no template "{template[:80]}". {nearest(template[:80], bundled())}'
            raise Failure(400, what, param="template")
        return Upload(folder=folder, template=template, rows=rows[0])
    what = "Send one file as script, or a template and one file as rows; others as file."
    raise Failure(400, what, param="script")

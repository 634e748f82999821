"""`/v1/audio/speech` and its batch: a text in, sound out while it is spoken."""

from __future__ import annotations

import asyncio
import base64
import json
import logging
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from typing import TypeAlias

from aiohttp import web

from ..audio.streaming import encoded
from ..audio.tags import Label
from ..audio.wave import Wave
from ..documents.record import Record
from ..documents.strict_yaml import Items, Node, Scalar, Table
from ..glmtts_runtime.engine import SpeechError
from ..mistakes import InputError, Place
from ..production.context import RenderContext
from ..production.delivery.labels import labels
from ..production.takes import Take, hear_take, load_take, make_take, take_key, try_takes
from .body import named_record, read_json
from .context import ServeContext
from .failure import Failure
from .order import KEYS, TYPES, SpeechOrder, read_order
from .turns import GoneError, Turn

MOST_BATCH = 32
"""Items"""
LONGEST = 600.0
"""s that an answer may take"""
_STALLED = 30.0  # s that a listener may take nothing
_CHARACTERS_A_TOKEN = 4  # of OpenAI's usage, in English; a Chinese character is about one

Entries: TypeAlias = tuple[tuple[Scalar, Node], ...]

_log = logging.getLogger(__name__)


class Speech:
    """The handlers."""

    def __init__(self, context: ServeContext) -> None:
        self._context = context

    async def speak(self, request: web.Request) -> web.StreamResponse:
        """Speak one text."""
        began = time.monotonic()
        record = await read_json(request, KEYS)
        async with self._context.turns.turn() as turn:
            try:
                return await self._answer(request, record, turn, began)
            except asyncio.CancelledError:
                self._context.counters.left()
                raise

    async def _answer(
        self, request: web.Request, record: Record, turn: Turn, began: float
    ) -> web.StreamResponse:
        context = replace(self._context.render, cancel=turn.cancel)
        order = await turn.run(lambda: read_order(record, context))
        async with turn.pulled(self._parts(order, context)) as pulled:
            try:
                first = await asyncio.wait_for(_first(pulled, order), LONGEST)
            except SpeechError as error:
                raise _unspoken(error) from None
            except asyncio.TimeoutError:
                raise _too_long() from None
            self._context.counters.first_byte(time.monotonic() - began)
            answer = web.StreamResponse(headers=_headers(order))
            if order.stream is None:
                answer.content_length = len(first)
            await answer.prepare(request)
            try:
                await asyncio.wait_for(_send(answer, first, pulled, order), LONGEST)
            except (SpeechError, GoneError, RuntimeError, OSError, asyncio.TimeoutError) as error:
                _log.warning("an answer was broken off: %s", error)
                if request.transport:  # half an answer is not to be taken for a whole one
                    request.transport.abort()
            return answer

    def _parts(self, order: SpeechOrder, context: RenderContext) -> Iterator[bytes]:
        if order.stream is None:
            waves: Iterator[Wave] = iter([make_take(order.request, context)])
        else:
            waves = hear_take(order.request, context)
        told = _labels(order, context)
        whole = order.stream is None
        yield from encoded(self._counted(waves), order.format, whole=whole, labels=told)

    def _counted(self, waves: Iterator[Wave]) -> Iterator[Wave]:
        for wave in waves:
            self._context.counters.spoke(wave.seconds)
            yield wave

    async def batch(self, request: web.Request) -> web.StreamResponse:
        """Speak several texts; each has its sound, or its own error."""
        record = await read_json(request, ("items", *KEYS))
        items = record.table.get("items")
        if not isinstance(items, Items) or not 1 <= len(items.items) <= MOST_BATCH:
            what = f"`items` is a list of 1 to {MOST_BATCH} requests."
            raise Failure(400, what, param="items", code="invalid_value")
        record.findings.check()
        shared = tuple(entry for entry in record.table.entries if entry[0].text != "items")
        async with self._context.turns.turn() as turn:
            work = turn.run(lambda: self._spoken(shared, items, turn))
            try:
                results = await asyncio.wait_for(work, LONGEST)
            except asyncio.TimeoutError:
                raise _too_long() from None
        failed = sum("error" in result for result in results)
        return web.json_response(
            {"results": results, "succeeded": len(results) - failed, "failed": failed}
        )

    def _spoken(self, shared: Entries, items: Items, turn: Turn) -> list[dict[str, object]]:
        context = replace(self._context.bulk, cancel=turn.cancel)
        orders: list[SpeechOrder | InputError] = []
        for number, item in enumerate(items.items):
            try:
                orders.append(_item(shared, item, number, context))
            except InputError as error:
                orders.append(error)
        good = [order for order in orders if isinstance(order, SpeechOrder)]
        takes = iter(try_takes([order.request for order in good], context)[0])
        return [
            {"index": index, "status": "error", **Failure.of(order).body()}
            if isinstance(order, InputError)
            else {"index": index, **self._result(order, next(takes))}
            for index, order in enumerate(orders)
        ]

    def _result(self, order: SpeechOrder, take: Take | SpeechError) -> dict[str, object]:
        if isinstance(take, SpeechError):
            return {"status": "error", **_unspoken(take).body()}
        wave = load_take(self._context.bulk.store, take.key)
        told = _labels(order, self._context.bulk)
        waves = self._counted(iter([wave]))
        data = b"".join(encoded(waves, order.format, whole=True, labels=told))
        return {
            "status": "success",
            "audio_data": base64.b64encode(data).decode(),
            "media_type": TYPES[order.format],
            "seconds": round(wave.seconds, 6),
        }


def _item(shared: Entries, item: Node, number: int, context: RenderContext) -> SpeechOrder:
    """An item with what it shares with the others; places are inside the item."""
    name = f"items[{number}]"
    if not isinstance(item, Table):
        raise InputError.at(Place(name), "An item is an object.", 'Write {"input": …}.')
    own = {key.text for key, _ in item.entries}
    usual = tuple(entry for entry in shared if entry[0].text not in own)
    try:
        return read_order(named_record(Table(item.place, (*item.entries, *usual)), KEYS), context)
    except InputError as error:
        inside = (replace(one, place=Place(f"{name}.{one.place.file}")) for one in error.mistakes)
        raise InputError(tuple(inside)) from None


async def _first(parts: AsyncIterator[bytes], order: SpeechOrder) -> bytes:
    """The first part; all of them where the whole take is sent."""
    if order.stream is None:
        return b"".join([part async for part in parts])
    return await anext(parts, b"")


async def _send(
    answer: web.StreamResponse, first: bytes, rest: AsyncIterator[bytes], order: SpeechOrder
) -> None:
    """The sound as it is, or as OpenAI's events with the end that some clients wait for."""
    count, part = 0, first
    while part:
        count += 1
        if order.stream == "sse":
            data = base64.b64encode(part).decode()
            await _event(answer, {"type": "speech.audio.delta", "audio": data})
        else:
            await _write(answer, part)
        part = await anext(rest, b"")
    if order.stream == "sse":
        tokens = -(-len(order.text) // _CHARACTERS_A_TOKEN)
        usage = {"input_tokens": tokens, "output_tokens": count, "total_tokens": tokens + count}
        await _event(answer, {"type": "speech.audio.done", "usage": usage})
        await _write(answer, b"data: [DONE]\n\n")
    await answer.write_eof()


async def _event(answer: web.StreamResponse, event: dict[str, object]) -> None:
    await _write(answer, f"event: {event['type']}\ndata: {json.dumps(event)}\n\n".encode())


async def _write(answer: web.StreamResponse, data: bytes) -> None:
    """Write; a listener that takes nothing is left."""
    await asyncio.wait_for(answer.write(data), _STALLED)


def _headers(order: SpeechOrder) -> dict[str, str]:
    kind = "text/event-stream" if order.stream == "sse" else TYPES[order.format]
    return {"Content-Type": kind, "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}


def _labels(order: SpeechOrder, context: RenderContext) -> tuple[Label, ...]:
    """What an answer says of itself; its number is that of the take."""
    house = context.labelling
    take = take_key(order.request, context.engine.fingerprint)
    return labels(house.disclosure, house, "answer", order.format, take)


def _unspoken(error: SpeechError) -> Failure:
    return Failure(422, f"{error}.".replace("..", "."), param="input", code="unspeakable")


def _too_long() -> Failure:
    return Failure(
        503,
        f"This took longer than {LONGEST:.0f} s. Send less at once.",
        kind="server_error",
        code="timeout",
        headers={"Retry-After": "60"},
    )

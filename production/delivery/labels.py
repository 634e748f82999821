"""What is made, and who discloses what of it -> the labels a finished file carries.

They say the same under all rules: GB 45438-2025's AIGC label, IPTC's word for what models make, and
which program it was. A producer's number is made of the content, so equal renders are equal bytes.
"""

from __future__ import annotations

import json
import logging
from functools import cache
from pathlib import Path

from ...audio.tags import AIGC, Label
from ...digests import file_digest
from ...scripts.disclosure import Disclosure
from ...scripts.script import Script
from ...version import __version__
from ..provenance.labelling import Labelling
from ..provenance.signing import SOURCE_TYPE, Ingredient
from ..store import key_of

PRODUCER = "comfyui-glmtts"
"""Who stands in a label where nobody gave a code"""

_GENERATED = "1"  # GB 45438-2025, appendix E: it is so; 2 is perhaps, 3 suspected
_LENGTH = 32  # hex digits of a number

_log = logging.getLogger(__name__)


def labels(disclosure: Disclosure, labelling: Labelling, *content: str) -> tuple[Label, ...]:
    """The labels of a file, none where none are wanted; `content` tells it from all others."""
    if not disclosure.labelled:
        return ()
    producer = labelling.with_producer(disclosure).producer or PRODUCER
    number = key_of("produced", *content)[:_LENGTH]
    aigc = {
        "Label": _GENERATED,
        "ContentProducer": producer,
        "ProduceID": number,
        "ReservedCode1": "",
        "ContentPropagator": producer,
        "PropagateID": number,
        "ReservedCode2": "",
    }
    return (
        Label(AIGC, json.dumps(aigc, separators=(",", ":"))),
        Label("DIGITALSOURCETYPE", SOURCE_TYPE),
        Label("GENERATOR", f"comfyui-glmtts {__version__}"),
    )


def _ingredients(script: Script) -> list[Ingredient]:
    """What a script's files are made of, as their signature tells: the script, and its voices."""
    file = script.file
    found = [Ingredient(file.name, file_digest(file) if file.is_file() else "", "text/plain")]
    for speaker in script.speakers.values():
        voice = speaker.voice
        digest = file_digest(voice.audio) if voice.audio else ""
        found.append(Ingredient(f"voice {voice.name or speaker.name}", digest, "audio/wav"))
    return found


def sign(
    path: Path, format: str, labelling: Labelling, title: str, script: Script | None = None
) -> None:
    """Sign a finished file where the house signs and the format can hold it.

    script: what it is made from, with its voices.
    """
    if labelling.signer is None:
        return
    made_of = _ingredients(script) if script else ()
    if not labelling.signer.sign(path, format, title, made_of):
        _tell_unsigned(format)


@cache
def _tell_unsigned(format: str) -> None:
    """Once a process."""
    _log.warning("%s files cannot be signed: no C2PA manifest has a place in them.", format)

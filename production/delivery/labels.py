"""What is made, and who discloses what of it -> the labels a finished file carries.

They say the same under all rules: GB 45438-2025's AIGC label, IPTC's word for what models make, and
which program it was. A producer's number is made of the content, so equal renders are equal bytes.
"""

from __future__ import annotations

import json

from ...audio.tags import AIGC, Label
from ...scripts.disclosure import Disclosure
from ...version import __version__
from ..labelling import Labelling
from ..store import key_of

SOURCE_TYPE = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"
"""IPTC's word for what a model made"""

PRODUCER = "comfyui-glmtts"
"""Who stands in a label where nobody gave a code"""

_GENERATED = "1"  # GB 45438-2025, appendix E: it is so; 2 is perhaps, 3 suspected
_LENGTH = 32  # hex digits of a number


def labels(disclosure: Disclosure, labelling: Labelling, *content: str) -> tuple[Label, ...]:
    """The labels of a file, none where none are wanted; `content` tells it from all others."""
    if not disclosure.labelled:
        return ()
    producer = disclosure.producer or labelling.producer or PRODUCER
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

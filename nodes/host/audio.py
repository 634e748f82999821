"""The host's AUDIO <-> recordings and waves; Pillow's pictures <-> its IMAGE."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ...mistakes import Place
from . import comfy
from .failures import refuse

if TYPE_CHECKING:
    from PIL import Image

    from ...audio.recording import Recording
    from ...audio.tags import Picture
    from ...audio.wave import Wave

_COVER = 3000  # pixels a side; players want no more


def recordings(audio: Any) -> list[Recording]:
    """Each sound of an AUDIO, which is {"waveform": [B, C, T], "sample_rate": Hz} or None.

    Raises InputError where there is none, and for levels that no sound has.
    """
    from ...audio.recording import Recording, cleaned

    if audio is None or not audio["waveform"].numel():
        refuse("audio", "There is no sound.", "Connect audio; a video may have had none.")
    sounds = audio["waveform"].detach().to("cpu").float().numpy()
    # A copy: the host shares the tensor with other nodes.
    whole = cleaned(sounds, "The sound", Place("audio")).copy()
    return [Recording(samples, int(audio["sample_rate"])) for samples in whole]


def audio(sounds: Sequence[Recording | Wave]) -> dict[str, Any]:
    """An AUDIO of sounds of one rate and width, the shorter ones filled up with silence."""
    import numpy as np
    import torch

    rows = [np.atleast_2d(sound.samples) for sound in sounds]
    longest = max(row.shape[1] for row in rows)
    batch = np.zeros((len(rows), rows[0].shape[0], longest), np.float32)
    for place, row in zip(batch, rows, strict=True):
        place[:, : row.shape[1]] = row
    waveform = torch.from_numpy(batch).to(comfy.result_device())
    return {"waveform": waveform, "sample_rate": sounds[0].rate}


def image(picture: Image.Image) -> Any:
    """An IMAGE: [1, H, W, 3] float, 0..1."""
    import numpy as np
    import torch

    pixels = np.asarray(picture.convert("RGB"), np.float32) / 255
    return torch.from_numpy(pixels)[None].to(comfy.result_device())


def cover(pixels: Any) -> Picture | None:
    """The first picture of an IMAGE as a cover; None for None."""
    from PIL import Image

    from ...audio.tags import Picture

    if pixels is None:
        return None
    values = (pixels[0].detach().to("cpu").float().clamp(0, 1) * 255).round().byte().numpy()
    drawn = Image.fromarray(values[..., :3])
    drawn.thumbnail((_COVER, _COVER))
    buffer = io.BytesIO()
    drawn.save(buffer, "JPEG", quality=90)
    return Picture(
        data=buffer.getvalue(), type="image/jpeg", width=drawn.width, height=drawn.height
    )

"""Several takes of a line: which seeds they have, what they sound like, and which lines failed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest
from comfyui_glmtts.audio.loudness import loudness
from comfyui_glmtts.audio.recording import decode
from comfyui_glmtts.audio.wave import Wave
from comfyui_glmtts.glmtts_runtime.engine import (
    Cancel,
    Outcome,
    Progress,
    SpeechError,
    SpeechRequest,
)
from comfyui_glmtts.glmtts_runtime.voices.library import VoiceLibrary
from comfyui_glmtts.glmtts_runtime.voices.voice import Voice
from comfyui_glmtts.production.context import RenderContext
from comfyui_glmtts.production.editing.alternatives import (
    alternatives,
    speak_alternatives,
    write_samples,
)
from comfyui_glmtts.production.store import Store
from comfyui_glmtts.production.takes import TakesFailedError
from comfyui_glmtts.production.utterances import take_seed
from comfyui_glmtts.pronunciation.reader import Reader
from comfyui_glmtts.scripts.parse import read_script
from comfyui_glmtts.scripts.script import Script

VOICE = Voice.of("a", Wave(np.zeros(24_000, np.float32), 24_000), "你好")
SCRIPT = """\
glmtts: 1
seed: 5
voices: {甲: xiaoyu}
segments:
- 甲: 早。
- 甲: 坏。
- 甲: 晚上好。
  seed: 9
"""


@dataclass
class Singer:
    """Sings a tone whose pitch and loudness are the seed's, and refuses "坏"."""

    asked: list[int] = field(default_factory=list)
    name: str = "singer"
    fingerprint: str = "singer 1"
    sample_rates: tuple[int, ...] = (24_000,)

    def synthesize(
        self, requests: Sequence[SpeechRequest], *, progress: Progress, cancel: Cancel
    ) -> Iterator[Outcome]:
        for index, wanted in enumerate(requests):
            self.asked.append(wanted.seed)
            if "坏" in wanted.spoken.spoken:
                yield Outcome(index, SpeechError("no"))
                continue
            time = np.arange(36_000) / 24_000
            pitch, level = 200 + wanted.seed % 97, 0.02 + wanted.seed % 5 / 10
            tone = level * np.sin(2 * np.pi * pitch * time)
            yield Outcome(index, Wave(tone.astype(np.float32), 24_000))

    def close(self) -> None:
        """Holds nothing."""


@pytest.fixture
def script(tmp_path: Path) -> Script:
    path = tmp_path / "a.yaml"
    path.write_text(SCRIPT, encoding="utf-8")
    return read_script(path)


def context_of(engine: Singer, folder: Path) -> RenderContext:
    return RenderContext(engine=engine, library=VoiceLibrary([]), store=Store(folder / "store"))


def requests(script: Script) -> dict[int, SpeechRequest]:
    spoken = Reader().read_all([line.text for line in script.lines])
    return {i: SpeechRequest(spoken=text, voice=VOICE) for i, text in enumerate(spoken, 1)}


def test_a_takes_seed_comes_from_its_line_alone(script: Script) -> None:
    wanted = alternatives(script, requests(script), {1: 2, 3: 3})
    assert [(one.line, one.take, one.request.seed) for one in wanted] == [
        (1, 1, 5),
        (1, 2, take_seed(5, 2)),
        (3, 1, 9),
        (3, 2, take_seed(9, 2)),
        (3, 3, take_seed(9, 3)),
    ]
    assert alternatives(script, requests(script), {3: 3}) == wanted[2:]


def test_more_takes_speak_only_those_that_are_new(script: Script, tmp_path: Path) -> None:
    engine = Singer()
    context = context_of(engine, tmp_path)
    for count, fresh in ((2, 2), (2, 0), (4, 2)):
        wanted = alternatives(script, requests(script), {3: count})
        takes, synthesised = speak_alternatives(wanted, context)
        assert (len(takes), synthesised) == (count, fresh)
    assert engine.asked == [take_seed(9, take) for take in (1, 2, 3, 4)]


def test_a_line_that_fails_is_told_by_its_place_in_the_script(
    script: Script, tmp_path: Path
) -> None:
    engine = Singer()
    context = context_of(engine, tmp_path)
    wanted = alternatives(script, requests(script), {2: 2, 3: 2})
    with pytest.raises(TakesFailedError) as caught:
        speak_alternatives(wanted, context)
    assert list(caught.value.failures) == [1]
    _, synthesised = speak_alternatives(wanted[2:], context)
    assert synthesised == 0


def test_samples_are_equally_loud_however_loud_the_takes_are(
    script: Script, tmp_path: Path
) -> None:
    context = context_of(Singer(), tmp_path)
    wanted = alternatives(script, requests(script), {1: 2, 3: 3})
    takes, _ = speak_alternatives(wanted, context)
    assert np.ptp([take.loudness for take in takes]) > 6
    samples = write_samples(script, wanted, takes, tmp_path, context)
    assert [sample.file for sample in samples] == [
        "takes/0001-1.mp3", "takes/0001-2.mp3",
        "takes/0003-1.mp3", "takes/0003-2.mp3", "takes/0003-3.mp3",
    ]  # fmt: skip
    for sample in samples:
        heard = decode(tmp_path / sample.file)
        assert loudness(heard.samples, heard.rate) == pytest.approx(-19, abs=0.3)
        assert sample.seconds == 1.5

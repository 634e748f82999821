"""English words in IPA, from espeak-ng in a process of its own."""

from __future__ import annotations

from pathlib import Path

import pytest
from comfyui_glmtts.glmtts_runtime.espeak.installation import Installation
from comfyui_glmtts.glmtts_runtime.espeak.ipa import Ipa

WORKER = Path(__file__).parents[3] / "glmtts_runtime/espeak/ipa_worker.py"


@pytest.fixture
def installation() -> Installation:
    return Installation.find()


@pytest.mark.parametrize(
    ("word", "ipa"),
    [
        ("kubernetes", "kˌuːbɚnˈɛɾiːz"),
        ("button", "bˈʌʔn̩"),
        ("tokyo", "tˈo^ʊkɪˌo^ʊ"),
        ("", ""),
        ("new\nyork", "nˈuː jˈɔː^ɹk"),
    ],
)
def test_a_word_has_its_ipa(installation: Installation, word: str, ipa: str) -> None:
    ask = Ipa(installation)
    assert (ask(word), ask(word)) == (ipa, ipa)
    ask.close()


def test_it_answers_again_after_it_was_closed(installation: Installation) -> None:
    ask = Ipa(installation)
    assert ask("ollama")
    ask.close()
    assert ask("kubernetes")
    ask.close()


@pytest.mark.parametrize(
    "program",
    ["import sys; sys.exit(3)", "import time; time.sleep(60)", "print('no frame', flush=True)"],
)
def test_a_worker_that_fails_or_hangs_costs_a_reading_and_nothing_else(
    installation: Installation, tmp_path: Path, program: str
) -> None:
    worker = tmp_path / "worker.py"
    worker.write_text(program, encoding="utf-8")
    ask = Ipa(installation, worker=worker, patience=0.5)
    assert (ask("one"), ask("two")) == ("", "")
    ask.close()


def test_a_library_that_cannot_be_loaded_costs_a_reading(tmp_path: Path) -> None:
    ask = Ipa(Installation(tmp_path / "no.so", tmp_path), worker=WORKER)
    assert ask("one") == ""
    ask.close()

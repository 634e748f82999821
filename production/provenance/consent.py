"""Who speaks, and whether a script may have them speak: consent where it is required."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from ...glmtts_runtime.voices.voice import Voice
from ...messages import Message
from ...mistakes import InputError, Mistake
from ...scripts.script import Script


def check_consent(script: Script, voices: Mapping[str, Voice], today: date) -> None:
    """Raise `InputError` for every speaker whose voice lacks the consent that is required."""
    if not script.disclosure.consent:
        return
    mistakes = []
    for name in dict.fromkeys(line.speaker for line in script.lines):
        voice, place = voices[name], script.speakers[name].voice.place
        if voice.consent is None:
            what = Message(
                'Nobody has agreed to the voice "{}", and consent is required.', voice.name
            )
            remedy = (
                "Add it: glmtts voices add NAME AUDIO --consent WHO --agreed DAY --for WHAT, "
                "or choose another voice."
            )
            mistakes.append(Mistake(place, what, remedy))
        elif voice.consent.expired(today):
            what = Message(
                'The consent to the voice "{}" ended on {}.', voice.name, voice.consent.until
            )
            mistakes.append(Mistake(place, what, "Ask again, or choose another voice."))
    if mistakes:
        raise InputError(mistakes)

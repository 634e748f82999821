"""glmtts verify: what finished files say of where they come from."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from ...messages import Message
from ..language import tell
from ..options import AsJson


def verify(
    files: Annotated[list[Path], typer.Argument(metavar="FILE…", help="Finished audio files.")],
    as_json: AsJson = False,
) -> None:
    """Tell what every FILE says of itself: its label, its signature, whether it fits its manifest.

    The exit code is 0 when every file is labelled and nothing contradicts, otherwise 1.
    """
    from ...production.verify import verify as look

    found = look(files)
    good = all(one.good for one in found)
    if as_json:
        told = {"ok": good, "files": [one.entry() for one in found]}
        print(json.dumps(told, ensure_ascii=False))
    else:
        for one in found:
            print(f"{one.file}: {'labelled' if one.good else 'NOT as it should be'}")
            for key, value in (one.aigc or {}).items():
                if value:
                    print(f"  {key}: {value}")
            if one.signature:
                trusted = "" if one.signature.trusted else ", by a certificate of no public list"
                tell(Message("  signed: {}{}", one.signature.signer, trusted))
            tell(Message("  manifest: {}", one.manifest or "none"))
            for problem in one.problems:
                print(f"  ! {problem}")
    if not good:
        raise typer.Exit(1)

"""glmtts verify: what finished files say of where they come from."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from ...messages import Message
from ..language import spoken, tell
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
            labelled = Message("{}: labelled", one.file)
            tell(labelled if one.good else Message("{}: NOT as it should be", one.file))
            for key, value in (one.aigc or {}).items():
                if value:
                    print(f"  {key}: {value}")
            if one.signature:
                known = Message("  signed: {}", one.signature.signer)
                unknown = Message("  signed: {}, whom no public list knows", one.signature.signer)
                tell(known if one.signature.trusted else unknown)
            tell(Message("  manifest: {}", one.manifest or "none"))
            for problem in one.problems:
                print(f"  ! {spoken()(problem)}")
    if not good:
        raise typer.Exit(1)

"""What a node that speaks was given -> all that its production works with, inside this host."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from .engine import given
from .host import comfy, folders

if TYPE_CHECKING:
    from ..glmtts_runtime.engine import Engine
    from ..production.context import RenderContext
    from ..production.provenance.labelling import Labelling


def render_context(engine: Engine | None, sampling: Mapping[str, Any]) -> RenderContext:
    """The context of the node that is running. Raises InputError where the engine is missing.

    sampling: what was set of `Sampling`, by its names.
    """
    from ..glmtts_runtime.options import Sampling
    from ..production.context import RenderContext

    return RenderContext(
        engine=given(engine),
        library=folders.library(),
        store=folders.store(),
        sampling=Sampling(**sampling),
        report=comfy.report(),
        cancel=comfy.cancel,
        labelling=labelling(),
    )


def labelling() -> Labelling:
    """What this host says of itself, and where it notes what was made. Raises InputError."""
    from ..machine import state_folder
    from ..production.provenance.labelling import Labelling
    from ..production.provenance.made_log import MadeLog

    return Labelling.of(os.environ, MadeLog(state_folder() / "made"))

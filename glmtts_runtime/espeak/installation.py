"""Where the `espeakng-loader` wheel put espeak-ng."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ...messages import Message
from ...mistakes import InputError, Place
from ..installing import PREVIEW, pip


@dataclass(frozen=True, slots=True)
class Installation:
    """The library and what it reads."""

    library: Path
    folder: Path
    """Holds `espeak-ng-data`."""

    @classmethod
    def find(cls) -> Installation:
        """Raises InputError when the wheel is not installed."""
        try:
            import espeakng_loader

            library, data = espeakng_loader.get_library_path(), espeakng_loader.get_data_path()
        except (ImportError, RuntimeError) as error:  # RuntimeError: a wheel without its data
            raise InputError.at(
                Place("preview engine"),
                "espeak-ng is not installed.",
                Message("Run: {}", pip(*PREVIEW)),
            ) from error
        return cls(Path(library).resolve(), Path(data).resolve().parent)

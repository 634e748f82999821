"""What people's sounds and pictures may be: every limit in one place."""

from __future__ import annotations

FILE_BYTES = 1 << 30
"""Of a sound file that is opened at all."""

SECONDS = 3600.0
"""Of sound read from one file unless the caller says otherwise."""

SAMPLES = 2 * 48_000 * 3600
"""Decoded from one file, all channels together: an hour of stereo at 48 kHz, 1.4 GB."""

CHANNELS = 8
"""More than this is not something a person listens to."""

RATES = range(4_000, 384_001)
"""Hz a file may have."""

LOUDEST = 2.0**31
"""Times full scale. Floats copied from 32-bit integers stay under it; encoders abort at 1e19."""

PICTURE_BYTES = 5 << 20
"""Podcast directories and players refuse or ignore larger ones."""

SIDE = 4096
"""Pixels of a picture, each way."""

# --- the process that reads them

MEMORY = 512 << 20
"""Bytes of address space on top of what it has when it is ready."""

CPU_SECONDS = 120
"""For one file."""

PATIENCE = 30.0
"""Seconds without any sound coming out of it."""

FRAME_BYTES = 64 << 20
"""Of one answer; it sends less than one hundredth of it at a time."""

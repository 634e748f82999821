"""What the machine can do at best, measured the moment it is compared with."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from comfyui_glmtts.glmtts_runtime.glm_tts.kernels.packed import PackedLinear, supported
from comfyui_glmtts.machine import processor

from . import load

MEGABYTES = 512


@dataclass(frozen=True, slots=True)
class Machine:
    """Rates of one device at one precision."""

    device: str
    copy: float
    """bytes/s moved by a copy, read and written"""
    read: float
    """bytes/s of weights read by a matrix-vector product"""
    flops: float
    """operations/s of a matrix product"""


def measured(device: torch.device, dtype: torch.dtype) -> Machine:
    """Measure a device."""
    source = torch.ones(MEGABYTES << 18, device=device)
    target = torch.empty_like(source)
    copying = seconds(device, lambda: target.copy_(source))
    side = 4096 if device.type == "cuda" else 1024
    matrices = [torch.randn(side, side, device=device).to(dtype) for _ in range(24)]
    vector = torch.randn(1, side, device=device).to(dtype)
    reading = seconds(device, lambda: [F.linear(vector, matrix) for matrix in matrices])
    if device.type == "cpu" and dtype == torch.bfloat16 and supported():
        packed = [PackedLinear(_layer(matrix)) for matrix in matrices]
        reading = min(reading, seconds(device, lambda: [layer(vector) for layer in packed]))
    multiplying = seconds(device, lambda: [matrix @ matrix for matrix in matrices[:4]])
    name = torch.cuda.get_device_name(device) if device.type == "cuda" else _cpu()
    return Machine(
        device=name,
        copy=2 * source.nbytes / copying,
        read=sum(matrix.nbytes for matrix in matrices) / reading,
        flops=4 * 2 * side**3 / multiplying,
    )


def seconds(device: torch.device, work: Callable[[], object], times: int = 5) -> float:
    """The best of several runs, after one that does not count."""
    spent = []
    for _ in range(times + 1):
        synchronise(device)
        start = time.perf_counter()
        work()
        synchronise(device)
        spent.append(time.perf_counter() - start)
    return min(spent[1:])


def _layer(matrix: torch.Tensor) -> torch.nn.Linear:
    layer = torch.nn.Linear(matrix.shape[1], matrix.shape[0], bias=False, device="meta")
    layer.weight = torch.nn.Parameter(matrix, requires_grad=False)
    return layer


def synchronise(device: torch.device) -> None:
    """Wait for what was asked of the device."""
    if device.type == "cuda":
        torch.cuda.synchronize(device)


def peak(device: torch.device) -> int:
    """Bytes held at most so far: of the device's memory, or of this process's."""
    return torch.cuda.max_memory_allocated(device) if device.type == "cuda" else load.peak()


def _cpu() -> str:
    return f"{processor()}, {torch.get_num_threads()} threads"

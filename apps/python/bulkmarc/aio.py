"""Exports beside an event loop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from . import _export, _native
from ._report import Report

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from .typing import CheckOptions, ExportOptions, Source, Target

__all__ = ["check", "export"]


async def export(source: Source, target: Target, **options: Unpack[ExportOptions]) -> Report:
    """As bulkmarc.export(), in a thread of its own; ends with its task when that is cancelled.

    What it calls (an iterable, a file object, `progress`) is called by that thread.
    """
    return await _in_thread(_export.export, source, target, **options)


async def check(source: Source, **options: Unpack[CheckOptions]) -> Report:
    """As bulkmarc.check(), in a thread of its own; ends with its task when that is cancelled."""
    return await _in_thread(_export.check, source, **options)


async def _in_thread(function: Callable[..., Report], *arguments: Any, **options: Any) -> Report:
    stop = options.pop("stop", None) or _native.Stop()
    running = asyncio.ensure_future(asyncio.to_thread(function, *arguments, stop=stop, **options))
    try:
        return await asyncio.shield(running)
    except asyncio.CancelledError:
        stop.set()
        # The target is as it was when the task is over.
        await asyncio.wait([running])
        running.exception()
        raise

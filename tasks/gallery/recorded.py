"""The backend of `--record`: what the operator's runs send and receive is kept in a file."""

import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from starlette.requests import HTTPConnection

from inference_core import AsyncInferenceClient
from inference_core.errors import CodedError, InferenceError
from inference_core.recording.format import About
from inference_core.recording.recorder import FileRecorder
from inference_core.settings.description import GallerySettings
from tasks.gallery.backend import Backend, Locate
from tasks.gallery.operator.access import OperatorAccess
from tasks.gallery.rehearsal.watched import is_rehearsed


def recorded(backend: Backend, settings: GallerySettings, access: OperatorAccess) -> Backend:
    """The backend, whose runs of the operator, or of everybody, are written to the file of the settings.

    Raises:
        RecordingError: the file cannot be written, or is there already.
    """
    secrets = [one.reveal() for one in (settings.token, access.key) if one]
    recorder = FileRecorder(Path(settings.record), About(kind=backend.kind, endpoint=backend.address or ""), secrets)
    recording = _Recording(backend, recorder, _everyone if settings.record_visitors else _operator(access))
    hosted = backend.hosted and replace(backend.hosted, client=recording.of(backend.hosted))
    kept = replace(backend, client=recording.of(backend), close=recording.close, hosted=hosted)
    return replace(kept, records="everyone") if settings.record_visitors else replace(kept, records="operator")


class _Recording:
    """A backend and the recorder of those of its runs that are kept."""

    def __init__(self, backend: Backend, recorder: FileRecorder, is_kept: Callable[[], bool]) -> None:
        self._backend = backend
        self._recorder = recorder
        self._is_kept = is_kept
        self._has_begun = False

    def of(self, backend: Backend) -> Locate:
        """The clients of a backend, with the recorder if what they do is kept."""

        async def locate(**options: Any) -> AsyncInferenceClient:
            if not self._has_begun:
                self._has_begun = True
                await self._begin()
            client = await backend.client(**options)
            return client.with_options(recorder=self._recorder) if self._is_kept() else client

        return locate

    async def _begin(self) -> None:
        """Record what a page asks when it is opened, whoever opens it: which models there are."""
        with suppress(InferenceError):
            client = (await self._backend.client()).with_options(recorder=self._recorder)
            with suppress(InferenceError):
                await client.recommended_models()
            if self._backend.kind != "hosted":
                await client.get_endpoint_info()

    def close(self) -> None:
        try:
            self._backend.close()
        finally:
            self._close()

    def _close(self) -> None:
        try:
            self._recorder.close()
        except CodedError as error:
            print(error.explain(), file=sys.stderr)


def _everyone() -> bool:
    return True


def _operator(access: OperatorAccess) -> Callable[[], bool]:
    def is_kept() -> bool:
        # Gradio takes seconds to import; when something runs, it has been.
        from gradio.context import LocalContext

        asked = LocalContext.request.get(None)
        request = asked and asked.request
        return is_rehearsed() or (isinstance(request, HTTPConnection) and access.is_operator(request))

    return is_kept

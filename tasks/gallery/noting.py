"""What a client answered to a task's function, for who wants the data and not what the page shows of it."""

from typing import Any

from inference_core import AsyncInferenceClient


class Noting:
    """Remembers in `answer` what the last method returned of the clients that it was given."""

    def __init__(self) -> None:
        self.answer: object = None

    def of(self, client: AsyncInferenceClient) -> Any:
        """The client, for a task's function to call."""
        return _Noted(client, self)


class _Noted:
    def __init__(self, client: AsyncInferenceClient, noting: Noting) -> None:
        self._client = client
        self._noting = noting

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._client, name)

        async def noted(*arguments: Any, **options: Any) -> Any:
            self._noting.answer = await method(*arguments, **options)
            return self._noting.answer

        return noted

"""What an app would send, to be kept."""

from starlette.types import ASGIApp, Message, Receive, Scope


async def collected(app: ASGIApp, scope: Scope, receive: Receive) -> list[Message]:
    """The messages of the app's answer, the start of the response first."""
    messages: list[Message] = []

    async def keep(message: Message) -> None:
        messages.append(message)

    await app(scope, receive, keep)
    return messages

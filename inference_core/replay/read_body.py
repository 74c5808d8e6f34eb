"""A request whose body has been read, for whoever is to read it too."""

from starlette.types import Message, Receive


def body_again(body: bytes, receive: Receive) -> Receive:
    """The messages of the request: first its body, then what still comes."""
    first: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive_again() -> Message:
        return first.pop() if first else await receive()

    return receive_again

"""What the app and the process of a model say to each other through Ray: the messages of a lane, as MessagePack."""

import msgspec

from inference_core.engine.runners.messages import Answered, Batch, Failed, FromChild, Loaded

_decoder: msgspec.msgpack.Decoder[Answered | Batch | Failed | Loaded] = msgspec.msgpack.Decoder(FromChild)


def encoded(message: FromChild) -> bytes:
    """Bytes, because Ray pickles everything else, and shows errors with their words."""
    return msgspec.msgpack.encode(message, enc_hook=str)


def decoded(sent: bytes) -> Answered | Batch | Failed | Loaded:
    return _decoder.decode(sent)

"""The engine says of each model where it computes, in which numbers, and what memory it took."""

import httpx

from tests.support.processes import Server


def test_of_every_model_it_is_said(engine: Server) -> None:
    models = [one for one in httpx.get(f"{engine.url}/info").json()["models"] if one["id"].startswith("tiny/")]
    assert models
    for one in models:
        is_table = one["tasks"][0].startswith("tabular")
        assert one["state"] == "ready", one["id"]
        assert (one["device"], one["dtype"]) == ("cpu", None if is_table else "float32"), one["id"]
        assert one["memory_bytes"] > 2**20 and one["load_seconds"] > 0

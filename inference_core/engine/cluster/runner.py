"""Runs the models of a models.toml on the cluster, and all others with a runner of this process."""

from collections.abc import AsyncGenerator, Callable, Mapping
from typing import Any

from inference_core.engine.cluster.deployed import Deployed
from inference_core.engine.contract import Finish, Model, Token
from inference_core.engine.runners.contract import Answer, Details, Runner, State, Watched


class ClusterRunner:
    """Calls the models of `deployed`; `here` runs the built-in ones, so that every task has an answer.

    `on_close` is called when the app ends.
    """

    def __init__(
        self, deployed: Mapping[Model, Deployed], here: Runner, on_close: Callable[[], None] = lambda: None
    ) -> None:
        self._deployed = deployed
        self._here = here
        self._on_close = on_close

    async def run(self, model: Model, task: str, body: Any) -> Answer:
        deployed = self._deployed.get(model)
        if deployed is None:
            return await self._here.run(model, task, body)
        return await deployed.run(task, body)

    def iterate(self, model: Model, task: str, body: Any) -> AsyncGenerator[list[Token | Finish]]:
        deployed = self._deployed.get(model)
        return self._here.iterate(model, task, body) if deployed is None else deployed.iterate(task, body)

    def state(self, model: Model) -> State:
        deployed = self._deployed.get(model)
        return self._here.state(model) if deployed is None else deployed.state

    def details(self, model: Model) -> Details:
        deployed = self._deployed.get(model)
        return self._here.details(model) if deployed is None else deployed.details

    @property
    def stuck(self) -> int:
        """How many threads of this process do not come back; a stuck process of the cluster is replaced there."""
        return self._here.stuck if isinstance(self._here, Watched) else 0

    def close(self) -> None:
        for deployed in self._deployed.values():
            deployed.close()
        self._here.close()
        self._on_close()

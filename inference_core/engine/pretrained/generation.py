"""How a model generates, as the Hub's types ask for it: the options of transformers' `generate`."""

import secrets
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from msgspec import Meta, structs

from inference_core.engine.contract import CannotAnswer, Parameters
from inference_core.engine.work.stopping import stop_if_unwanted

_SEEDS = 2**32

_SAMPLING = ("temperature", "top_k", "top_p", "typical_p", "epsilon_cutoff", "eta_cutoff")
_ELSEWHERE = {"num_beam_groups": 1, "penalty_alpha": 0.0}
"""What transformers 5 only does with code from the Hub, and the values with which it does nothing."""

_NEW_TOKENS = 256
"""How many tokens a model generates at most if neither it nor the caller says so."""

Length = Annotated[int, Meta(ge=0, le=4096)]
Limit = Annotated[int, Meta(ge=1, le=4096)]
Share = Annotated[float, Meta(gt=0, le=1)]
Cutoff = Annotated[float, Meta(ge=0, lt=1)]


class GenerationParameters(Parameters):
    """Lengths are in tokens. It samples only if the caller says so, or how; the same `seed` gives the same answer."""

    max_length: Limit | None = None
    max_new_tokens: Limit | None = None
    min_length: Length | None = None
    min_new_tokens: Length | None = None
    do_sample: bool | None = None
    temperature: Annotated[float, Meta(ge=0)] | None = None
    top_k: Annotated[int, Meta(ge=1)] | None = None
    top_p: Share | None = None
    typical_p: Share | None = None
    epsilon_cutoff: Cutoff | None = None
    eta_cutoff: Cutoff | None = None
    num_beams: Annotated[int, Meta(ge=1, le=16)] | None = None
    num_beam_groups: Annotated[int, Meta(ge=1)] | None = None
    early_stopping: bool | Literal["never"] | None = None
    penalty_alpha: Annotated[float, Meta(ge=0)] | None = None
    length_penalty: float | None = None
    repetition_penalty: Annotated[float, Meta(gt=0)] | None = None
    no_repeat_ngram_size: Length | None = None
    use_cache: bool | None = None
    seed: Annotated[int, Meta(ge=0)] | None = None


def options(asked: GenerationParameters, most: int | None = None) -> dict[str, Any]:
    """The options of `generate`, of which no limit is more than `most` tokens.

    Raises CannotAnswer, which names what cannot be honoured.
    """
    given = {name: value for name, value in structs.asdict(asked).items() if value is not None and name != "seed"}
    others = [name for name, nothing in _ELSEWHERE.items() if given.pop(name, nothing) != nothing]
    if others:
        raise CannotAnswer("fields_not_served", fields=others)
    for name in ("max_length", "max_new_tokens", "min_length", "min_new_tokens"):
        if most is not None and given.get(name, 0) > most:
            raise CannotAnswer("value_too_high", name=name, value=given[name], most=most)
    return _sampled(given)


def usual_limit(model: Any, most: int | None) -> dict[str, int]:
    """The limit of a model that has none of its own."""
    own = model.generation_config
    if own.max_length is not None or own.max_new_tokens is not None:
        return {}
    return {"max_new_tokens": _NEW_TOKENS if most is None else min(_NEW_TOKENS, most - 1)}


def _sampled(given: dict[str, Any]) -> dict[str, Any]:
    """Without what `generate` would only warn of: how to sample where it does not, as at a temperature of 0."""
    how = {name: given.pop(name) for name in _SAMPLING if name in given}
    is_sampled = given.pop("do_sample", bool(how)) and how.get("temperature") != 0
    if not is_sampled and not how:
        return given
    return {**given, "do_sample": is_sampled, **(how if is_sampled else {})}


def generate(model: Any, inputs: Mapping[str, Any], given: Mapping[str, Any], seed: int | None) -> Any:
    """What a model generates; the work ends when nobody wants it any more."""
    import torch

    sow(seed)
    with torch.inference_mode():
        return model.generate(**inputs, **given, stopping_criteria=while_wanted())


def sow(seed: int | None) -> int:
    """What is chosen by chance in this process is chosen by this seed, or by one that is returned; nobody else computes
    in it.
    """
    import torch

    seed = secrets.randbelow(_SEEDS) if seed is None else seed % _SEEDS
    torch.manual_seed(seed)
    return seed


def while_wanted() -> Any:
    """The `stopping_criteria` with which `generate` raises `Stopped` when nobody waits for what it generates."""
    import torch
    from transformers import StoppingCriteria, StoppingCriteriaList

    class Wanted(StoppingCriteria):  # type: ignore[misc]
        def __call__(self, input_ids: torch.Tensor, scores: Any, **more: Any) -> torch.Tensor:
            stop_if_unwanted()
            return torch.zeros(input_ids.shape[0], dtype=torch.bool, device=input_ids.device)

    return StoppingCriteriaList([Wanted()])


def refuse_all(asked: GenerationParameters, *, but: tuple[str, ...] = ()) -> None:
    """Raises CannotAnswer with what was given, for a model that does not generate token by token."""
    given = [name for name, value in structs.asdict(asked).items() if value is not None and name not in but]
    if given:
        raise CannotAnswer("fields_not_served", fields=given)

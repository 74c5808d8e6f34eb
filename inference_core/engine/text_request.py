"""The body of a text generation request and its whole answer, in the format of text-generation-inference."""

from typing import Annotated, Any

from msgspec import Meta, Struct, field

from inference_core.engine.contract import Finish, NonEmpty, Parameters, Token, token_json


class TextGenerationParameters(Parameters):
    """The parameters of text-generation-inference that models of the engine can follow.

    If `do_sample` is false, the most likely word is always taken and the other sampling parameters have no effect.
    Whether text is sampled by default is up to the model. `truncate` keeps that many tokens from the end of the
    prompt. The same `seed` gives the same text. `top_n_tokens` lists that many of the most likely tokens at each place.
    """

    max_new_tokens: Annotated[int, Meta(ge=1, le=2048)] | None = None
    do_sample: bool | None = None
    temperature: Annotated[float, Meta(gt=0)] | None = None
    top_k: Annotated[int, Meta(ge=1)] | None = None
    top_p: Annotated[float, Meta(gt=0, le=1)] | None = None
    typical_p: Annotated[float, Meta(gt=0, le=1)] | None = None
    repetition_penalty: Annotated[float, Meta(gt=0)] | None = None
    frequency_penalty: Annotated[float, Meta(ge=-2, le=2)] | None = None
    seed: Annotated[int, Meta(ge=0)] | None = None
    stop: Annotated[list[Annotated[str, Meta(min_length=1)]], Meta(max_length=4)] | None = None
    top_n_tokens: Annotated[int, Meta(ge=1, le=5)] | None = None
    truncate: Annotated[int, Meta(ge=1)] | None = None
    return_full_text: bool | None = None
    details: bool | None = None

    @property
    def is_sampled(self) -> bool:
        """As in text-generation-inference, for models that do not sample by default: if the caller says so, or how."""
        if self.do_sample is not None:
            return self.do_sample
        return any(one is not None for one in (self.temperature, self.top_k, self.top_p, self.typical_p))


class TextGenerationBody(Struct, forbid_unknown_fields=True, kw_only=True):
    inputs: NonEmpty
    parameters: TextGenerationParameters = field(default_factory=TextGenerationParameters)
    stream: bool = False


def generated(body: TextGenerationBody, items: list[Token | Finish]) -> list[dict[str, Any]]:
    """`[{generated_text}]` from all the items of a generation, with `details` if the caller asked for them."""
    tokens = [item for item in items if isinstance(item, Token)]
    text = "".join(token.text for token in tokens)
    answer: dict[str, Any] = {"generated_text": body.inputs + text if body.parameters.return_full_text else text}
    if body.parameters.details:
        (finish,) = (item for item in items if isinstance(item, Finish))
        answer["details"] = {
            "finish_reason": finish.reason,
            "generated_tokens": len(tokens),
            "seed": finish.seed,
            "prefill": [],
            "tokens": [token_json(token) for token in tokens],
        }
        if body.parameters.top_n_tokens:
            answer["details"]["top_tokens"] = [[token_json(one) for one in token.top or []] for token in tokens]
    return [answer]

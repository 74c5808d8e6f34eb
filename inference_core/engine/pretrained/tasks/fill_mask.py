"""Fill-mask through transformers' pipeline."""

import re
from typing import Annotated, Any

from msgspec import Meta, Struct, field

from inference_core.engine.contract import CannotAnswer, NonEmpty, Parameters, ServedTask
from inference_core.engine.models_file import ModelSpec
from inference_core.engine.packages import TRANSFORMERS
from inference_core.engine.pretrained import loading
from inference_core.engine.pretrained.family import Family
from inference_core.engine.pretrained.windows import require_fit, set_window

_MASK = re.compile(r"\[MASK\]|<mask>")
_TOP_K = 5
_MOST_MASKS = 8


class FillMaskParameters(Parameters):
    """`top_k`: how many tokens to propose. `targets`: only these; a longer word counts as its first token.

    The scores of `targets` do not sum to 1.
    """

    top_k: Annotated[int, Meta(ge=1, le=1000)] | None = None
    targets: Annotated[list[NonEmpty], Meta(min_length=1, max_length=1000)] | None = None


class FillMaskBody(Struct, forbid_unknown_fields=True, kw_only=True):
    inputs: NonEmpty
    parameters: FillMaskParameters = field(default_factory=FillMaskParameters)


class MaskFiller:
    """A masked language model. A mask may be written as any usual model has it."""

    def __init__(self, spec: ModelSpec) -> None:
        self._pipeline = loading.pipeline("fill-mask", spec)
        self._tokenizer = self._pipeline.tokenizer
        self._window = set_window(self._tokenizer, self._pipeline.model.config)
        self.name = loading.name(spec, self._pipeline.model)
        self.place = loading.where(self._pipeline.model)

    def answer(self, body: FillMaskBody) -> list[Any]:
        """For one mask a list of `{score, token, token_str, sequence}`, best first; for several masks a list of lists.

        Raises CannotAnswer if there is no mask or too many, if the text is beyond the model's window, and for a target
        without a token.
        """
        mask: str = self._tokenizer.mask_token
        text = _MASK.sub(lambda _: mask, body.inputs)
        self._require_masks(text.count(mask))
        require_fit(self._tokenizer, text, self._window)
        targets = body.parameters.targets
        named = {} if targets is None else {"targets": self._known(targets)}
        top_k = min(body.parameters.top_k or _TOP_K, len(self._tokenizer))
        filled: list[Any] = self._pipeline(text, top_k=top_k, **named)
        return filled

    def _require_masks(self, count: int) -> None:
        if not count:
            raise CannotAnswer("no_mask")
        if count > _MOST_MASKS:
            raise CannotAnswer("too_many_masks", count=count, most=_MOST_MASKS)

    def _known(self, targets: list[str]) -> list[str]:
        words = self._tokenizer.get_vocab()
        unknown = [self._tokenizer.unk_token_id]

        def is_token(target: str) -> bool:
            return target in words or self._tokenizer(target, add_special_tokens=False).input_ids[:1] not in (
                [],
                unknown,
            )

        if odd := [target for target in targets if not is_token(target)]:
            raise CannotAnswer("targets_without_token", targets=odd)
        return targets


FAMILY = Family(
    tasks=(
        ServedTask(
            id="fill-mask",
            body=FillMaskBody,
            answer=MaskFiller.answer,
            answered_example={"inputs": "I would like a cup of [MASK]."},
            refused_example={"inputs": "I would like a cup of tea."},
        ),
    ),
    load=MaskFiller,
    needs=TRANSFORMERS,
)

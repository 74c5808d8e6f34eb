"""Models that make a text of a text, which tasks share: what is read, what is generated, what is said of both."""

from collections.abc import Mapping
from typing import Any, Literal

from inference_core.engine.contract import CannotAnswer
from inference_core.engine.models_file import ModelSpec
from inference_core.engine.pretrained import loading
from inference_core.engine.pretrained.generation import GenerationParameters, generate, options, usual_limit
from inference_core.engine.pretrained.windows import set_window

Truncation = Literal["do_not_truncate", "longest_first", "only_first", "only_second"]
_CUT = ("do_not_truncate", "longest_first", "only_first")


class Rewriter:
    """An encoder with a decoder."""

    def __init__(self, spec: ModelSpec) -> None:
        from transformers import AutoModelForSeq2SeqLM, AutoTokenizer

        self.tokenizer = AutoTokenizer.from_pretrained(spec.source, **loading.place(spec))
        self.model = loading.model(AutoModelForSeq2SeqLM, spec)
        self._window = set_window(self.tokenizer, self.model.config)
        self._places: int | None = getattr(self.model.config, "max_position_embeddings", None)
        self.name = loading.name(spec, self.model)
        self.place = loading.where(self.model)

    @property
    def usual(self) -> dict[str, dict[str, Any]]:
        """What the model's configuration says of tasks, such as the `prefix` of their texts."""
        return getattr(self.model.config, "task_specific_params", None) or {}

    def rewritten(
        self,
        text: str,
        asked: GenerationParameters,
        truncation: Truncation | None,
        *,
        usual: Mapping[str, Any],
        clean_up: bool | None,
    ) -> str:
        """The text that the model makes of this one; what is asked for comes before what is usual.

        Raises CannotAnswer for a text beyond the model's window that may not be cut, and names what cannot be honoured.
        """
        given = options(asked, self._places)
        if "max_new_tokens" in given or "max_length" in given:
            usual = {name: value for name, value in usual.items() if name not in ("min_length", "max_length")}
        elif "max_length" not in usual:
            usual = {**usual, **usual_limit(self.model, self._places)}
        row = self.tokenizer(text, return_tensors="pt", truncation=self._is_cut(text, truncation))
        made = generate(self.model, row.to(self.model.device), {**usual, **given}, asked.seed)
        return str(self.tokenizer.decode(made[0], skip_special_tokens=True, clean_up_tokenization_spaces=clean_up))

    def _is_cut(self, text: str, truncation: Truncation | None) -> bool:
        if truncation == "only_second":
            raise CannotAnswer("value_not_served", name="truncation", value=truncation, known=list(_CUT))
        if truncation in (None, "do_not_truncate"):
            count = len(self.tokenizer(text, verbose=False).input_ids)
            if self._window is not None and count > self._window:
                raise CannotAnswer("too_many_tokens_untruncated", count=count, most=self._window)
            return False
        return self._window is not None

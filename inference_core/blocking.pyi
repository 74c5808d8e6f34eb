# Made by `python -m tests.support.stubs` from the asynchronous client: change that, and run it again.
from collections.abc import Collection, Generator, Mapping, Sequence
from types import TracebackType
from typing import Any, Literal, Self, overload

import numpy as np
from numpy.typing import NDArray
from PIL.Image import Image

from inference_core.answers.base import (
    ConversationalOutput,
    FillMaskOutputElement,
    QuestionAnsweringOutputElement,
    SummarizationOutput,
    TableQuestionAnsweringOutputElement,
    TextClassificationOutputElement,
    TokenClassificationOutputElement,
    TranslationOutput,
    ZeroShotClassificationOutputElement,
)
from inference_core.answers.files import AudioBytes
from inference_core.answers.generation import (
    ChatCompletionOutput,
    ChatCompletionStreamOutput,
    TextGenerationOutput,
    TextGenerationStreamOutput,
)
from inference_core.answers.media import (
    AudioClassificationOutputElement,
    AutomaticSpeechRecognitionOutput,
    DocumentQuestionAnsweringOutputElement,
    ImageClassificationOutputElement,
    ImageSegmentationOutputElement,
    ImageToTextOutput,
    ObjectDetectionOutputElement,
    VisualQuestionAnsweringOutputElement,
    ZeroShotImageClassificationOutputElement,
)
from inference_core.http.record import Observer
from inference_core.http.request import OnWait
from inference_core.media.inputs import LARGEST_INPUT, Content, Media
from inference_core.methods.generation import Chat

class InferenceClient:
    """Calls inference models over HTTP and waits for the answer: AsyncInferenceClient without `await`.

    It may be used from several threads, and where an event loop is running. All blocking clients of a process share one
    thread that sends and receives; functions that a client is given to call are called there, so they must not call
    blocking clients. A stream is a generator: closing or forgetting it closes its connection. Close the client by
    `with` or `close()`; one that nobody closes is closed when the program ends. Every method raises the errors of
    `inference_core.errors`.

    Args:
        model: model id (`organisation/name`) or URL of an endpoint, for every call that names no other.
        provider: who serves the model: "hf-inference", or a third party such as "fal-ai" (`inference_core.providers`).
            None and "auto" leave it to the Hub, in the order of the caller's settings there. A third party is called
            through Hugging Face's router, or directly where the token is a key of its own.
        token: sent as bearer token to wherever this client is pointed. By default the saved one (HF_TOKEN, or the file
            that `hf auth login` writes), which goes to Hugging Face and `token_hosts` only. False sends none.
        timeout: seconds for a whole call, with all it looks up and waits for; for a stream, seconds until it begins and
            then of silence between two events. None waits for ever.
        headers, cookies: sent with every call, except to another origin after a redirect.
        bill_to: organisation that pays for hosted calls.
        base_url, api_key: other names of `model` and `token`, as in openai's client.
        endpoint: base URL of a server that answers the hosted API's routes (`/models/{id}`, `/api/tasks`), in place of
            Hugging Face; the local engine is one.
        token_hosts: further hosts that may see the saved token (`example.com`, `*.example.com`).
        on_wait: called before every wait with its reason ("loading", "rate limit", "reconnecting", "queue") and its
            length in seconds, in the thread of the loop.
        max_connections: calls that run at once; the others wait for their turn.
    """

    def __init__(
        self,
        model: str | None = None,
        *,
        provider: str | None = None,
        token: str | Literal[False] | None = None,
        timeout: float | None = None,
        headers: Mapping[str, str] | None = None,
        cookies: Mapping[str, str] | None = None,
        bill_to: str | None = None,
        base_url: str | None = None,
        api_key: str | None = None,
        endpoint: str | None = None,
        token_hosts: Collection[str] = (),
        on_wait: OnWait | None = None,
        max_connections: int = 500,
    ) -> None: ...
    def with_options(
        self,
        *,
        model: str | None = None,
        timeout: float | None = None,
        endpoint: str | None = None,
        on_wait: OnWait | None = None,
        observer: Observer | None = None,
        guard_urls: bool | None = None,
    ) -> Self:
        """The same client with some options changed; it shares the session, so it need not be closed.

        Args:
            model, timeout, endpoint, on_wait: as in the constructor; None keeps the present value.
            observer: gets the record of every exchange.
            guard_urls: whether a model or a file given by URL comes from somebody who is not trusted: it is then
                reached only if it is a public address, without a token, headers or proxy.
        """

    @property
    def model(self) -> str | None:
        """The model of every call that names no other."""

    @property
    def timeout(self) -> float | None:
        """Seconds for a whole call, None for no limit."""

    @property
    def provider(self) -> str | None:
        """Who serves the models, as it was said."""

    def close(self) -> None:
        """Close the session. A later call opens a new one."""

    def __enter__(self) -> Self: ...
    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None: ...
    def audio_classification(
        self,
        audio: Content,
        *,
        model: str | None = None,
        top_k: int | None = None,
        function_to_apply: Literal["sigmoid", "softmax", "none"] | None = None,
    ) -> list[AudioClassificationOutputElement]:
        """Sort a sound into the model's classes.

        Args:
            top_k: how many classes to return.
            function_to_apply: what turns the model's raw scores into those returned.

        Returns:
            Classes with their scores, best first.
        """

    def automatic_speech_recognition(
        self, audio: Content, *, model: str | None = None, extra_body: dict[str, Any] | None = None
    ) -> AutomaticSpeechRecognitionOutput:
        """Write down what is said.

        Args:
            extra_body: parameters of the model, such as `{"return_timestamps": True}`.
        """

    def text_to_speech(
        self,
        text: str,
        *,
        model: str | None = None,
        do_sample: bool | None = None,
        early_stopping: bool | Literal["never"] | None = None,
        epsilon_cutoff: float | None = None,
        eta_cutoff: float | None = None,
        max_length: int | None = None,
        max_new_tokens: int | None = None,
        min_length: int | None = None,
        min_new_tokens: int | None = None,
        num_beam_groups: int | None = None,
        num_beams: int | None = None,
        penalty_alpha: float | None = None,
        temperature: float | None = None,
        top_k: int | None = None,
        top_p: float | None = None,
        typical_p: float | None = None,
        use_cache: bool | None = None,
        extra_body: dict[str, Any] | None = None,
    ) -> AudioBytes:
        """Speak a text.

        Args:
            extra_body: further parameters of the model, such as `{"voice": "de"}` for the local engine. The others are
                those of transformers' text generation, for models that generate speech that way.

        Returns:
            The bytes of a sound file; they know their `mime_type` and give their `samples()`.
        """

    def image_classification(
        self,
        image: Content,
        *,
        model: str | None = None,
        function_to_apply: Literal["sigmoid", "softmax", "none"] | None = None,
        top_k: int | None = None,
    ) -> list[ImageClassificationOutputElement]:
        """Sort a picture into the model's classes.

        Args:
            function_to_apply: what turns the model's raw scores into those returned.
            top_k: how many classes to return.

        Returns:
            Classes with their scores, best first.
        """

    def image_segmentation(
        self,
        image: Content,
        *,
        model: str | None = None,
        mask_threshold: float | None = None,
        overlap_mask_area_threshold: float | None = None,
        subtask: Literal["instance", "panoptic", "semantic"] | None = None,
        threshold: float | None = None,
    ) -> list[ImageSegmentationOutputElement]:
        """Divide a picture into labelled segments.

        Args:
            mask_threshold: where the model's masks are cut to yes and no.
            overlap_mask_area_threshold: overlap from which small segments are left out.
            subtask: what kind of segments.
            threshold: the least score of a segment.

        Returns:
            Segments with their masks as PIL images of mode L.
        """

    def image_to_image(
        self,
        image: Content,
        prompt: str | None = None,
        *,
        negative_prompt: str | None = None,
        num_inference_steps: int | None = None,
        guidance_scale: float | None = None,
        model: str | None = None,
        target_size: Mapping[str, int] | None = None,
        **kwargs: Any,
    ) -> Image:
        """Change a picture as a prompt says.

        Args:
            negative_prompt: what the result should not have.
            num_inference_steps: how many steps the model takes.
            guidance_scale: how closely the result follows the prompt.
            target_size: `width` and `height` of the result in pixels.
            kwargs: further parameters of the model.

        Returns:
            A PIL image.
        """

    def image_to_text(self, image: Content, *, model: str | None = None) -> ImageToTextOutput:
        """Describe a picture, or read what is written in it."""

    def object_detection(
        self, image: Content, *, model: str | None = None, threshold: float | None = None
    ) -> list[ObjectDetectionOutputElement]:
        """Find objects in a picture.

        Args:
            threshold: the least score of an object.

        Returns:
            Objects with their scores and their boxes in pixels.
        """

    def text_to_image(
        self,
        prompt: str,
        *,
        negative_prompt: str | None = None,
        height: int | None = None,
        width: int | None = None,
        num_inference_steps: int | None = None,
        guidance_scale: float | None = None,
        model: str | None = None,
        scheduler: str | None = None,
        seed: int | None = None,
        extra_body: dict[str, Any] | None = None,
    ) -> Image:
        """Draw a picture of what a prompt says.

        Args:
            negative_prompt: what the picture should not have.
            height, width: size in pixels.
            num_inference_steps: how many steps the model takes.
            guidance_scale: how closely the picture follows the prompt.
            scheduler: the scheduler that takes the steps.
            seed: the same seed gives the same picture.
            extra_body: further parameters of the model.

        Returns:
            A PIL image.
        """

    def zero_shot_image_classification(
        self,
        image: Content,
        candidate_labels: list[str],
        *,
        model: str | None = None,
        hypothesis_template: str | None = None,
    ) -> list[ZeroShotImageClassificationOutputElement]:
        """Sort a picture into classes named in the call.

        Args:
            candidate_labels: the classes, two at least.
            hypothesis_template: sentence with `{}` in the place of the label.

        Returns:
            Labels with their scores, best first.
        """

    def document_question_answering(
        self,
        image: Content,
        question: str,
        *,
        model: str | None = None,
        doc_stride: int | None = None,
        handle_impossible_answer: bool | None = None,
        lang: str | None = None,
        max_answer_len: int | None = None,
        max_question_len: int | None = None,
        max_seq_len: int | None = None,
        top_k: int | None = None,
        word_boxes: list[list[float] | str] | None = None,
    ) -> list[DocumentQuestionAnsweringOutputElement]:
        """Answer a question about the picture of a document.

        Args:
            doc_stride, max_seq_len, max_question_len: how a long document is cut for the model, in tokens.
            handle_impossible_answer: whether an empty answer is allowed.
            lang: the language in which the page is read.
            max_answer_len: words of an answer at most.
            top_k: how many answers to return.
            word_boxes: the words and their boxes (0 to 1000 in both directions), for a page that is read already.

        Returns:
            Answers, best first.
        """

    def visual_question_answering(
        self, image: Content, question: str, *, model: str | None = None, top_k: int | None = None
    ) -> list[VisualQuestionAnsweringOutputElement]:
        """Answer a question about a picture.

        Args:
            top_k: how many answers to return.

        Returns:
            Answers, best first.
        """

    @overload
    def text_generation(
        self,
        prompt: str,
        *,
        details: Literal[True],
        stream: Literal[True],
        model: str | None = None,
        adapter_id: str | None = None,
        best_of: int | None = None,
        decoder_input_details: bool | None = None,
        do_sample: bool | None = None,
        frequency_penalty: float | None = None,
        grammar: Mapping[str, Any] | None = None,
        max_new_tokens: int | None = None,
        repetition_penalty: float | None = None,
        return_full_text: bool | None = None,
        seed: int | None = None,
        stop: list[str] | None = None,
        temperature: float | None = None,
        top_k: int | None = None,
        top_n_tokens: int | None = None,
        top_p: float | None = None,
        truncate: int | None = None,
        typical_p: float | None = None,
        watermark: bool | None = None,
    ) -> Generator[TextGenerationStreamOutput]:
        """Continue a text.

        Args:
            details: return tokens, probabilities and the reason of the end, not just the text.
            stream: return an iterator of what is generated, as it is generated.
            max_new_tokens: the most tokens to generate.
            do_sample, temperature, top_k, top_p, typical_p, seed: how the next token is drawn.
            repetition_penalty, frequency_penalty: how much repeating costs.
            stop: texts that end the generation.
            return_full_text: whether the prompt is part of the answer.
            truncate: how many tokens of the prompt to use.
            adapter_id, best_of, decoder_input_details, grammar, top_n_tokens, watermark: as text-generation-inference
                has them.

        Returns:
            The text; with `details` a TextGenerationOutput. With `stream` an iterator of str, or of
            TextGenerationStreamOutput, which also has `close()`.

        An endpoint that refuses some arguments by name is asked again without them; that is warned about once.
        """

    @overload
    def text_generation(
        self,
        prompt: str,
        *,
        details: Literal[True],
        stream: Literal[False] | None = None,
        model: str | None = None,
        adapter_id: str | None = None,
        best_of: int | None = None,
        decoder_input_details: bool | None = None,
        do_sample: bool | None = None,
        frequency_penalty: float | None = None,
        grammar: Mapping[str, Any] | None = None,
        max_new_tokens: int | None = None,
        repetition_penalty: float | None = None,
        return_full_text: bool | None = None,
        seed: int | None = None,
        stop: list[str] | None = None,
        temperature: float | None = None,
        top_k: int | None = None,
        top_n_tokens: int | None = None,
        top_p: float | None = None,
        truncate: int | None = None,
        typical_p: float | None = None,
        watermark: bool | None = None,
    ) -> TextGenerationOutput:
        """Continue a text.

        Args:
            details: return tokens, probabilities and the reason of the end, not just the text.
            stream: return an iterator of what is generated, as it is generated.
            max_new_tokens: the most tokens to generate.
            do_sample, temperature, top_k, top_p, typical_p, seed: how the next token is drawn.
            repetition_penalty, frequency_penalty: how much repeating costs.
            stop: texts that end the generation.
            return_full_text: whether the prompt is part of the answer.
            truncate: how many tokens of the prompt to use.
            adapter_id, best_of, decoder_input_details, grammar, top_n_tokens, watermark: as text-generation-inference
                has them.

        Returns:
            The text; with `details` a TextGenerationOutput. With `stream` an iterator of str, or of
            TextGenerationStreamOutput, which also has `close()`.

        An endpoint that refuses some arguments by name is asked again without them; that is warned about once.
        """

    @overload
    def text_generation(
        self,
        prompt: str,
        *,
        details: Literal[False] | None = None,
        stream: Literal[True],
        model: str | None = None,
        adapter_id: str | None = None,
        best_of: int | None = None,
        decoder_input_details: bool | None = None,
        do_sample: bool | None = None,
        frequency_penalty: float | None = None,
        grammar: Mapping[str, Any] | None = None,
        max_new_tokens: int | None = None,
        repetition_penalty: float | None = None,
        return_full_text: bool | None = None,
        seed: int | None = None,
        stop: list[str] | None = None,
        temperature: float | None = None,
        top_k: int | None = None,
        top_n_tokens: int | None = None,
        top_p: float | None = None,
        truncate: int | None = None,
        typical_p: float | None = None,
        watermark: bool | None = None,
    ) -> Generator[str]:
        """Continue a text.

        Args:
            details: return tokens, probabilities and the reason of the end, not just the text.
            stream: return an iterator of what is generated, as it is generated.
            max_new_tokens: the most tokens to generate.
            do_sample, temperature, top_k, top_p, typical_p, seed: how the next token is drawn.
            repetition_penalty, frequency_penalty: how much repeating costs.
            stop: texts that end the generation.
            return_full_text: whether the prompt is part of the answer.
            truncate: how many tokens of the prompt to use.
            adapter_id, best_of, decoder_input_details, grammar, top_n_tokens, watermark: as text-generation-inference
                has them.

        Returns:
            The text; with `details` a TextGenerationOutput. With `stream` an iterator of str, or of
            TextGenerationStreamOutput, which also has `close()`.

        An endpoint that refuses some arguments by name is asked again without them; that is warned about once.
        """

    @overload
    def text_generation(
        self,
        prompt: str,
        *,
        details: Literal[False] | None = None,
        stream: Literal[False] | None = None,
        model: str | None = None,
        adapter_id: str | None = None,
        best_of: int | None = None,
        decoder_input_details: bool | None = None,
        do_sample: bool | None = None,
        frequency_penalty: float | None = None,
        grammar: Mapping[str, Any] | None = None,
        max_new_tokens: int | None = None,
        repetition_penalty: float | None = None,
        return_full_text: bool | None = None,
        seed: int | None = None,
        stop: list[str] | None = None,
        temperature: float | None = None,
        top_k: int | None = None,
        top_n_tokens: int | None = None,
        top_p: float | None = None,
        truncate: int | None = None,
        typical_p: float | None = None,
        watermark: bool | None = None,
    ) -> str:
        """Continue a text.

        Args:
            details: return tokens, probabilities and the reason of the end, not just the text.
            stream: return an iterator of what is generated, as it is generated.
            max_new_tokens: the most tokens to generate.
            do_sample, temperature, top_k, top_p, typical_p, seed: how the next token is drawn.
            repetition_penalty, frequency_penalty: how much repeating costs.
            stop: texts that end the generation.
            return_full_text: whether the prompt is part of the answer.
            truncate: how many tokens of the prompt to use.
            adapter_id, best_of, decoder_input_details, grammar, top_n_tokens, watermark: as text-generation-inference
                has them.

        Returns:
            The text; with `details` a TextGenerationOutput. With `stream` an iterator of str, or of
            TextGenerationStreamOutput, which also has `close()`.

        An endpoint that refuses some arguments by name is asked again without them; that is warned about once.
        """

    @property
    def chat(self) -> Chat:
        """`chat.completions.create` is `chat_completion`, for programs written for openai's client."""

    @overload
    def chat_completion(
        self,
        messages: Sequence[Mapping[str, Any]],
        *,
        model: str | None = None,
        stream: Literal[False] = False,
        frequency_penalty: float | None = None,
        logit_bias: list[float] | None = None,
        logprobs: bool | None = None,
        max_tokens: int | None = None,
        n: int | None = None,
        presence_penalty: float | None = None,
        response_format: Mapping[str, Any] | None = None,
        seed: int | None = None,
        stop: list[str] | None = None,
        stream_options: Mapping[str, Any] | None = None,
        temperature: float | None = None,
        tool_choice: Mapping[str, Any] | str | None = None,
        tool_prompt: str | None = None,
        tools: list[Mapping[str, Any]] | None = None,
        top_logprobs: int | None = None,
        top_p: float | None = None,
        extra_body: Mapping[str, Any] | None = None,
    ) -> ChatCompletionOutput:
        """Answer a conversation, in OpenAI's format.

        Args:
            messages: turns as `{"role": "user", "content": "…"}`.
            stream: return an iterator of chunks, as they are generated.
            max_tokens: the most tokens to generate.
            extra_body: further fields of the request.
            frequency_penalty, logit_bias, logprobs, n, presence_penalty, response_format, seed, stop, stream_options,
                temperature, tool_choice, tool_prompt, tools, top_logprobs, top_p: as OpenAI's API has them.
        """

    @overload
    def chat_completion(
        self,
        messages: Sequence[Mapping[str, Any]],
        *,
        model: str | None = None,
        stream: Literal[True],
        frequency_penalty: float | None = None,
        logit_bias: list[float] | None = None,
        logprobs: bool | None = None,
        max_tokens: int | None = None,
        n: int | None = None,
        presence_penalty: float | None = None,
        response_format: Mapping[str, Any] | None = None,
        seed: int | None = None,
        stop: list[str] | None = None,
        stream_options: Mapping[str, Any] | None = None,
        temperature: float | None = None,
        tool_choice: Mapping[str, Any] | str | None = None,
        tool_prompt: str | None = None,
        tools: list[Mapping[str, Any]] | None = None,
        top_logprobs: int | None = None,
        top_p: float | None = None,
        extra_body: Mapping[str, Any] | None = None,
    ) -> Generator[ChatCompletionStreamOutput]:
        """Answer a conversation, in OpenAI's format.

        Args:
            messages: turns as `{"role": "user", "content": "…"}`.
            stream: return an iterator of chunks, as they are generated.
            max_tokens: the most tokens to generate.
            extra_body: further fields of the request.
            frequency_penalty, logit_bias, logprobs, n, presence_penalty, response_format, seed, stop, stream_options,
                temperature, tool_choice, tool_prompt, tools, top_logprobs, top_p: as OpenAI's API has them.
        """

    def conversational(
        self,
        text: str,
        generated_responses: list[str] | None = None,
        past_user_inputs: list[str] | None = None,
        *,
        parameters: Mapping[str, Any] | None = None,
        model: str | None = None,
    ) -> ConversationalOutput:
        """Answer the last turn of a conversation, in the form of the guide's time.

        It is sent as a chat completion, and in the old form to endpoints that know no chat.

        Args:
            text: what the user says now.
            past_user_inputs, generated_responses: the turns before, oldest first, equally many of both.
            parameters: further fields of the request.
        """

    def feature_extraction(
        self,
        text: str | list[str],
        *,
        normalize: bool | None = None,
        prompt_name: str | None = None,
        truncate: bool | None = None,
        truncation_direction: Literal["left", "right"] | None = None,
        dimensions: int | None = None,
        encoding_format: Literal["float", "base64"] | None = None,
        model: str | None = None,
    ) -> NDArray[np.float32]:
        """Turn text into vectors.

        Returns:
            A float32 array in the shape the server gives: (dimensions,) or (1, dimensions) for one text, (texts,
            dimensions) for a list, with one more axis where the model does not pool its tokens.
        """

    def fill_mask(
        self, text: str, *, model: str | None = None, targets: list[str] | None = None, top_k: int | None = None
    ) -> list[FillMaskOutputElement] | list[list[FillMaskOutputElement]]:
        """Guess the masked word; `text` holds the model's mask, `[MASK]` or `<mask>`.

        Args:
            targets: the only words to consider.
            top_k: how many guesses to return.

        Returns:
            The guesses, best first; one list per mask if there are several.
        """

    def question_answering(
        self,
        question: str,
        context: str,
        *,
        model: str | None = None,
        align_to_words: bool | None = None,
        doc_stride: int | None = None,
        handle_impossible_answer: bool | None = None,
        max_answer_len: int | None = None,
        max_question_len: int | None = None,
        max_seq_len: int | None = None,
        top_k: int | None = None,
    ) -> QuestionAnsweringOutputElement | list[QuestionAnsweringOutputElement]:
        """Find the answer to a question in a text; `context[start:end]` is the answer.

        Args:
            handle_impossible_answer: whether "no answer" is an answer too.
            max_answer_len: the longest answer, in the model's tokens.
            top_k: how many answers to return; more than one makes the result a list.
            align_to_words, doc_stride, max_question_len, max_seq_len: how the model cuts long texts, in tokens.
        """

    def sentence_similarity(
        self, sentence: str, other_sentences: list[str], *, model: str | None = None
    ) -> list[float]:
        """Compare a sentence with others by meaning.

        Returns:
            One similarity per other sentence, in their order; for most models a cosine between -1 and 1.
        """

    def summarization(
        self,
        text: str,
        *,
        model: str | None = None,
        clean_up_tokenization_spaces: bool | None = None,
        generate_parameters: dict[str, Any] | None = None,
        truncation: Literal["do_not_truncate", "longest_first", "only_first", "only_second"] | None = None,
    ) -> SummarizationOutput:
        """Shorten a text while keeping what matters.

        Args:
            generate_parameters: what the model's generation takes, such as `min_length` and `max_length`.
            clean_up_tokenization_spaces: whether to remove the spaces that tokens leave behind.
            truncation: what to do with a text that is too long for the model.
        """

    def table_question_answering(
        self,
        table: Mapping[str, Sequence[Any]],
        query: str,
        *,
        model: str | None = None,
        padding: Literal["do_not_pad", "longest", "max_length"] | None = None,
        sequential: bool | None = None,
        truncation: bool | None = None,
    ) -> TableQuestionAnsweringOutputElement:
        """Answer a question about a table given as `{column: [cells]}`; cells are sent as text.

        Args:
            padding, truncation: how the table is fitted to the model's input.
            sequential: whether questions are asked one after the other, for models that refer to earlier answers.
        """

    def text_classification(
        self,
        text: str,
        *,
        model: str | None = None,
        top_k: int | None = None,
        function_to_apply: Literal["sigmoid", "softmax", "none"] | None = None,
    ) -> list[TextClassificationOutputElement]:
        """Sort a text into the model's classes, such as the sentiments.

        Args:
            top_k: how many classes to return.
            function_to_apply: what turns the model's raw scores into those returned.

        Returns:
            Classes with their scores, best first.
        """

    def token_classification(
        self,
        text: str,
        *,
        model: str | None = None,
        aggregation_strategy: Literal["none", "simple", "first", "average", "max"] | None = None,
        ignore_labels: list[str] | None = None,
        stride: int | None = None,
    ) -> list[TokenClassificationOutputElement]:
        """Find the names of people, places and organisations, or whatever the model labels.

        Args:
            aggregation_strategy: how tokens are joined to entities; "none" returns the tokens.
            ignore_labels: labels to leave out.
            stride: how many tokens the parts of a long text share.

        Returns:
            Entities in the order of the text, with character offsets into it.
        """

    def translation(
        self,
        text: str,
        *,
        model: str | None = None,
        src_lang: str | None = None,
        tgt_lang: str | None = None,
        clean_up_tokenization_spaces: bool | None = None,
        truncation: Literal["do_not_truncate", "longest_first", "only_first", "only_second"] | None = None,
        generate_parameters: dict[str, Any] | None = None,
    ) -> TranslationOutput:
        """Translate a text.

        Args:
            src_lang, tgt_lang: the languages in the model's own spelling (`en_XX`, `eng_Latn`, `en`); both or neither.
            generate_parameters: what the model's generation takes, such as `num_beams`.
            clean_up_tokenization_spaces: whether to remove the spaces that tokens leave behind.
            truncation: what to do with a text that is too long for the model.
        """

    def zero_shot_classification(
        self,
        text: str,
        candidate_labels: list[str],
        *,
        multi_label: bool | None = False,
        hypothesis_template: str | None = None,
        model: str | None = None,
    ) -> list[ZeroShotClassificationOutputElement]:
        """Sort a text into classes named in the call.

        Args:
            candidate_labels: the classes.
            multi_label: whether several may be true; if not, the scores sum to 1.
            hypothesis_template: sentence with `{}` in the place of the label.

        Returns:
            Labels with their scores, best first.
        """

    def tabular_classification(self, table: Mapping[str, Sequence[Any]], *, model: str | None = None) -> list[str]:
        """Put every row of a table into a class.

        Returns:
            One label per row.
        """

    def tabular_regression(self, table: Mapping[str, Sequence[Any]], *, model: str | None = None) -> list[float]:
        """Predict a number for every row of a table.

        Returns:
            One number per row.
        """

    @overload
    def post(
        self,
        *,
        json: Any = None,
        data: Content | None = None,
        model: str | None = None,
        task: str | None = None,
        stream: Literal[False] = False,
    ) -> bytes:
        """Post anything to a model and return the body of the answer as it comes, as the guide's client did.

        Args:
            json: what to send as JSON, or else
            data: a file, as the tasks take them.
            task: Hub task id; it finds a model where none is named, and the route of those with several tasks.
            stream: return an iterator of the lines of the body that are not empty.
        """

    @overload
    def post(
        self,
        *,
        json: Any = None,
        data: Content | None = None,
        model: str | None = None,
        task: str | None = None,
        stream: Literal[True],
    ) -> Generator[bytes]:
        """Post anything to a model and return the body of the answer as it comes, as the guide's client did.

        Args:
            json: what to send as JSON, or else
            data: a file, as the tasks take them.
            task: Hub task id; it finds a model where none is named, and the route of those with several tasks.
            stream: return an iterator of the lines of the body that are not empty.
        """

    def get_endpoint_info(self, *, model: str | None = None) -> dict[str, Any]:
        """What the server says of itself at `/info`, as text-generation-inference and the local engine do.

        Args:
            model: the URL of the server, or a model id; by default the client's, else its `endpoint`.
        """

    def health_check(self, model: str | None = None) -> bool:
        """Whether the server answers `/health` with a 2xx, within the time-out: then it is ready for calls.

        Args:
            model: as in `get_endpoint_info`.
        """

    def recommended_models(self) -> Mapping[str, str]:
        """The models the server recommends, by Hub task id; kept for an hour."""

    def recommended_model(self, task: str) -> str:
        """The model the server recommends for `task` (a Hub task id).

        Raises:
            InvalidInputError: it recommends none.
        """

    def download(self, url: str, *, largest: int = LARGEST_INPUT) -> Media:
        """What lies at an http(s) URL, as the methods that take files get it: without token, headers or cookies.

        Args:
            largest: bytes read at most.

        Raises:
            AddressRefusedError: `with_options(guard_urls=True)` was asked for and the address is not public.
            InvalidInputError: it is no URL, or what lies there is larger.
        """

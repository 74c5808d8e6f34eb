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
from inference_core.http.record import Observer, Recorder
from inference_core.http.request import OnWait
from inference_core.media.inputs import MAX_INPUT_BYTES, Content, Media
from inference_core.methods.generation import Chat
from inference_core.routing.router import LiveModel

class InferenceClient:
    """Calls inference models over HTTP and waits for the answer: AsyncInferenceClient without `await`.

    It can be used from several threads, and while an event loop is running. All blocking clients of a process share one
    thread that sends and receives. Callbacks such as `on_wait` run in that thread, so they must not call blocking
    clients. A stream is a generator; its connection is closed when the generator is closed or garbage collected. Close
    the client with `with` or `close()`; otherwise it is closed when the program ends. Every method raises the errors of
    `inference_core.errors`.

    Args:
        model: model id (`organisation/name`) or URL of an endpoint, for every call that does not name another.
        provider: who serves the model: "hf-inference", or a third party such as "fal-ai" (`inference_core.providers`).
            With None or "auto" the Hub decides, in the order of the caller's settings there. A third party is called
            through Hugging Face's router, or directly if the token is the third party's own key.
        token: sent as bearer token to whatever server this client calls. The default is the saved token (HF_TOKEN, or
            the file that `hf auth login` writes), which is only sent to Hugging Face and `token_hosts`. False sends
            none.
        timeout: seconds for a whole call, including look-ups and waiting. For a stream: seconds until it begins, then
            seconds between two events. None waits forever.
        headers, cookies: sent with every call, but not to another origin after a redirect.
        bill_to: organisation that pays for hosted calls.
        base_url, api_key: other names for `model` and `token`, as in openai's client.
        endpoint: base URL of a server that answers the hosted API's routes (`/models/{id}`, `/api/tasks`) and is called
            instead of Hugging Face, such as the local engine.
        token_hosts: more hosts that may get the saved token (`example.com`, `*.example.com`).
        on_wait: called before every wait with the reason ("loading", "rate limit", "reconnecting", "queue") and the
            length in seconds, in the loop's thread.
        max_connections: how many calls run at once; the others wait.
        replay: base URL of a recording (`python -m inference_core.replay`) that answers in place of every server. It
            gets no token and no headers of yours.
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
        replay: str | None = None,
    ) -> None: ...
    def with_options(
        self,
        *,
        model: str | None = None,
        timeout: float | None = None,
        endpoint: str | None = None,
        on_wait: OnWait | None = None,
        observer: Observer | None = None,
        recorder: Recorder | None = None,
        guard_urls: bool | None = None,
        hub_token: str | None = None,
    ) -> Self:
        """A copy of the client with some options changed. It shares the session, so it does not need to be closed.

        Args:
            model, timeout, endpoint, on_wait: as in the constructor; None keeps the current value.
            observer: called with the record of every HTTP exchange.
            recorder: called before every attempt of every HTTP request, such as a `FileRecorder`.
            guard_urls: whether models and files given by URL come from people who are not trusted. Such a URL is only
                called if its address is public, and without token, headers or proxy.
            hub_token: somebody's Hugging Face token, in place of the client's. Like a saved token it is only sent to
                Hugging Face and `token_hosts`.
        """

    @property
    def model(self) -> str | None:
        """The model of every call that does not name another."""

    @property
    def timeout(self) -> float | None:
        """Seconds for a whole call, None for no limit."""

    @property
    def provider(self) -> str | None:
        """Who serves the models, as given to the constructor."""

    def close(self) -> None:
        """Close the session. The next call opens a new one."""

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
        """Classify a sound.

        Args:
            top_k: how many classes to return.
            function_to_apply: function applied to the model's raw scores.

        Returns:
            Classes with their scores, best first.
        """

    def automatic_speech_recognition(
        self, audio: Content, *, model: str | None = None, extra_body: dict[str, Any] | None = None
    ) -> AutomaticSpeechRecognitionOutput:
        """Transcribe speech.

        Args:
            extra_body: parameters for the model, such as `{"return_timestamps": True}`.
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
        """Read a text aloud.

        Args:
            extra_body: more parameters for the model, such as `{"voice": "de"}` for the local engine. The other
                arguments are those of transformers' text generation, for models that generate speech in that way.

        Returns:
            The bytes of a sound file, with a `mime_type` and `samples()`.
        """

    def image_classification(
        self,
        image: Content,
        *,
        model: str | None = None,
        function_to_apply: Literal["sigmoid", "softmax", "none"] | None = None,
        top_k: int | None = None,
    ) -> list[ImageClassificationOutputElement]:
        """Classify a picture.

        Args:
            function_to_apply: function applied to the model's raw scores.
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
            mask_threshold: threshold that turns the model's masks into yes and no.
            overlap_mask_area_threshold: overlap above which small segments are left out.
            subtask: kind of segmentation.
            threshold: minimum score of a segment.

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
            kwargs: more parameters for the model.

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
            threshold: minimum score of an object.

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
        """Generate a picture from a prompt.

        Args:
            negative_prompt: what the picture should not have.
            height, width: size in pixels.
            num_inference_steps: how many steps the model takes.
            guidance_scale: how closely the picture follows the prompt.
            scheduler: name of the scheduler.
            seed: the same seed gives the same picture.
            extra_body: more parameters for the model.

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
        """Classify a picture with labels of your choice.

        Args:
            candidate_labels: the labels, at least two.
            hypothesis_template: sentence with `{}` where the label goes.

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
            doc_stride, max_seq_len, max_question_len: how a long document is split for the model, in tokens.
            handle_impossible_answer: whether an empty answer is allowed.
            lang: the language for reading the page.
            max_answer_len: maximum number of words in an answer.
            top_k: how many answers to return.
            word_boxes: the words and their boxes (0 to 1000 in both directions), if the page has already been read.

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
            details: return tokens, probabilities and the finish reason, not just the text.
            stream: return an iterator of the text or tokens as they are generated.
            max_new_tokens: maximum number of tokens to generate.
            do_sample, temperature, top_k, top_p, typical_p, seed: how the next token is sampled.
            repetition_penalty, frequency_penalty: penalties for repeated tokens.
            stop: texts that stop the generation.
            return_full_text: whether the answer includes the prompt.
            truncate: maximum number of prompt tokens to use.
            adapter_id, best_of, decoder_input_details, grammar, top_n_tokens, watermark: see text-generation-inference.

        Returns:
            The text, or with `details` a TextGenerationOutput. With `stream`, an iterator of str or, with
            `details`, of TextGenerationStreamOutput; it has `close()`.

        If an endpoint refuses some arguments by name, the call is sent again without them, with one warning.
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
            details: return tokens, probabilities and the finish reason, not just the text.
            stream: return an iterator of the text or tokens as they are generated.
            max_new_tokens: maximum number of tokens to generate.
            do_sample, temperature, top_k, top_p, typical_p, seed: how the next token is sampled.
            repetition_penalty, frequency_penalty: penalties for repeated tokens.
            stop: texts that stop the generation.
            return_full_text: whether the answer includes the prompt.
            truncate: maximum number of prompt tokens to use.
            adapter_id, best_of, decoder_input_details, grammar, top_n_tokens, watermark: see text-generation-inference.

        Returns:
            The text, or with `details` a TextGenerationOutput. With `stream`, an iterator of str or, with
            `details`, of TextGenerationStreamOutput; it has `close()`.

        If an endpoint refuses some arguments by name, the call is sent again without them, with one warning.
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
            details: return tokens, probabilities and the finish reason, not just the text.
            stream: return an iterator of the text or tokens as they are generated.
            max_new_tokens: maximum number of tokens to generate.
            do_sample, temperature, top_k, top_p, typical_p, seed: how the next token is sampled.
            repetition_penalty, frequency_penalty: penalties for repeated tokens.
            stop: texts that stop the generation.
            return_full_text: whether the answer includes the prompt.
            truncate: maximum number of prompt tokens to use.
            adapter_id, best_of, decoder_input_details, grammar, top_n_tokens, watermark: see text-generation-inference.

        Returns:
            The text, or with `details` a TextGenerationOutput. With `stream`, an iterator of str or, with
            `details`, of TextGenerationStreamOutput; it has `close()`.

        If an endpoint refuses some arguments by name, the call is sent again without them, with one warning.
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
            details: return tokens, probabilities and the finish reason, not just the text.
            stream: return an iterator of the text or tokens as they are generated.
            max_new_tokens: maximum number of tokens to generate.
            do_sample, temperature, top_k, top_p, typical_p, seed: how the next token is sampled.
            repetition_penalty, frequency_penalty: penalties for repeated tokens.
            stop: texts that stop the generation.
            return_full_text: whether the answer includes the prompt.
            truncate: maximum number of prompt tokens to use.
            adapter_id, best_of, decoder_input_details, grammar, top_n_tokens, watermark: see text-generation-inference.

        Returns:
            The text, or with `details` a TextGenerationOutput. With `stream`, an iterator of str or, with
            `details`, of TextGenerationStreamOutput; it has `close()`.

        If an endpoint refuses some arguments by name, the call is sent again without them, with one warning.
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
            stream: return an iterator of chunks as they are generated.
            max_tokens: maximum number of tokens to generate.
            extra_body: more fields for the request.
            frequency_penalty, logit_bias, logprobs, n, presence_penalty, response_format, seed, stop, stream_options,
                temperature, tool_choice, tool_prompt, tools, top_logprobs, top_p: see OpenAI's API.
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
            stream: return an iterator of chunks as they are generated.
            max_tokens: maximum number of tokens to generate.
            extra_body: more fields for the request.
            frequency_penalty, logit_bias, logprobs, n, presence_penalty, response_format, seed, stop, stream_options,
                temperature, tool_choice, tool_prompt, tools, top_logprobs, top_p: see OpenAI's API.
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
        """Answer the last turn of a conversation, in the format of the old `conversational` task.

        It is sent as a chat completion, or in the old format if the endpoint has no chat route.

        Args:
            text: what the user says now.
            past_user_inputs, generated_responses: the earlier turns, oldest first; both lists have the same length.
            parameters: more fields for the request.
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
            A float32 array in the server's shape: (dimensions,) or (1, dimensions) for one text, (texts, dimensions)
            for a list, with one more axis if the model does not pool its tokens.
        """

    def fill_mask(
        self, text: str, *, model: str | None = None, targets: list[str] | None = None, top_k: int | None = None
    ) -> list[FillMaskOutputElement] | list[list[FillMaskOutputElement]]:
        """Guess the masked word; `text` contains the model's mask, `[MASK]` or `<mask>`.

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
            handle_impossible_answer: whether an empty answer is allowed.
            max_answer_len: maximum length of an answer, in the model's tokens.
            top_k: how many answers to return; the result is a list if it is more than one.
            align_to_words, doc_stride, max_question_len, max_seq_len: how the model splits long texts, in tokens.
        """

    def sentence_similarity(
        self, sentence: str, other_sentences: list[str], *, model: str | None = None
    ) -> list[float]:
        """Compare a sentence with others by meaning.

        Returns:
            One similarity per other sentence, in their order. For most models it is the cosine, from -1 to 1.
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
            generate_parameters: parameters of the model's generation, such as `min_length` and `max_length`.
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
            padding, truncation: how the table is padded or truncated to the model's input length.
            sequential: whether questions run one after the other, for models whose questions refer to earlier answers.
        """

    def text_classification(
        self,
        text: str,
        *,
        model: str | None = None,
        top_k: int | None = None,
        function_to_apply: Literal["sigmoid", "softmax", "none"] | None = None,
    ) -> list[TextClassificationOutputElement]:
        """Classify a text, for example by sentiment.

        Args:
            top_k: how many classes to return.
            function_to_apply: function applied to the model's raw scores.

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
            aggregation_strategy: how tokens are grouped into entities; "none" returns the tokens.
            ignore_labels: labels to leave out.
            stride: how many tokens the parts of a long text overlap.

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
            src_lang, tgt_lang: the languages in the model's own notation (`en_XX`, `eng_Latn`, `en`); give both or
                neither.
            generate_parameters: parameters of the model's generation, such as `num_beams`.
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
        """Classify a text with labels of your choice.

        Args:
            candidate_labels: the labels.
            multi_label: whether several labels may apply; if not, the scores sum to 1.
            hypothesis_template: sentence with `{}` where the label goes.

        Returns:
            Labels with their scores, best first.
        """

    def tabular_classification(self, table: Mapping[str, Sequence[Any]], *, model: str | None = None) -> list[str]:
        """Classify every row of a table.

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
        """Post anything to a model and return the raw body of its answer, as earlier versions of huggingface_hub did.

        Args:
            json: what to send as JSON; give either this or `data`.
            data: a file to send, in any form that the task methods accept.
            task: Hub task id. It chooses the model if none is named, and the route if a model has several tasks.
            stream: return an iterator of the non-empty lines of the body.
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
        """Post anything to a model and return the raw body of its answer, as earlier versions of huggingface_hub did.

        Args:
            json: what to send as JSON; give either this or `data`.
            data: a file to send, in any form that the task methods accept.
            task: Hub task id. It chooses the model if none is named, and the route if a model has several tasks.
            stream: return an iterator of the non-empty lines of the body.
        """

    def get_endpoint_info(self, *, model: str | None = None) -> dict[str, Any]:
        """What the server says about itself at `/info`, as text-generation-inference and the local engine do.

        Args:
            model: the URL of the server, or a model id. The default is the client's model, else its `endpoint`.
        """

    def health_check(self, model: str | None = None) -> bool:
        """Whether the server is ready for calls: it answers `/health` with a 2xx within the time-out.

        Args:
            model: as in `get_endpoint_info`.
        """

    def recommended_models(self) -> Mapping[str, str]:
        """The models that the server recommends, by Hub task id; cached for an hour."""

    def recommended_model(self, task: str) -> str:
        """The model that the server recommends for `task` (a Hub task id).

        Raises:
            InvalidInputError: there is no recommended model.
        """

    def live_models(self, task: str) -> list[LiveModel]:
        """The public models that are hosted for `task` (a Hub task id) now, at most 500, the most liked first.

        They are asked of the Hub, without a token, and cached for five minutes.
        """

    def download(self, url: str, *, largest: int = MAX_INPUT_BYTES) -> Media:
        """Download a file from an http(s) URL, without token, headers or cookies, as the task methods do.

        Args:
            largest: maximum size in bytes.

        Raises:
            AddressRefusedError: the client has `guard_urls=True` and the address is not public.
            InvalidInputError: `url` is not a URL, or the file is too large.
        """

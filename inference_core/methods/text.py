"""The client's text tasks that do not stream, with huggingface_hub's names and signatures."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

from inference_core.answers.base import (
    FillMaskOutputElement,
    QuestionAnsweringOutputElement,
    SummarizationOutput,
    TableQuestionAnsweringOutputElement,
    TextClassificationOutputElement,
    TokenClassificationOutputElement,
    TranslationOutput,
    ZeroShotClassificationOutputElement,
    many,
    nested,
    one,
    one_or_many,
)
from inference_core.answers.ranked import labelled_scores
from inference_core.answers.values import array, numbers
from inference_core.errors import InvalidAnswerError, InvalidInputError
from inference_core.methods.arguments import table_of_text, task_call, without_none
from inference_core.methods.base import ClientBase
from inference_core.providers.call import Call

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_masked = nested(FillMaskOutputElement)
_answers = one_or_many(QuestionAnsweringOutputElement)
_summary = one(SummarizationOutput)
_cells = one(TableQuestionAnsweringOutputElement)
_classes = many(TextClassificationOutputElement)
_entities = many(TokenClassificationOutputElement)
_translation = one(TranslationOutput)


class LanguageTasks(ClientBase):
    """One method per task. All raise the errors of `inference_core.errors`. With None, the server uses its default."""

    async def feature_extraction(
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
    ) -> "NDArray[np.float32]":
        """Turn text into vectors.

        Returns:
            A float32 array in the server's shape: (dimensions,) or (1, dimensions) for one text, (texts, dimensions)
            for a list, with one more axis if the model does not pool its tokens.
        """
        options = without_none(
            normalize=normalize,
            prompt_name=prompt_name,
            truncate=truncate,
            truncation_direction=truncation_direction,
            dimensions=dimensions,
            encoding_format=encoding_format,
        )
        return await self._run(Call("feature-extraction", text, array, options), model)

    async def fill_mask(
        self,
        text: str,
        *,
        model: str | None = None,
        targets: list[str] | None = None,
        top_k: int | None = None,
    ) -> list[FillMaskOutputElement] | list[list[FillMaskOutputElement]]:
        """Guess the masked word; `text` contains the model's mask, `[MASK]` or `<mask>`.

        Args:
            targets: the only words to consider.
            top_k: how many guesses to return.

        Returns:
            The guesses, best first; one list per mask if there are several.
        """
        call = task_call("fill-mask", text, _masked, targets=targets, top_k=top_k)
        return await self._run(call, model)

    async def question_answering(
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
        call = task_call(
            "question-answering",
            {"question": question, "context": context},
            _answers,
            align_to_words=align_to_words,
            doc_stride=doc_stride,
            handle_impossible_answer=handle_impossible_answer,
            max_answer_len=max_answer_len,
            max_question_len=max_question_len,
            max_seq_len=max_seq_len,
            top_k=top_k,
        )
        return await self._run(call, model)

    async def sentence_similarity(
        self, sentence: str, other_sentences: list[str], *, model: str | None = None
    ) -> list[float]:
        """Compare a sentence with others by meaning.

        Returns:
            One similarity per other sentence, in their order. For most models it is the cosine, from -1 to 1.
        """
        if not other_sentences:
            raise InvalidInputError("nothing_to_compare")
        inputs = {"source_sentence": sentence, "sentences": other_sentences}
        scores = await self._run(Call("sentence-similarity", inputs, numbers), model)
        if len(scores) != len(other_sentences):
            raise InvalidAnswerError("wrong_number_of_scores", scores=len(scores), sentences=len(other_sentences))
        return scores

    async def summarization(
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
        call = task_call(
            "summarization",
            text,
            _summary,
            clean_up_tokenization_spaces=clean_up_tokenization_spaces,
            generate_parameters=generate_parameters,
            truncation=truncation,
        )
        return await self._run(call, model)

    async def table_question_answering(
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
        call = task_call(
            "table-question-answering",
            {"query": query, "table": table_of_text(table)},
            _cells,
            padding=padding,
            sequential=sequential,
            truncation=truncation,
        )
        return await self._run(call, model)

    async def text_classification(
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
        call = task_call("text-classification", text, _classes, top_k=top_k, function_to_apply=function_to_apply)
        return await self._run(call, model)

    async def token_classification(
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
        call = task_call(
            "token-classification",
            text,
            _entities,
            aggregation_strategy=aggregation_strategy,
            ignore_labels=ignore_labels,
            stride=stride,
        )
        return await self._run(call, model)

    async def translation(
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
        if (src_lang is None) != (tgt_lang is None):
            raise InvalidInputError("one_language")
        call = task_call(
            "translation",
            text,
            _translation,
            src_lang=src_lang,
            tgt_lang=tgt_lang,
            clean_up_tokenization_spaces=clean_up_tokenization_spaces,
            truncation=truncation,
            generate_parameters=generate_parameters,
        )
        return await self._run(call, model)

    async def zero_shot_classification(
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
        if not candidate_labels:
            raise InvalidInputError("no_candidate_label")
        call = task_call(
            "zero-shot-classification",
            text,
            labelled_scores,
            candidate_labels=candidate_labels,
            multi_label=multi_label or None,
            hypothesis_template=hypothesis_template,
        )
        return await self._run(call, model)

"""The client's tasks that answer questions about pictures, with huggingface_hub's names and signatures."""

from inference_core.answers.base import many
from inference_core.answers.media import DocumentQuestionAnsweringOutputElement, VisualQuestionAnsweringOutputElement
from inference_core.media.inputs import Content
from inference_core.methods.arguments import file_call, without_none
from inference_core.methods.base import ClientBase

_document_answers = many(DocumentQuestionAnsweringOutputElement)
_answers = many(VisualQuestionAnsweringOutputElement)


class MultimodalTasks(ClientBase):
    """One method per task. All raise the errors of `inference_core.errors`. With None, the server uses its default.

    A picture is given as `media.Content`: bytes, an open binary file, a path, a URL, or a PIL image.
    """

    async def document_question_answering(
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
        parameters = without_none(
            doc_stride=doc_stride,
            handle_impossible_answer=handle_impossible_answer,
            lang=lang,
            max_answer_len=max_answer_len,
            max_question_len=max_question_len,
            max_seq_len=max_seq_len,
            top_k=top_k,
            word_boxes=word_boxes,
        )
        asked = {"question": question}
        call = file_call("document-question-answering", image, _document_answers, parameters, asked)
        return await self._run(call, model)

    async def visual_question_answering(
        self, image: Content, question: str, *, model: str | None = None, top_k: int | None = None
    ) -> list[VisualQuestionAnsweringOutputElement]:
        """Answer a question about a picture.

        Args:
            top_k: how many answers to return.

        Returns:
            Answers, best first.
        """
        asked = {"question": question}
        call = file_call("visual-question-answering", image, _answers, without_none(top_k=top_k), asked)
        return await self._run(call, model)

"""The running text of a page: sentences over several lines, with the words they consist of."""

from collections.abc import Iterator
from dataclasses import dataclass

from inference_core.engine.builtin.documents.layout import Cell, Page
from inference_core.engine.builtin.lexical.sentences import split_sentences

_SHORTEST_LINE = 5
_SHORTEST_SENTENCE = 4


@dataclass(frozen=True, slots=True)
class PageSentence:
    """A sentence and, for each of its words, the index of the word on the page."""

    text: str
    words: tuple[int, ...]

    def covered(self, start: int, end: int) -> tuple[int, ...]:
        """The words on the page that overlap `[start:end]`."""
        first = len(self.text[:start].rpartition(" ")[0].split())
        return self.words[first : first + len(self.text[start:end].split())]


def sentences_of(page: Page) -> list[PageSentence]:
    """The sentences in lines of at least five words and in the lines directly below them."""
    sentences: list[PageSentence] = []
    for paragraph in _paragraphs(page):
        indices = [index for cell in paragraph for index in range(cell.first, cell.last + 1)]
        text = " ".join(page.words[index].text for index in indices)
        place = 0
        for sentence in split_sentences(text):
            count = len(sentence.text.split())
            if count >= _SHORTEST_SENTENCE:
                sentences.append(PageSentence(" ".join(sentence.text.split()), tuple(indices[place : place + count])))
            place += count
    return sentences


def _paragraphs(page: Page) -> Iterator[list[Cell]]:
    paragraph: list[Cell] = []
    for row in page.rows:
        cell = row[0]
        if paragraph and not (len(row) == 1 and _follows(paragraph[-1], cell)):
            yield paragraph
            paragraph = []
        if len(row) == 1 and (paragraph or len(cell.text.split()) >= _SHORTEST_LINE):
            paragraph.append(cell)
    if paragraph:
        yield paragraph


def _follows(upper: Cell, lower: Cell) -> bool:
    height = upper.box.height
    return lower.box.ymin - upper.box.ymax <= height and abs(lower.box.xmin - upper.box.xmin) <= 2 * height

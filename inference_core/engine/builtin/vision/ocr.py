"""The text reader that all models of a process share: RapidOCR with the models of its package, no network."""

import hashlib
import logging
import math
from collections import OrderedDict
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from inference_core.engine.builtin.once import loaded_once
from inference_core.engine.builtin.onnx_session import onnx_session
from inference_core.engine.builtin.vision.boxes import Box, share_rows

if TYPE_CHECKING:
    from PIL.Image import Image
    from rapidocr.ch_ppocr_det import TextDetector
    from rapidocr.ch_ppocr_rec import TextRecognizer

__all__ = ["Box", "Reader", "TextLine", "TextWord", "shared_reader"]

_Pixels = npt.NDArray[np.uint8]
_Corners = npt.NDArray[np.float32]
_Scale = npt.NDArray[np.float32]

_READ_PIXELS = 4_000_000
_SEARCHED_PIXELS = 800_000
_LARGEST_ENLARGEMENT = 2.0
_SHORTEST_SIDE = 8
_MOST_STRETCHED = 100
_MOST_LINES = 500
_CACHED_PICTURES = 16
_LEAST_SURE = 0.7


@dataclass(frozen=True, slots=True)
class TextWord:
    """A word of a line; its start and end are estimated, with an error of up to half a letter."""

    text: str
    box: Box


@dataclass(frozen=True, slots=True)
class TextLine:
    """A piece of text in one row of a picture; `score` is the mean certainty of its letters, 0 to 1.

    `words` are those of `text`, left to right.
    """

    text: str
    score: float
    box: Box
    words: tuple[TextWord, ...]


class Reader:
    """Finds and reads printed text; safe to call from several threads, which wait for each other.

    It remembers the last pictures, because people often ask more than one question about a page.
    """

    name = "RapidOCR 3 (PP-OCRv6 small)"

    def __init__(self, detector: "TextDetector", recognizer: "TextRecognizer") -> None:
        self._detector = detector
        self._recognizer = recognizer
        # One picture at a time, because it uses all cores anyway. One thread for all, because each keeps memory.
        self._cache: OrderedDict[tuple[tuple[int, int], bytes], list[TextLine]] = OrderedDict()
        self._executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix="ocr")

    def lines(self, picture: "Image") -> list[TextLine]:
        """The text of an RGB picture in reading order: top to bottom, left to right."""
        return self._executor.submit(self._lines, picture).result()

    def boxes(self, picture: "Image") -> list[Box]:
        """Where text seems to be, without reading it: faster than `lines`, but less certain."""
        return self._executor.submit(self._boxes, picture).result()

    def _lines(self, picture: "Image") -> list[TextLine]:
        copy, scale = _readable(picture)
        key = picture.size, hashlib.blake2b(copy.data).digest()
        if key not in self._cache:
            corners = self._search(copy)
            lines = _in_reading_order(self._read(copy, corners, scale)) if corners.size else []
            self._cache[key] = lines
            if len(self._cache) > _CACHED_PICTURES:
                self._cache.popitem(last=False)
        self._cache.move_to_end(key)
        return list(self._cache[key])

    def _boxes(self, picture: "Image") -> list[Box]:
        copy, scale = _readable(picture)
        return [_around(quad, scale) for quad in self._search(copy)]

    def _search(self, copy: _Pixels) -> _Corners:
        """The corners of pieces of text, shape (n, 4, 2), clockwise from the top left one."""
        import cv2

        height, width = copy.shape[:2]
        nothing = np.empty((0, 4, 2), np.float32)
        if min(height, width) < _SHORTEST_SIDE or max(height, width) / min(height, width) > _MOST_STRETCHED:
            return nothing
        scale = min(math.sqrt(_SEARCHED_PIXELS / (height * width)), _LARGEST_ENLARGEMENT)
        size = max(32, round(width * scale)), max(32, round(height * scale))
        found = self._detector(cv2.resize(copy, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC))
        if found.boxes is None:
            return nothing
        return found.boxes[:_MOST_LINES].astype(np.float32) * _ratio((width, height), size)

    def _read(self, copy: _Pixels, corners: _Corners, scale: _Scale) -> list[TextLine]:
        from rapidocr.ch_ppocr_rec import TextRecInput
        from rapidocr.utils.process_img import get_rotate_crop_image

        strips = [get_rotate_crop_image(copy, quad) for quad in corners]
        read = self._recognizer(TextRecInput(strips, return_word_box=True))
        found = zip(corners, read.txts or (), read.scores, read.word_results, strict=True)
        return [
            TextLine(text.strip(), float(score), _around(quad, scale), _words(text, quad, places, scale))
            for quad, text, score, places in found
            if _is_sure(text.strip(), score)
        ]


@loaded_once
def shared_reader() -> Reader:
    """The reader of the process, loaded on the first call (two seconds) and then reused; any thread may call."""
    import rapidocr
    from rapidocr.ch_ppocr_det import TextDetector
    from rapidocr.ch_ppocr_rec import TextRecognizer

    logging.getLogger("RapidOCR").setLevel(logging.ERROR)
    models = Path(rapidocr.__file__).parent / "models"
    return Reader(
        TextDetector(_settings(models / "PP-OCRv6_det_small.onnx", limit_type="max", limit_side_len=math.inf)),
        TextRecognizer(_settings(models / "PP-OCRv6_rec_small.onnx", rec_batch_num=1, rec_img_shape=[3, 48, 320])),
    )


def _settings(model: Path, **settings: Any) -> Any:
    """The settings of a part of RapidOCR. With our own session it never looks for a model on the network."""
    from omegaconf import OmegaConf
    from rapidocr import EngineType, LangRec

    common = {"engine_type": EngineType.ONNXRUNTIME, "lang_type": LangRec.CH, "font_path": None}
    return OmegaConf.create(
        {**common, "session": onnx_session(str(model), memory_plans=False), **settings}, flags={"allow_objects": True}
    )


def _is_sure(text: str, score: float) -> bool:
    """Whether it is really text: faces, logos and QR codes are read as one or two letters, mostly Chinese ones."""
    return score >= _LEAST_SURE and (len(text) > 2 or (text.isascii() and any(map(str.isalnum, text))))


def _readable(picture: "Image") -> tuple[_Pixels, _Scale]:
    """A copy of at most 4 megapixels, in OpenCV's order (blue first), and its scale."""
    size = picture.size
    shrinking = math.sqrt(_READ_PIXELS / (picture.width * picture.height))
    if shrinking < 1:
        picture = picture.resize([max(1, round(side * shrinking)) for side in size], reducing_gap=2.0)
    copy = np.ascontiguousarray(np.asarray(picture.convert("RGB"))[:, :, ::-1])
    return copy, _ratio(size, picture.size)


def _ratio(size: tuple[int, int], of: tuple[int, int]) -> _Scale:
    ratio: _Scale = np.divide(size, of, dtype=np.float32)
    return ratio


def _around(corners: _Corners, scale: _Scale) -> Box:
    low, high = corners.min(axis=0) * scale, corners.max(axis=0) * scale
    return Box(math.floor(low[0]), math.floor(low[1]), math.ceil(high[0]), math.ceil(high[1]))


def _words(text: str, corners: _Corners, places: Any, scale: _Scale) -> tuple[TextWord, ...]:
    """The words of a line; `places` holds the column of each of its letters, of `line_txt_len` columns in all."""
    middles = [(column + 0.5) / places.line_txt_len for group in places.word_cols for column in group]
    half = (middles[-1] - middles[0]) / max(1, len(text) - 1) / 2
    words: list[TextWord] = []
    first = 0
    for word in text.split():
        last = first + len(word) - 1
        part = _part(corners, max(0, middles[first] - half), min(1, middles[last] + half))
        words.append(TextWord(word, _around(part, scale)))
        first = last + 1
    return tuple(words)


def _part(corners: _Corners, start: float, end: float) -> _Corners:
    """The piece of a line between two fractions of its length; upright lines are read from bottom to top."""
    top_left, top_right, bottom_right, bottom_left = corners
    across, along = np.linalg.norm(bottom_left - top_left), np.linalg.norm(top_right - top_left)
    if across >= 1.5 * along:
        return corners
    return np.stack(
        [
            top_left + (top_right - top_left) * start,
            top_left + (top_right - top_left) * end,
            bottom_left + (bottom_right - bottom_left) * end,
            bottom_left + (bottom_right - bottom_left) * start,
        ]
    )


def _in_reading_order(lines: Sequence[TextLine]) -> list[TextLine]:
    rows: list[list[TextLine]] = []
    for line in sorted(lines, key=lambda line: line.box.ymin + line.box.ymax):
        if rows and share_rows(rows[-1][0].box, line.box):
            rows[-1].append(line)
        else:
            rows.append([line])
    return [line for row in rows for line in sorted(row, key=lambda line: line.box.xmin)]

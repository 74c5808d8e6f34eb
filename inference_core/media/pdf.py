"""A page of a PDF as a picture. It is made in the child process of `reader.py`: the PDF is a stranger's."""

from typing import TYPE_CHECKING, Any

from inference_core.media.errors import Unreadable
from inference_core.media.unusual_pictures import compact

if TYPE_CHECKING:
    from PIL.Image import Image

_LONGEST_EDGE = 2400
"""Pixels, whatever the page measures; those of an A4 page at 200 dots per inch."""

_LARGEST_SCALE = 300 / 72
"""Pixels of a point: a receipt is not blown up beyond 300 dots per inch."""


def page_picture(content: bytes, page: int) -> tuple[bytes, int]:
    """The page with this number, from 1, as PNG or JPEG, and how many pages there are.

    Raises:
        Unreadable: not a PDF, without pages, damaged, protected by a password, or without such a page; or the package
            that reads it is missing.
    """
    try:
        import pypdfium2
    except ImportError:
        raise Unreadable("missing_picture_package", format="PDF", package="pypdfium2") from None
    try:
        document = pypdfium2.PdfDocument(content)
        pages = len(document)
    except pypdfium2.PdfiumError as error:
        is_locked = error.err_code == pypdfium2.raw.FPDF_ERR_PASSWORD
        raise Unreadable("locked_pdf" if is_locked else "damaged_pdf") from None
    if not 1 <= page <= pages:
        raise Unreadable("no_such_page", page=page, pages=pages)
    try:
        return compact(_rendered(document, page - 1)), pages
    except pypdfium2.PdfiumError:
        raise Unreadable("damaged_page", page=page) from None


def _rendered(document: Any, index: int) -> "Image":
    document.init_forms()  # what is filled in belongs to the page
    page = document[index]
    longest = max(page.get_size())
    scale = min(_LARGEST_SCALE, _LONGEST_EDGE / longest) if longest > 0 else 1
    picture: Image = page.render(scale=scale).to_pil().convert("RGB")
    return picture

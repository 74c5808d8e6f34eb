"""Kinds of values on forms and bills, such as dates and amounts: their patterns, and which questions ask for them."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from inference_core.engine.builtin.documents.phones import phone_number
from inference_core.engine.builtin.numbers.pattern import NUMBER

_MONTH = (
    r"\b(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)\b\.?"
)
_DAY = r"\d{1,2}(?:st|nd|rd|th)?\b"
_DATE = (
    r"\d{1,4}[./-]\d{1,2}[./-]\d{1,4}"
    rf"|(?:{_DAY}\.? (?:of )?)?{_MONTH}(?: {_DAY})?,? \d{{4}}|{_DAY}\.? (?:of )?{_MONTH}|{_MONTH} {_DAY}"
)
_CURRENCY = r"[$€£¥]|\b(?:usd|eur|gbp|chf|dkk|sek|nok|jpy|cad|aud|inr|euros?|dollars?|pounds?|kr\.?)(?![a-z])"
_SCALE = r"(?:\s?(?:k|m|bn|mio|mrd|thousand|million|billion|lakh|crore)\b\.?)?"
_MONEY = rf"(?:{_CURRENCY})\s?[-−]?(?:{NUMBER}){_SCALE}|[-−]?(?:{NUMBER}){_SCALE}\s?(?:{_CURRENCY})"
_DECIMAL = r"[-−]?\d{1,3}(?:[,.'’ \u00a0\u202f]?\d{3})*[.,]\d{2}(?![.\d])"
_STREET_WORD = (
    r"(?:street|st\.|road|rd\.|lane|avenue|ave\.|drive|square|way|close|court|boulevard|blvd\.?|place|terrace|quay)"
)
_STREET_ENDING = r"(?:str\.|stra(?:ß|ss)e|gasse|weg|platz|allee|vej|gade|gatan|vägen|straat|laan)"
_STREET = (
    rf"\b\d{{1,5}}[a-z]? (?:[a-z][\w.'’-]* ){{1,4}}{_STREET_WORD}(?:, .+)?"
    rf"|\b[a-z][\w.-]*{_STREET_ENDING} \d{{1,4}}[a-z]?(?:, .+)?"
    r"|\b(?:rue|via|calle|avenida|viale) (?:[a-z][\w.'’-]* ?){1,4},? \d{1,4}\b"
)


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of value: `found_in` returns its first value in a text, `asked` is a pattern of the questions for it.

    `needs_no_label` is true if the shape is enough to recognise the kind.
    """

    name: str
    found_in: Callable[[str], re.Match[str] | None]
    asked: re.Pattern[str]
    needs_no_label: bool = False

    @property
    def is_unmistakable(self) -> bool:
        """Whether a value without this shape cannot be of this kind."""
        return self.needs_no_label and self.name != "address"


def _kind(name: str, shape: str, asked: str, needs_no_label: bool = False) -> Kind:
    return Kind(name, re.compile(shape, re.IGNORECASE).search, re.compile(asked, re.IGNORECASE), needs_no_label)


# The first kind that a question asks for counts.
KINDS = (
    _kind("e-mail address", r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+", r"\be-?mail", needs_no_label=True),
    _kind("website", r"(?:https?://|www\.)[\w./-]*\w", r"\b(?:web ?site|web page|homepage|url|web address)\b", True),
    _kind("IBAN", r"\b[a-z]{2}\d{2}(?: ?[a-z0-9]{4}){3,7}(?: ?[a-z0-9]{1,3})?\b", r"\biban\b", needs_no_label=True),
    Kind(
        "phone number",
        phone_number,
        re.compile(r"\b(?:(?:tele)?phone|mobile|fax|cell|hotline|call|tel)\b", re.IGNORECASE),
        needs_no_label=True,
    ),
    _kind("percentage", r"\d+(?:[.,]\d+)?\s?%", r"\bper ?cent|\bvat rate\b|\btax rate\b|\binterest rate\b"),
    _kind(
        "time",
        r"\b\d{1,2}[:.]\d{2}(?: ?[ap]\.?m\b\.?)?|\b\d{1,2} ?[ap]\.?m\b",
        r"\bwhat time\b|\btime of\b|\btime (?:is|was)\b|\w+ time\b",
    ),
    _kind("moment", rf"{_DATE}|\b\d{{1,2}}:\d{{2}}\b", r"\bwhen\b"),
    _kind("date", _DATE, r"\bdates?\b|\bwhat day\b|\bwhich day\b|\bbirthday\b|\bborn\b"),
    _kind("count", rf"^(?:{NUMBER})(?: [a-z]+)?$", r"\bhow many\b|\bquantity\b|\bnumber of (?!the\b)"),
    _kind("number", rf"^(?!(?:{_DATE}|{_MONEY})$).*\d", r"\b(?:number|no|code|reference|id|zip|postcode|account)\b"),
    _kind(
        "amount",
        rf"{_MONEY}|{_DECIMAL}",
        r"\b(?:price|cost|costs|total|subtotal|fee|fare|amount|vat|tax|balance|paid|pay|charge|discount|deposit|salary)\b"
        r"|\bhow much (?:is|are|was|were)\b",
    ),
    _kind("quantity", r"\d", r"\bhow (?:much|long|far|tall|heavy|old|big)\b"),
    _kind("address", _STREET, r"\baddress\b|\bstreet\b", needs_no_label=True),
    _kind("place", r"^(?!.*[$€£@]).*[a-z]{3}", r"\bwhere\b"),
    _kind("name", r"^[^\d@]*[a-z][^\d@]*$", r"\bwhom?\b|\bwhose\b|\bname\b|\bsigned\b"),
)


def asked_kind(question: str) -> Kind | None:
    """The kind of value that a question asks for, None if it does not say."""
    return next((kind for kind in KINDS if kind.asked.search(question)), None)


def is_date(text: str) -> bool:
    return bool(re.fullmatch(_DATE, text, re.IGNORECASE))

"""What the answer to a question looks like according to its question word: a time, a place, a name, a reason..."""

import re
from collections.abc import Iterator

from inference_core.engine.builtin.lexical.letters import CAPITALS, WITHIN_WORDS
from inference_core.engine.builtin.numbers.pattern import NUMBER

_NUMBER_WORD = (
    "(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen"
    "|eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred|thousand|million|dozens?|half)"
)
_NUMBER = (
    rf"(?:(?<!\w)[+−-])?(?:[$€£¥₹]\s?)?(?:{NUMBER}(?![.,:]?\d)|\d+(?:[.,:]\d+)*"
    rf"|\b{_NUMBER_WORD}(?:[ -]{_NUMBER_WORD})*\b)(?:\s?%|\s(?:percent|thousand|million|billion)\b|[kKM]\b)?"
)
_MONTH = "(?:January|February|March|April|May|June|July|August|September|October|November|December)"
_DAY = "(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day"
_MOMENT = (
    r"(?:\d{1,2}(?::\d\d)?\s?[ap]\.?m\b\.?|\b\d{1,2}:\d\d\b"
    rf"|\b\d{{1,2}}(?:st|nd|rd|th)? (?:of )?{_MONTH}(?:,? \d{{4}})?"
    rf"|\b{_MONTH}(?: \d{{1,2}}(?:st|nd|rd|th)?\b)?(?:,? \d{{4}})?"
    rf"|\b{_DAY}s?(?: (?:morning|afternoon|evening|night))?"
    r"|\b(?:(?:last|next|early|late|every|each|this) )?"
    r"(?:1\d\d\d|20\d\d|spring|summer|autumn|winter|noon|midnight|dawn)s?\b"
    r"|\b(?:last|next|every|each|this) (?:year|month|week|night|day|morning|evening)\b|\b(?:yesterday|today|tomorrow)\b"
    r"|\b(?:the )?\d{1,2}(?:st|nd|rd|th) century)"
)
_LETTERS = rf"[\w{WITHIN_WORDS}'’-]"
_CAPITALISED = rf"[{CAPITALS}]{_LETTERS}*"
_NAME = rf"\b(?:(?:Dr|Mrs?|Ms|Prof)\. )?{_CAPITALISED}(?: (?:(?:of|de|van|von|da|la) )?{_CAPITALISED})*"
_PREPOSITION = r"\b(?:in|at|near|from|to|on|off|under|behind|beside|between|along|outside|inside|into|through|around)"

_UNIT = (
    r"(?:seconds?|minutes?|hours?|days?|nights?|weeks?|months?|years?|decades?|centuries|century|(?:milli|centi|kilo)?metres?"
    r"|(?:milli|centi|kilo)?meters?|feet|foot|miles?|inch(?:es)?|km|cm|mm|m|kg|tons?|tonnes?|(?:kilo)?grams?|pounds?|litres?"
    r"|liters?|degrees?|times|[a-z]+ per [a-z]+)\b"
)
_CURRENCY = r"(?:dollars?|euros?|pounds?|cents?|yen|francs?|crowns?|rupees?)\b"

_TIME = re.compile(rf"{_MOMENT}(?: (?:on|in|of) {_MOMENT})*")
_PERSON = re.compile(rf"\ban? {_NAME} [a-z]+|(?!{_DAY}|{_MONTH}){_NAME}(?: and {_NAME})?")
_PLACE = re.compile(rf"{_PREPOSITION} (?P<answer>{_NAME}|(?:the|an?) (?:{_NAME}(?: [a-z]+)?|(?:[a-z]+ )?{_LETTERS}+))")
_REASON = re.compile(
    r"\b(?:because of|because|due to|owing to|thanks to|so that|in order to|since|after|to(?= [a-z]+ )) "
    r"(?P<answer>[^.;!?]+)"
)
_COUNT = re.compile(_NUMBER)
_MEASURE = re.compile(rf"{_NUMBER}[ -]{_UNIT}(?: old| tall| long| wide| deep| high)?")
_MONEY = re.compile(rf"[$€£]\s?{_NUMBER}|{_NUMBER} {_CURRENCY}")

# A pattern of the question, and the shapes of its answer; the first shape found in the sentence counts.
_ASKED = [
    (re.compile(r"\b(?:when|(?:what|which) (?:year|date|day|time|month))\b"), _TIME),
    (re.compile(r"\b(?:where|(?:what|which) (?:place|city|town|country))\b"), _PLACE),
    (re.compile(r"\b(?:who|whom|whose)\b|\bwhat\b.*\b(?:called|named?)\b"), _PERSON),
    (re.compile(r"\b(?:why|the (?:reason|cause)|what caused)\b"), _REASON),
    (re.compile(r"\bhow much\b|\bthe (?:price|cost|revenue)\b"), _MONEY),
    (re.compile(r"\bhow (?:long|tall|far|old|high|deep|wide|fast|heavy|big|large|often|much)\b"), _MEASURE),
    (re.compile(r"\bhow (?:many|much|old)\b"), _COUNT),
]


def expected_shapes(question: str) -> Iterator[re.Pattern[str]]:
    """The shapes an answer to the question may have, likeliest first; a group `answer` in it is the answer."""
    lowered = question.casefold()
    return (shape for shows, shape in _ASKED if shows.search(lowered))

"""The words of a question that change its answer and ask for something that is not done here."""

import re
from collections.abc import Collection, Iterable, Sequence

from inference_core.engine.builtin.lexical.keywords import keywords, words
from inference_core.engine.builtin.numbers.suffix import currency
from inference_core.engine.builtin.numbers.units import known_unit
from inference_core.engine.builtin.tables.table import Column, Table

MOST = (
    "most|highest|largest|biggest|greatest|tallest|longest|oldest|heaviest|fastest|widest|deepest|maximum|max|top"
    "|best|latest|newest|richest|priciest|strongest|hottest"
)
LEAST = (
    "least|fewest|lowest|smallest|shortest|youngest|lightest|slowest|narrowest|cheapest|minimum|min|worst|earliest"
    "|poorest|weakest|coldest"
)
LESS = "less|fewer|smaller|lower|younger|shorter|cheaper|lighter|slower|earlier"

_MORE = "larger|bigger|greater|higher|taller|longer|older|heavier|faster|wider|deeper|later|newer|richer|better|hotter"
_ORDINALS = r"second|third|fourth|fifth|2nd|3rd|\dth|two|three|four|five|ten|\d+"
_IN_WORDS = (
    "two|three|four|five|six|seven|eight|nine|ten|twenty|fifty|(?:a|one) (?:dozen|hundred|thousand|million|billion)"
)
_KINDS = (
    # Other operations.
    "median|mode of|percentiles?|quartiles?|standard deviation|variance|weighted|cumulative|range|densit(?:y|ies)",
    r"differ(?:s|ed|ences?)?|ratio|multipl\w+|divid\w+|subtract\w*|minus|plus|product of|squared|square root|rounded",
    r"half|halves|twice|thrice|(?:double|triple)[sd]?|(?:a|one|two) (?:thirds?|quarters?|fifths?|tenths?)",
    r"per|percent(?:age)? of|proportion|fraction of|share of|times (?:as|the|more|\w+er)",
    r"increas\w*|decreas\w*|grow(?:s|n|th|ing)?|grew|trends?|correlat\w*|probabilit\w*|predict\w*|forecast\w*|convert\w*",
    "most (?:common|frequent)(?:ly)?|how often|(?:for|in|of) (?:each|every)|different|distinct|unique|group(?:ed)? by",
    # Another order.
    r"sort\w*|order(?:ed)? by|in (?:\w+ )?order|rank\w*|arrang\w*|ascending|descending|alphabetical\w*",
    # Exceptions.
    r"no|not|neither|nor|none|never|\w+n['’]t|cannot|lack(?:s|ing)?|missing|empty|blank|non-\w+",
    "except|excluding|including|without|than|apart from|besides|all but|but (?:for|only)"
    r"|(?:all|every|any)(?: \w+){1,2} but|(?<=\bthe )(?:others?|rest|remaining)",
    # Comparisons with another row, or with what is no number.
    rf"more|{LESS}|{_MORE}|compar\w*|versus|vs|as \w+ as|closest|nearest|farthest|furthest|similar|if (?!any)",
    rf"(?:over|above|exactly|before|after|at least|at most|below|under) (?:{_IN_WORDS})",
    # Rows by their place or their spelling.
    rf"(?:{_ORDINALS})[ -](?:{MOST}|{LEAST})|(?:top|bottom|first|last) (?:{_ORDINALS}|few|half)",
    r"(?:came|came out|started|finished|ended) (?:first|last)|(?<=\bthe )(?:first|last|next|previous)",
    r"(?:start|begin|end)(?:s|ning|ting|ing)? with|letters?",
)
_BEYOND = re.compile(rf"(?<![\w-])(?:{'|'.join(_KINDS)})(?!\w)")
_BY = re.compile(r"\b(?P<joint>by|of) (?!far\b)(?:(?:the|its|their) )?(?P<named>[^\W_]+(?: [^\W_]+){0,2})")
_LISTS = re.compile(r"\s*(?:list|show|give|print|display)\b")
_OR = re.compile(r"\bor\b")
_IN_A_UNIT = re.compile(r"\b(?:in|to|into) (?P<unit>[^\W\d_]{3,})\b")
_SHORTEST_CURRENCY = 4
"""Letters of a currency's name in a question: "in all" and "in top" are no currencies."""


def words_beyond(question: str) -> tuple[str, ...]:
    """Its words for other operations, exceptions and comparisons. `question` has small letters and no bounds."""
    return tuple(found[0].strip() for found in _BEYOND.finditer(question))


def unnamed(parts: Iterable[str], names: str, known: frozenset[str]) -> list[str]:
    """The parts of a question that are no words of the table: neither in its `names`, nor of stems that are `known`."""
    return [
        part
        for part in parts
        if not re.search(rf"\b{re.escape(part)}\b", names) and not (keywords(part) and keywords(part) <= known)
    ]


def other_column(question: str, table: Table, picked: Column | None, known: frozenset[str]) -> str | None:
    """What follows "by" or "of" and names another column than the `picked` one, by which rows would be put into order
    or groups; None if nothing does. `known` are the stems that name rows.

    What follows "by" in a list or after "the highest" must name something.
    """
    for found in _BY.finditer(question):
        stems = [word.stem for word in words(found["named"]) if word.stem]
        if not stems or stems[0] in known:
            continue
        others = [column for column in table.columns if column is not picked and column is not table.key]
        is_picked = picked is not None and not picked.keywords.isdisjoint(stems)
        named = [column for column in others if stems[0] in column.keywords]
        if found["joint"] == "of":
            wrong = not is_picked and picked is not None and any(one.looks_like_numbers(strictly=True) for one in named)
        else:
            must_name = picked is not None or _LISTS.match(question) is not None
            wrong = not is_picked and (must_name or bool(named))
        if wrong:
            return found[0]
    return None


def other_unit(question: str, table: Table) -> str | None:
    """The unit that the question wants, if the table has others of its kind but not this one."""
    given = {number.unit for column in table.numeric for number in column.numbers or [] if number}
    given |= {column.unit for column in table.numeric}
    for found in _IN_A_UNIT.finditer(question):
        name = found["unit"]
        wanted = known_unit(name) or (currency(name) if len(name) >= _SHORTEST_CURRENCY else None)
        kinds = {unit.dimension.split()[0] for unit in given if unit.dimension}
        if wanted and wanted not in given and wanted.dimension.split()[0] in kinds:
            return found[0]
    return None


def loose_or(question: str, names: Sequence[Collection[frozenset[str]]]) -> bool:
    """Whether an "or" joins something else than two names of the same column: conditions that both count here.

    `names` has the names in each column, as stems.
    """
    for found in _OR.finditer(question):
        before, after = keywords(question[: found.start()]), keywords(question[found.end() :])
        if not any(
            any(name <= before for name in column) and any(name <= after for name in column) for column in names
        ):
            return True
    return False

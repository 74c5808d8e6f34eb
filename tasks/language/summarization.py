"""Summarization: shorten a text."""

from typing import Annotated

from inference_core import AsyncInferenceClient
from tasks.fields import Number, Text
from tasks.registry import Domain, task
from tasks.views import Summary

_OUTAGE = (
    "At 09:14 on Tuesday the payments database stopped accepting writes after a routine index rebuild filled "
    "its disk. Checkout requests began to queue, and within six minutes nearly a third of customers saw a "
    "timeout page. The on-call engineer was paged at 09:17 but the alert named the wrong cluster, so the first "
    "twenty minutes were spent restarting healthy servers. At 09:41 a second engineer noticed the disk graph, "
    "deleted the unfinished index and restored writes by 09:48. No payments were lost, although 212 customers "
    "were charged twice and have since been refunded. The team has corrected the alert, doubled the disk and "
    "added a rule that stops index rebuilds when less than forty percent of the disk is free."
)
_TRAM = (
    "The council met on Monday evening to decide whether the harbour tram should run along Mill Street or the "
    "river path. Shop owners on Mill Street feared two years of digging would cost them their regular "
    "customers, while the cycling group said the river route would remove the only safe path to the hospital. "
    "The transport officer showed that the river route is cheaper by four million but floods about twice a "
    "year. After three hours the council voted seven to four for Mill Street, on condition that work is done in "
    "four short stages, that every shop keeps an open entrance, and that a fund pays for lost trade. Building "
    "is due to start in March and the first tram should run eighteen months later."
)
_FERRY = (
    "Seit Montag fährt die Fähre zwischen Norhaven und der Insel Lund wieder nach Plan. Drei Wochen lang hatte sie im "
    "Hafen gelegen, weil im Maschinenraum ein Lager gebrochen war und das Ersatzteil aus Portugal kommen musste. Die "
    "Schule der Insel hatte den Unterricht in dieser Zeit ins Rathaus verlegt, Lebensmittel brachte ein Fischkutter. "
    "Der Betreiber erstattet den Pendlern die Hälfte ihrer Monatskarten. Damit sich das nicht wiederholt, kauft die "
    "Gemeinde ein zweites, kleineres Schiff, das im Sommer auch Ausflüge fahren soll."
)


@task(
    title="Summarization",
    verb="Shorten a text",
    search_words="summarize, summarise, summary, summarisation, summarizer, tldr, abstract, shorter, key points, "
    "summarizing, condense, digest, gist, abstracts, shorten an article",
    domain=Domain.LANGUAGE,
    examples=[[_OUTAGE], [_TRAM], [_FERRY]],
)
async def summarization(
    client: AsyncInferenceClient,
    text: Annotated[str, Text("Text", lines=9, placeholder="A text of several sentences")],
    *,
    min_length: Annotated[int | None, Number("The shortest summary, in tokens", 1)] = None,
    max_length: Annotated[int | None, Number("The longest summary, in tokens", 1)] = None,
) -> Summary:
    """Shorten a text while keeping what matters."""
    lengths = {"min_length": min_length, "max_length": max_length}
    chosen = {name: length for name, length in lengths.items() if length is not None}
    summary = await client.summarization(text, generate_parameters=chosen or None)
    return Summary(summary.summary_text, text)

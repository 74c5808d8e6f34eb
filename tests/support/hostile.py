"""Words that do harm where a page takes them for HTML, Markdown, formulas or diagrams, and answers full of them."""

import base64
import io
import json
from collections.abc import Callable
from typing import Any

from aiohttp import web
from PIL import Image

from tests.support.answers import chat_event, says, streams, token_event
from tests.support.media import picture_file, sound_file
from tests.support.upstream import Answer, Upstream

MARK = "hostile-mark"
"""Part of every address and attribute in the words, by which a test finds what became an element."""


def hostile_words(beacon: str) -> list[str]:
    """Each would fetch from `beacon`, open a dialog, or put an element into the page."""
    there = f"{beacon}/{MARK}"
    return [
        f'<img src="{there}/img.png">',
        f"<img src=x onerror=\"alert('{MARK}')\">",
        f"<IMG\tSRC={there}/upper.png\n>",
        f'<picture><source srcset="{there}/a.webp"><img src="{there}/b.png"></picture>',
        f'<form action="{there}/form"><input name="token"><button>Sign in</button></form>',
        f'<div class="{MARK}" style="position:fixed;inset:0;z-index:99999;background:url({there}/overlay.png)">x</div>',
        f"<style>body{{background:url({there}/style.png)}} .{MARK}{{}}</style>",
        f'<link rel="stylesheet" href="{there}/link.css">',
        f'<script>alert("{MARK}")</script>',
        f'<script src="{there}/script.js"></script>',
        f'<iframe src="{there}/frame"></iframe><iframe srcdoc="<img src={there}/srcdoc.png>"></iframe>',
        f'<object data="{there}/object"></object><embed src="{there}/embed">',
        f'<svg onload="alert(\'{MARK}\')"><image href="{there}/svg.png"/></svg>',
        "<svg><foreignObject><form><input></form></foreignObject></svg>",
        f'<math><mtext><style><img src="{there}/math.png"></style></mtext></math>',
        f'<video poster="{there}/poster.png" src="{there}/video.mp4" autoplay></video><audio src="{there}/a.mp3">',
        f'<base href="{there}/">',
        f'<meta http-equiv="refresh" content="0;url={there}/refresh">',
        f'<a href="javascript:alert(\'{MARK}\')">click</a> <a href="{there}/link">go</a>',
        f"<details open ontoggle=\"alert('{MARK}')\">",
        f"![picture]({there}/markdown.png) [link]({there}/link) [run](javascript:alert('{MARK}'))",
        f"[ref]: {there}/ref 'x'\n![picture][ref] <{there}/auto>",
        f"$$\\href{{javascript:alert('{MARK}')}}{{x}} \\includegraphics{{{there}/katex.png}}$$",
        f"$\\htmlData{{a={MARK}}}{{x}}$ \\(\\url{{{there}/tex}}\\)",
        f'```mermaid\ngraph TD; A[<img src="{there}/mermaid.png">]-->B; click B "{there}/click"\n```',
        f'<div class="mermaid">graph TD; A["<img src={there}/m.png>"]</div>',
        f"![x](data:text/html;base64,{base64.b64encode(f'<img src={there}/data.png>'.encode()).decode()})",
        f"&lt;img src={there}/entity.png&gt; &#60;script&#62;",
        "${alert('" + MARK + "')} {{constructor.constructor('alert(1)')()}} `" + MARK + "`",
        f'"><img src="{there}/quoted.png"><x y="',
        f"'><img src='{there}/single.png'>",
        f"\u202e<img<img src={there}/nested.png>>",
        f'<!--><img src="{there}/comment.png">--><plaintext>',
        f'<svg/onload=fetch("{there}/fetch")>',
        f"<img src=//{there.partition('//')[2]}/same-scheme.png>",
        f"</textarea></script></style></template><img src={there}/closing.png>",
        f"<input autofocus onfocus=\"fetch('{there}/focus')\">",
        f'<body background={there}/body.png><table background="{there}/table.png"><td>',
        f"<link rel=prefetch href={there}/prefetch><link rel=preload as=image href={there}/preload.png>",
        f'<button formaction="{there}/action">Go</button><dialog open class="{MARK}">',
        f"<xmp><img src={there}/xmp.png></xmp><noscript><p title='</noscript><img src={there}/noscript.png>'>",
        f"\\u003cimg src={there}/json.png\\u003e %3Cimg src={there}/percent.png%3E",
        f'<script type=speculationrules>{{"prefetch": [{{"urls": ["{there}/rules"]}}]}}</script>',
        f'<a href="javascript&colon;alert(\'{MARK}\')">x</a> <a href="&#106;avascript:alert(1)">y</a>',
        f"[x](data:text/html,<script>alert(1)</script>) <data:text/html,{MARK}>",
        f"\u2066\u202e<img src={there}/bidi.png>\u2069 \ufeff<img src={there}/mark.png>",
        "__proto__",
        "constructor",
    ]


def _scored(words: list[str], **more: Any) -> list[dict[str, Any]]:
    return [{"label": word, "score": 1 - at / 100, **more} for at, word in enumerate(words)]


def _mask() -> str:
    file = io.BytesIO()
    Image.new("L", (64, 48), 255).save(file, "PNG")
    return base64.b64encode(file.getvalue()).decode()


def _joined(words: list[str]) -> str:
    return "\n\n".join(words)


_BOX = {"box": {"xmin": 1, "ymin": 1, "xmax": 9, "ymax": 9}}
_JSON: dict[str, Callable[[list[str]], Any]] = {
    "audio-classification": _scored,
    "automatic-speech-recognition": lambda words: {"text": _joined(words)},
    "image-classification": _scored,
    "image-segmentation": lambda words: _scored(words[:8], mask=_mask()),
    "image-to-text": lambda words: [{"generated_text": _joined(words)}],
    "object-detection": lambda words: _scored(words, **_BOX),
    "zero-shot-image-classification": _scored,
    "document-question-answering": lambda words: [{"answer": word, "score": 0.5} for word in words],
    "visual-question-answering": lambda words: [{"answer": word, "score": 0.5} for word in words],
    "fill-mask": lambda words: [{"sequence": word, "score": 0.5, "token": 1, "token_str": word} for word in words],
    "question-answering": lambda words: {"answer": _joined(words), "score": 0.5, "start": 0, "end": 9},
    "summarization": lambda words: [{"summary_text": _joined(words)}],
    "table-question-answering": lambda words: {
        "answer": _joined(words),
        "coordinates": [[0, 0]],
        "cells": words,
        "aggregator": words[0],
    },
    "text-classification": _scored,
    "token-classification": lambda words: [
        {"entity_group": word, "score": 0.5, "word": word, "start": at, "end": at + 1} for at, word in enumerate(words)
    ],
    "translation": lambda words: [{"translation_text": _joined(words)}],
    "zero-shot-classification": _scored,
}


def _rows(inputs: Any) -> int:
    table = inputs.get("data", inputs.get("table", inputs))
    return len(next(iter(table.values())))


_PER_INPUT: dict[str, Callable[[Any, list[str]], Any]] = {
    "feature-extraction": lambda inputs, words: [[0.5, 0.25] for _ in inputs],
    "sentence-similarity": lambda inputs, words: [0.5 for _ in inputs["sentences"]],
    "tabular-classification": lambda inputs, words: words[: _rows(inputs)],
    "tabular-regression": lambda inputs, words: [0.5] * _rows(inputs),
}


def _per_input(task: str, words: list[str]) -> Answer:
    """An answer with as many items as the request has inputs."""

    async def answer(request: web.Request, upstream: Upstream) -> web.StreamResponse:
        body = json.loads(upstream.requests[-1][2])
        return web.json_response(_PER_INPUT[task](body.get("inputs", body), words), headers={"x-engine": words[0]})

    return answer


def hostile_answer(task: str, words: list[str]) -> Answer:
    """A good answer of the task with these words wherever it has words, also in the name of the engine."""
    engine = {"x-engine": words[0]}
    if task == "conversational":
        return streams(*(chat_event(f"{word}\n\n") for word in words), b"data: [DONE]\n\n")
    if task == "text-generation":
        return streams(*(token_event(f"{word}\n\n") for word in words))
    if task == "text-to-speech":
        return says(sound_file(), content_type="audio/wav", **engine)
    if task in ("text-to-image", "image-to-image"):
        return says(picture_file(), content_type="image/png", **engine)
    if task in _PER_INPUT:
        return _per_input(task, words)
    return says(json.dumps(_JSON[task](words)).encode(), **engine)


def hostile_error(words: list[str], status: int = 422) -> Answer:
    """A refusal in these words."""
    return says(json.dumps({"error": _joined(words)[:1900]}).encode(), status)


def counting() -> tuple[Answer, list[str]]:
    """An answer for a server that nobody should ask, and the paths that somebody did ask for."""
    asked: list[str] = []

    async def answer(request: web.Request, upstream: Upstream) -> web.StreamResponse:
        asked.append(request.path_qs)
        return web.Response(text="seen")

    return answer, asked

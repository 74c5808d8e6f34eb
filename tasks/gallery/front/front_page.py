"""The front page and the header above every view, as HTML that is made once from the tasks and the file of results."""

import re
from collections.abc import Mapping, Sequence
from html import escape
from itertools import groupby
from typing import Any

from inference_core import words
from tasks.gallery.access.said import said
from tasks.gallery.backend import Backend
from tasks.gallery.front.cards import image, picture_of
from tasks.gallery.front.results import Result, Results
from tasks.gallery.front.retold import quoted, retold
from tasks.gallery.numbers import day, written
from tasks.registry import Domain, Task
from tasks.translations import searched, translated
from tasks.views import GeneratedPicture

_LONGEST_SEARCHED = 400
_WORD = re.compile(r"[\w$€]+")


def header(backend: Backend, *, offers_sign_in: bool = False) -> str:
    """The site's name, which leads to the front page, a badge that says who answers, and links to sign in and out."""
    told = ("answers", "inputs", "cost", *(("signed_in",) if offers_sign_in else ()))
    about = [escape(one) for one in backend.said(*told)]
    own = [] if backend.recorded_on else [_text("badge.own_endpoint")]
    more = "".join(
        f"<li>{_text(f'badge.{key}')} <code>{code}</code></li>"
        for key, code in (("token", "HF_TOKEN"), ("models", "--models FILE"), ("server", "--backend URL"))
    )
    return f"""
      <h1><a class='home' href='?'>{_text("site.name")}</a></h1>
      <details class='badge'><summary>{escape(" ".join(backend.said("badge")))}</summary>
        <div><p>{"</p><p>".join([*about, *own, _text("badge.more")])}</p><ul>{more}</ul></div>
      </details>{_recording(backend)}
      <div class='other-languages'>{_account() if offers_sign_in else ""}{_languages()}</div>"""


def _account() -> str:
    """Links to sign in and out, of which the page shows one (head.py). In a frame, the cookie would get lost."""
    return (
        f"<a class='sign-in' href='login/huggingface' target='_blank' rel='noopener'>{_text('account.sign_in')}</a>"
        f"<a class='sign-out' href='logout'>{_text('account.sign_out')}</a> "
    )


def _recording(backend: Backend) -> str:
    """Whose runs are kept, if any are."""
    return "" if backend.records == "nobody" else f"<p class='recording'>{_text(f'recording.{backend.records}')}</p>"


def _languages() -> str:
    """A link to the page in each other language, in its own words (spoken.js)."""
    others = {one: words.template("page.site.own_name", one) for one in words.LANGUAGES if one != words.language()}
    return "".join(
        f"<a href='?' lang='{code}' hreflang='{code}' data-language='{code}'>{name}</a>"
        for code, name in others.items()
    )


def front_page(tasks: Sequence[Task], results: Results) -> str:
    """What the gallery is, three tasks with their results, one large picture, and a card for every task."""
    groups = [(domain, list(group)) for domain, group in groupby(tasks, key=lambda task: task.domain)]
    featured = sorted((task for task in tasks if task.featured), key=lambda task: task.featured or 0)
    return f"""{said()}
      <p id='no-such-task' hidden>{_text("front.unknown")}</p>
      <div class='hero'>
        <div>
          <p class='slogan'>{_text("front.slogan").replace(". ", ".<br>")}</p>
          <p class='lead'>{_text("front.lead", count=len(tasks))}</p>
          <div class='starts'>{"".join(_start(task, results[task.id]) for task in featured if task.id in results)}</div>
        </div>
        {_large_picture(tasks, results)}
      </div>
      {_search(tasks, [domain for domain, _ in groups])}
      <nav aria-label='{escape(words.text("access.tasks"))}'>
        <section id='found' hidden><div class='cards'></div></section>
        {"".join(_group(domain, group, results) for domain, group in groups)}</nav>
      <p id='no-match' hidden>{_text("front.nothing")}
        <button type='button'>{_text("front.show_all")}</button>.</p>
      {_about(results)}"""


def _text(key: str, **arguments: object) -> str:
    return escape(words.text(f"page.{key}", **arguments))


def _link(task: Task, kind: str, more: str = "") -> str:
    """The start of a link that opens a task; a click also runs its first example (front.js)."""
    return f"<a class='{kind}' href='?task={escape(task.id)}' data-task='{escape(task.id)}'{more}>"


def _start(task: Task, result: Result) -> str:
    asked = f"{quoted(result['asked'])} " if result["asked"] else ""
    small = image(result) if result["picture"] else "<span class='lines'></span>"
    recorded = f" title='{escape(_recorded(result))}'"
    return f"""{_link(task, "start", recorded)}{small}
      <span><b>{escape(translated(task.verb))}</b>
        <span class='answer'>{escape(asked + retold(result["headline"]))}</span></span>
      <span class='seconds'>{_text("front.seconds", seconds=_rounded(result["seconds"]))}</span>
      <span class='try'>{_text("front.try")}<span aria-hidden='true'> →</span></span></a>"""


def _large_picture(tasks: Sequence[Task], results: Results) -> str:
    """The first picture that was made from words."""
    painting = next((task for task in tasks if task.view is GeneratedPicture and task.id in results), None)
    if painting is None:
        return ""
    result = results[painting.id]
    made = _text("front.made_by", model=result["model"], seconds=_rounded(result["seconds"]))
    caption = f"<span class='caption'><q>{escape(result['asked'])}</q><span>{made}</span></span>"
    return f"{_link(painting, 'shot')}{image(result)}{caption}</a>"


def _search(tasks: Sequence[Task], domains: Sequence[Domain]) -> str:
    placeholder = _text("front.search", count=len(tasks), example=translated(tasks[-1].verb))
    chips = [("", words.text("page.front.all")), *((domain.name, translated(domain.value)) for domain in domains)]
    buttons = "".join(
        f"<button type='button' class='chip' data-domain='{name}' aria-pressed='{'false' if name else 'true'}'>"
        f"{escape(title)}</button>"
        for name, title in chips
    )
    return f"""<div class='finder'>
      <input type='search' id='search' autocomplete='off' placeholder='{placeholder}'
        aria-label='{_text("front.search_label")}'>
      <div class='chips' role='group' aria-label='{_text("front.domains_label")}'>{buttons}</div></div>"""


def _group(domain: Domain, tasks: Sequence[Task], results: Results) -> str:
    cards = "".join(_card(task, results.get(task.id)) for task in tasks)
    return f"""<section data-domain='{domain.name}' aria-label='{escape(translated(domain.value))}'>
      <h2>{escape(translated(domain.value))}</h2><div class='cards'>{cards}</div></section>"""


def _card(task: Task, result: Result | None) -> str:
    data: dict[str, str] = {
        "data-domain": task.domain.name,
        "data-words": _phrases(task.verb, task.title, *task.search_words, others=searched(task.verb)),
        "data-more": _phrases(task.domain.value, task.description, others=_given(task)),
        "data-verb": translated(task.verb),
    }
    if result:
        data["title"] = _recorded(result)
    attributes = "".join(f" {name}='{escape(value)}'" for name, value in data.items())
    verb, title = escape(translated(task.verb)), escape(translated(task.title))
    kind = "photo" if result and result["picture"] else result["shown"]["kind"] if result else ""
    return f"""{_link(task, "card", attributes)}
      <span class='thumb {kind}' aria-hidden='true'>{picture_of(result) if result else ""}</span>
      <span class='what'><b>{verb}</b>
        <span class='facts'><span>{title}</span><span class='level'></span></span></span></a>"""


def _recorded(result: Result) -> str:
    recorded, seconds = day(result["date"]), _rounded(result["seconds"])
    return words.text("page.front.recorded", model=result["model"], date=recorded, seconds=seconds)


def _phrases(*texts: str, others: Sequence[str]) -> str:
    """What finds a task, in both languages: in words only, with commas between that no typed phrase runs across."""
    every = [*texts, *map(translated, texts), *others]
    return " , ".join(dict.fromkeys(" ".join(_WORD.findall(text.lower())) for text in every))


def _given(task: Task) -> list[str]:
    """The texts in the examples of a task."""
    return [text for example in task.examples for value in example for text in _texts(value)]


def _texts(value: Any) -> list[str]:
    """The texts in an example's values, each cut."""
    match value:
        case str():
            return [value[:_LONGEST_SEARCHED]]
        case Mapping():
            return _texts(list(value))
        case list() | tuple():
            return [text for one in value for text in _texts(one)]
    return [value.stem.replace("_", " ")]


def _rounded(seconds: float) -> str:
    return written(seconds, ".1f") if seconds >= 1 else written(max(seconds, 0.01), ".2f")


def _about(results: Results) -> str:
    dates = sorted({result["date"] for result in results.values()})
    answers = f"{_text('front.about_answers', date=day(dates[-1]))} " if dates else ""
    return f"<p class='fine'>{answers}{_text('front.about_levels')}</p>"

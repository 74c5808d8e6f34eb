"""A batch is asked row by row: what goes wrong at one stops only what it has to, and nothing that is done is lost."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from aiohttp import web

from tasks.gallery.batch import rows as batch_rows
from tasks.gallery.batch import run
from tasks.gallery.batch.panel import shown
from tasks.gallery.batch.rows import State
from tests.support.batches import Faulty, Pressed, asked, cut_off, fails_at, on, status
from tests.support.upstream import Upstream, answers, serving, tokens

LABELS = [{"label": "good", "score": 0.9}, {"label": "bad", "score": 0.1}]
FIFTY = [f"text {number}" for number in range(1, 51)]
CLASSIFY = "text-classification"


@pytest.fixture(autouse=True)
def often(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(run, "_TELL", 0.02)
    yield


def counts(pressed: Pressed) -> dict[str, int]:
    return {state: number for state in State if (number := pressed.batch.count(state))}


async def test_every_row_gets_its_answer_and_is_asked_once() -> None:
    async with serving(answers(LABELS)) as upstream:
        pressed = on(upstream, CLASSIFY, FIFTY)
        panel = await pressed.run()
        await pressed.backend.disconnect()
    assert panel["state"] == "done" and panel["line"] == "✓ done · 50 of 50"
    assert counts(pressed) == {"done": 50}
    assert asked(upstream) == FIFTY
    assert pressed.batch.rows[49].outcome and pressed.batch.rows[49].outcome.cells == ["good", "0.9"]


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        (status(503), "Out of order."),
        (status(429), "Out of order."),
        (status(401), "Out of order."),
        (cut_off, "connection"),
    ],
    ids=["unavailable", "rate limit", "no token", "cut off"],
)
async def test_a_fault_at_row_20_pauses_the_batch_and_going_on_asks_only_what_is_left(
    fault: Faulty, reason: str
) -> None:
    async with serving(fails_at(lambda text: text == "text 20", fault, LABELS)) as upstream:
        pressed = on(upstream, CLASSIFY, FIFTY)
        panel = await pressed.run()
        before = pressed.states()
        assert panel["state"] == "paused"
        assert "Row 20: " in panel["line"] and reason in panel["line"] and "“Go on”" in panel["line"]
        assert before[:19] == ["done"] * 19 and before[19] == "failed"
        assert before.count("done") <= 19 + 2 and before.count("waiting") >= 50 - 22
        upstream.answer = answers(LABELS)
        panel = await pressed.run()
        await pressed.backend.disconnect()
    assert panel["line"] == "✓ done · 50 of 50" and counts(pressed) == {"done": 50}
    times = {text: asked(upstream).count(text) for text in FIFTY}
    assert times.pop("text 20") >= 2 and set(times.values()) == {1}
    assert asked(upstream)[-1] == "text 20"  # what has failed comes last


async def test_a_row_that_always_fails_holds_up_no_other() -> None:
    async with serving(fails_at(lambda text: text in ("text 3", "text 30"), status(503), LABELS)) as upstream:
        pressed = on(upstream, CLASSIFY, FIFTY)
        for _ in range(3):
            await pressed.run()
        await pressed.backend.disconnect()
    assert counts(pressed) == {"done": 48, "failed": 2}


async def test_a_refused_row_gets_its_sentence_and_the_others_go_on() -> None:
    refuses = fails_at(lambda text: text in ("text 2", "text 5"), status(422, "Only English is read."), LABELS)
    async with serving(refuses) as upstream:
        pressed = on(upstream, CLASSIFY, FIFTY[:10])
        panel = await pressed.run()
        assert panel["line"] == "✓ done · 10 of 10 · 2 refused"
        assert counts(pressed) == {"done": 8, "refused": 2}
        assert "Only English is read" in pressed.batch.rows[1].problem
        upstream.begin_again(answers(LABELS))
        await pressed.run(State.REFUSED)
        await pressed.backend.disconnect()
    assert asked(upstream) == ["text 2", "text 5"] and counts(pressed) == {"done": 10}


async def test_an_empty_cell_and_one_that_is_too_long_are_refused_and_never_asked() -> None:
    async with serving(answers(LABELS)) as upstream:
        pressed = on(upstream, CLASSIFY, ["good", " ", "a" * 100_001, "fine"])
        panel = await pressed.run()
        await pressed.backend.disconnect()
    assert panel["state"] == "done" and asked(upstream) == ["good", "fine"]
    assert pressed.states() == ["done", "refused", "refused", "done"]
    assert pressed.batch.rows[1].problem.startswith("Text is empty")
    assert pressed.batch.rows[2].problem == "Text has more than 100,000 characters: shorten it."


async def test_what_fails_on_single_rows_goes_on_until_it_is_no_single_row() -> None:
    wrong = {"text 2", "text 4"} | {f"text {number}" for number in range(10, 51)}
    async with serving(fails_at(lambda text: text in wrong, status(500), LABELS)) as upstream:
        pressed = on(upstream, CLASSIFY, FIFTY)
        panel = await pressed.run()
        await pressed.backend.disconnect()
    assert panel["state"] == "paused"
    assert pressed.states()[:9].count("done") == 7 and pressed.batch.count(State.WAITING) >= 30


async def test_stop_ends_at_the_source_keeps_what_is_done_and_goes_on_where_it_was() -> None:
    ended = asyncio.Event()

    async def slow_from_4(request: web.Request, upstream: Upstream) -> web.StreamResponse:
        if len(upstream.requests) < 4:
            return web.json_response(LABELS)
        try:
            await asyncio.sleep(20)
        except asyncio.CancelledError:
            ended.set()
            raise
        raise AssertionError

    async with serving(slow_from_4) as upstream:
        pressed = on(upstream, CLASSIFY, FIFTY[:10])
        updates = pressed.press()
        async for _ in updates:
            if len(upstream.requests) == 6:
                break
        await updates.aclose()
        async with asyncio.timeout(2):
            await ended.wait()
        panel = shown(pressed.batch)
        assert panel["state"] == "stopped" and panel["line"] == "■ stopped · 3 of 10"
        assert pressed.states() == ["done"] * 3 + ["waiting"] * 7
        upstream.begin_again(answers(LABELS))
        panel = await pressed.run()
        await pressed.backend.disconnect()
    assert panel["line"] == "✓ done · 10 of 10" and asked(upstream) == FIFTY[3:10]


async def test_a_wrong_other_input_is_told_before_anything_is_asked() -> None:
    async with serving(answers({"labels": ["a"], "scores": [1.0]})) as upstream:
        pressed = on(upstream, "zero-shot-classification", FIFTY)
        told = [panel async for panel in pressed.press()]
        assert [panel["problem"] for panel in told] == ["Labels is empty: fill it in, or click an example."]
        assert not upstream.requests and counts(pressed) == {"waiting": 50}
        pressed = on(upstream, "zero-shot-classification", FIFTY[:3], candidate_labels="a, b")
        await pressed.run()
        await pressed.backend.disconnect()
    assert counts(pressed) == {"done": 3} and b'"candidate_labels":["a","b"]' in upstream.requests[0][2]


async def test_pressing_twice_asks_once() -> None:
    async with serving(answers(LABELS)) as upstream:
        pressed = on(upstream, CLASSIFY, FIFTY[:9])
        await asyncio.gather(pressed.run(), pressed.run())
        await pressed.backend.disconnect()
    assert asked(upstream) == FIFTY[:9]


async def test_answers_to_other_settings_are_told() -> None:
    async with serving(fails_at(lambda text: text == "text 2", status(503), LABELS)) as upstream:
        pressed = on(upstream, CLASSIFY, FIFTY[:3])
        await pressed.run()
        upstream.answer = answers(LABELS)
        pressed._given = {"top_k": 1}
        panel = await pressed.run()
        assert panel["line"] == "✓ done · 3 of 3 · some answers were given to other settings"
        panel = await pressed.run(State.DONE)
        await pressed.backend.disconnect()
    assert panel["line"] == "✓ done · 3 of 3" and len(upstream.requests) >= 7


async def test_all_batches_together_ask_few_rows_at_once() -> None:
    now, most = 0, 0

    async def slow(request: web.Request, upstream: Upstream) -> web.StreamResponse:
        nonlocal now, most
        now += 1
        most = max(most, now)
        await asyncio.sleep(0.01)
        now -= 1
        return web.json_response(LABELS)

    async with serving(slow) as upstream:
        first = on(upstream, CLASSIFY, FIFTY[:12])
        others = [Pressed(first.backend, CLASSIFY, FIFTY[:12], first.batches) for _ in range(4)]
        await asyncio.gather(*(one.run() for one in (first, *others)))
        await first.backend.disconnect()
    assert most == 6 and all(counts(one) == {"done": 12} for one in others)


async def test_rows_for_a_visitors_server_do_not_take_the_lane_of_the_others() -> None:
    async with serving(answers(LABELS)) as upstream:
        pressed = on(upstream, CLASSIFY, FIFTY[:2], model=upstream.url)  # which is refused: it is on this machine
        pressed.batches.lane = asyncio.Semaphore(0)
        async with asyncio.timeout(2):
            await pressed.run()
        await pressed.backend.disconnect()
    assert not upstream.requests and pressed.batch.count(State.WAITING) == 0


async def test_a_row_that_its_server_puts_off_leaves_the_lane_to_the_others() -> None:
    async def put_off_once(request: web.Request, upstream: Upstream) -> web.StreamResponse:
        if len(upstream.requests) == 1:
            return web.json_response({"error": "Slow down."}, status=429, headers={"Retry-After": "1.5"})
        return web.json_response(LABELS)

    async with serving(put_off_once) as upstream:
        pressed = on(upstream, CLASSIFY, ["put off"], timeout=0.5)
        pressed.batches.lane = asyncio.Semaphore(1)
        other = Pressed(pressed.backend, CLASSIFY, FIFTY[:5], pressed.batches)
        waiting = asyncio.create_task(pressed.run())
        await upstream.wait_for_requests(1)
        await other.run()
        assert counts(other) == {"done": 5} and not waiting.done()
        await waiting
        await pressed.backend.disconnect()
    assert counts(pressed) == {"done": 1}


async def test_while_the_server_makes_the_batch_wait_the_page_says_for_how_long() -> None:
    async def slow_down(request: web.Request, upstream: Upstream) -> web.StreamResponse:
        if len(upstream.requests) == 1:
            return web.json_response({"error": "Slow down."}, status=429, headers={"Retry-After": "0.3"})
        return web.json_response(LABELS)

    async with serving(slow_down) as upstream:
        pressed = on(upstream, CLASSIFY, FIFTY[:1])
        lines = [panel["line"] async for panel in pressed.press()]
        await pressed.backend.disconnect()
    assert any("the server is busy, next try in 1 s" in line for line in lines) and lines[-1] == "✓ done · 1 of 1"


async def test_answers_beyond_what_can_be_kept_pause_the_batch(monkeypatch: pytest.MonkeyPatch) -> None:
    async with serving(answers(LABELS)) as upstream:
        pressed = on(upstream, CLASSIFY, FIFTY[:20])
        monkeypatch.setattr(batch_rows, "MOST_BYTES", pressed.batch.share.size + 2000)
        panel = await pressed.run()
        await pressed.backend.disconnect()
    assert panel["state"] == "paused" and "download them, and run the other rows" in panel["line"]
    assert 0 < pressed.batch.count(State.DONE) < 20


async def test_a_batch_that_nobody_has_any_more_gives_its_room_back() -> None:
    async with serving(answers(LABELS)) as upstream:
        pressed = on(upstream, CLASSIFY, FIFTY)
        await pressed.run()
        await pressed.backend.disconnect()
    batches, key = pressed.batches, pressed.batch.key
    assert batches.held > 0 and batches.find(key) is pressed.batch
    del pressed
    assert batches.held == 0 and batches.find(key) is None


async def test_a_file_that_was_swept_is_told_and_the_others_go_on(tmp_path: Path) -> None:
    there = tmp_path / "there.png"
    there.write_bytes(b"\x89PNG\r\n\x1a\n")
    async with serving(answers(LABELS)) as upstream:
        pressed = on(upstream, "image-classification", [tmp_path / "gone.png", there])
        await pressed.run()
        await pressed.backend.disconnect()
    assert pressed.states() == ["refused", "done"] and "is not here" in pressed.batch.rows[0].problem


async def test_a_stream_ends_with_its_whole_text() -> None:
    async with serving(tokens(5, 0.0)) as upstream:
        pressed = on(upstream, "text-generation", ["Once", "Twice"])
        await pressed.run()
        await pressed.backend.disconnect()
    assert [row.outcome.cells for row in pressed.batch.rows if row.outcome] == [
        ["Once word0 word1 word2 word3 word4"],
        ["Twice word0 word1 word2 word3 word4"],
    ]

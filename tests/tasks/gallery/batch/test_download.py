"""What one takes home of a batch: a table that opens rightly, or an archive of the files that were made."""

import asyncio
import csv
import io
import json
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from aiohttp import web
from PIL import Image
from starlette.applications import Starlette
from starlette.testclient import TestClient

from inference_core.media.pictures import encode_png
from tasks.gallery.api.results import FILES
from tasks.gallery.batch.download import archive, table
from tasks.gallery.batch.outcomes import columns
from tasks.gallery.batch.routes import batch_routes
from tasks.gallery.batch.rows import Row
from tasks.gallery.batch.sources import many_of
from tasks.registry import Task, all_tasks
from tests.support.batches import Pressed, fails_at, on, status
from tests.support.hostile import hostile_words
from tests.support.upstream import Upstream, answers, serving

LABELS = [{"label": "good", "score": 0.9}, {"label": "bad", "score": 0.1}]
HOSTILE = ["=1+1", "+1 555", "-cmd|'/C calc'!A0", "@SUM(A1)", "\t=2", "\r=2", '=HYPERLINK("http://x")']
HOSTILE += [*hostile_words("http://beacon.example"), 'a "quoted", text;\r\nof two lines']


async def made(task_id: str, values: list[str | Path], answer: object = LABELS, **given: object) -> Pressed:
    async with serving(answers(answer)) as upstream:
        pressed = on(upstream, task_id, values, **given)
        await pressed.run()
        await pressed.backend.disconnect()
    return pressed


def read(text: str) -> list[dict[str, str]]:
    assert text.startswith("\ufeff")
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline="")))


async def test_a_row_of_the_table_has_its_input_and_its_answer() -> None:
    refuses = fails_at(lambda text: text == "two", status(422, "Only English."), LABELS)
    async with serving(refuses) as upstream:
        pressed = on(upstream, "text-classification", ["one", "two"], model="acme/mood")
        await pressed.run()
        await pressed.backend.disconnect()
    done, refused = read(table(pressed.batch))
    assert done["Input"] == "one" and done["State"] == "done" and done["Model"] == "acme/mood"
    assert done["Label"] == "good" and done["Score"] == "0.9" and json.loads(done["JSON"]) == LABELS
    assert float(done["Seconds"]) > 0 and not done["Why there is no answer"]
    assert refused["State"] == "refused" and refused["Label"] == refused["JSON"] == ""
    assert refused["Why there is no answer"].startswith("Only English")


async def test_hostile_texts_stay_texts_in_a_spreadsheet() -> None:
    pressed = await made("text-classification", HOSTILE, [{"label": "=1+1", "score": -0.5}])
    rows = read(table(pressed.batch))
    assert len(rows) == len(HOSTILE)
    for row, text in zip(rows, HOSTILE, strict=True):
        assert row["Input"].lstrip("'") == text.lstrip("'")
        assert not row["Input"].startswith(("=", "+", "-", "@", "\t", "\r"))
    assert rows[0]["Label"] == "'=1+1" and rows[0]["Score"] == "-0.5"


async def test_what_is_not_finished_can_be_taken_home_too() -> None:
    async with serving(answers(LABELS)) as upstream:
        pressed = on(upstream, "text-classification", ["one", "two"])
        assert [row["State"] for row in read(table(pressed.batch))] == ["waiting", "waiting"]
        await pressed.backend.disconnect()


async def test_pictures_give_one_table_with_the_names_of_their_files(tmp_path: Path) -> None:
    names = ["cat.png", "Schöner Löwe.png", "=1+1.png"]
    for name in names:
        (tmp_path / name).write_bytes(encode_png(Image.new("RGB", (8, 8))))
    pressed = await made("image-classification", [tmp_path / name for name in names])
    rows = read(table(pressed.batch))
    assert [row["Input"] for row in rows] == ["cat.png", "Schöner Löwe.png", "'=1+1.png"]
    assert {row["Label"] for row in rows} == {"good"}


async def test_files_that_were_made_come_in_one_archive_with_a_table_of_them() -> None:
    async def picture(request: web.Request, upstream: Upstream) -> web.StreamResponse:
        text = json.loads(await request.read())["inputs"]
        if text == "nothing":
            return web.json_response({"error": "I cannot draw that."}, status=422)
        colour = (len(text), 0, 0)
        return web.Response(body=encode_png(Image.new("RGB", (8, 8), colour)), content_type="image/png")

    texts = ["a red car", "nothing", "../../etc/passwd", "ein Haus mit Bäumen und " + "viel " * 50]
    async with serving(picture) as upstream:
        pressed = on(upstream, "text-to-image", texts)
        await pressed.run()
        await pressed.backend.disconnect()
    packed = zipfile.ZipFile(io.BytesIO(b"".join(archive(pressed.batch))))
    assert packed.testzip() is None
    pictures = [name for name in packed.namelist() if name != "contents.csv"]
    assert pictures[:2] == ["0001-a-red-car.png", "0003-etc-passwd.png"] and len(pictures) == 3
    assert pictures[2].startswith("0004-ein-Haus-mit-Bäumen") and len(pictures[2]) < 60
    assert Image.open(io.BytesIO(packed.read("0001-a-red-car.png"))).getpixel((0, 0)) == (9, 0, 0)
    rows = read(packed.read("contents.csv").decode())
    assert [row["Made"] for row in rows] == [pictures[0], "", *pictures[1:]]
    assert rows[1]["State"] == "refused" and "cannot draw" in rows[1]["Why there is no answer"]


async def test_a_file_that_was_swept_leaves_the_others_in_the_archive() -> None:
    png = encode_png(Image.new("RGB", (8, 8)))

    async def picture(request: web.Request, upstream: Upstream) -> web.StreamResponse:
        return web.Response(body=png, content_type="image/png")

    async with serving(picture) as upstream:
        pressed = on(upstream, "text-to-image", ["one", "two"])
        await pressed.run()
        await pressed.backend.disconnect()
    first = pressed.batch.rows[0].outcome
    assert first and first.file
    pressed.batch.rows[0].outcome = replace(first, file=f"{first.file}.swept")
    packed = zipfile.ZipFile(io.BytesIO(b"".join(archive(pressed.batch))))
    assert packed.namelist() == ["0002-two.png", "contents.csv"]
    assert [row["Made"] for row in read(packed.read("contents.csv").decode())] == ["", "0002-two.png"]


@pytest.mark.parametrize("task", [task for task in all_tasks() if many_of(task)], ids=lambda task: task.id)
def test_every_task_with_many_inputs_has_the_columns_of_its_answer(task: Task) -> None:
    assert columns(task.view) or task.view in FILES


async def test_only_who_has_the_key_gets_rows_and_answers() -> None:
    pressed = await made("text-classification", ["one"])
    client = TestClient(Starlette(routes=batch_routes(pressed.batches)))
    key = pressed.batch.key
    assert client.get("/batch/other/rows").status_code == client.get("/batch/other/answers").status_code == 404
    told = client.get(f"/batch/{key}/rows").json()
    assert told["count"] == 1 and told["rows"] == [[0, "done", "one", "good · 0.9", None]]
    assert client.get(f"/batch/{key}/rows?since={told['panel']['version']}").json()["rows"] == []
    answer = client.get(f"/batch/{key}/answers")
    assert answer.headers["content-disposition"] == 'attachment; filename="text-classification.csv"'
    assert answer.content.decode() == table(pressed.batch) and answer.headers["cache-control"] == "no-store"


async def test_ten_megabytes_of_answers_are_written_in_a_moment() -> None:
    pressed = await made("text-classification", ["one"])
    pressed.batch.rows = [*pressed.batch.rows] * 10_000
    async with asyncio.timeout(5):
        text = await asyncio.to_thread(table, pressed.batch)
    assert isinstance(pressed.batch.rows[0], Row) and text.count("\r\n") == 10_001

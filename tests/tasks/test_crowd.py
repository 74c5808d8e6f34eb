"""Small versions of the programs in tests/benchmarks that send crowds to a real app."""

import pytest

from tests.benchmarks import crowd, mixed_use
from tests.benchmarks.measuring import measured_app
from tests.support.regular import Regular
from tests.support.visitors import Page, pulse, visitors


@pytest.mark.slow
async def test_a_crowd_is_served_one_who_stays_loses_nothing_and_who_has_left_takes_no_memory() -> None:
    # An engine that takes three requests at once: the others wait for their turn.
    with measured_app("--threads", "1", "--queue", "2") as app:
        async with visitors(await Page.read(app.url)) as door:
            async with Regular(door.visitor()).staying() as regular, pulse(app.url) as seconds:
                assert set(await crowd.all_at_once(door, 30)) == {""}
            assert regular.lost == []
            before = app.process.memory  # what all of them share is loaded
            assert set(await crowd.one_after_another(door, 40)) == {""}
        assert (app.process.memory - before) / 40 < 0.25
        assert max(seconds) < 30
        assert "Traceback" not in "".join(app.output)


@pytest.mark.slow
async def test_mixed_use_leaves_no_trace() -> None:
    outcomes: list[str] = []
    with measured_app(GALLERY_STORAGE=str(mixed_use.STORAGE)) as app:
        samples = await mixed_use.use(app, 30, outcomes)
    assert set(outcomes) <= {"", mixed_use.REFUSED}
    assert samples[-1]["files"] < 200 and samples[-1]["app"] < 1000
    log = "".join(app.output)
    assert "Traceback" not in log and mixed_use.MARK not in log

"""What is built to stay costs no garbage collection anything."""

import gc
import weakref
from collections.abc import Iterator

import pytest

from tasks.gallery.garbage import built_to_stay


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    yield
    gc.unfreeze()
    gc.freeze()  # what the collected tests consist of, again


def test_what_was_built_is_not_gone_through_again() -> None:
    with built_to_stay():
        stays = [["a block"]]
    assert not any(one is stays for one in gc.get_objects())


def test_nothing_is_collected_while_it_is_built_and_all_else_afterwards() -> None:
    with pytest.raises(RuntimeError), built_to_stay():
        assert not gc.isenabled()
        raise RuntimeError
    assert gc.isenabled()


def test_what_is_of_no_use_already_does_not_stay() -> None:
    class Block: ...

    with built_to_stay():
        block = Block()
        block.itself = block  # type: ignore[attr-defined]
        gone = weakref.ref(block)
        del block
    assert gone() is None

"""Gradio's components with methods of our own."""

from abc import ABCMeta
from typing import Any, TypeVar

from gradio.components import Component

C = TypeVar("C", bound=Component)


def component_with(kind: type[C], **members: Any) -> type[C]:
    """A subclass of the component `kind` with these methods and attributes.

    It is a subclass, because for every session Gradio makes the components again from their class. It is made without
    Gradio's metaclass, which would write a file of stubs next to this module. It keeps the name of `kind`, by which the
    browser finds its code.
    """
    return ABCMeta.__new__(type(kind), kind.__name__, (kind,), {"__module__": __name__, **members})

"""Links that open a task again as a visitor left it: what stands in its inputs is in the address, behind the #.

It may import from tasks.gallery what makes inputs and events.
"""

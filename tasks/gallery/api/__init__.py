"""The gallery's API: every task by its name, JSON in and JSON out, for programs and agents.

It may import anything of `tasks.gallery` but the page and its tabs.
"""

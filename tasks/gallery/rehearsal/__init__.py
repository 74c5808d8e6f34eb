"""A rehearsal: every example of every task, run as the page runs it, and a board of what came.

`watched.py` notes what a run gives, `stage.py` runs an example through the handler and the components of the page,
`rehearsal.py` runs all of them, several at once, and `board.py` writes down what came.
May import what the page is made of.
"""

"""What only the operator may: the key and who has typed it (`access.py`), and the page with the board of rehearsals.

May import what the page is made of, and rehearsals.
"""

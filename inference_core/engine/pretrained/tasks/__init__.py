"""One file per family of models; `families.py` finds its `FAMILY`.

May import what its package may."""

"""One file per family of models; `families.py` finds its `FAMILY`."""

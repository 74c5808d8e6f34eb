"""Files that a browser or a model cannot read: pictures of phones, and pages of PDFs, as pictures that both can.

It may import from tasks.gallery what keeps files, shows errors and runs events.
"""

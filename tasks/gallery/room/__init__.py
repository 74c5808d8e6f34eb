"""What a gallery needs when a whole room uses it: limits per visitor, places in a line, a cap on calls that cost,
figures and logs without content, and an end that cuts nobody off.

It may import the core and what shows an error; `backend.py` imports its line, so that module loads no Gradio.
"""

"""The front page: a card per task with a real answer, from one file of results that `record.py` writes.

`results.py` is the file, `digest.py` and `thumbnails.py` make its entries from views, `cards.py` and `front_page.py`
make HTML of them, `offers.py` asks which models answer now.
May import the core's public face, its media, words and settings, the registry, and of the gallery the backend; nothing
of Gradio.
"""

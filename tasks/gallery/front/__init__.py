"""The front page: a card per task with a real answer, from one file of results that `record.py` writes.

`results.py` is the file, `digest.py` and `thumbnails.py` make its entries from views, `cards.py` and `front_page.py`
make HTML of them, `offers.py` asks which models answer now. May import the core's public face, its words and settings,
and of the gallery what knows nothing of Gradio: the backend and the large pictures' decoder.
"""

"""A tour: tasks one after the other on a large screen, by arrow keys or a clicker, from a list of the operator's.

`steps.py` reads the list, `routes.py` serves it; tour.js shows it in the page, and speaker.js in the speaker's window.
May import the registry, the fields and the core's words, and of the gallery what makes inputs.
"""

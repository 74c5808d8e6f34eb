"""Many inputs of a task at once: several files, or a column of a table, with an answer for each and one download.

It may import from tasks.gallery what runs a task, keeps files and makes JSON of results.
"""

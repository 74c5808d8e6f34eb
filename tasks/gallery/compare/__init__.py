"""A second model beside the first: the same inputs, two equal columns, one Run and one Stop for both.

It may import from tasks.gallery what runs a task and shows its results.
"""

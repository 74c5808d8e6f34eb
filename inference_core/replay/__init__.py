"""`python -m inference_core.replay`: a server that gives the recorded answers of a recording.

May import the whole core. The client imports nothing of it.
"""

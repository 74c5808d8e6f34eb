"""The operator's settings, described once for the app, the engine, its child process and the README.

May import everything below the engine. The client does not import it, because it needs click.
"""

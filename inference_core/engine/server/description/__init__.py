"""What the engine tells about itself to machines: its routes and their types (OpenAPI), and its counts (Prometheus).

May import `about` and the engine's contract.
"""

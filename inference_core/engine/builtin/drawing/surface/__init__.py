"""The basis of the drawing: the scene, the canvas, its light and noise. May import nothing else from `builtin`."""

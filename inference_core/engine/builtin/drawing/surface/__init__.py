"""What is painted on and with: the scene in words, the canvas, its light and noise. May import nothing of
`builtin`: it is the lowest room of the drawing.
"""

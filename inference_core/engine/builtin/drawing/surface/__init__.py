"""What is painted on and with: the scene in words, the canvas, its light and noise. The lowest room of the drawing."""

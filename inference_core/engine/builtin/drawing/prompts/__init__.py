"""A prompt read as a scene. May import `surface`, and `encoder` and `data` beside the drawing."""

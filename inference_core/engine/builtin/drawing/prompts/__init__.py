"""A prompt read as a scene. May import `surface`, and `encoder`, `data` and `text.words` beside the drawing."""

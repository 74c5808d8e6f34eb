"""A prompt read as a scene. May import `surface`, and `encoder`, `data` and `lexical` beside the drawing."""

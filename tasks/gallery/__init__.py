"""Task objects as a Gradio app, and the backend that the operator chose; the only room that knows Gradio."""

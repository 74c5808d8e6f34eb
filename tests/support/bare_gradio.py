"""`python -m tests.support.bare_gradio`: components that the gallery uses, served by Gradio alone."""

import gradio as gr

from tasks.samples import sample

if __name__ == "__main__":
    with gr.Blocks(analytics_enabled=False) as page:
        gr.Image(label="Empty", interactive=False)
        gr.Image(sample("poster.png"), label="Picture", interactive=False)
        gr.Audio(sample("rain.wav"), label="Sound", interactive=False)
        gr.JSON({"text": "words", "number": 1, "all": [{"of": "them"}] * 3}, open=False)
        with gr.Accordion("Drawer", open=False, elem_classes="drawer"):
            gr.Markdown("content")
        with gr.Tabs(elem_classes="strip"), gr.Tab("First"):
            gr.Textbox(label="Text")
    page.launch(allowed_paths=[str(sample("rain.wav").parent)])

"""`python -m tests.support.one_textbox`: a page of one textbox and a Run button, served by Gradio alone.

It has the gallery's theme, so that both ask for the same fonts: none from elsewhere.
"""

import gradio as gr

from tasks.gallery.look import THEME

if __name__ == "__main__":
    with gr.Blocks(analytics_enabled=False) as page:
        box = gr.Textbox(label="Text")
        gr.Button("Run", elem_classes="run").click(str.upper, inputs=box, outputs=box)
    page.launch(theme=THEME)

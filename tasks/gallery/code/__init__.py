"""What a visitor did, as program code: this client, huggingface_hub, openai, JavaScript and cURL.

A task's function says which method of the client it calls (`call`), and the client itself what it then sends
(`request`); no task has a snippet of its own. May import what `tasks.gallery` may; only `panel` needs Gradio.
"""

"""What a result looks like where Gradio has no component for it: each module makes the HTML of one kind of view.

May import the registry with fields and views, the words of the core, and of the gallery what files and limits are.
"""

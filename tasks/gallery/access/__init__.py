"""What makes the page usable without seeing it, without a mouse and without motion; it may import the words.

`announcer.js` tells what happens. `landmarks.js` gives the page's parts names, and leads through its tabs by keyboard.
`gradio_fixes.js` and `access.css` add what Gradio's components lack.
"""

// Gradio 6.31 counts the seconds of what loads 60 times a second, and after the page itself was loaded for ever: that is a
// twentieth of a processor, and on a phone battery. Its clock gets no next frame when nothing is seen to load.
const CLOCK = /^\(\)=>{[\w$]+\([\w$]+,\(performance\.now\(\)-[\w$]+\([\w$]+\)\)\/1e3\),[\w$]+&&[\w$]+\(\)}$/;
const LOADING = "[data-testid=status-tracker]:not(.hide)";

const nextFrame = window.requestAnimationFrame.bind(window);
window.requestAnimationFrame = (callback) =>
  CLOCK.test(callback) && !document.querySelector(LOADING) ? 0 : nextFrame(callback);

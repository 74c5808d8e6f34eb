// What Gradio's components lack for a screen reader, added when they come into the page.
const labelOf = (element) => element.closest(".block")?.querySelector("[data-testid=block-label]")?.textContent.trim() ?? "";

// A name needs a role.
const roleOfEmpty = (empty) => empty.setAttribute("role", "img");

function stateOfDrawer(button) {
  button.ariaExpanded = String(button.classList.contains("open"));
  button.querySelector(".icon")?.setAttribute("aria-hidden", "true");
}

function nameOfPicture(picture) {
  const label = labelOf(picture);
  const asked = picture.closest(".result") && picture.closest(".stage")?.querySelector(".inputs textarea")?.value.trim();
  picture.alt = asked ? `${label}: ${asked}` : label;
}

// A disabled box cannot be scrolled by keyboard, and its label is not its own.
function readable(box) {
  box.disabled = false;
  box.readOnly = true;
  box.ariaLabel = box.closest(".block").querySelector("[data-testid=block-info]").textContent.trim();
}

const isDrawing = (drawing) => drawing.setAttribute("aria-hidden", "true");

// One stop for Tab, not two for the same thing.
const passOver = (button) => { button.tabIndex = -1; };

// The line between two pictures can only be dragged; keys drag it too. What is right of it is cut off, in percent.
const STEP = 0.05;
const STEPS = { ArrowRight: STEP, ArrowUp: STEP, ArrowLeft: -STEP, ArrowDown: -STEP, Home: -1, End: 1 };

function slideByKeys(line) {
  const frame = line.closest(".slider-wrap");
  const place = () => {
    const cut = frame.querySelector("img.fixed")?.style.clipPath.match(/([\d.]+)%?\)$/)?.[1];
    line.ariaValueNow = String(Math.round(Number(cut ?? 50)));
  };
  Object.assign(line, { role: "slider", tabIndex: 0, ariaLabel: labelOf(line), ariaValueMin: "0", ariaValueMax: "100" });
  place();
  line.addEventListener("keydown", (event) => {
    const step = STEPS[event.key];
    if (!step) return;
    event.preventDefault();
    const { left, top, width } = line.getBoundingClientRect();
    const edges = frame.getBoundingClientRect();
    const at = left + width / 2;
    const to = Math.min(Math.max(at + step * edges.width, edges.left), edges.right);
    const point = (kind, target, clientX) =>
      target.dispatchEvent(new MouseEvent(kind, { bubbles: true, cancelable: true, view: window, clientX, clientY: top + 1 }));
    point("mousedown", line, at);
    point("mousemove", window, to);
    point("mouseup", window, to);
    requestAnimationFrame(place);
  });
}

// Gradio says it in English only, and changes it at a click.
async function nameCopy(button) {
  const { copy, copied } = await window.access.said;
  const words = { Copy: copy, Copied: copied };
  const name = () => {
    const said = words[button.ariaLabel];
    if (said && said !== button.ariaLabel) button.ariaLabel = button.title = said;
  };
  name();
  new MutationObserver(name).observe(button, { attributeFilter: ["aria-label"] });
}

const notTwice = (picture) => { picture.alt = ""; };

// What is in a live region when it appears is not always read. Its head is a button with a button in it. Gradio says in
// English only what kind of toast it is.
async function tellToast(toast) {
  toast.ariaLive = "off";
  const head = toast.querySelector("[role=button]");
  for (const one of ["role", "tabindex"]) head?.removeAttribute(one);
  const title = toast.querySelector(".toast-title").firstChild;
  const words = (await window.access.said)[title.data.trim().toLowerCase()];
  if (words) title.data = `${words} `;
}

// Where two models are compared, a fault is one's own.
async function tellFault(element) {
  const whose = await window.compare.ofFault(element);
  if (whose) element.prepend(window.dom.make("strong", "", `${whose}: `));
  tell(element);
}

const tell = (element) => window.announcer.say(element.textContent.trim());

const FIXES = [
  [".empty[aria-label]", roleOfEmpty],
  ["button.label-wrap", stateOfDrawer],
  [".block .image-container img[alt='']:not(.preview:not(.fixed))", nameOfPicture],
  [".slider-wrap [data-testid=slider]", slideByKeys],
  [".result textarea:disabled", readable],
  ["#domains svg:not([aria-label], [aria-hidden])", isDrawing],
  ["a > button", passOver],
  ["footer img", notTwice],
  [".toast-body", tellToast],
  ["[data-testid=toast-text]", tellFault],
  [".prose.hint > p", tell],
  [":is(.result, .wire) .icon-button", nameCopy],
  ["footer .show-api", window.access.nameApi],
  ["[role=tablist]", window.access.nameStrip],
  ["[role=tabpanel]", window.access.namePanel],
  [".stage > :is(.inputs, .outcome)", window.access.nameColumn],
];

function fix(added) {
  for (const [selector, mend] of FIXES) {
    if (added.matches(selector)) mend(added);
    added.querySelectorAll(selector).forEach(mend);
  }
}

fix(document.body);
new MutationObserver((changes) => {
  for (const { addedNodes } of changes) {
    for (const node of addedNodes) if (node.nodeType === Node.ELEMENT_NODE && node.isConnected) fix(node);
  }
}).observe(document.body, { childList: true, subtree: true });

document.addEventListener("click", (event) => {
  const drawer = event.target.closest("button.label-wrap");
  if (drawer) setTimeout(() => stateOfDrawer(drawer));
});

// Files that a browser cannot show: the app makes a picture of them, and of a document one of the page that is chosen.
const TYPES = { pdf: "image/pdf", heic: "image/heic", heif: "image/heif", hif: "image/heif", avif: "image/avif" };
const PAGE = /\/page-(\d+)-of-(\d+)\.\w+$/;
const wanted = new Map();  // by the key of a file, what the app was asked for last: its path, and a page if one is chosen

const boxOf = (element) => element.closest?.("[id^=file-]");
const keyOf = (box) => box.id.slice("file-".length);
const pictureIn = (box) => box?.querySelector("img");
const pathOf = (picture) => decodeURIComponent(new URL(picture.src).pathname.split("/gradio_api/file=")[1] ?? "");
const folderOf = (path) => path.slice(0, path.lastIndexOf("/"));
const lineOf = (key) => document.querySelector(`#about-${key} p`);
const chooserOf = (key) => document.querySelector(`#about-${key} nav`);
const numberOf = (chooser) => chooser.querySelector("input");

// Gradio refuses a file that does not say that it is a picture. Returns what to give it instead, nothing if it need not.
function asPictures(files) {
  const endings = [...files].map((file) => file.name.split(".").at(-1).toLowerCase());
  if (!endings.some((ending, at) => TYPES[ending] && !files[at].type.startsWith("image/"))) return undefined;
  const given = new DataTransfer();
  endings.forEach((ending, at) => {
    const type = TYPES[ending];
    given.items.add(type ? new File([files[at]], files[at].name, { type }) : files[at]);
  });
  return given;
}

document.addEventListener("change", (event) => {
  const box = event.target.matches("input[type=file]") && boxOf(event.target);
  const given = box && asPictures(event.target.files);
  if (given) event.target.files = given.files;
}, true);

document.addEventListener("drop", (event) => {
  const box = boxOf(event.target);
  const given = box && asPictures(event.dataTransfer.files);
  if (!given) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  event.target.dispatchEvent(new DragEvent("drop", { bubbles: true, cancelable: true, dataTransfer: given }));
}, true);

// Before the browser asks for a file.
document.addEventListener("click", (event) => {
  if (event.target.matches(".document input[type=file]")) event.target.accept = "image/*,.pdf";
}, true);

function ask(box, page) {
  const key = keyOf(box);
  const path = pathOf(pictureIn(box));
  if (!path) return;
  wanted.set(key, { path, page });
  say(key, `${lineOf(key).dataset.reading} …`, "reading");
  document.getElementById(`show-${key}`).click();
}

function say(key, text, state) {
  const line = lineOf(key);
  line.textContent = text;
  line.className = state;
  unhide(key);
}

function unhide(key) {
  const about = lineOf(key).parentElement;
  about.hidden = !lineOf(key).textContent && chooserOf(key)?.hidden !== false;
}

// A picture that cannot be shown is asked for once.
document.addEventListener("error", (event) => {
  const box = event.target.matches?.("img") && boxOf(event.target);
  if (!box || box.dataset.asked === event.target.src) return;
  box.dataset.asked = event.target.src;
  ask(box);
}, true);

document.addEventListener("load", (event) => {
  const box = event.target.matches?.("img") && boxOf(event.target);
  if (!box) return;
  delete box.dataset.asked;
  settle(keyOf(box));
}, true);

// What is in the box is as good as it gets. The chooser says which page is shown, if there are several, or which one will
// be: whoever turns pages quickly is ahead of the app.
function settle(key, problem = "") {
  say(key, problem, problem ? "problem" : "");
  if (problem) wanted.delete(key);
  const chooser = chooserOf(key);
  if (!chooser) return;
  const picture = pictureIn(document.getElementById(`file-${key}`));
  const path = picture ? pathOf(picture) : "";
  const [, page, pages] = path.match(PAGE) ?? [];
  chooser.hidden = !(pages > 1);
  unhide(key);
  if (chooser.hidden) return;
  const chosen = wanted.get(key);
  const count = chooser.querySelector(".count");
  count.textContent = count.dataset.said.replace("{count}", pages);
  numberOf(chooser).max = pages;
  numberOf(chooser).value = (chosen && folderOf(chosen.path) === folderOf(path) && chosen.page) || page;
  mark(chooser);
}

function mark(chooser) {
  const { value, max } = numberOf(chooser);
  chooser.querySelector(".previous").ariaDisabled = String(Number(value) <= 1);
  chooser.querySelector(".next").ariaDisabled = String(Number(value) >= Number(max));
}

function turn(chooser, page) {
  const number = numberOf(chooser);
  number.value = Math.min(Math.max(Math.round(page) || 1, 1), Number(number.max));
  mark(chooser);
  ask(document.getElementById(chooser.parentElement.id.replace("about-", "file-")), number.value);
}

document.addEventListener("click", (event) => {
  const button = event.target.closest(".about-file nav button");
  if (!button || button.ariaDisabled === "true") return;
  const chooser = button.closest("nav");
  turn(chooser, Number(numberOf(chooser).value) + (button.matches(".next") ? 1 : -1));
});
document.addEventListener("change", (event) => {
  const chooser = event.target.closest(".about-file nav");
  if (chooser) turn(chooser, Number(event.target.value));
});

window.files = {
  asked(key) {
    const { path, page } = wanted.get(key);
    return `${path}#${page ?? ""}`;
  },
  settle,
  // The URL of a document, with the page that is chosen of it.
  atPage(key, url) {
    const chooser = chooserOf(key);
    if (!chooser || chooser.hidden) return url;
    const page = numberOf(chooser).value;
    return url.split("#")[0] + (page > 1 ? `#page=${page}` : "");
  },
};

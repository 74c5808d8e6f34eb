// Makes elements of what markdown.py made of an answer: of these tags and no other, and every text stays a text.
const TAGS = new Set(["p", "h3", "h4", "h5", "h6", "ul", "ol", "li", "blockquote", "table", "thead", "tbody", "tr", "th",
  "td", "strong", "em", "s", "a", "code", "pre", "br", "hr"]);
const SAFE_ADDRESS = /^(https?|mailto):/i;

window.chat = {};

function made(node, words) {
  if (typeof node === "string") return document.createTextNode(node);
  const [tag, attribute, children] = node;
  const element = document.createElement(TAGS.has(tag) ? tag : "span");
  if (tag === "a" && SAFE_ADDRESS.test(attribute)) leadOutside(element, attribute);
  if (tag === "ol" && attribute) element.start = attribute;
  element.append(...children.map((child) => made(child, words)));
  if (tag === "pre") return codeBlock(element, attribute, words);
  return tag === "table" ? scrolling("table", element) : element;
}

function leadOutside(link, address) {
  link.href = address;
  link.target = "_blank";
  link.rel = "noopener noreferrer nofollow";
}

function scrolling(name, element) {
  const frame = document.createElement("div");
  frame.className = `wide wide-${name}`;
  frame.tabIndex = 0;
  frame.setAttribute("role", "group");
  window.access.said.then((said) => { frame.ariaLabel = said[name]; });
  frame.append(element);
  return frame;
}

function codeBlock(code, language, words) {
  const block = document.createElement("div");
  const bar = document.createElement("div");
  const name = document.createElement("span");
  block.className = "code-block";
  bar.className = "code-head";
  name.textContent = language;
  bar.append(name, ...window.chat.copyButton(words, words.copy_code, () => code.textContent));
  block.append(bar, scrolling("code", code));
  return block;
}

// Where more items of the last list, or more rows of the last table, go.
const listOrRows = (element) => {
  const last = element.lastElementChild;
  return last.matches(".wide-table") ? last.querySelector("tbody") : last;
};

// Shows the blocks in the element. Those that it shows already stay as they are.
window.chat.showBlocks = (element, blocks, words) => {
  element.shown ??= [];
  const { shown } = element;
  let same = 0;
  while (same < blocks.length && shown[same]?.block === blocks[same]) same += 1;
  for (const { nodes } of shown.splice(same)) nodes.forEach((node) => node.remove());
  for (const block of blocks.slice(same)) {
    const node = JSON.parse(block);
    const isMore = node[0] === "more";
    const nodes = (isMore ? node[2] : [node]).map((one) => made(one, words));
    (isMore ? listOrRows(element) : element).append(...nodes);
    shown.push({ block, nodes });
  }
};

// A button that copies; none where the browser does not let a page do it, which is not of https or of this machine.
window.chat.copyButton = (words, label, text) => {
  if (!navigator.clipboard) return [];
  const button = window.chat.button("copy", words.copy, label, async () => {
    button.textContent = await navigator.clipboard.writeText(text()).then(() => words.copied, () => words.refused);
    window.announcer.say(button.textContent);
    setTimeout(() => { button.textContent = words.copy; }, 1500);
  });
  return [button];
};

window.chat.button = (kind, text, label, act) => {
  const button = document.createElement("button");
  button.type = "button";
  button.className = kind;
  button.textContent = text;
  button.title = label;
  button.addEventListener("click", act);
  return button;
};

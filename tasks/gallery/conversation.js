// Shows a conversation as text: nothing that a model or a visitor writes becomes an element of the page.
const PLACEHOLDER = "The conversation appears here.";
const NEAR_THE_END = 60;
const log = document.createElement("div");
log.className = "conversation";
log.tabIndex = 0;
log.setAttribute("role", "log");
log.setAttribute("aria-label", "Conversation");
element.replaceChildren(log);
element.className = "";  // Gradio gives the classes of the component to its frame too, where they count

function copyButton(words) {
  const button = document.createElement("button");
  button.className = "copy";
  button.textContent = "Copy";
  button.addEventListener("click", async () => {
    button.textContent = await navigator.clipboard.writeText(words.textContent).then(() => "Copied", () => "Not allowed");
    setTimeout(() => { button.textContent = "Copy"; }, 1500);
  });
  return button;
}

function bubble(role) {
  const made = document.createElement("div");
  const words = document.createElement("div");
  made.className = `turn ${role}`;
  made.dataset.testid = role;
  words.className = "words";
  words.dir = "auto";
  made.append(words);
  // Browsers let only pages of https or of this machine copy.
  if (role === "bot" && navigator.clipboard) made.append(copyButton(words));
  return made;
}

function show() {
  const messages = Array.isArray(props.value) ? props.value : [];
  const isAtEnd = log.scrollHeight - log.scrollTop - log.clientHeight < NEAR_THE_END;
  if (!messages.length) log.replaceChildren(PLACEHOLDER);
  else if (!log.firstElementChild) log.replaceChildren();
  messages.forEach((message, at) => {
    const role = message.role === "user" ? "user" : "bot";
    let turn = log.children[at];
    if (turn?.dataset.testid !== role) {
      const made = bubble(role);
      if (turn) turn.replaceWith(made);
      else log.append(made);
      turn = made;
    }
    const words = turn.firstElementChild;
    if (words.textContent !== message.content) words.textContent = message.content;
  });
  while (log.children.length > messages.length) log.lastElementChild.remove();
  if (isAtEnd) log.scrollTop = log.scrollHeight;
}

watch("value", show);
show();

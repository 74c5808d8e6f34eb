// Shows the messages of a conversation as bubbles: nothing that a model or a visitor writes becomes more than text or the
// few elements of markdown.js.
const NEAR_THE_END = 60;

const isAnswer = (message) => message?.role === "assistant" || message?.role === "system";

function element(tag, className, ...children) {
  const made = document.createElement(tag);
  made.className = className;
  made.append(...children);
  return made;
}

function bubble(role, said) {
  const words = element("div", "words");
  const tools = element("div", "tools");
  const made = element("div", `turn ${role}`, element("span", "who", said[role === "user" ? "user" : "assistant"]), words, tools);
  made.dataset.testid = role;
  words.dir = "auto";
  return made;
}

// What the model thought, open until the answer begins; who opens or closes it then has the last word.
function showThinking(turn, message, said) {
  let details = turn.querySelector(".thinking");
  if (!message.reasoning) return details?.remove();
  if (!details) {
    details = element("details", "thinking", element("summary", ""), element("div", "thoughts"));
    details.open = !message.content;
    turn.querySelector(".words").before(details);
  }
  const isOver = Boolean(message.content);
  if (isOver && !turn.dataset.answers) details.open = false;
  if (isOver) turn.dataset.answers = "yes";
  const [summary, thoughts] = details.children;
  summary.textContent = isOver ? said.thought : said.thinking;
  if (thoughts.textContent !== message.reasoning) thoughts.textContent = message.reasoning;
}

function showTools(turn, buttons) {
  const tools = turn.querySelector(".tools");
  const names = buttons.map((button) => button.className).join();
  if (tools.dataset.names === names) return;
  tools.dataset.names = names;
  tools.replaceChildren(...buttons);
}

// The log in an element: `show(messages, state)` draws it.
window.chat.log = (said, act) => {
  const turns = element("div", "conversation");
  const nothing = element("p", "nothing", element("strong", "", said.empty), said.hint);
  const waiting = element("div", "turn bot waiting", element("i", ""), element("i", ""), element("i", ""));
  waiting.setAttribute("role", "img");
  waiting.setAttribute("aria-label", said.waiting);
  turns.tabIndex = 0;
  turns.setAttribute("role", "log");
  turns.ariaLive = "off";  // it would read an answer token by token; the announcer reads it when it is whole
  turns.setAttribute("aria-label", said.is);

  let blocksOf = [];  // of each answer: an update brings only those of the last
  let isFollowing = true;
  turns.addEventListener("scroll", () => {
    isFollowing = turns.scrollHeight - turns.scrollTop - turns.clientHeight < NEAR_THE_END;
  });

  function buttonsOf(message, turn, isLastOfItsKind, isBusy, isUnanswered) {
    const { button, copyButton } = window.chat;
    const again = () => [button("again", said.again, said.again_what, act.again)];
    const edit = () => [button("edit", said.edit, said.edit_what, act.edit)];
    const isFree = isLastOfItsKind && !isBusy;
    if (!isAnswer(message)) return isFree ? [...(isUnanswered ? again() : []), ...edit()] : [];
    const copy = message.content ? copyButton(said, said.copy_answer, () => turn.message.content) : [];
    return [...copy, ...(isFree ? again() : [])];
  }

  function show(messages, { isBusy, leavesFrom }) {
    const lastUser = messages.map((one) => one.role).lastIndexOf("user");
    const isUnanswered = lastUser === messages.length - 1;
    waiting.remove();
    nothing.remove();
    const shown = turns.children;
    messages.forEach((message, at) => {
      const role = isAnswer(message) ? "bot" : "user";
      let turn = shown[at];
      const isNew = turn?.dataset.testid !== role || (role === "user" && turn.message.content !== message.content);
      if (isNew) {
        const made = bubble(role, said);
        if (turn) turn.replaceWith(made);
        else turns.append(made);
        turn = made;
      }
      turn.message = message;
      const words = turn.querySelector(".words");
      if (role === "user") {
        words.textContent = message.content;
      } else {
        if (message.blocks) blocksOf[at] = message;
        const known = blocksOf[at]?.content === message.content ? blocksOf[at].blocks : null;
        window.chat.showBlocks(words, known ?? [JSON.stringify(["p", "", [message.content]])], said);
        showThinking(turn, message, said);
      }
      turn.classList.toggle("leaving", leavesFrom !== null && at >= leavesFrom);
      const isLast = role === "user" ? at === lastUser : at === messages.length - 1;
      showTools(turn, buttonsOf(message, turn, isLast, isBusy || leavesFrom !== null, isUnanswered));
    });
    while (shown.length > messages.length) turns.lastElementChild.remove();
    blocksOf.length = Math.min(blocksOf.length, messages.length);
    const last = messages.at(-1);
    if (!messages.length) turns.append(nothing);
    else if (isBusy && !(isAnswer(last) && (last.content || last.reasoning) && leavesFrom === null)) turns.append(waiting);
    turns.setAttribute("aria-busy", isBusy);
    if (isFollowing) turns.scrollTop = turns.scrollHeight;
  }

  return { turns, show, follow: () => { isFollowing = true; turns.scrollTop = turns.scrollHeight; } };
};

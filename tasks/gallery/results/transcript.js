// What was said in a recording; where the parts have times, each entry plays its own, and the one being played is lit.
// Loaded in the head of the page, after results.js.
window.results.showTranscript = (() => {
  function made(kind, className, text = "") {
    const element = document.createElement(kind);
    element.className = className;
    element.textContent = text;
    return element;
  }

  function cell(element, raw = "") {
    element.dataset.cell = raw;
    return element;
  }

  function whole(words) {
    const answer = made("p", "answer");
    answer.dir = "auto";
    answer.append(cell(made("span", "", words)));
    return answer;
  }

  function entry(moment, player) {
    const row = made("li", "");
    const words = cell(made("span", "words", moment.text));
    words.dir = "auto";
    row.dataset.row = "";
    row.append(cell(when(moment, player), moment.begin ?? ""));
    row.append(Object.assign(cell(made("span", "", moment.end ?? "")), { hidden: true }), words);
    return row;
  }

  function when(moment, player) {
    if (moment.begin === null) return made("span", "at");
    const button = made("button", "at", moment.at);
    button.type = "button";
    button.addEventListener("click", () => {
      player.currentTime = moment.begin;
      player.play().catch(() => {});  // what cannot be played shows that itself
    });
    return button;
  }

  function playerOf(value, own, list) {
    const player = made("audio", "");
    player.controls = true;
    player.preload = "metadata";
    player.src = value.sound.url;
    player.setAttribute("aria-label", own.words.sound);
    const light = () => value.moments.forEach((moment, at) => {
      const isNow = moment.begin !== null && moment.begin <= player.currentTime && player.currentTime < (moment.end ?? Infinity);
      list.children[at].classList.toggle("now", isNow);
    });
    for (const kind of ["timeupdate", "seeked"]) player.addEventListener(kind, light);
    return player;
  }

  function timed(value, own) {
    const list = made("ol", "parts moments");
    const player = playerOf(value, own, list);
    list.setAttribute("role", "list");
    list.setAttribute("aria-label", own.words.is);
    list.append(...value.moments.map((moment) => entry(moment, player)));
    return [player, list];
  }

  return (element, props, watch, own) => {
    let last = null;

    function show() {
      const value = props.value;
      const now = value ? JSON.stringify(value) : null;
      if (now === last) return;  // the last update of a run repeats the result
      last = now;
      if (!value) return element.replaceChildren();
      const result = made("div", "transcript");
      const answer = whole(value.text);
      result.dataset.rows = "";
      result.append(answer);
      if (value.sound) {
        result.append(...timed(value, own));
        answer.insertAdjacentHTML("afterend", own.header);
      } else {
        answer.dataset.row = "";
      }
      result.insertAdjacentHTML("beforeend", value.sound ? own.tools : own.copy);
      element.replaceChildren(result);
    }

    watch("value", show);
    show();
  };
})();

// What a visitor can do with a result: copy its rows, download them. Loaded in the head of the page.
window.results = (() => {
  document.documentElement.classList.toggle("cannot-copy", !navigator.clipboard);

  function rowsOf(result) {
    return [...result.querySelectorAll("[data-row]:not(li[hidden])")].map((row) =>
      [...row.querySelectorAll("[data-cell]")].map((cell) => cell.dataset.cell || cell.textContent.trim()));
  }

  // A spreadsheet would run a text that begins like a formula.
  const harmless = (cell) => (/^[=+\-@\t\r]/.test(cell) && isNaN(cell) ? `'${cell}` : cell);
  const quoted = (cell, between) => (/["\r\n]/.test(cell) || cell.includes(between) ? `"${cell.replaceAll('"', '""')}"` : cell);
  const asText = (rows) => rows.map((cells) => cells.map((cell) => cell.replace(/\s+/g, " ")).join("\t")).join("\n");

  // Where a comma divides a number, a spreadsheet wants semicolons between the cells.
  function asCsv(rows) {
    const [, point] = (1.5).toLocaleString(document.documentElement.lang);
    const between = point === "," ? ";" : ",";
    const local = (cell) => (cell !== "" && !isNaN(cell) ? cell.replace(".", point) : cell);
    const lines = rows.map((cells) => cells.map((cell) => quoted(local(harmless(cell)), between)).join(between));
    return `${lines.join("\r\n")}\r\n`;
  }

  function download(content, name) {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(content);
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  }

  async function copy(words, button) {
    const { done, refused } = button.dataset;
    const name = button.textContent;
    button.textContent = await navigator.clipboard.writeText(words).then(() => done, () => refused);
    window.announcer.say(button.textContent);
    setTimeout(() => { button.textContent = name; }, 1500);
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest?.(".tools [data-do]");
    const result = button?.closest("[data-rows]");
    if (!result) return;
    if (button.dataset.do === "copy") copy(asText(rowsOf(result)), button);
    // With a mark at its beginning, by which spreadsheets know the encoding.
    if (button.dataset.do === "csv") download(new Blob(["\ufeff", asCsv(rowsOf(result))], { type: "text/csv" }), `${button.dataset.name}.csv`);
  });

  // A part of a text or picture and its entry in the list light up together.
  function link(event) {
    const part = event.target.closest?.("[data-part]");
    light(part?.closest("[data-linked]"), part?.dataset.part);
  }

  function light(result, part) {
    for (const one of document.querySelectorAll("[data-linked] .linked")) {
      if (one.dataset.part !== part || !result?.contains(one)) one.classList.remove("linked");
    }
    if (!result || part === undefined) return;
    for (const one of result.querySelectorAll(`[data-part="${part}"]:not(.linked)`)) {
      one.classList.add("linked");
      if (one.localName === "li") bringIntoView(one);
    }
  }

  // Only within the list: the page itself must not jump under the pointer.
  function bringIntoView(entry) {
    const [list, place] = [entry.parentElement.getBoundingClientRect(), entry.getBoundingClientRect()];
    if (place.top < list.top) entry.parentElement.scrollTop -= list.top - place.top;
    if (place.bottom > list.bottom) entry.parentElement.scrollTop += place.bottom - list.bottom;
  }

  for (const kind of ["pointerover", "focusin"]) document.addEventListener(kind, link);

  // One stop for Tab in a list; the arrows lead through it.
  document.addEventListener("keydown", (event) => {
    const entry = event.target.closest?.(".parts li[tabindex]");
    const way = { ArrowDown: "nextElementSibling", ArrowUp: "previousElementSibling" }[event.key];
    let next = way && entry?.[way];
    while (next?.hidden) next = next[way];
    if (!next) return;
    event.preventDefault();
    next.focus();
  });

  return { download, light };
})();

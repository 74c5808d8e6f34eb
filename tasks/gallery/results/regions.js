// Pictures with marked parts: boxes and masks that light up with their entries in the list, and a picture to keep.
// Loaded in the head of the page, after results.js.
window.results.showRegions = (() => {
  const SHARPNESS = 160;  // pixels across, by which the pointer finds the mask it is over
  const INK = "#1e293b";

  function made(kind, className, text = "") {
    const element = document.createElement(kind);
    element.className = className;
    element.textContent = text;
    return element;
  }

  function image(className, file) {
    const picture = made("img", className);
    picture.src = file.url;
    return picture;
  }

  function linked(element, region, at) {
    element.dataset.part = at;
    element.style.setProperty("--part", region.colour);
    return element;
  }

  const named = (region) => `${region.label} ${region.number}`.trim();

  function box(region) {
    const [left, top, width, height] = region.box;
    const element = made("div", "box");
    Object.assign(element.style, { left: `${left}%`, top: `${top}%`, width: `${width}%`, height: `${height}%` });
    const tag = made("span", "tag", named(region));
    tag.classList.toggle("inside", top < 8);
    tag.classList.toggle("right", left > 55);
    tag.dir = "auto";
    element.append(tag);
    return element;
  }

  function place(region, at) {
    return linked(region.mask ? image("mask", region.mask) : box(region), region, at);
  }

  function entry(region, at) {
    const row = linked(made("li", ""), region, at);
    const label = made("span", "words", region.label);
    const number = made("span", "number", region.number);
    label.dir = "auto";
    number.dataset.cell = region.score ?? "";
    const edges = region.edges ?? [];
    const hidden = edges.map((edge) => Object.assign(made("span", "", edge), { hidden: true }));
    for (const cell of [label, ...hidden]) cell.dataset.cell = "";
    row.dataset.row = "";
    row.tabIndex = at ? -1 : 0;
    row.append(made("i", "dot"), label, number, ...hidden);
    return row;
  }

  function pictureOf(value, own) {
    const frame = made("div", "picture");
    const base = image("base", value.picture);
    base.alt = own.words.picture;
    const size = ({ box: [, , width, height] }) => width * height;
    const parts = value.regions.map((region, at) => [region, at]);
    const masks = parts.filter(([region]) => region.mask);
    // The small ones on top, or nobody could point at a box in a box.
    const boxes = parts.filter(([region]) => region.box).sort(([one], [other]) => size(other) - size(one));
    const placed = [...masks, ...boxes].map(([region, at]) => place(region, at));
    for (const one of placed) if (one.localName === "img") one.alt = "";
    frame.append(base, ...placed);
    if (masks.length) frame.addEventListener("pointermove", (event) => pointAtMask(frame, event));
    return frame;
  }

  // Where a mask is: its strength on a small grid, made once.
  const grids = new WeakMap();
  function gridOf(mask) {
    if (!grids.has(mask)) {
      const [width, height] = [SHARPNESS, Math.max(1, Math.round((SHARPNESS * mask.naturalHeight) / mask.naturalWidth))];
      const pen = Object.assign(document.createElement("canvas"), { width, height }).getContext("2d");
      pen.drawImage(mask, 0, 0, width, height);
      grids.set(mask, { width, height, pixels: pen.getImageData(0, 0, width, height).data });
    }
    return grids.get(mask);
  }

  function covers(mask, x, y) {
    if (mask.hidden || !mask.naturalWidth) return false;
    const { width, height, pixels } = gridOf(mask);
    return pixels[4 * (Math.floor(y * height) * width + Math.floor(x * width)) + 3] > 0;
  }

  function pointAtMask(frame, event) {
    if (event.target.closest(".box")) return;
    const edges = frame.getBoundingClientRect();
    const [x, y] = [(event.clientX - edges.left) / edges.width, (event.clientY - edges.top) / edges.height];
    if (x < 0 || y < 0 || x >= 1 || y >= 1) return;
    const mask = [...frame.querySelectorAll(".mask")].reverse().find((one) => covers(one, x, y));
    window.results.light(frame.closest("[data-linked]"), mask?.dataset.part);
  }

  function slider(value, own, start, moved) {
    const label = made("label", "least", own.words.least);
    const range = Object.assign(document.createElement("input"), { type: "range", min: 0, max: 100, step: 1, value: start });
    const shown = made("output", "number");
    const move = () => { shown.textContent = (range.value / 100).toLocaleString(document.documentElement.lang, { style: "percent" }); moved(Number(range.value)); };
    range.addEventListener("input", move);
    label.append(range, shown);
    label.hidden = value.regions.filter((region) => region.score !== null).length < 2;
    return [label, move];
  }

  // Regions whose score, as it is shown, is below the percentage; those without a score stay.
  function hideWeak(result, regions, percent) {
    for (const one of result.querySelectorAll("[data-part]")) {
      const { score } = regions[one.dataset.part];
      one.hidden = score !== null && Math.round(score * 1000) / 10 < percent;
    }
  }

  function drawn(result, regions) {
    const base = result.querySelector(".base");
    const [width, height] = [base.naturalWidth, base.naturalHeight];
    const canvas = Object.assign(document.createElement("canvas"), { width, height });
    const pen = canvas.getContext("2d");
    const letters = Math.max(14, Math.round(width / 60));
    pen.drawImage(base, 0, 0);
    pen.font = `600 ${letters}px system-ui, sans-serif`;
    pen.lineWidth = Math.max(2, width / 400);
    const shown = [...result.querySelectorAll(".picture [data-part]")].filter((one) => !one.hidden);
    for (const one of shown) if (one.matches(".mask")) pen.drawImage(one, 0, 0, width, height);
    for (const one of shown) {
      const region = regions[one.dataset.part];
      const [x, y] = region.mask ? middleOf(one, width, height) : outlined(pen, region, width, height);
      write(pen, region, x, y, letters, width);
    }
    return canvas;
  }

  function outlined(pen, region, width, height) {
    const [left, top, wide, high] = region.box.map((edge, axis) => (edge / 100) * (axis % 2 ? height : width));
    pen.strokeStyle = region.colour;
    pen.strokeRect(left, top, wide, high);
    return [left, top];
  }

  // A point that is in the mask, whatever its shape.
  function middleOf(mask, width, height) {
    const grid = gridOf(mask);
    const inside = [];
    for (let at = 0; at < grid.width * grid.height; at += 1) if (grid.pixels[4 * at + 3]) inside.push(at);
    const at = inside[inside.length >> 1] ?? 0;
    return [((at % grid.width) / grid.width) * width, (Math.floor(at / grid.width) / grid.height) * height];
  }

  function write(pen, region, x, y, letters, width) {
    const words = named(region);
    const [wide, high] = [pen.measureText(words).width + letters / 2, letters * 1.4];
    const [left, top] = [Math.max(0, Math.min(x, width - wide)), Math.max(0, y - high)];
    pen.fillStyle = "white";
    pen.fillRect(left, top, wide, high);
    pen.fillStyle = region.colour;
    pen.fillRect(left, top, letters / 5, high);
    pen.fillStyle = INK;
    pen.fillText(words, left + letters / 3, top + letters * 1.05);
  }

  return (element, props, watch, own) => {
    let [least, last] = [0, null];

    function show() {
      const value = props.value;
      if (!value?.picture) {
        [least, last] = [0, null];
        element.replaceChildren();
        return;
      }
      const now = JSON.stringify(value);
      if (now === last) return;  // the last update of a run repeats the result
      last = now;
      const result = made("div", "regions");
      const list = made("ol", "parts");
      const [label, move] = slider(value, own, least, (percent) => {
        least = percent;
        hideWeak(result, value.regions, percent);
      });
      Object.assign(result.dataset, { rows: "", linked: "" });
      list.setAttribute("role", "list");
      list.setAttribute("aria-label", own.words.is);
      list.append(...value.regions.map(entry));
      result.append(pictureOf(value, own), label, list);
      list.insertAdjacentHTML("beforebegin", own.header);
      result.insertAdjacentHTML("beforeend", own.tools);
      result.querySelector("[data-do=picture]").addEventListener("click", (event) => {
        const name = `${event.currentTarget.dataset.name}.png`;
        drawn(result, value.regions).toBlob((picture) => window.results.download(picture, name));
      });
      move();
      element.replaceChildren(result);
    }

    watch("value", show);
    show();
  };
})();

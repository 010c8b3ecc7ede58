"use strict";
// The map: points on a canvas, one image of the sheet at a time beside it. Everything else on the page is plain HTML.
(() => {
  const plane = document.getElementById("plane");
  if (!plane) return;
  const data = JSON.parse(document.getElementById("data").textContent);
  const sheet = document.getElementById("sheet");
  const picture = document.getElementById("picture");
  const words = document.getElementById("words");
  const modelChoice = document.getElementById("model-choice");
  const runChoice = document.getElementById("run-choice");
  const classButtons = [...document.querySelectorAll(".classes button")];
  const pen = plane.getContext("2d");
  const SIDE = 28, STEPS = 65535, REACH = 24, MARGIN = 0.03;

  const bytes = (text) => Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));
  const labels = bytes(data.labels);
  const runs = data.runs.map((run) => ({
    name: run.name,
    predicted: bytes(run.predicted),
    confidence: run.confidence === null ? null : bytes(run.confidence),
  }));
  const maps = data.maps.map((map) => {
    const raw = new DataView(bytes(map.points).buffer);
    return Float32Array.from({ length: raw.byteLength / 2 }, (_, at) => raw.getUint16(2 * at, true) / STEPS);
  });

  let points = maps[0];
  let chosen = -1;
  const off = new Set();
  const whole = { x: -MARGIN, y: -MARGIN, size: 1 + 2 * MARGIN };
  let view = { ...whole };

  // The view is a square in the middle of whatever shape the canvas has.
  const side = () => Math.min(plane.width, plane.height);
  const scale = () => side() / view.size;
  const across = (row) => (points[2 * row] - view.x) * scale() + (plane.width - side()) / 2;
  const down = (row) => (1 - points[2 * row + 1] - view.y) * scale() + (plane.height - side()) / 2;
  const isShown = (row) => !off.has(labels[row]);
  const markedRun = () => (runChoice.value === "" ? null : runs[Number(runChoice.value)]);

  function stamp(label, radius, style) {
    // Drawn once a class and copied: ten thousand outlines each time would be felt.
    const small = document.createElement("canvas");
    const half = Math.ceil(radius + 2);
    small.width = small.height = 2 * half;
    const on = small.getContext("2d");
    on.translate(half, half);
    on.beginPath();
    for (const [x, y] of data.glyphs[label]) on.lineTo(x * radius, y * radius);
    on.closePath();
    on.fillStyle = data.colours[label];
    on.globalAlpha = style === "faint" ? 0.12 : 0.85;
    on.fill();
    if (style === "marked") {
      on.strokeStyle = getComputedStyle(plane).color;
      on.lineWidth = 1.2 * (window.devicePixelRatio || 1);
      on.globalAlpha = 1;
      on.stroke();
    }
    return { small, half };
  }

  function draw() {
    const dots = window.devicePixelRatio || 1;
    const width = Math.max(1, Math.round(plane.clientWidth * dots));
    const height = Math.max(1, Math.round(plane.clientHeight * dots));
    if (plane.width !== width || plane.height !== height) {
      plane.width = width;
      plane.height = height;
    }
    pen.clearRect(0, 0, plane.width, plane.height);
    const run = markedRun();
    const crowd = Math.min(2.2, Math.max(1, Math.sqrt(3000 / labels.length) * 1.6));
    const radius = Math.min(9, 2.6 * crowd / Math.sqrt(view.size)) * dots;
    const kinds = { plain: [], faint: [], marked: [] };
    for (const kind of Object.keys(kinds)) {
      kinds[kind] = data.classes.map((_, label) => stamp(label, kind === "marked" ? radius * 1.35 : radius, kind));
    }
    const put = (row, kind) => {
      const { small, half } = kinds[kind][labels[row]];
      pen.drawImage(small, across(row) - half, down(row) - half);
    };
    const isWrong = (row) => run !== null && run.predicted[row] !== labels[row];
    for (let row = 0; row < labels.length; row += 1) {
      if (isShown(row) && !isWrong(row)) put(row, run === null ? "plain" : "faint");
    }
    for (let row = 0; row < labels.length; row += 1) if (isShown(row) && isWrong(row)) put(row, "marked");
    nameClasses(dots);
    if (chosen >= 0) ring(dots);
  }

  function nameClasses(dots) {
    pen.font = `600 ${12 * dots}px system-ui, sans-serif`;
    pen.textAlign = "center";
    pen.textBaseline = "middle";
    const style = getComputedStyle(plane);
    const taken = [];
    data.classes.forEach((name, label) => {
      const spot = middle(label);
      if (off.has(label) || spot < 0) return;
      const width = pen.measureText(name).width + 8 * dots, height = 17 * dots;
      let x = Math.min(plane.width - width / 2, Math.max(width / 2, across(spot)));
      let y = Math.min(plane.height - height / 2, Math.max(height / 2, down(spot)));
      // Downwards until it covers no other name.
      for (let tries = 0; tries < 20; tries += 1) {
        const other = taken.find((t) => Math.abs(t.x - x) < (t.width + width) / 2 && Math.abs(t.y - y) < height);
        if (!other) break;
        y = other.y + height + 1;
      }
      taken.push({ x, y, width });
      pen.globalAlpha = 0.85;
      pen.fillStyle = style.backgroundColor;
      pen.fillRect(x - width / 2, y - height / 2, width, height);
      pen.globalAlpha = 1;
      pen.fillStyle = style.color;
      pen.fillText(name, x, y);
    });
  }

  const middles = new Map();
  function middle(label) {
    // The image nearest to the medians: a class in two clusters is not named in the gap between.
    const key = `${maps.indexOf(points)} ${label}`;
    if (middles.has(key)) return middles.get(key);
    const rows = [];
    for (let row = 0; row < labels.length; row += 1) if (labels[row] === label) rows.push(row);
    const median = (shift) => rows.map((row) => points[2 * row + shift]).sort((a, b) => a - b)[rows.length >> 1];
    const x = median(0), y = median(1);
    let best = -1, least = Infinity;
    for (const row of rows) {
      const apart = (points[2 * row] - x) ** 2 + (points[2 * row + 1] - y) ** 2;
      if (apart < least) [best, least] = [row, apart];
    }
    middles.set(key, best);
    return best;
  }

  function ring(dots) {
    const style = getComputedStyle(plane);
    for (const [colour, width] of [[style.backgroundColor, 6], [style.color, 2.5]]) {
      pen.beginPath();
      pen.arc(across(chosen), down(chosen), 9 * dots, 0, 2 * Math.PI);
      pen.strokeStyle = colour;
      pen.lineWidth = width * dots;
      pen.stroke();
    }
  }

  function show(row) {
    if (row < 0) return;
    chosen = row;
    const left = (row % data.columns) * SIDE, top = Math.floor(row / data.columns) * SIDE;
    const on = picture.getContext("2d");
    on.clearRect(0, 0, SIDE, SIDE);
    if (sheet.complete) on.drawImage(sheet, left, top, SIDE, SIDE, 0, 0, SIDE, SIDE);
    picture.setAttribute("aria-label", `Image ${row}, true class ${data.classes[labels[row]]}`);
    plane.dataset.chosen = String(row);
    const head = document.createElement("strong");
    head.textContent = `Image ${row}: ${data.classes[labels[row]]}`;
    const list = document.createElement("ul");
    for (const run of runs) {
      const entry = document.createElement("li");
      const right = run.predicted[row] === labels[row];
      const sure = run.confidence === null ? "" : `, ${Math.round(run.confidence[row] / 2.55)} %`;
      entry.textContent = `${right ? "✓" : "✗"} ${run.name}: ${data.classes[run.predicted[row]]}${sure}`;
      list.append(entry);
    }
    words.replaceChildren(head, list);
    draw();
  }

  function nearest(x, y) {
    let best = -1, least = (REACH * (window.devicePixelRatio || 1)) ** 2;
    for (let row = 0; row < labels.length; row += 1) {
      if (!isShown(row)) continue;
      const apart = (across(row) - x) ** 2 + (down(row) - y) ** 2;
      if (apart < least) [best, least] = [row, apart];
    }
    return best;
  }

  function neighbour(dx, dy) {
    // The nearest point in a quarter turn about the direction of the arrow.
    const x = across(chosen), y = down(chosen);
    let best = -1, least = Infinity;
    for (let row = 0; row < labels.length; row += 1) {
      if (row === chosen || !isShown(row)) continue;
      const ahead = (across(row) - x) * dx + (down(row) - y) * dy;
      const aside = Math.abs((across(row) - x) * dy) + Math.abs((down(row) - y) * dx);
      const apart = ahead ** 2 + 4 * aside ** 2;
      if (ahead > 0 && aside <= ahead && apart < least) [best, least] = [row, apart];
    }
    return best;
  }

  function zoom(factor) {
    const size = Math.min(whole.size, Math.max(0.02, view.size * factor));
    const x = chosen < 0 ? view.x + view.size / 2 : points[2 * chosen];
    const y = chosen < 0 ? view.y + view.size / 2 : 1 - points[2 * chosen + 1];
    view = size === whole.size ? { ...whole } : { x: x - size / 2, y: y - size / 2, size };
    draw();
  }

  function follow() {
    // After an arrow key the chosen point must be in sight.
    const x = across(chosen), y = down(chosen);
    if (x < 0 || y < 0 || x > plane.width || y > plane.height) zoom(1);
  }

  function point(event) {
    const box = plane.getBoundingClientRect();
    const dots = plane.width / box.width;
    const row = nearest((event.clientX - box.left) * dots, (event.clientY - box.top) * dots);
    if (row >= 0 && row !== chosen) show(row);
  }

  const arrows = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  function press(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key in arrows) {
      if (chosen < 0) show(first());
      else show(neighbour(...arrows[event.key]));
      follow();
    } else if (event.key === "+" || event.key === "=") zoom(0.6);
    else if (event.key === "-") zoom(1 / 0.6);
    else if (event.key === "0") zoom(Infinity);
    else return;
    event.preventDefault();
  }

  const first = () => labels.findIndex((_, row) => isShown(row));

  plane.addEventListener("pointermove", point);
  plane.addEventListener("pointerdown", point);
  plane.addEventListener("keydown", press);
  plane.addEventListener("focus", () => { if (chosen < 0) show(first()); });
  document.getElementById("zoom-in").addEventListener("click", () => zoom(0.6));
  document.getElementById("zoom-out").addEventListener("click", () => zoom(1 / 0.6));
  document.getElementById("zoom-all").addEventListener("click", () => zoom(Infinity));
  modelChoice.addEventListener("change", () => {
    points = maps[Number(modelChoice.value)];
    view = { ...whole };
    draw();
  });
  runChoice.addEventListener("change", draw);
  classButtons.forEach((button, label) => button.addEventListener("click", () => {
    if (off.has(label)) off.delete(label);
    else off.add(label);
    button.setAttribute("aria-pressed", String(!off.has(label)));
    draw();
  }));
  sheet.addEventListener("load", () => { if (chosen >= 0) show(chosen); });
  new ResizeObserver(draw).observe(plane);
  window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
  draw();
})();

"use strict";
const $ = (id) => document.getElementById(id);
const data = JSON.parse($("data").textContent);
const canvas = $("canvas"), ctx = canvas.getContext("2d"), rows = [...$("table").tBodies[0].rows];
const nodes = data.nodes.map(([id, rung, latest, group, x, y, contacts, mutual, brand]) =>
  ({ id, rung, latest, group, x, y, contacts, mutual, brand }));
const edges = data.edges.map(([a, b, weight, flags]) =>
  ({ a, b, weight, mutual: flags & 1, isLatest: flags & 2, latestMutual: flags & 4 }));
const BRAND = data.rungs.length, RADII = [2.2, 2.6, 3.4, 4.4, 5.6, 9];
const hasBrand = nodes.length > rows.length;
const isBrand = (i) => i >= rows.length; // people first, in the order of the table; the brand's accounts last
const around = nodes.map(() => []);
edges.forEach((edge) => { around[edge.a].push([edge.b, edge]); around[edge.b].push([edge.a, edge]); });
const order = nodes.map((_node, i) => i).sort((i, j) => nodes[i].rung - nodes[j].rung || i - j); // higher rungs on top

const view = { zoom: 1, x: 0, y: 0 }; // the middle of the picture, in the network's unit disc
let width = 1, height = 1, ratio = 1, colour = {}, waits = false;
let withBrand = true, byGroup = false, isLatest = false;
let found = null, selected = -1, hovered = -1; // found: a set of nodes, or null where nothing is looked for

const number = (n) => n.toLocaleString("en-GB");
const counted = (n, one, many) => `${number(n)} ${n === 1 ? one : many || one + "s"}`;
const rungOf = (i) => (isLatest ? nodes[i].latest : nodes[i].rung);
const isShown = (i) => (isBrand(i) ? withBrand : !isLatest || nodes[i].latest >= 0);
const isDrawn = (edge) => isShown(edge.a) && isShown(edge.b) && (!isLatest || edge.isLatest);
const rungName = (rung) => (rung < 0 ? data.unheard : data.rungs[rung]).toLowerCase();

// Places: the disc fills the smaller side; y points up, as in the report's picture.
const unit = () => (Math.min(width, height) / 2.14) * view.zoom;
const atX = (x) => width / 2 + (x - view.x) * unit();
const atY = (y) => height / 2 - (y - view.y) * unit();

function theme() {
  const style = getComputedStyle(document.documentElement);
  const of = (name) => style.getPropertyValue(`--${name}`).trim();
  for (const name of ["ink", "paper", "rim", "accent", "mutual", "single", "brandline", "brand"]) colour[name] = of(name);
  colour.rungs = [...data.rungs.map((_rung, n) => of(`rung-${n}`)), colour.brand];
  colour.groups = Array.from({ length: 11 }, (_none, n) => of(`group-${n}`));
  ask();
}

function fit() {
  ratio = window.devicePixelRatio || 1;
  width = Math.max(1, canvas.clientWidth);
  height = Math.max(1, canvas.clientHeight);
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(height * ratio);
  ask();
}

function ask() {
  if (!waits) requestAnimationFrame(draw);
  waits = true;
}

function fillOf(i) {
  if (isBrand(i)) return colour.brand;
  if (!byGroup) return colour.rungs[Math.max(0, rungOf(i))];
  return colour.groups[data.colours[nodes[i].group] || 0];
}

function radius(i) {
  const crowd = Math.min(1, Math.max(0.55, Math.sqrt(500 / nodes.length)));
  const room = Math.min(1.1, Math.max(0.7, Math.min(width, height) / 600));
  return RADII[isBrand(i) ? BRAND : Math.max(0, rungOf(i))] * crowd * room * Math.min(2.4, Math.sqrt(view.zoom));
}

function draw() {
  waits = false;
  ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
  ctx.clearRect(0, 0, width, height);
  const chosen = selected >= 0 && isShown(selected) ? selected : -1;
  const near = new Set(chosen < 0 ? [] : around[chosen].filter(([, edge]) => isDrawn(edge)).map(([i]) => i));
  const isQuiet = found !== null || chosen >= 0;
  const isLit = (i) => !isQuiet || i === chosen || near.has(i) || (found !== null && found.has(i));
  const isLitEdge = ({ a, b }) => !isQuiet || a === chosen || b === chosen || (found !== null && found.has(a) && found.has(b));
  const drawn = edges.filter(isDrawn), crowd = Math.min(1, Math.max(0.25, Math.sqrt(500 / (drawn.length + 1)) * Math.sqrt(view.zoom)));
  const kindOf = (edge) => (isBrand(edge.a) || isBrand(edge.b) ? "brandline" : (isLatest ? edge.latestMutual : edge.mutual) ? "mutual" : "single");
  const strokes = { brandline: [], single: [], mutual: [] };
  for (const edge of drawn) strokes[kindOf(edge)].push(edge);
  for (const lit of [false, true]) {
    for (const [kind, those] of Object.entries(strokes)) {
      ctx.beginPath(); // one path for all of a kind: ten thousand single strokes would take long
      for (const edge of those) {
        if (isLitEdge(edge) !== lit) continue;
        ctx.moveTo(atX(nodes[edge.a].x), atY(nodes[edge.a].y));
        ctx.lineTo(atX(nodes[edge.b].x), atY(nodes[edge.b].y));
      }
      ctx.strokeStyle = colour[kind];
      ctx.lineWidth = (kind === "mutual" ? 1.7 : 0.9) * Math.min(1.8, Math.sqrt(view.zoom)) * (isQuiet && lit ? 1.3 : 1);
      ctx.globalAlpha = lit ? (isQuiet ? 0.95 : crowd * (kind === "brandline" ? 0.65 : 0.9)) : 0.12 * crowd;
      ctx.stroke();
    }
  }
  for (const i of order) {
    if (!isShown(i)) continue;
    const x = atX(nodes[i].x), y = atY(nodes[i].y);
    if (x < -20 || y < -20 || x > width + 20 || y > height + 20) continue;
    const isMarked = i === chosen || i === hovered || (found !== null && found.has(i));
    ctx.globalAlpha = isLit(i) || isMarked ? 1 : 0.22;
    ctx.beginPath();
    ctx.arc(x, y, radius(i) + (isMarked ? 1 : 0), 0, 2 * Math.PI);
    ctx.fillStyle = fillOf(i);
    ctx.fill();
    ctx.lineWidth = isMarked ? 2.5 : 0.8;
    ctx.strokeStyle = isMarked ? colour.accent : colour.rim;
    ctx.stroke();
  }
  ctx.globalAlpha = 1;
  letter(isLit);
}

function letter(isLit) {
  const write = (text, x, y, align) => {
    ctx.textAlign = align;
    ctx.lineWidth = 4;
    ctx.lineJoin = "round";
    ctx.strokeStyle = colour.paper;
    ctx.strokeText(text, x, y);
    ctx.fillStyle = colour.ink;
    ctx.fillText(text, x, y);
  };
  ctx.textBaseline = "middle";
  const named = order.filter((i) => isShown(i) && !isBrand(i) && isLit(i) && isSeen(i));
  ctx.font = "12px ui-monospace, Menlo, Consolas, monospace";
  // Pseudonyms where there is room for them; that of the person selected always.
  for (const i of named) {
    if (i !== selected && (named.length > 25 || (found === null && view.zoom < 3))) continue;
    const end = atX(nodes[i].x) + radius(i) + 5, isLong = end + ctx.measureText(nodes[i].id).width > width;
    write(nodes[i].id, isLong ? end - 2 * radius(i) - 10 : end, atY(nodes[i].y), isLong ? "right" : "left");
  }
  ctx.font = "bold 14px system-ui, sans-serif";
  if (byGroup && view.zoom < 3 && found === null && selected < 0) {
    const sums = new Map();
    for (let i = 0; i < rows.length; i += 1) {
      if (!data.colours[nodes[i].group] || !isShown(i)) continue;
      const [n, x, y] = sums.get(nodes[i].group) || [0, 0, 0];
      sums.set(nodes[i].group, [n + 1, x + nodes[i].x, y + nodes[i].y]);
    }
    for (const [group, [n, x, y]] of sums) write(String(group), atX(x / n), atY(y / n), "center");
  }
  const brands = order.filter((i) => isBrand(i) && isShown(i)); // one name for all accounts of the brand
  if (brands.length) write(data.brand, atX(nodes[brands[0]].x), atY(nodes[brands[0]].y) - radius(brands[0]) - 11, "center");
}

const isSeen = (i) => {
  const x = atX(nodes[i].x), y = atY(nodes[i].y);
  return x >= 0 && y >= 0 && x <= width && y <= height;
};

// Pan and zoom
function settle() {
  view.zoom = Math.min(40, Math.max(1, view.zoom));
  const reach = 1 - 1 / view.zoom + 0.02; // the disc cannot be lost from sight
  view.x = Math.min(reach, Math.max(-reach, view.x));
  view.y = Math.min(reach, Math.max(-reach, view.y));
  // A finger scrolls the page past the whole picture, and moves the picture once it is larger than its frame.
  canvas.classList.toggle("zoomed", view.zoom > 1);
  Object.assign(canvas.dataset, { zoom: view.zoom.toFixed(3), x: view.x.toFixed(4), y: view.y.toFixed(4) });
  ask();
}

function zoom(factor, x = width / 2, y = height / 2) {
  const before = unit(), wanted = Math.min(40, Math.max(1, view.zoom * factor));
  if (wanted === view.zoom) return false;
  view.zoom = wanted;
  // What is under the pointer stays under it.
  view.x += (x - width / 2) * (1 / before - 1 / unit());
  view.y -= (y - height / 2) * (1 / before - 1 / unit());
  settle();
  return true;
}

function pan(dx, dy) {
  view.x -= dx / unit();
  view.y += dy / unit();
  settle();
}

function showAll() {
  Object.assign(view, { zoom: 1, x: 0, y: 0 });
  settle();
}

function zoomTo(those) {
  const xs = those.map((i) => nodes[i].x), ys = those.map((i) => nodes[i].y);
  const span = Math.max(Math.max(...xs) - Math.min(...xs), Math.max(...ys) - Math.min(...ys), 0.25);
  Object.assign(view, { zoom: 1.5 / span, x: (Math.max(...xs) + Math.min(...xs)) / 2, y: (Math.max(...ys) + Math.min(...ys)) / 2 });
  settle();
}

const fingers = new Map();
let moved = 0;
const spot = (event) => {
  const box = canvas.getBoundingClientRect();
  return [event.clientX - box.left - canvas.clientLeft, event.clientY - box.top - canvas.clientTop];
};
const spread = () => {
  const [a, b] = [...fingers.values()];
  return [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2, Math.hypot(a[0] - b[0], a[1] - b[1])];
};
const under = ([x, y], reach) => {
  let best = -1, least = reach;
  for (const i of order) {
    const away = isShown(i) ? Math.hypot(atX(nodes[i].x) - x, atY(nodes[i].y) - y) - radius(i) : Infinity;
    if (away <= least) [best, least] = [i, away];
  }
  return best;
};

canvas.addEventListener("pointerdown", (event) => {
  canvas.setPointerCapture(event.pointerId);
  fingers.set(event.pointerId, spot(event));
  moved = fingers.size > 1 ? Infinity : 0;
});
canvas.addEventListener("pointermove", (event) => {
  const last = fingers.get(event.pointerId), now = spot(event);
  if (!last) {
    hover(under(now, 8));
    return;
  }
  if (fingers.size === 1) {
    moved += Math.hypot(now[0] - last[0], now[1] - last[1]);
    if (moved > 5) {
      canvas.classList.add("moving");
      pan(now[0] - last[0], now[1] - last[1]);
    }
    fingers.set(event.pointerId, now);
  } else {
    const [x, y, gap] = spread();
    fingers.set(event.pointerId, now);
    const [newX, newY, newGap] = spread();
    zoom(newGap / Math.max(1, gap), newX, newY);
    pan(newX - x, newY - y);
  }
});
const lift = (event) => {
  if (fingers.delete(event.pointerId) && event.type === "pointerup" && moved <= 5) {
    select(under(spot(event), event.pointerType === "touch" ? 18 : 8));
  }
  canvas.classList.remove("moving");
};
canvas.addEventListener("pointerup", lift);
canvas.addEventListener("pointercancel", lift);
canvas.addEventListener("pointerleave", () => hover(-1));
// At the whole picture the wheel scrolls the page on.
canvas.addEventListener("wheel", (event) => {
  const step = event.deltaMode ? event.deltaY * 30 : event.deltaY;
  if (zoom(Math.exp(-Math.max(-200, Math.min(200, step)) / 400), ...spot(event))) event.preventDefault();
}, { passive: false });
canvas.addEventListener("keydown", (event) => {
  const keys = {
    ArrowLeft: () => pan(60, 0), ArrowRight: () => pan(-60, 0), ArrowUp: () => pan(0, 60), ArrowDown: () => pan(0, -60),
    "+": () => zoom(1.4), "=": () => zoom(1.4), "-": () => zoom(1 / 1.4), 0: showAll, Escape: () => select(-1),
  };
  if (!keys[event.key] || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  keys[event.key]();
});
$("in").addEventListener("click", () => zoom(1.6));
$("out").addEventListener("click", () => zoom(1 / 1.6));
$("whole").addEventListener("click", showAll);

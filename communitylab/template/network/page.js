// The page around the picture: one person, search, table, counts.

function hover(i) {
  if (i === hovered) return;
  hovered = i;
  canvas.classList.toggle("over", i >= 0);
  describe(i >= 0 ? i : selected);
  ask();
}

function select(i) {
  if (selected >= 0 && rows[selected]) rows[selected].removeAttribute("aria-current");
  selected = i;
  if (rows[i]) {
    rows[i].setAttribute("aria-current", "true");
    // Not scrollIntoView: it would scroll the page away from the picture.
    const box = $("box"), start = rows[i].offsetTop - $("table").tHead.offsetHeight;
    if (start < box.scrollTop || start > box.scrollTop + box.clientHeight - 90) box.scrollTop = start - 40;
  }
  canvas.dataset.selected = i >= 0 ? nodes[i].id : "";
  describe(i);
  ask();
}

function element(name, text, parent) {
  const made = document.createElement(name);
  made.textContent = text;
  parent.append(made);
  return made;
}

function describe(i) {
  const card = $("card"), node = nodes[i];
  card.replaceChildren();
  if (!node) {
    element("p", "Nobody is selected. Click a dot of the picture or a row of the table.", card);
    return;
  }
  element("h2", isBrand(i) ? data.brand : node.id, card);
  if (isBrand(i)) {
    element("p", `The brand. In regular contact with ${counted(node.contacts, "person", "people")}.`, card);
  } else {
    const [name] = data.groups[node.group] || [""], both = node.contacts ? `, ${number(node.mutual)} both ways` : "";
    const rungs = `On the whole ${rungName(node.rung)}, in the latest four weeks ${rungName(node.latest)}.`;
    element("p", data.hasLatest ? rungs : `On the ladder: ${rungName(node.rung)}.`, card);
    element("p", node.group ? `Group ${node.group} ${name}`.trim() : "In no group", card);
    element("p", `${counted(node.contacts, "regular contact")}${both}; with the brand: ${data.ways[node.brand]}.`, card);
  }
  const near = around[i].filter(([other, edge]) => !isBrand(other) && isDrawn(edge))
    .sort(([, one], [, two]) => two.weight - one.weight);
  if (!near.length) return;
  const list = element("ul", "", card);
  element("li", isLatest ? "Lately in contact with" : "In contact with", list);
  for (const [other, edge] of near.slice(0, 4)) {
    const button = element("button", `${nodes[other].id} (${counted(edge.weight, "message")})`, element("li", "", list));
    button.type = "button";
    button.addEventListener("click", () => select(other));
  }
  if (near.length > 4) element("li", `and ${number(near.length - 4)} more`, list);
}

// Search
function matches(i, query) {
  if (isBrand(i)) return data.brand.toLowerCase().includes(query) || ["brand", "the brand"].includes(query);
  const node = nodes[i], asked = query.replace(/^(group\s+|#)/, "");
  if (/^\d+$/.test(asked) && data.groups[asked]) return node.group === Number(asked) || node.id === query;
  if (rungName(rungOf(i)) === query || node.id.toLowerCase().includes(query)) return true;
  return node.group > 0 && Boolean(data.groups[node.group]) && data.groups[node.group][1].includes(query);
}

function search() {
  const query = $("search").value.trim().toLowerCase();
  found = query ? new Set([...nodes.keys()].filter((i) => matches(i, query))) : null;
  rows.forEach((row, i) => { row.hidden = found !== null && !found.has(i); });
  const people = found ? [...found].filter((i) => !isBrand(i)) : [], isBrandFound = found !== null && found.size > people.length;
  const absent = people.filter((i) => !isShown(i)).length;
  const said = people.length || !isBrandFound ? [`${counted(people.length, "person", "people")} found`] : [];
  if (absent) said.push(`${number(absent)} of them not in this picture`);
  if (isBrandFound) said.push(`${people.length ? "and the brand" : "The brand found"}${withBrand ? "" : ", not in this picture"}`);
  $("found").textContent = found ? `${said.join(", ")}.` : "";
  canvas.dataset.found = found ? found.size : "";
  reach();
}

function seek() {
  search();
  select(-1);
  const seen = found ? [...found].filter(isShown) : [];
  if (seen.length) zoomTo(seen);
  else showAll();
}

// The table: headers sort, the arrow keys go from row to row, and only one row is a stop of the tab key
const buttons = rows.map((row, i) => {
  const button = document.createElement("button");
  button.type = "button";
  button.tabIndex = -1;
  button.textContent = row.cells[0].textContent;
  row.cells[0].replaceChildren(button);
  row.dataset.open = i;
  return button;
});
function reach(row = [...$("table").tBodies[0].rows].find((each) => !each.hidden)) {
  buttons.forEach((button) => { button.tabIndex = -1; });
  if (row) buttons[row.dataset.open].tabIndex = 0;
}
$("table").tBodies[0].addEventListener("click", (event) => {
  const row = event.target.closest("tr"), i = Number(row.dataset.open);
  select(i);
  if (isShown(i)) zoomTo([i]);
});
$("table").tBodies[0].addEventListener("keydown", (event) => {
  const down = event.key === "ArrowDown";
  if (!down && event.key !== "ArrowUp") return;
  event.preventDefault();
  let row = event.target.closest("tr");
  do row = down ? row.nextElementSibling : row.previousElementSibling; while (row && row.hidden);
  if (!row) return;
  reach(row);
  buttons[row.dataset.open].focus();
  select(Number(row.dataset.open));
});
const keys = ["id", "rung", ...(data.hasLatest ? ["latest"] : []), "group", "contacts", "mutual", "brand"];
[...$("table").tHead.rows[0].cells].forEach((head, column) => {
  const name = head.textContent, key = keys[column];
  head.textContent = "";
  const button = element("button", name, head);
  button.type = "button";
  button.addEventListener("click", () => {
    // Names and groups from the first, numbers and rungs from the highest; a second click turns the order.
    const was = head.getAttribute("aria-sort"), rises = was ? was === "descending" : key === "id" || key === "group";
    const value = (i) => (key === "group" ? nodes[i].group || Infinity : nodes[i][key]);
    const sorted = [...rows.keys()].sort((i, j) => (value(i) === value(j) ? i - j : (value(i) < value(j)) === rises ? -1 : 1));
    for (const other of $("table").tHead.rows[0].cells) other.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", rises ? "ascending" : "descending");
    $("table").tBodies[0].append(...sorted.map((i) => rows[i]));
    reach();
  });
});

// What is in the picture
function update() {
  const people = [...rows.keys()].filter(isShown), contacts = edges.filter(isDrawn).length;
  const [all, allContacts, biggest] = data.figures[isLatest ? "latest" : "all"][withBrand ? "with" : "without"];
  const of = (n, whole) => (n === whole ? number(n) : `${number(n)} of ${number(whole)}`);
  const start = hasBrand ? `${withBrand ? "With" : "Without"} the brand the` : "The";
  $("shown").textContent = `${of(people.length, all)} people, ${of(contacts, allContacts)} regular contacts. ` +
    `${start} biggest connected group holds ${number(biggest)}.`;
  Object.assign(canvas.dataset, { people: people.length, contacts, nodes: nodes.filter((_node, i) => isShown(i)).length });
  for (const count of document.querySelectorAll("[data-rung]")) {
    count.textContent = number(people.filter((i) => rungOf(i) === Number(count.dataset.rung)).length);
  }
  for (const count of document.querySelectorAll("[data-group]")) {
    count.textContent = number(people.filter((i) => nodes[i].group === Number(count.dataset.group)).length);
  }
  $("rungs").hidden = byGroup;
  $("groups").hidden = !byGroup;
  describe(selected);
  ask();
}

function choose() {
  withBrand = $("brand").checked;
  byGroup = document.querySelector("input[name=colours]:checked").value === "group";
  isLatest = document.querySelector("input[name=days][value=latest]:checked") !== null; // of one period there is no switch
  if (isBrand(selected) && !withBrand) select(-1);
  update();
  search();
}

for (const name of ["controls", "map", "card", "key"]) $(name).hidden = false;
$("explore").className = "live";
if (!hasBrand) for (const part of [$("brand").parentNode, ...document.querySelectorAll("li.brand")]) part.hidden = true;
for (const input of document.querySelectorAll("#brand, input[type=radio]")) input.addEventListener("change", choose);
$("search").addEventListener("input", seek);
for (const button of document.querySelectorAll("[data-find]")) {
  button.addEventListener("click", () => { // a second click lets go
    $("search").value = $("search").value === button.dataset.find ? "" : button.dataset.find;
    seek();
  });
}
window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", theme);
new ResizeObserver(fit).observe(canvas);
choose(); // a browser that goes back keeps what was chosen
showAll();
theme();

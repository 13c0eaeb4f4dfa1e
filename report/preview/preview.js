// The preview's page: it shows the state that the server tells it, and asks for nothing that it has.
"use strict";

const $ = (id) => document.getElementById(id);
const desk = $("desk"), sheets = $("sheets"), rail = $("rail");
const POINT = 96 / 72;
const CLOSE = 1.5;  // screens above and below for which pages are drawn
const FAR = 8;      // screens beyond which their pictures are let go

let state = { pages: [], outline: [], diagnostics: [], phase: "building", build: 0 };
let nodes = [];     // the sheets as elements, in order
let zoom = Number(stored("zoom")) || 0;  // 0 fits the width
let hits = [], hit = -1;

function stored(name, value) {
  try {
    if (value === undefined) return localStorage.getItem(`report.${name}`);
    localStorage.setItem(`report.${name}`, value);
  } catch { /* a browser that keeps nothing */ }
  return null;
}

function element(name, text, classes) {
  const made = document.createElement(name);
  if (text !== undefined) made.textContent = text;
  if (classes) made.className = classes;
  return made;
}

const isCalm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

// News

let stream = null, timer = 0, isLost = false;

function listen() {
  clearTimeout(timer);
  if (stream) stream.close();
  if (document.hidden) { stream = null; return; }  // browsers have few connections for all tabs
  stream = new EventSource("/events");
  stream.onmessage = (event) => { isLost = false; take(JSON.parse(event.data)); };
  stream.onerror = () => {
    stream.close();
    isLost = true;
    tell();
    timer = setTimeout(listen, 1000);
  };
}
document.addEventListener("visibilitychange", () => { if (document.hidden !== !stream) listen(); });

function take(news) {
  const before = state;
  state = news;
  document.title = news.title ? `${news.title} — preview` : "Preview";
  $("title").textContent = news.title || "Preview";
  if (news.build !== before.build || before.pages.length === 0) {
    showPages();
    showOutline();
    if (!$("edition").hidden && news.build !== before.build && news.phase === "built") showEdition();
    if (hits.length || $("search").value) search();
  }
  if (JSON.stringify(news.diagnostics) !== JSON.stringify(before.diagnostics)) showFaults();
  document.body.classList.toggle("broken", news.phase === "broken");
  tell();
}

function tell() {
  const lamp = document.querySelector(".lamp");
  lamp.className = `lamp ${isLost ? "lost" : state.phase}`;
  $("said").textContent = words();
  $("status").title = $("said").textContent;
  const { errors = 0, warnings = 0 } = state, button = $("faults-button");
  const count = (number, word) => number ? `${number} ${word}${number > 1 ? "s" : ""}` : "";
  button.textContent = [count(errors, "error"), count(warnings, "warning")].filter(Boolean).join(", ");
  button.classList.toggle("errors", errors > 0);
  button.hidden = state.diagnostics.length === 0;
  if (button.hidden) toggleFaults(false);
  document.body.dataset.phase = isLost ? "lost" : state.phase;
  document.body.dataset.build = state.build || 0;
}

function words() {
  if (isLost) return "The preview is not running: start it again, and open the address that it prints. This page waits.";
  if (state.phase === "building") return state.at ? `Building … ${state.at}` : "Building …";
  const kept = state.pages.length ? "the last good pages are shown" : "there are no pages yet";
  if (state.phase === "broken") return `The report cannot be built: ${kept}`;
  if (state.errors) return "These pages have errors: a build would keep the PDF that is there";
  return `Built in ${state.seconds.toFixed(1)} s · ${state.verdict || ""}`;
}

// Pages

function showPages() {
  const place = placeNow(), isFirst = nodes.length === 0, free = new Set(nodes);
  const next = new Array(state.pages.length).fill(null);
  for (const kind of KINDS) {  // the same picture first; what it takes the place of keeps it until it is drawn
    const known = new Map();
    for (const node of free) known.set(node.keys[kind], [...(known.get(node.keys[kind]) || []), node]);
    state.pages.forEach((page, index) => {
      const same = next[index] ? null : known.get(keysOf(page)[kind]);
      if (same && same.length) { next[index] = same.shift(); free.delete(next[index]); }
    });
  }
  for (const node of free) { watcher.unobserve(node); node.remove(); }
  state.pages.forEach((page, index) => {
    const node = next[index] ||= newSheet(), keys = keysOf(page);
    node.classList.toggle("changed", !isFirst && node.keys.digest !== keys.digest);
    Object.assign(node, { keys, number: index, points: [page[1], page[2]] });
    node.dataset.id = keys.digest;
    node.setAttribute("aria-label", `Page ${page[3]}`);
    if (sheets.children[index] !== node) sheets.insertBefore(node, sheets.children[index] || null);
  });
  while (sheets.children.length > next.length) sheets.lastChild.remove();
  nodes = next;
  if (!nodes.length) sheets.append(element("p", "No pages yet", "none"));
  measure();
  goTo(place);
  showRail();
  if (!isFirst && state.phase === "built") followChange();
  order();
}

const KINDS = ["digest", "leaf", "role"];
const keysOf = (page) => ({ digest: page[0], leaf: page[4], role: page[5] });

function newSheet() {
  const made = Object.assign(element("figure", undefined, "sheet"), { keys: {} });
  made.setAttribute("role", "img");
  made.addEventListener("click", openAt);
  watcher.observe(made);
  return made;
}

function followChange() {
  const changed = state.changed || nodes.filter((node) => node.classList.contains("changed")).map((node) => [node.number, 0, 0])[0];
  if (!changed) return;
  const [number, top, bottom] = changed, node = nodes[number];
  if (!node) return;
  const scale = node.clientHeight / node.points[1];
  const from = node.offsetTop + top * scale, to = bottom ? node.offsetTop + bottom * scale : from + 1;
  const seen = [desk.scrollTop + 20, desk.scrollTop + desk.clientHeight - 40];
  const isSeen = bottom ? from < seen[1] && to > seen[0] : from < seen[1] && from + node.clientHeight > seen[0];
  const wanted = from - desk.clientHeight / 3, isNear = Math.abs(wanted - desk.scrollTop) < 1.5 * desk.clientHeight;
  if (!isSeen) desk.scrollTo({ top: wanted, behavior: isNear && !isCalm() ? "smooth" : "auto" });
  if (bottom) flash(node, [0.06 * node.points[0], top, 0.94 * node.points[0], bottom]);
}

function scale() {
  const widest = Math.max(1, ...state.pages.map((page) => page[1])) * POINT;
  return zoom || Math.max(0.2, Math.min((desk.clientWidth - 56) / widest, 1.6));
}

function measure() {
  if (desk.hidden) return;
  const by = scale();
  for (const node of nodes) {
    const width = Math.round(node.points[0] * POINT * by), height = Math.round(node.points[1] * POINT * by);
    node.style.width = `${width}px`;
    node.style.height = `${height}px`;
    node.style.marginLeft = `${Math.max(28, Math.floor((desk.clientWidth - width) / 2))}px`;
  }
  $("zoom-fit").textContent = `${Math.round(100 * by)}%`;
}

function placeNow() {
  const middle = desk.scrollTop + 60;
  const node = nodes.findLast((one) => one.offsetTop <= middle) || nodes[0];
  return node ? { keys: node.keys, number: node.number, part: (desk.scrollTop - node.offsetTop) / node.clientHeight } : null;
}

function goTo(place) {
  if (!place) return;
  const found = KINDS.map((kind) => nodes.find((one) => one.keys[kind] === place.keys[kind])).find(Boolean);
  const node = found || nodes[Math.min(place.number, nodes.length - 1)];
  if (node) desk.scrollTop = node.offsetTop + place.part * node.clientHeight;
}

// Pictures: a few at a time, the nearest first

let running = 0;
const near = new Set();
const watcher = new IntersectionObserver((entries) => {
  for (const { target, isIntersecting } of entries) isIntersecting ? near.add(target) : near.delete(target);
  order();
}, { root: desk, rootMargin: `${100 * CLOSE}% 0px` });

const widthOf = (node) => Math.max(10, Math.min(6000, Math.round(node.clientWidth * devicePixelRatio)));
const isDrawn = (node) => node.drawn === `${node.dataset.id}/${widthOf(node)}`;

function order() {
  const middle = desk.scrollTop + desk.clientHeight / 2;
  const waiting = [...near].filter((node) => node.isConnected && !node.asked && !isDrawn(node));
  waiting.sort((one, other) => Math.abs(one.offsetTop + one.clientHeight / 2 - middle) - Math.abs(other.offsetTop + other.clientHeight / 2 - middle));
  for (const node of waiting) {
    if (running >= 2) break;
    draw(node);
  }
}

async function draw(node) {
  const wanted = `${node.dataset.id}/${widthOf(node)}`;
  const image = new Image();
  image.alt = "";
  node.asked = true;
  running += 1;
  try {
    image.src = `/page/${wanted}`;
    await image.decode();
    if (wanted.startsWith(node.dataset.id)) {
      node.querySelector("img")?.remove();
      node.prepend(image);
      node.drawn = wanted;
      node.dataset.drawn = node.dataset.id;
    }
  } catch {
    if (wanted === `${node.dataset.id}/${widthOf(node)}`) await new Promise((done) => setTimeout(done, 700));
  }
  node.asked = false;
  running -= 1;
  order();
}

function letGo() {
  const reach = FAR * desk.clientHeight;
  for (const node of nodes) {
    const isFar = node.offsetTop + node.clientHeight < desk.scrollTop - reach || node.offsetTop > desk.scrollTop + desk.clientHeight + reach;
    if (isFar && node.drawn) { node.querySelector("img")?.remove(); node.drawn = node.dataset.drawn = ""; }
  }
}

// The rail: all pages at a glance

function showRail() {
  const total = sheets.scrollHeight || 1;
  const found = new Set(hits.map((one) => one[0]));
  rail.replaceChildren(...nodes.map((node) => {
    const made = document.createElement("i");
    made.style.top = `${100 * node.offsetTop / total}%`;
    made.style.height = `${Math.max(0.2, 100 * node.clientHeight / total - 0.15)}%`;
    made.classList.toggle("changed", node.classList.contains("changed"));
    made.classList.toggle("hit", found.has(node.number));
    return made;
  }), element("div", undefined, "window"));
  moved();
}

function moved() {
  if (desk.hidden) return;
  const total = sheets.scrollHeight || 1, window = rail.querySelector(".window");
  if (window) {
    window.style.top = `${100 * desk.scrollTop / total}%`;
    window.style.height = `${100 * desk.clientHeight / total}%`;
  }
  const now = current();
  $("where").textContent = now >= 0 ? `page ${state.pages[now][3]} · ${now + 1} of ${nodes.length}` : "";
  markOutline();
  letGo();
}

const current = () => {
  const line = desk.scrollTop + desk.clientHeight * 0.4;
  return nodes.length ? Math.max(0, nodes.findLastIndex((node) => node.offsetTop <= line)) : -1;
};

function turn(step) {
  if (desk.hidden) { edition()?.defaultView.scrollBy({ top: step * 0.8 * innerHeight, behavior: "instant" }); return; }
  const place = placeNow();
  if (!place) return;
  const top = nodes[place.number].offsetTop - 12;
  const isAbove = step < 0 && desk.scrollTop > top + 4;
  go(isAbove ? place.number : place.number + step);
}

function toEnd(isLast) {
  if (desk.hidden) edition()?.defaultView.scrollTo({ top: isLast ? edition().documentElement.scrollHeight : 0, behavior: "instant" });
  else go(isLast ? nodes.length - 1 : 0);
}

function go(number, top = 0) {
  const node = nodes[Math.max(0, Math.min(number, nodes.length - 1))];
  if (!node) return;
  const down = top * node.clientHeight / node.points[1];
  desk.scrollTo({ top: node.offsetTop + down - (top ? 40 : 12), behavior: "auto" });
}

rail.addEventListener("pointerdown", (event) => {
  const jump = ({ clientY }) => {
    const box = rail.getBoundingClientRect();
    desk.scrollTop = sheets.scrollHeight * (clientY - box.top) / box.height - desk.clientHeight / 2;
  };
  jump(event);
  rail.setPointerCapture(event.pointerId);
  rail.onpointermove = jump;
  rail.onpointerup = () => { rail.onpointermove = null; };
});

// Contents

function showOutline() {
  $("outline").replaceChildren(...state.outline.map(([level, words, number], index) => {
    const item = document.createElement("li"), button = element("button", undefined, `level-${Math.min(level, 6)}`);
    button.type = "button";
    button.append(element("span", words), element("span", state.pages[number]?.[3] || "", "page"));
    button.addEventListener("click", () => { goToEntry(index); if (innerWidth <= 760) toggleSide(false); });
    item.append(button);
    return item;
  }));
  touch();
}

function touch() {
  const buttons = $("outline").querySelectorAll("button");
  state.outline.forEach(([, , number], index) => {
    const end = state.outline[index + 1]?.[2] ?? number;
    const isTouched = nodes.slice(number, Math.max(number + 1, end)).some((node) => node.classList.contains("changed"));
    buttons[index]?.classList.toggle("touched", isTouched);
  });
}

function goToEntry(index) {
  const [, , number, top] = state.outline[index];
  if (desk.hidden) titles[index]?.scrollIntoView();
  else go(number, top);
}

// The last entry above what is looked at.
function entryNow() {
  const line = desk.hidden && isAtEnd() ? innerHeight : Math.min(200, innerHeight / 3);
  if (desk.hidden) return titles.findLastIndex((title) => title && title.getBoundingClientRect().top <= line);
  return state.outline.findLastIndex(([, , number, top]) => nodes[number] && nodes[number].offsetTop + top * nodes[number].clientHeight / nodes[number].points[1] <= desk.scrollTop + line);
}

function isAtEnd() {
  const { scrollTop, clientHeight, scrollHeight } = edition()?.documentElement || {};
  return scrollTop > 0 && scrollTop + clientHeight >= scrollHeight - 2;
}

function markOutline() {
  const at = entryNow();
  const buttons = $("outline").querySelectorAll("button");
  const before = $("outline").querySelector("[aria-current]");
  if (before === buttons[at]) return;
  before?.removeAttribute("aria-current");
  if (buttons[at]) {
    buttons[at].setAttribute("aria-current", "true");
    buttons[at].scrollIntoView({ block: "nearest" });
  }
}

// Search

let searching = 0;

async function search() {
  const asked = ++searching, wanted = $("search").value.trim();
  if (!wanted) { hits = []; hit = -1; showHits(); return; }
  let found = [];
  try {
    const reply = await fetch(`/search?q=${encodeURIComponent(wanted)}`);
    if (reply.ok) found = await reply.json();
  } catch { return; }
  if (asked !== searching) return;
  const place = hits[hit];
  hits = found;
  hit = place ? Math.min(hit, hits.length - 1) : hits.findIndex(([number]) => number >= current());
  if (hit < 0 && hits.length) hit = 0;
  showHits();
  if (!place) showHit();
}

function showHits() {
  for (const mark of sheets.querySelectorAll(".mark")) mark.remove();
  hits.forEach(([number, areas], index) => {
    for (const area of areas) {
      const mark = element("div", undefined, index === hit ? "mark now" : "mark");
      cover(mark, nodes[number], area);
    }
  });
  const wanted = $("search").value.trim();
  $("hits").textContent = wanted ? `${hits.length ? hit + 1 : 0} / ${hits.length}` : "";
  $("found").hidden = !wanted;
  $("outline").hidden = Boolean(wanted);
  $("found").replaceChildren(...hits.map(([number, , around], index) => {
    const item = document.createElement("li"), button = document.createElement("button"), text = document.createElement("span");
    const at = around.toLowerCase().indexOf(wanted.toLowerCase());
    if (at < 0) text.textContent = around;
    else text.append(around.slice(0, at), element("b", around.slice(at, at + wanted.length)), around.slice(at + wanted.length));
    button.type = "button";
    button.append(text, element("span", state.pages[number]?.[3] || "", "page"));
    button.addEventListener("click", () => { hit = index; showHits(); showHit(); });
    if (index === hit) button.setAttribute("aria-current", "true");
    item.append(button);
    return item;
  }));
  showRail();
}

function showHit() {
  const found = hits[hit];
  if (!found) return;
  show("pages");
  const [number, areas] = found, node = nodes[number], top = areas[0]?.[1] || 0;
  const down = node.offsetTop + top * node.clientHeight / node.points[1];
  if (down < desk.scrollTop + 40 || down > desk.scrollTop + desk.clientHeight - 80) desk.scrollTo({ top: down - desk.clientHeight / 3 });
  $("found").querySelector("[aria-current]")?.scrollIntoView({ block: "nearest" });
}

function nextHit(step) {
  if (!hits.length) return;
  hit = (hit + step + hits.length) % hits.length;
  showHits();
  showHit();
}

function cover(made, node, [left, top, right, bottom]) {
  if (!node) return;
  const [width, height] = node.points, part = (length, whole) => `${100 * length / whole}%`;
  Object.assign(made.style, {
    left: part(left, width), top: part(top, height), width: part(right - left, width), height: part(bottom - top, height),
  });
  node.append(made);
}

function flash(node, area) {
  const made = element("div", undefined, "spot");
  cover(made, node, area);
  setTimeout(() => made.remove(), 1500);
}

// The editor

async function open(place) {
  let answer;
  try {
    const reply = await fetch("/open", { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(place) });
    answer = reply.ok ? await reply.json() : { said: "nothing is known of this place" };
  } catch { answer = { said: "the preview is not running" }; }
  toast(answer.said);
  return answer;
}

async function openAt(event) {
  const node = event.currentTarget, box = node.getBoundingClientRect();
  const x = (event.clientX - box.left) / box.width * node.points[0], y = (event.clientY - box.top) / box.height * node.points[1];
  const { area } = await open({ sheet: node.dataset.id, x, y });
  if (area) flash(node, area);
}

function openInEdition(target, text = "", at = 0) {
  const marked = target.closest("[data-place]"), note = target.closest("li.note");
  if (target.closest("a, summary") || !(marked || note)) return;
  const from = Math.max(0, at - AROUND);
  const words = text.slice(from, at + AROUND);
  open({ block: marked ? Number(marked.dataset.place) : -1, note: note ? note.id : "", words, part: (at - from) / Math.max(1, words.length) });
}
const AROUND = 60; // characters before and after a point, by which its line is found

// The text at a point, and the character there.
function caret(page, x, y) {
  const at = page.caretPositionFromPoint?.(x, y), range = at ? null : page.caretRangeFromPoint?.(x, y);
  const node = at?.offsetNode || range?.startContainer, isText = node?.nodeType === Node.TEXT_NODE;
  return isText ? [node.data, at ? at.offset : range.startOffset] : ["", 0];
}

function openTop() {
  if (desk.hidden) { openTopOfEdition(); return; }
  const node = nodes[current()];
  if (node) open({ sheet: node.dataset.id, x: node.points[0] / 2, y: Math.max(0, desk.scrollTop + 80 - node.offsetTop) / node.clientHeight * node.points[1] });
}

function openTopOfEdition() {
  const { clientWidth, clientHeight } = $("edition");
  for (let y = 0; y < clientHeight; y += 10) {
    const found = edition()?.elementFromPoint(clientWidth / 2, y)?.closest("[data-place], li.note");
    if (found) { openInEdition(found); return; }
  }
}

let toasting = 0;
function toast(text) {
  clearTimeout(toasting);
  $("toast").textContent = text;
  $("toast").hidden = false;
  toasting = setTimeout(() => { $("toast").hidden = true; }, 3500);
}

// Diagnostics

function showFaults() {
  $("faults").firstElementChild.replaceChildren(...state.diagnostics.map((one) => {
    const item = element("li", undefined, one.severity), head = element("div", undefined, "head");
    head.append(element("span", one.severity, "severity"), element("span", one.message, "message"));
    if (one.path) {
      const place = element("button", one.line ? `${one.path}:${one.line}` : one.path, "place");
      place.type = "button";
      place.addEventListener("click", () => open({ path: one.path, line: one.line || 1, column: one.column || 1 }));
      head.append(place);
    }
    item.append(head);
    if (one.snippet) item.append(element("pre", one.snippet));
    for (const hint of one.hints) item.append(element("p", hint, "hint"));
    return item;
  }));
  if (state.errors && state.phase === "broken") toggleFaults(true);
  if (!state.errors && openedByFault) toggleFaults(false);
  openedByFault = Boolean(state.errors);
}
let openedByFault = false;

function toggleFaults(isOpen = $("faults").hidden) {
  $("faults").hidden = !isOpen;
  $("faults-button").setAttribute("aria-expanded", String(isOpen));
}

// The HTML edition, in a frame that runs nothing

const edition = () => $("edition").contentDocument;  // null where the browser shows an error in its place

let titles = [];  // its headings: for each entry of the contents its own
let kept = { place: null, entry: -1 };  // the place in the pages, and the entry where the edition was opened

function showEdition(entry) {
  const frame = $("edition"), old = entry === undefined ? edition() : null;
  const top = old?.defaultView.scrollY || 0, before = old ? leaves(old).map((one) => one.textContent) : [];
  frame.classList.add("waiting");
  toast("Making the HTML edition …");
  frame.onload = () => {
    frame.classList.remove("waiting");
    $("toast").hidden = true;
    const page = edition();
    titles = page ? titlesIn(page) : [];
    page?.defaultView.scrollTo({ top, behavior: "instant" });
    titles[entry]?.scrollIntoView({ behavior: "instant" });
    if (entry !== undefined) kept.entry = entryNow();
    if (before.length && page) followIn(page, before);
    if (page) listenIn(page);
  };
  frame.src = `/edition?${state.build}`;
}

const leaves = (page) => [...page.querySelectorAll(":is([data-place], li.note):not(:has([data-place]))")];

function followIn(page, before) {
  const changed = leaves(page).find((one, index) => one.textContent !== before[index]);
  if (!changed) return;
  const { top, bottom } = changed.getBoundingClientRect();
  if (bottom < 20 || top > $("edition").clientHeight - 40) changed.scrollIntoView({ block: "center", behavior: "instant" });
  changed.animate([{ backgroundColor: "rgb(230 126 60 / 0.3)" }, { backgroundColor: "transparent" }], 1500);
}

function titlesIn(page) {
  const letters = (text) => text.replace(/\s+/g, "");
  const found = [...page.querySelectorAll("h1, h2, h3, h4, h5, h6")];
  const written = found.map((one) => {
    const copy = one.cloneNode(true);
    for (const call of copy.querySelectorAll("sup.call")) call.remove();
    return letters(copy.textContent);
  });
  let at = -1;
  return state.outline.map(([, words]) => {
    const next = written.indexOf(letters(words), at + 1);
    if (next >= 0) at = next;
    return found[next];
  });
}

// WebKit calls no listener in a frame that runs no script: there a click is known by the caret that it leaves.
function listenIn(page) {
  let isHeard = false;
  page.addEventListener("probe", () => { isHeard = true; });
  page.dispatchEvent(new Event("probe"));
  clearInterval(looking);
  if (!isHeard) { looking = setInterval(lookIn, 150); return; }
  if (desk.hidden && [document.body, desk].includes(document.activeElement)) $("edition").focus();
  page.addEventListener("keydown", press);
  page.addEventListener("scroll", markOutline, { passive: true });
  page.addEventListener("click", ({ target, clientX, clientY }) => {
    if (page.getSelection().isCollapsed) openInEdition(target, ...caret(page, clientX, clientY));
  });
}
let looking = 0, lastCaret = [];

function lookIn() {
  const selection = desk.hidden && edition()?.getSelection();
  if (!selection) return;
  markOutline();
  const { anchorNode: node, anchorOffset: at } = selection;
  const isCaret = node && selection.isCollapsed, stays = isCaret && lastCaret[0] === node && lastCaret[1] === at;
  lastCaret = isCaret && !stays ? [node, at] : [];
  if (!stays) return;
  selection.removeAllRanges();
  focus();  // keys are heard here alone
  const isText = node.nodeType === Node.TEXT_NODE;
  if (isText) openInEdition(node.parentElement, node.data, at);
  else openInEdition(node.children[0] || node);
}

// Views, zoom, surroundings

function show(view) {
  const isEdition = view === "edition", frame = $("edition"), isInside = document.activeElement === frame;
  if (isEdition === desk.hidden) return;
  const entry = entryNow();
  if (isEdition) kept = { place: placeNow(), entry };
  frame.hidden = !isEdition;
  desk.hidden = rail.hidden = isEdition;
  $("view-pages").setAttribute("aria-pressed", String(!isEdition));
  $("view-edition").setAttribute("aria-pressed", String(isEdition));
  for (const id of ["zoom-out", "zoom-fit", "zoom-in"]) $(id).disabled = isEdition;
  $("where").textContent = "";
  if (isEdition) { showEdition(entry); return; }
  resized(kept.place);
  if (entry >= 0 && entry !== kept.entry) goToEntry(entry);
  if (isInside) desk.focus();
}

function setZoom(value) {
  if (desk.hidden) return;
  const place = placeNow();
  zoom = value ? Math.max(0.25, Math.min(value, 4)) : 0;
  stored("zoom", zoom);
  measure();
  goTo(place);
  showRail();
  clearTimeout(zooming);
  zooming = setTimeout(order, 120);
}
let zooming = 0;

const STEPS = [0.25, 0.33, 0.5, 0.67, 0.8, 0.9, 1, 1.1, 1.25, 1.5, 1.75, 2, 2.5, 3, 4];
const larger = () => setZoom(STEPS.find((step) => step > scale() + 0.01) || 4);
const smaller = () => setZoom(STEPS.findLast((step) => step < scale() - 0.01) || 0.25);

function setTone(tone) {
  document.documentElement.dataset.tone = tone;
  stored("tone", tone);
}
const nextTone = () => setTone({ dark: "dim", dim: "light" }[document.documentElement.dataset.tone] || "dark");

function toggleSide(isOpen = document.body.classList.contains("no-side")) {
  const place = placeNow();
  document.body.classList.toggle("no-side", !isOpen);
  $("side-button").setAttribute("aria-expanded", String(isOpen));
  if (innerWidth > 760) stored("side", isOpen ? "open" : "shut");
  resized(place);
}

function resized(place = placeNow()) {
  if (desk.hidden) return;
  measure();
  goTo(place);
  showRail();
  order();
}

function nextChange() {
  show("pages");
  const changed = nodes.filter((node) => node.classList.contains("changed"));
  const next = changed.find((node) => node.number > current()) || changed[0];
  if (next) go(next.number);
}

function leave() {
  if ($("search").value) { $("search").value = ""; search(); }
  $("search").blur();
  toggleFaults(false);
  if (innerWidth <= 760) toggleSide(false);
}

const KEYS = {
  j: () => turn(1), k: () => turn(-1), g: () => toEnd(false), G: () => toEnd(true), c: nextChange,
  "+": larger, "=": larger, "-": smaller, "0": () => setZoom(0),
  "/": () => { $("search").focus(); $("search").select(); }, n: () => nextHit(1), N: () => nextHit(-1),
  p: () => show("pages"), h: () => show("edition"), o: () => toggleSide(), d: () => { if (state.diagnostics.length) toggleFaults(); },
  e: openTop, t: nextTone, "?": () => $("help").showModal(), Escape: leave,
};

// Of the edition, where its frame does not hear keys, or is not asked.
const SCROLLS = {
  " ": () => turn(1), PageDown: () => turn(1), PageUp: () => turn(-1), Home: () => toEnd(false), End: () => toEnd(true),
  ArrowDown: () => turn(0.1), ArrowUp: () => turn(-0.1),
};

function press(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || $("help").open) return;
  if (event.target === $("search")) {
    if (event.key === "Enter") nextHit(event.shiftKey ? -1 : 1);
    else if (event.key === "Escape") leave();
    return;
  }
  const scrolls = desk.hidden && event.view === window && !event.target.closest("button");
  const does = KEYS[event.key] || (scrolls && SCROLLS[event.key]);
  if (does) { event.preventDefault(); does(); }
}
document.addEventListener("keydown", press);

$("search").addEventListener("input", () => { clearTimeout(typing); typing = setTimeout(() => { hit = -1; hits = []; search(); }, 140); });
let typing = 0;
$("side-button").addEventListener("click", () => toggleSide());
$("view-pages").addEventListener("click", () => show("pages"));
$("view-edition").addEventListener("click", () => show("edition"));
$("zoom-in").addEventListener("click", larger);
$("zoom-out").addEventListener("click", smaller);
$("zoom-fit").addEventListener("click", () => setZoom(0));
$("tone").addEventListener("click", nextTone);
$("help-button").addEventListener("click", () => $("help").showModal());
$("faults-button").addEventListener("click", () => toggleFaults());
desk.addEventListener("scroll", () => { moved(); order(); }, { passive: true });
desk.addEventListener("wheel", (event) => {
  if (!event.ctrlKey) return;
  event.preventDefault();
  setZoom(scale() * (event.deltaY < 0 ? 1.1 : 1 / 1.1));
}, { passive: false });
addEventListener("resize", () => {
  if (innerWidth <= 760 && !wasNarrow) toggleSide(false);
  wasNarrow = innerWidth <= 760;
  resized();
});
let wasNarrow = innerWidth <= 760;

setTone(stored("tone") || "dark");
if (innerWidth <= 760 || stored("side") === "shut") toggleSide(false);
desk.focus();
listen();

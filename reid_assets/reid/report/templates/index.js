// The first page: its table, of which only the visible rows exist, and the charts beside it.
"use strict";
const HEIGHT = 64, AROUND = 6, PER_TIMELINE = 25;
const state = {order: [], sort: "global_id", down: false, from: 0};
let table;

const COLUMNS = [
  {key: null, title: "", kind: ""}, {key: "global_id", title: "id", kind: ""}, {key: "name", title: "name", kind: "called"},
  {key: "class_name", title: "class", kind: "class"},
  {key: "tracks", title: "tracks", kind: "n", down: true}, {key: "visits", title: "visits", kind: "n far", down: true},
  {key: "videos", title: "videos", kind: "n far", down: true}, {key: "dwell_s", title: "stayed", kind: "n far", down: true},
  {key: "first_s", title: "first seen", kind: "far"}, {key: "confidence", title: "certainty", kind: ""},
];

// Names are a column where somebody has one.
const columns = () => COLUMNS.filter((column) => column.key !== "name" || table.name);
const called = (index) => table.name?.[index] ?? "";
const drawHead = () => byId("head").replaceChildren(...columns().map((column) => {
  const sorted = column.key && state.sort === column.key ? (state.down ? "descending" : "ascending") : null;
  const button = el("button", {type: "button", class: column.kind, "data-key": column.key}, column.title);
  button.addEventListener("click", () => sortBy(column.key, state.sort === column.key ? !state.down : Boolean(column.down)));
  return el("div", {role: "columnheader", class: column.kind, "aria-sort": sorted}, ...(column.key ? [button] : []));
}));

// Of an identity of one track, which was joined with nothing, the track itself is meant.
const doubts = (index) => (table.tracks[index] === 1 ? "doubtful" : `${number(table.doubtful[index])} doubtful`);

const makeRow = (position) => {
  const index = state.order[position], id = table.global_id[index];
  const shown = table.pictures[index]
    ? el("img", {src: picture(id, 0), alt: "", loading: "lazy", decoding: "async", width: 56, height: 56}) : el("span", {class: "none"});
  const row = el("a", {class: "row", role: "row", href: `identity.html#${id}`, "aria-rowindex": position + 1},
    shown, el("span", {class: "id"}, String(id)),
    table.name ? el("span", {class: "called", title: called(index) || table.class_name[index]}, called(index)) : null,
    el("span", {class: "class", title: table.class_name[index]}, table.class_name[index]),
    el("span", {class: "n"}, number(table.tracks[index])), el("span", {class: "n far"}, number(table.visits[index])),
    el("span", {class: "n far", title: table.seen[index].map((place) => table.places[place]).join(", ")}, number(table.videos[index])),
    el("span", {class: "n far"}, seconds(table.dwell_s[index])), el("span", {class: "far"}, moment(table.first_s[index])),
    el("span", {class: "certainty"}, certainty(table.confidence[index], false), table.doubtful[index] ? el("b", {class: "doubt"}, doubts(index)) : null));
  row.style.top = `${position * HEIGHT}px`;
  return row;
};

const drawRows = () => {
  const box = byId("rows");
  // The height comes first: the box is as high as its rows, up to a limit.
  byId("space").style.height = `${state.order.length * HEIGHT}px`;
  const first = Math.max(0, Math.floor(box.scrollTop / HEIGHT) - AROUND);
  const last = Math.min(state.order.length, Math.ceil((box.scrollTop + box.clientHeight) / HEIGHT) + AROUND);
  byId("space").replaceChildren(...Array.from({length: Math.max(0, last - first)}, (_, n) => makeRow(first + n)));
};

const compare = (a, b) => {
  const column = table[state.sort], [one, other] = [column[a], column[b]];
  // What is empty comes last, whichever way the rest goes.
  if (one === null || other === null) return (one === null) - (other === null) || a - b;
  const way = one < other ? -1 : one > other ? 1 : 0;
  return (state.down ? -way : way) || a - b;
};

const choose = () => {
  const words = byId("search").value.toLowerCase().split(/\s+/).filter(Boolean), kind = byId("class").value;
  state.order = table.text.flatMap((text, index) =>
    (kind && table.class_name[index] !== kind) || !words.every((word) => (/^\d+$/.test(word) && String(table.global_id[index]) === word) || text.includes(word))
      ? [] : [index]);
  state.order.sort(compare);
  state.from = 0;
  byId("found").textContent = `${number(state.order.length)} of ${number(table.global_id.length)}`;
  byId("rows").scrollTop = 0;
  drawRows();
  showTimeline();
};

const sortBy = (key, down) => {
  [state.sort, state.down] = [key, down];
  byId("doubtful").setAttribute("aria-pressed", String(key === "confidence" && !down));
  drawHead();
  choose();
};

// What is typed meanwhile wins: the timeline of an older question is not drawn any more.
let asked = 0;
const showTimeline = async () => {
  const mine = ++asked, end = Math.min(state.from + PER_TIMELINE, state.order.length);
  byId("window").textContent = state.order.length ? `rows ${number(state.from + 1)} to ${number(end)} of the table above` : "";
  byId("earlier").disabled = state.from === 0;
  byId("later").disabled = end >= state.order.length;
  const shown = state.order.slice(state.from, end), ids = shown.map((index) => table.global_id[index]);
  const found = await Promise.all(ids.map(REID.identity));
  if (mine !== asked) return;
  const rows = ids.map((id, n) => ({id, label: withName(id, clipped(called(shown[n]), narrow() ? 8 : 18)), visits: found[n].visits}));
  await drawTimelines(byId("timeline"), rows, (id) => { location.href = `identity.html#${id}`; });
};

const turn = (way) => { state.from = Math.max(0, state.from + way * PER_TIMELINE); showTimeline(); };

const showCharts = async () => {
  const charts = await REID.charts(), box = byId("occupancy");
  // Without moves there is no chart of them to stand beside.
  byId("charts").classList.toggle("one", !charts.moves.length);
  if (!charts.occupancy.length) empty(box, "Nobody was seen.");
  else box.replaceChildren(...charts.occupancy.flatMap((chart) => [
    el("div", {class: "chart"}), chart.left_out ? el("p", {class: "quiet"}, `${number(chart.left_out)} less busy places are not drawn.`) : "",
  ]));
  const targets = [...box.querySelectorAll(".chart")];
  const all = () => Promise.all([drawMoves(byId("sankey"), charts.moves), ...charts.occupancy.map((chart, n) => drawOccupancy(targets[n], chart))]);
  await all();
  themed.push(all, showTimeline);
};

const start = async () => {
  table = await REID.identities();
  table.videos = table.seen.map((places) => places.length);
  byId("table").classList.toggle("named", Boolean(table.name));
  if (table.name) byId("search").placeholder = "Id, name, class or video";
  // Words of a search are found in the name, the class and the names of the videos; a number means an id first.
  table.text = table.global_id.map((_, index) => `${called(index)} ${table.class_name[index]} ${table.seen[index].map((place) => table.places[place]).join(" ")}`.toLowerCase());
  nameColours(table.places.slice(0, 100));
  byId("class").append(...[...new Set(table.class_name)].sort().map((name) => el("option", {value: name}, name)));
  sortBy("global_id", false);
  document.body.dataset.ready = "table";
  await showCharts();
  document.body.dataset.ready = "all";
};

byId("rows").addEventListener("scroll", () => requestAnimationFrame(drawRows), {passive: true});
addEventListener("resize", drawRowsSoon);
function drawRowsSoon() { if (table) requestAnimationFrame(drawRows); }
byId("search").addEventListener("input", choose);
byId("class").addEventListener("change", choose);
byId("doubtful").addEventListener("click", () => (byId("doubtful").getAttribute("aria-pressed") === "true" ? sortBy("global_id", false) : sortBy("confidence", false)));
byId("earlier").addEventListener("click", () => turn(-1));
byId("later").addEventListener("click", () => turn(1));
start();

// The charts, drawn by Plotly: moves, occupancy, timelines. Plotly reads a little markup in its labels, so
// every name is escaped for it, and no name is part of a template.
"use strict";
const COLOURS = ["#4c78a8", "#f58518", "#54a24b", "#e45756", "#72b7b2", "#b279a2", "#d4a81c", "#9d755d"];
const MOST_LINES = 8;
const safe = (name) => name.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
const short = (name, most = 22) => safe(clipped(name, most));

// One colour a place on all charts of a page, in name order.
const colours = {};
const nameColours = (names) => {
  for (const name of [...new Set(names)].sort()) colours[name] ??= COLOURS[Object.keys(colours).length % COLOURS.length];
};
const look = (more = {}) => {
  const style = getComputedStyle(document.documentElement);
  const [ink, line] = ["--ink", "--line"].map((name) => style.getPropertyValue(name).trim());
  const axis = {gridcolor: line, linecolor: line, zerolinecolor: line, automargin: true};
  return {
    paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)", font: {color: ink, family: "system-ui, sans-serif", size: 13},
    margin: {l: 8, r: 8, t: 8, b: 30}, hoverlabel: {align: "left"}, ...more,
    xaxis: {...axis, ...more.xaxis}, yaxis: {...axis, ...more.yaxis},
  };
};
const draw = async (target, traces, layout) => {
  await REID.plotly();
  await Plotly.react(target, traces, look(layout), {displaylogo: false, displayModeBar: false, responsive: true});
  target.dataset.drawn = String(Number(target.dataset.drawn ?? 0) + 1);
};
// Above its chart and outside of it, so that it lies over no line however many rows it needs.
const showLegend = (target, names) => {
  const before = target.previousElementSibling;
  if (before?.classList.contains("legend")) before.remove();
  target.before(el("p", {class: "legend"}, ...names.map((name) => {
    const swatch = el("i");
    swatch.style.background = colours[name];
    return el("span", {title: name}, swatch, clipped(name, 32));
  })));
};
// Whole numbers from 0 to `most`, each once.
const countAxis = (most) => ({rangemode: "tozero", tick0: 0, dtick: Math.max(1, Math.ceil(most / 5)), tickformat: ",d"});
const empty = (target, said) => target.replaceChildren(el("p", {class: "quiet"}, said));

const drawMoves = (target, moves) => {
  if (!moves.length) return empty(target, "Nobody was seen in two places.");
  nameColours(moves.flatMap(([from, to]) => [from, to]));
  const left = [...new Set(moves.map((move) => move[0]))].sort();
  const right = [...new Set(moves.map((move) => move[1]))].sort();
  const nodes = [...left, ...right];
  return draw(target, [{
    type: "sankey", arrangement: "fixed", orientation: "h", textfont: {size: 13, shadow: "none"},
    node: {
      label: nodes.map((name) => short(name)), color: nodes.map((name) => colours[name]), customdata: nodes.map(safe),
      pad: 14, thickness: 12, line: {width: 0}, hovertemplate: "%{customdata}: %{value}<extra></extra>",
    },
    link: {
      source: moves.map((move) => left.indexOf(move[0])), target: moves.map((move) => left.length + right.indexOf(move[1])),
      value: moves.map((move) => move[2]), color: moves.map((move) => `${colours[move[0]]}70`),
      hovertemplate: "%{source.customdata} → %{target.customdata}: %{value}<extra></extra>",
    },
  }], {height: Math.max(280, 40 * Math.max(left.length, right.length)), margin: {l: 8, r: 8, t: 12, b: 16}});
};

const narrow = () => innerWidth < 640;
const when = (timed, s) => (timed ? new Date(s * 1000).toISOString().slice(0, 23) : s);
const timeAxis = (timed) => (timed ? {type: "date"} : {type: "linear", title: {text: narrow() ? "seconds, no clock" : "seconds since each video began (no clock)", font: {size: 12}}, rangemode: "tozero"});

const drawOccupancy = (target, chart) => {
  nameColours(chart.places.map((place) => place.name));
  const at = chart.places[0].present.map((_, bucket) => when(chart.timed, chart.low + bucket * chart.wide));
  const many = chart.places.length > MOST_LINES;
  const most = Math.max(1, ...chart.places.flatMap((place) => place.present));
  if (!many) showLegend(target, chart.places.map((place) => place.name));
  const traces = many
    ? [{
      type: "heatmap", x: at, y: chart.places.map((_, row) => row), z: chart.places.map((place) => place.present),
      text: chart.places.map((place) => place.present.map(() => safe(place.name))),
      colorscale: dark() ? [[0, "#171d24"], [1, "#79b0ee"]] : [[0, "#ffffff"], [1, "#2f6db5"]],
      colorbar: {thickness: 10, outlinewidth: 0, ...countAxis(most)}, hovertemplate: "%{text}: %{z}<br>%{x}<extra></extra>",
    }]
    : chart.places.map((place) => ({
      type: "scatter", mode: "lines", name: short(place.name), x: at, y: place.present,
      line: {shape: "hv", width: 2, color: colours[place.name]}, hovertemplate: "%{y}<br>%{x}<extra>%{fullData.name}</extra>",
    }));
  const names = {tickvals: chart.places.map((_, row) => row), ticktext: chart.places.map((place) => short(place.name, 16))};
  return draw(target, traces, {
    height: many ? Math.max(280, 22 * chart.places.length) : 280, showlegend: false,
    xaxis: timeAxis(chart.timed), yaxis: many ? names : countAxis(most),
  });
};

// Rows of {label, id, visits}: bars of visits, one colour a camera. `open` is called with a clicked bar's id, video (escaped) and first frame.
const drawTimeline = async (target, rows, timed, open) => {
  const places = [...new Set(rows.flatMap((row) => row.visits.map((visit) => visit.camera)))].sort();
  nameColours(places);
  const traces = places.map((place) => {
    const own = rows.flatMap((row, index) => row.visits.filter((visit) => visit.camera === place).map((visit) => ({...visit, index, id: row.id})));
    const begin = own.map((visit) => (timed ? visit.enter_s : visit.from_s));
    const long = own.map((visit, n) => Math.max((timed ? visit.leave_s : visit.to_s) - begin[n], 0.04));
    return {
      type: "bar", orientation: "h", name: short(place), y: own.map((visit) => visit.index), base: begin.map((s) => when(timed, s)),
      x: long.map((s) => (timed ? 1000 * s : s)), width: 0.62, marker: {color: colours[place]},
      customdata: own.map((visit) => [visit.id, safe(visit.video), seconds(visit.dwell_s), visit.f_enter]),
      hovertemplate: "id %{customdata[0]} in %{customdata[1]}<br>%{base}<br>stayed %{customdata[2]}<extra></extra>",
    };
  });
  showLegend(target, places);
  await draw(target, traces, {
    height: 70 + 24 * rows.length, barmode: "overlay", showlegend: false,
    xaxis: timeAxis(timed), margin: {l: 8, r: 8, t: 8, b: 40},
    yaxis: {tickvals: rows.map((_, index) => index), ticktext: rows.map((row) => safe(row.label)), range: [rows.length - 0.4, -0.6], showgrid: false, zeroline: false},
  });
  target.removeAllListeners("plotly_click");
  if (open) target.on("plotly_click", (event) => {
    const [id, video, , f_enter] = event.points[0].customdata;
    open(id, video, f_enter);
  });
};

// Who has clocks for all visits stands on moments, the others on the seconds of each video.
const drawTimelines = (target, rows, open) => {
  const drawn = [true, false].map((timed) => [timed, rows.filter((row) => row.visits.length && row.visits[0].timed === timed)]);
  const parts = drawn.filter((part) => part[1].length);
  if (!parts.length) { empty(target, "Nobody to show."); delete target.dataset.kinds; return Promise.resolve(); }
  // A chart that stays of the same kind is drawn anew in its place.
  const kinds = parts.map((part) => String(part[0])).join();
  if (target.dataset.kinds !== kinds) {
    target.replaceChildren(...parts.map(() => el("div", {class: "chart"})));
    target.dataset.kinds = kinds;
  }
  const charts = target.querySelectorAll(".chart");
  return Promise.all(parts.map(([timed, own], index) => drawTimeline(charts[index], own, timed, open)));
};

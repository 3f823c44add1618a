// What all pages share: data that come as scripts, elements made without markup, the theme, and how
// moments and seconds are written. Names are untrusted: text is only ever set as text.
"use strict";
const REID = (() => {
  const waiting = {}, here = {};
  const load = (path) => new Promise((done, failed) => {
    const script = document.createElement("script");
    script.src = path;
    script.onload = done;
    script.onerror = () => failed(new Error(`${path} is not there: was the folder copied whole?`));
    document.head.append(script);
  });
  const take = (name, value) => { here[name] = value; };
  // Each script is loaded once, however often it is asked for.
  const need = (name, path) => (waiting[name] ??= load(path).then(() => here[name]));
  const size = Number(document.body.dataset.shard);
  const identity = async (id) => {
    const number = Math.floor(id / size);
    return (await need(`shard ${number}`, `data/identities/${number}.js`))[id];
  };
  return {
    take, identity,
    identities: () => need("identities", "data/identities.js"),
    charts: () => need("charts", "data/charts.js"),
    plotly: () => need("plotly", "plotly.js"),
    // Beside this folder: clips are too large to be copied into it.
    clips: () => need("clips", "../clips.js"),
  };
})();

const el = (tag, attributes = {}, ...inside) => {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== null && value !== undefined && value !== false) made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...inside.filter((part) => part !== null && part !== undefined));
  return made;
};
const byId = (id) => document.getElementById(id);
const withName = (id, name) => (name ? `${id} · ${name}` : `${id}`);
const clipped = (text, most) => (text.length > most ? `${text.slice(0, most - 1)}…` : text);
const picture = (id, rank) => `pictures/${id}/${rank}.jpg`;

const two = (n) => String(Math.floor(n)).padStart(2, "0");
const seconds = (s) => {
  if (s === null || s === undefined) return "–";
  if (s < 60) return `${Number(s.toFixed(1))} s`;
  if (s < 3600) return `${Math.floor(s / 60)} min ${two(s % 60)} s`;
  if (s < 86400) return `${Math.floor(s / 3600)} h ${two((s % 3600) / 60)} min`;
  return `${Math.floor(s / 86400)} d ${two((s % 86400) / 3600)} h`;
};
const moment = (s) => (s === null || s === undefined ? "–" : new Date(s * 1000).toISOString().slice(0, 19).replace("T", " "));
const number = (n) => n.toLocaleString("en");

// Below this confidence a track is more likely not of its identity than of it.
const DOUBTFUL = Number(document.body.dataset.doubtful);
const doubtful = (share) => share !== null && share !== undefined && share < DOUBTFUL;
const certainty = (share, marked = true) => {
  if (share === null || share === undefined) return el("span", {class: "quiet", title: "One track alone was joined with nothing"}, "–");
  const tone = share < 0.6 ? "--low" : share < 0.75 ? "--mid" : "--high";
  const bar = el("i");
  bar.style.setProperty("--share", `${Math.round(100 * share)}%`);
  bar.style.setProperty("--tone", `var(${tone})`);
  return el("span", {class: "sure"}, bar, share.toFixed(2), marked && doubtful(share) ? el("b", {class: "doubt"}, "doubtful") : null);
};

// The theme is the system's until somebody chooses; private windows may refuse to remember.
const remembered = () => { try { return localStorage.getItem("reid-theme"); } catch { return null; } };
const dark = () => document.documentElement.dataset.theme === "dark";
const themed = [];
const setTheme = (name) => {
  document.documentElement.dataset.theme = name;
  byId("theme").textContent = name === "dark" ? "Light" : "Dark";
  for (const draw of themed) draw();
};
const system = matchMedia("(prefers-color-scheme: dark)");
setTheme(remembered() ?? (system.matches ? "dark" : "light"));
system.addEventListener("change", () => { if (!remembered()) setTheme(system.matches ? "dark" : "light"); });
byId("theme").addEventListener("click", () => {
  const name = dark() ? "light" : "dark";
  try { localStorage.setItem("reid-theme", name); } catch { /* forgotten with the page */ }
  setTheme(name);
});
for (const cell of document.querySelectorAll("[data-seconds]")) cell.textContent = seconds(Number(cell.dataset.seconds));
for (const time of document.querySelectorAll("time")) time.textContent = time.textContent.replace("T", " ").replace("Z", "");

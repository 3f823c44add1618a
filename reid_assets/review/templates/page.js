"use strict";
// Questions one after the other. Every answer is sent at once, and the server says what is still open.
const $ = id => document.getElementById(id);
const skipped = new Set(), undoable = [];
let state = null, current = null, wholeFrame = false, films = [], busy = false;

async function ask(path, body) {
  const sent = body === undefined ? {} : { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
  const answer = await fetch(path, sent);
  const text = await answer.text();
  let value = null;
  try { value = JSON.parse(text) } catch { value = { error: text.trim() } }
  if (!answer.ok) throw new Error(value.error || answer.statusText);
  return value;
}
function tell(text) { $("message").textContent = text; $("message").hidden = !text }
async function guarded(work) {
  if (busy) return;
  busy = true;
  try { tell(""); await work() } catch (error) { tell(error.message) } finally { busy = false }
}
const key = q => [q.a.ref, q.b.ref].join(" ");
const place = (kind, t, frame) => `/${kind}/${encodeURIComponent(t.video)}/${t.track}/${frame}.jpg`;
const percent = x => (100 * x).toFixed(x < 0.0995 ? 1 : 0);
const called = t => t.identity === null ? "nobody" : t.name ? `${t.name} (${t.identity})` : `identity ${t.identity}`;

function show(fresh) {
  state = fresh;
  const all = state.answered + state.left;
  $("counts").textContent = `${state.answered} of ${all} answered · expected gain ${percent(state.gain)} of ${percent(state.gain + state.gain_left)} points of F1`;
  $("bar").setAttribute("aria-valuemax", all); $("bar").setAttribute("aria-valuenow", state.answered);
  $("bar").firstElementChild.style.width = all ? `${100 * state.answered / all}%` : "0";
  if (state.questions.length && state.questions.every(q => skipped.has(key(q)))) skipped.clear();
  current = state.questions.find(q => !skipped.has(key(q))) || null;
  $("undo").disabled = !undoable.length;
  for (const id of ["same", "different", "skip", "frames"]) $(id).disabled = !current;
  if (!current) {
    $("asked").textContent = all ? "No question is left. Apply what you said." : "There is no question: nothing is in doubt.";
    $("why").textContent = "";
    $("a").replaceChildren(); $("b").replaceChildren(); films = [];
    return;
  }
  $("asked").textContent = current.kind === "double" ? "Are these two boxes on one being?" : "Is this the same being?";
  $("why").textContent = current.why;
  films = [side($("a"), current.a), side($("b"), current.b)];
}
function side(box, t) {
  box.replaceChildren();
  const film = { t, at: 0, image: null, strip: [] };
  if (t.crops.length) {
    film.image = Object.assign(document.createElement("img"), { className: "film", alt: `${t.ref}, ${called(t)}` });
    const strip = Object.assign(document.createElement("div"), { className: "strip" });
    for (const frame of t.crops) {
      const small = Object.assign(document.createElement("img"), { src: place("crop", t, frame), alt: `frame ${frame}` });
      strip.append(small); film.strip.push(small);
    }
    box.append(film.image, strip); turn(film);
  } else box.append(Object.assign(document.createElement("div"), { className: "none", textContent: "no crop" }));
  const head = Object.assign(document.createElement("p"), {}), facts = Object.assign(document.createElement("p"), { className: "quiet" });
  head.append(Object.assign(document.createElement("b"), { textContent: called(t) }));
  facts.textContent = [t.class, t.camera ? `camera ${t.camera}` : null, t.seen, `${t.ref}`, `frames ${t.frames.join("–")}`].filter(Boolean).join(" · ");
  const out = Object.assign(document.createElement("button"), { className: "nobody", type: "button", textContent: "Not a target" });
  out.onclick = () => nobody(box.id);
  box.append(head, facts, out);
  return film;
}
function turn(film) {
  if (!film.image) return;
  const frame = film.t.crops[film.at % film.t.crops.length];
  const wanted = place(wholeFrame ? "frame" : "crop", film.t, frame);
  if (film.image.getAttribute("src") !== wanted) film.image.src = wanted;
  film.strip.forEach((small, at) => small.setAttribute("aria-current", at === film.at % film.t.crops.length));
}
// Moving crops, unless the system asks for little motion; whole frames are read from the video and stand still.
setInterval(() => {
  if (wholeFrame || $("questions").hidden || matchMedia("(prefers-reduced-motion: reduce)").matches) return;
  for (const film of films) { film.at++; turn(film) }
}, 450);

async function say(lines) {
  let fresh = null;
  for (const line of lines) fresh = await ask("/api/say", line);
  undoable.push(lines);
  show(fresh);
}
function answer(action) {
  if (!current) return;
  const { kind, a, b } = current;
  // Two boxes on one: the shorter track is taken out.
  const shorter = a.frames[1] - a.frames[0] < b.frames[1] - b.frames[0] ? a : b;
  const line = kind === "double" && action === "same" ? { action: "not_a_target", tracks: [shorter.ref] } : { action, tracks: [a.ref, b.ref] };
  guarded(() => say([line]));
}
const nobody = t => current && guarded(() => say([{ action: "not_a_target", tracks: [current[t].ref] }]));
function skip() { if (current) { skipped.add(key(current)); show(state) } }
const undo = () => undoable.length && guarded(async () => {
  const lines = undoable.pop();
  show(await ask("/api/undo", { said: lines }));
});
function frames() { wholeFrame = !wholeFrame; $("frames").setAttribute("aria-pressed", wholeFrame); films.forEach(turn) }

function open(view) {
  for (const id of ["questions", "identities", "identity"]) $(id).hidden = id !== view;
  $("to-questions").setAttribute("aria-pressed", view === "questions");
  $("to-identities").setAttribute("aria-pressed", view !== "questions");
}
const questions = () => guarded(async () => { open("questions"); show(await ask("/api/queue")) });

async function follow() {
  const run = await ask("/api/apply");
  $("run-lines").textContent = run.lines.join("\n"); $("run-lines").scrollTop = 1e6;
  if (run.running || run.exit === null) { setTimeout(() => follow().catch(error => tell(error.message)), 400); return }
  $("run-title").textContent = run.exit === 0 ? "The map is made" : `The run ended with exit code ${run.exit}`;
  const said = run.changes.length ? run.changes : run.exit === 0 ? ["no identity changed"] : [];
  $("run-changes").replaceChildren(...said.map(text => Object.assign(document.createElement("li"), { textContent: text })));
  undoable.length = 0; skipped.clear();
  questions();
}
const apply = () => guarded(async () => {
  $("run-title").textContent = "Making the map"; $("run-changes").replaceChildren(); $("run-lines").textContent = "";
  await ask("/api/apply", {});
  $("run").showModal(); await follow();
});

$("same").onclick = () => answer("same"); $("different").onclick = () => answer("different");
$("skip").onclick = skip; $("undo").onclick = undo; $("frames").onclick = frames; $("apply").onclick = apply;
$("to-questions").onclick = questions; $("to-identities").onclick = () => guarded(identities);
$("run-close").onclick = () => $("run").close();
document.addEventListener("keydown", event => {
  if (event.ctrlKey || event.metaKey || event.altKey || $("run").open || /^(INPUT|SELECT)$/.test(event.target.tagName)) return;
  const pressed = event.key.toLowerCase();
  const onQuestions = { s: () => answer("same"), d: () => answer("different"), " ": skip, arrowright: skip, u: undo, f: frames,
    1: () => nobody("a"), 2: () => nobody("b"),
    g: () => current && guarded(() => identity(current.a.identity)), h: () => current && guarded(() => identity(current.b.identity)),
    n: () => current && guarded(async () => { await identity(current.a.identity); $("name").focus() }) };
  const onIdentity = { x: splitOff, u: undo, escape: questions };
  const everywhere = { a: apply, i: () => guarded(identities), q: questions };
  const view = $("questions").hidden ? ($("identity").hidden ? { escape: questions } : onIdentity) : onQuestions;
  const act = view[pressed] || everywhere[pressed];
  if (act) { event.preventDefault(); act() }
});
questions();

"use strict";
// Identities as cards, one identity as a grid of its tracks: mark what is somebody else, drag what belongs together.
let opened = null;
const marked = new Set();

function card(t, text) {
  const box = Object.assign(document.createElement("button"), { className: "card", type: "button" });
  if (t.crops.length) box.append(Object.assign(document.createElement("img"), { src: place("crop", t, t.crops[0]), alt: t.ref, loading: "lazy" }));
  box.append(text);
  return box;
}
const titled = one => `${one.name || `identity ${one.id}`}, ${one.tracks} ${one.tracks === 1 ? "track" : "tracks"}`;

async function identities() {
  open("identities");
  const all = await ask("/api/identities");
  $("list").replaceChildren(...all.map(one => {
    const box = card(one.stands, titled(one));
    box.onclick = () => guarded(() => identity(one.id));
    draggable(box, { identity: one.id });
    receives(box, dropped => dropped.identity !== undefined && dropped.identity !== one.id &&
      guarded(async () => { await remember(await ask("/api/merge", { one: dropped.identity, other: one.id })); tell(`Said: identities ${dropped.identity} and ${one.id} are one. Apply makes it so.`) }));
    return box;
  }));
}
async function identity(id) {
  if (id === null) throw new Error("This track has no identity.");
  const [one, all] = await Promise.all([ask(`/api/identity/${id}`), ask("/api/identities")]);
  opened = one; marked.clear(); open("identity");
  $("who").textContent = `identity ${id}, ${one.tracks.length} ${one.tracks.length === 1 ? "track" : "tracks"}`;
  $("name").value = one.name || "";
  // Who looks like this one stands first.
  const alike = new Map(one.alike.map(other => [other.id, other.score])), near = other => alike.get(other.id) ?? -Infinity;
  const others = all.filter(other => other.id !== id).sort((a, b) => (near(a) === near(b) ? 0 : near(b) - near(a)));
  $("target").replaceChildren(new Option("an identity of their own", ""), ...others.map(other => new Option(titled(other), other.id)));
  $("grid").replaceChildren(...one.tracks.map(t => {
    const box = card(t, `${t.ref} · ${t.confidence.toFixed(2)}`);
    box.dataset.ref = t.ref; box.setAttribute("aria-pressed", "false");
    box.onclick = () => mark(box, t.ref);
    draggable(box, { tracks: () => [...new Set([...marked, t.ref])] });
    return box;
  }));
  $("others").replaceChildren(...others.map(other => {
    const box = card(other.stands, titled(other) + (alike.has(other.id) ? ` · looks like it: ${alike.get(other.id).toFixed(2)}` : ""));
    box.onclick = () => guarded(() => identity(other.id));
    receives(box, dropped => dropped.tracks && guarded(() => move(dropped.tracks(), other.id)));
    return box;
  }));
  shownMarks();
}
function mark(box, ref) {
  if (!marked.delete(ref)) marked.add(ref);
  box.setAttribute("aria-pressed", marked.has(ref));
  shownMarks();
}
function shownMarks() { $("split").disabled = !marked.size || marked.size === opened.tracks.length }
async function remember(answer) { if (answer.said.length) undoable.push(answer.said) }
async function move(tracks, target) {
  await remember(await ask("/api/split", target === null ? { tracks } : { tracks, target }));
  await identity(opened.id);
  tell(`Said: ${tracks.join(", ")} ${target === null ? "left" : `moved to identity ${target} from`} identity ${opened.id}. Apply makes it so.`);
}
function splitOff() {
  if (!$("split").disabled) guarded(() => move([...marked], $("target").value === "" ? null : Number($("target").value)));
}
let carried = null;
function draggable(box, what) {
  box.draggable = true;
  box.ondragstart = event => { carried = what; event.dataTransfer.setData("text/plain", box.textContent) };
  box.ondragend = () => { carried = null };
}
function receives(box, drop) {
  box.ondragover = event => { if (carried) { event.preventDefault(); box.classList.add("over") } };
  box.ondragleave = () => box.classList.remove("over");
  box.ondrop = event => { event.preventDefault(); box.classList.remove("over"); if (carried) drop(carried) };
}
document.addEventListener("DOMContentLoaded", () => {
  $("back").onclick = questions; $("split").onclick = splitOff;
  $("save-name").onclick = () => guarded(async () => {
    const line = { action: "name", tracks: [opened.tracks[0].ref], value: $("name").value.trim() };
    await ask("/api/say", line); undoable.push([line]);
    await identity(opened.id); tell(`Identity ${opened.id} is called ${line.value}.`);
  });
});

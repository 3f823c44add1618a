// The page of one identity, named by the number after the #: its gallery, its visits, its evidence.
"use strict";
const column = (title, kind, cell) => ({title, kind, cell});
const fill = (target, columns, rows) => target.replaceChildren(
  el("thead", {}, el("tr", {}, ...columns.map((one) => el("th", {class: one.kind}, one.title)))),
  el("tbody", {}, ...rows.map((row) => el("tr", {}, ...columns.map((one) => el("td", {class: one.kind, "data-title": one.title}, one.cell(row)))))));
const rounded = (value) => (value === null ? "–" : value.toFixed(2));

const VISITS = [
  column("camera", "", (visit) => visit.camera), column("video", "", (visit) => visit.video),
  column("from", "n", (visit) => (visit.enter_s === null ? `${visit.from_s.toFixed(1)} s into the video` : moment(visit.enter_s))),
  column("to", "n", (visit) => (visit.leave_s === null ? `${visit.to_s.toFixed(1)} s` : moment(visit.leave_s))),
  column("stayed", "n", (visit) => seconds(visit.dwell_s)), column("", "", (visit) => (visit.re_entry ? "came back" : "")),
];
// Each with a button that jumps to it in a clip, where a clip shows it.
const visitColumns = (playing, visits) => (playing.places.some(Boolean)
  ? [column("", "", (visit) => CLIPS.button(playing, visits.indexOf(visit))), ...VISITS] : VISITS);
const said = (shown) => `${shown.video}, track ${shown.track_id}, frame ${shown.frame}`;
// A picture that opens large; `index` is its place among the pictures of the identity.
const opening = (id, pictures, index) => {
  const shown = pictures[index];
  const button = el("button", {type: "button", class: "open", "aria-label": `Enlarge ${said(shown)}`},
    el("img", {src: picture(id, shown.rank), alt: said(shown), loading: "lazy", decoding: "async"}));
  button.addEventListener("click", () => LIGHTBOX.open(id, pictures, index));
  return button;
};
const evidence = (id, pictures) => {
  const best = new Map();
  pictures.forEach((shown, index) => {
    const track = JSON.stringify([shown.video, shown.track_id]);
    if (!best.has(track)) best.set(track, index);
  });
  const seen = (video, track_id) => {
    const index = best.get(JSON.stringify([video, track_id]));
    return el("span", {class: "track"}, index === undefined ? el("span", {class: "none"}) : opening(id, pictures, index),
      el("span", {}, video, el("br"), `track ${track_id}`));
  };
  return [
    column("track", "", (track) => seen(track.video, track.track_id)),
    column("most like", "", (track) => (track.witness_video === null ? "nothing: alone" : seen(track.witness_video, track.witness_track_id))),
    column("class", "", (track) => track.class_name), column("frames", "n", (track) => `${track.f_min}–${track.f_max}`), ...SCORES,
  ];
};
const SCORES = [
  column("stands out by", "n", (track) => (track.witness_video === null ? "–" : rounded(track.similarity))),
  column("margin", "n", (track) => rounded(track.margin)), column("confidence", "", (track) => certainty(track.confidence)),
  column("", "", (track) => CORRECTIONS.button(track)),
];

const face = (id, rank) => (rank === null ? el("span", {class: "none"}) : el("img", {src: picture(id, rank), alt: "", loading: "lazy", decoding: "async"}));
const several = (count, name) => `${number(count)} ${name}${count === 1 ? "" : "s"}`;

const show = (id, identity, playing) => {
  const title = `Identity ${withName(id, identity.name)}`;
  document.title = `${title} · ${document.querySelector("meta[name=description]").content}`;
  byId("title").replaceChildren(CLIPS.swatch(identity), title);
  const videos = new Set(identity.tracks.map((track) => track.video)).size;
  const doubts = identity.tracks.filter((track) => doubtful(track.confidence)).length;
  byId("said").replaceChildren(
    `${identity.class_name} · ${several(identity.tracks.length, "track")} in ${several(videos, "video")} · ${several(identity.visits.length, "visit")} · least certain track `,
    certainty(identity.confidence, false), ...(doubts ? [" · ", el("b", {class: "doubt"}, `${number(doubts)} doubtful`)] : []));
  byId("gallery").replaceChildren(...identity.pictures.map((shown, index) =>
    el("figure", {class: doubtful(shown.confidence) ? "low" : null}, opening(id, identity.pictures, index),
      el("figcaption", {title: said(shown)}, said(shown), " ", certainty(shown.confidence)))));
  if (!identity.pictures.length) empty(byId("gallery"), "No pictures: the crops of its videos were not kept.");
  byId("lookalikes").hidden = !identity.alike.length;
  byId("alike").replaceChildren(...identity.alike.map((other) => el("a", {href: `compare.html#${id},${other.other_id}`},
    face(id, other.own_rank), face(other.other_id, other.other_rank),
    el("span", {}, `Identity ${withName(other.other_id, other.other_name)}`), el("small", {class: "quiet"}, rounded(other.score)))));
  fill(byId("visits"), visitColumns(playing, identity.visits), identity.visits);
  fill(byId("evidence"), evidence(id, identity.pictures), [...identity.tracks].sort((a, b) => (a.confidence ?? 2) - (b.confidence ?? 2)));
  const note = byId("assumption");
  if (note) note.hidden = identity.visits.every((visit) => visit.timed);
  const places = [...new Set(identity.visits.map((visit) => visit.camera))];
  const long = narrow() ? 12 : 22;
  // A row a camera, in the order of the visits: the way of one identity reads downwards.
  return drawTimelines(byId("timeline"), places.map((place) => ({id, label: clipped(place, long),
    visits: identity.visits.filter((visit) => visit.camera === place)})),
  (_, video, f_enter) => playing.play(identity.visits.findIndex((visit) => safe(visit.video) === video && visit.f_enter === f_enter)));
};

const beside = async (id) => {
  const ids = (await REID.identities()).global_id, at = ids.indexOf(id);
  for (const [button, to] of [["before", ids[at - 1]], ["after", ids[at + 1]]]) {
    byId(button).disabled = at < 0 || to === undefined;
    byId(button).onclick = () => { location.hash = String(to); };
  }
};

const open = async () => {
  const id = Number(location.hash.slice(1));
  document.body.dataset.ready = "";
  LIGHTBOX.close();
  CORRECTIONS.close();
  const ids = (await REID.identities()).global_id;
  if (!ids.includes(id)) {
    byId("title").textContent = "No such identity";
    byId("said").textContent = `This report knows no identity ${location.hash.slice(1)}. Ids that are gone are never given again.`;
    for (const part of document.querySelectorAll(".card")) part.hidden = true;
  } else {
    for (const part of document.querySelectorAll(".card")) part.hidden = false;
    nameColours((await REID.identities()).places.slice(0, 100));
    const identity = await REID.identity(id);
    const playing = await CLIPS.player(id, identity);
    byId("clips").replaceChildren(playing.element);
    themed.length = 0;
    themed.push(() => show(id, identity, playing));
    await show(id, identity, playing);
  }
  await beside(id);
  document.body.dataset.ready = "all";
};
byId("pair").addEventListener("submit", (event) => {
  event.preventDefault();
  location.href = `compare.html#${Number(location.hash.slice(1))},${Number(byId("other").value)}`;
});
addEventListener("hashchange", open);
open();

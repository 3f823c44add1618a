// The page of one identity, named by the number after the #: its gallery, its visits, its evidence.
"use strict";
const column = (title, kind, cell) => ({title, kind, cell});
const fill = (target, columns, rows) => target.replaceChildren(
  el("thead", {}, el("tr", {}, ...columns.map((one) => el("th", {class: one.kind}, one.title)))),
  el("tbody", {}, ...rows.map((row) => el("tr", {}, ...columns.map((one) => el("td", {class: one.kind}, one.cell(row)))))));
const rounded = (value) => (value === null ? "–" : value.toFixed(2));

const VISITS = [
  column("camera", "", (visit) => visit.camera), column("video", "", (visit) => visit.video),
  column("from", "n", (visit) => (visit.enter_s === null ? `${visit.from_s.toFixed(1)} s into the video` : moment(visit.enter_s))),
  column("to", "n", (visit) => (visit.leave_s === null ? `${visit.to_s.toFixed(1)} s` : moment(visit.leave_s))),
  column("stayed", "n", (visit) => seconds(visit.dwell_s)), column("", "", (visit) => (visit.re_entry ? "came back" : "")),
];
const EVIDENCE = [
  column("video", "", (track) => track.video), column("track", "n", (track) => String(track.track_id)),
  column("class", "", (track) => track.class_name), column("frames", "n", (track) => `${track.f_min}–${track.f_max}`),
  column("most like", "", (track) => (track.witness_video === null ? "nothing: alone" : `${track.witness_video}, track ${track.witness_track_id}`)),
  column("stands out by", "n", (track) => (track.witness_video === null ? "–" : rounded(track.similarity))),
  column("margin", "n", (track) => rounded(track.margin)), column("confidence", "", (track) => certainty(track.confidence)),
];

const several = (count, name) => `${number(count)} ${name}${count === 1 ? "" : "s"}`;

const show = (id, identity) => {
  document.title = `Identity ${id}`;
  byId("title").textContent = `Identity ${id}`;
  const videos = new Set(identity.tracks.map((track) => track.video)).size;
  byId("said").replaceChildren(
    `${identity.class_name} · ${several(identity.tracks.length, "track")} in ${several(videos, "video")} · ${several(identity.visits.length, "visit")} · least certain track `,
    certainty(identity.confidence));
  byId("gallery").replaceChildren(...identity.pictures.map((shown) => {
    const said = `${shown.video}, track ${shown.track_id}, frame ${shown.frame}`;
    return el("figure", {}, el("img", {src: picture(id, shown.rank), alt: said, loading: "lazy", decoding: "async"}),
      el("figcaption", {title: said}, said, " ", certainty(shown.confidence)));
  }));
  if (!identity.pictures.length) empty(byId("gallery"), "No pictures: the crops of its videos were not kept.");
  fill(byId("visits"), VISITS, identity.visits);
  fill(byId("evidence"), EVIDENCE, [...identity.tracks].sort((a, b) => (a.confidence ?? 2) - (b.confidence ?? 2)));
  const note = byId("assumption");
  if (note) note.hidden = identity.visits.every((visit) => visit.timed);
  const places = [...new Set(identity.visits.map((visit) => visit.camera))];
  // A row a camera, in the order of the visits: the way of one identity reads downwards.
  return drawTimelines(byId("timeline"), places.map((place) => ({id, label: place.length > 22 ? `${place.slice(0, 21)}…` : place,
    visits: identity.visits.filter((visit) => visit.camera === place)})));
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
  const ids = (await REID.identities()).global_id;
  if (!ids.includes(id)) {
    byId("title").textContent = "No such identity";
    byId("said").textContent = `This report knows no identity ${location.hash.slice(1)}. Ids that are gone are never given again.`;
    for (const part of document.querySelectorAll(".card")) part.hidden = true;
  } else {
    for (const part of document.querySelectorAll(".card")) part.hidden = false;
    nameColours((await REID.identities()).places.slice(0, 100));
    const identity = await REID.identity(id);
    themed.length = 0;
    themed.push(() => show(id, identity));
    await show(id, identity);
  }
  await beside(id);
  document.body.dataset.ready = "all";
};
addEventListener("hashchange", open);
open();

// Two identities side by side, named by the numbers after the #: clips, visits and galleries.
"use strict";
const visitLine = (playing, visit, at) => el("li", {}, CLIPS.button(playing, at), el("span", {},
  `${visit.camera} · ${visit.enter_s === null ? `${visit.from_s.toFixed(1)} s into ${visit.video}` : moment(visit.enter_s)} · ${seconds(visit.dwell_s)}`));
const told = (shown) => `${shown.video}, track ${shown.track_id}, frame ${shown.frame}`;

const side = async (id) => {
  const known = (await REID.identities()).global_id.includes(id);
  if (!known) return el("section", {class: "card"}, el("h2", {}, `No identity ${id}`), el("p", {class: "quiet"}, "This report does not know it."));
  const identity = await REID.identity(id), playing = await CLIPS.player(id, identity);
  return el("section", {class: "card", "data-id": id},
    el("h2", {}, CLIPS.swatch(identity), el("a", {href: `identity.html#${id}`}, `Identity ${withName(id, identity.name)}`)),
    el("p", {class: "quiet"}, `${identity.class_name} · ${number(identity.tracks.length)} ${identity.tracks.length === 1 ? "track" : "tracks"}`), playing.element,
    el("ol", {class: "visits"}, ...identity.visits.map((visit, at) => visitLine(playing, visit, at))),
    el("div", {class: "gallery"}, ...identity.pictures.map((shown) => el("figure", {},
      el("img", {src: picture(id, shown.rank), alt: told(shown), title: told(shown), loading: "lazy", decoding: "async"})))));
};

const open = async () => {
  const ids = location.hash.slice(1).split(",").slice(0, 2).map(Number).filter((id) => Number.isInteger(id) && id >= 0);
  document.body.dataset.ready = "";
  document.title = `${ids.join(" and ")} side by side · ${document.querySelector("meta[name=description]").content}`;
  for (const [name, id] of [["left", ids[0]], ["right", ids[1]]]) byId(name).value = id ?? "";
  byId("sides").replaceChildren(...await Promise.all(ids.map(side)));
  document.body.dataset.ready = "all";
};
byId("pair").addEventListener("submit", (event) => {
  event.preventDefault();
  location.hash = `${Number(byId("left").value)},${Number(byId("right").value)}`;
});
addEventListener("hashchange", open);
open();

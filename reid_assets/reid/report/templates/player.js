// Plays rendered clips where there are any: the compilation of an identity, else the clips of its videos. Which
// there are is told by a script beside the report's folder, since clips come and go without a new report.
"use strict";
const CLIPS = (() => {
  const NONE = {videos: {}, identities: {}};
  // A report that was given away alone has no clips.
  const all = () => REID.clips().then((found) => found ?? NONE, () => NONE);
  const ofVideo = (video) => `../clips/${encodeURIComponent(video)}.mp4`;
  const ofIdentity = (id) => `../clips/identities/global_${String(id).padStart(6, "0")}.mp4`;

  // Where a visit is to be seen: {file, at} with the second in the file; null where no clip has it.
  const place = (clips, id, identity, visit) => {
    const part = (clips.identities[id] ?? []).find(([video, from, to]) => video === visit.video && from === visit.f_enter && to === visit.f_leave);
    if (part) return {file: ofIdentity(id), at: part[3]};
    const own = new Set(identity.tracks.filter((track) => track.video === visit.video && track.f_min >= visit.f_enter && track.f_max <= visit.f_leave).map((track) => track.track_id));
    // A clip from before the map changed shows its tracks under another id.
    const drawn = (clips.videos[visit.video] ?? []).filter(([track, global_id]) => own.has(track) && global_id === id);
    return drawn.length ? {file: ofVideo(visit.video), at: Math.min(...drawn.map((row) => row[2]))} : null;
  };
  const command = (id) => el("code", {class: "ask"}, `reid-assets render --identity ${id}`);
  const lacking = (clips, id, missing, count) => {
    if (!missing) return [];
    const before = clips.identities[id] ? "A clip is from before the map changed. " : "";
    const what = missing === count ? "No clip shows this identity as it is now. " : `${number(missing)} of ${number(count)} visits are in no clip. `;
    return [before, what, "To make one: ", command(id)];
  };

  // A player for the visits of one identity: {element, places, play}; `play(n)` jumps to the n-th visit.
  const player = async (id, identity) => {
    const clips = await all(), places = identity.visits.map((visit) => place(clips, id, identity, visit));
    const film = el("video", {controls: true, preload: "metadata", playsinline: true});
    const now = el("p", {class: "quiet", role: "status"});
    const missing = places.filter((found) => !found).length;
    const element = el("div", {class: "player"}, ...(missing < places.length ? [film, now] : []),
      el("p", {class: "quiet"}, ...lacking(clips, id, missing, places.length)));
    const show = (at, start) => {
      const found = places[at], visit = identity.visits[at];
      const jump = () => { film.currentTime = found.at; if (start) film.play().catch(() => {}); };
      now.textContent = `${visit.camera}, ${visit.enter_s === null ? `${visit.from_s.toFixed(1)} s into the video` : moment(visit.enter_s)}`;
      if (film.dataset.file === found.file && film.readyState) jump();
      else {
        film.dataset.file = found.file;
        film.addEventListener("loadedmetadata", jump, {once: true});
        film.src = found.file;
      }
    };
    film.addEventListener("error", () => { now.textContent = `${film.dataset.file} cannot be played here.`; });
    const first = places.findIndex(Boolean);
    if (first >= 0) show(first, false);
    return {element, places, play: (at) => { if (places[at]) { show(at, true); element.scrollIntoView({block: "nearest"}); } }};
  };
  const button = (playing, at) => {
    if (!playing.places[at]) return "";
    const made = el("button", {type: "button", class: "play", "aria-label": `Play visit ${at + 1}`}, "▶");
    made.addEventListener("click", () => playing.play(at));
    return made;
  };
  const swatch = (identity) => {
    const made = el("i", {class: "swatch", title: "Its colour in the clips"});
    made.style.background = identity.colour;
    return made;
  };
  return {player, button, swatch};
})();

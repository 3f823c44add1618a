// The commands by which somebody corrects what the evidence of a track shows, to be copied into a shell.
"use strict";
const CORRECTIONS = (() => {
  const close = el("button", {type: "button"}, "Close"), lines = el("dl", {});
  const box = el("dialog", {id: "correction", "aria-label": "How to correct this"}, lines,
    el("p", {class: "quiet"}, "It counts from the next ", el("code", {}, "reid-assets run"), " on. A click selects a command."), close);
  document.body.append(box);
  close.addEventListener("click", () => box.close());
  box.addEventListener("click", (event) => { if (event.target === box) box.close(); });

  // Names of videos are untrusted: a shell must read each as one word, and no command holds a control character.
  const word = (text) => (/^[\w.:@+-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`);
  const command = (action, tracks, more = "") =>
    `reid-assets correct ${action} ${tracks.some((track) => track.startsWith("-")) ? "-- " : ""}${tracks.map(word).join(" ")}${more}`;
  const unfit = (track) => /\p{C}/u.test(track);

  const choices = (track, witness) => [
    witness === null ? null : ["These two are not the same", command("different", [track, witness])],
    ["It is the same as a track of another identity", command("same", [track], " VIDEO:TRACK")],
    ["It is nobody: a poster, a mistake of the detector", command("not-a-target", [track])],
    ["Its identity has a name", command("name", [track], " 'NAME'")],
  ].filter((choice) => choice !== null);
  const open = (track, witness) => {
    lines.replaceChildren(...choices(track, witness).flatMap(([said, text]) => [el("dt", {}, said), el("dd", {}, el("code", {class: "say"}, text))]));
    box.showModal();
  };
  return {
    close: () => { if (box.open) box.close(); },
    // A button for a row of the evidence; nothing where a name cannot be written in a shell.
    button: (row) => {
      const track = `${row.video}:${row.track_id}`, witness = row.witness_video === null ? null : `${row.witness_video}:${row.witness_track_id}`;
      if (unfit(track) || unfit(witness ?? "")) return null;
      const made = el("button", {type: "button", class: "wrong", "aria-label": `How to correct ${track}`}, "Wrong?");
      made.addEventListener("click", () => open(track, witness));
      return made;
    },
  };
})();

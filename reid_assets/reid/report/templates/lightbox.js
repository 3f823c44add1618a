// One picture, large: the whole video frame with the track's box, or the crop alone where there is no frame.
// Esc and a click beside it close it, arrow keys move through the identity's pictures.
"use strict";
const LIGHTBOX = (() => {
  const LACKING = {
    video: "No whole frame: the video was not at hand, or could not be read, when this report was made.",
    limit: Number(document.body.dataset.frames)
      ? "No whole frame: this report has them for its least certain tracks only (report.frames in the configuration)."
      : "No whole frame: they are switched off (report.frames in the configuration).",
  };
  let pictures = [], id = 0, at = 0;
  const button = (name, label, text) => el("button", {id: name, type: "button", "aria-label": label}, text);
  const box = el("dialog", {id: "lightbox", "aria-label": "Picture"},
    el("div", {id: "lightbox-picture"}), el("p", {id: "lightbox-said"}), el("p", {id: "lightbox-lacking", class: "quiet"}),
    el("div", {class: "bar"}, button("lightbox-before", "Previous picture", "←"), button("lightbox-after", "Next picture", "→"),
      el("span", {id: "lightbox-count", class: "quiet"}), el("span", {class: "push"}, button("lightbox-close", "Close", "Close"))));
  document.body.append(box);

  const framed = (shown) => {
    const mark = el("i", {class: doubtful(shown.confidence) ? "box low" : "box"});
    for (const [side, share] of [["left", shown.x], ["top", shown.y], ["width", shown.w], ["height", shown.h]]) mark.style[side] = `${100 * share}%`;
    return el("div", {class: "scene"}, el("img", {src: `frames/${shown.scene}`, alt: said(shown)}), mark);
  };
  const draw = () => {
    const shown = pictures[at];
    byId("lightbox-picture").replaceChildren(shown.scene ? framed(shown) : el("img", {class: "crop", src: picture(id, shown.rank), alt: said(shown)}));
    byId("lightbox-said").replaceChildren(said(shown), " ", certainty(shown.confidence));
    byId("lightbox-lacking").textContent = shown.scene ? "" : LACKING[shown.lacking];
    byId("lightbox-count").textContent = `${at + 1} of ${pictures.length}`;
    byId("lightbox-before").disabled = at === 0;
    byId("lightbox-after").disabled = at === pictures.length - 1;
  };
  const move = (way) => { if (pictures[at + way]) { at += way; draw(); } };
  byId("lightbox-before").addEventListener("click", () => move(-1));
  byId("lightbox-after").addEventListener("click", () => move(1));
  byId("lightbox-close").addEventListener("click", () => box.close());
  box.addEventListener("click", (event) => { if (event.target === box) box.close(); });
  // On the document: a button that becomes disabled loses the focus, and the dialog would hear nothing.
  document.addEventListener("keydown", (event) => {
    const way = box.open && {ArrowLeft: -1, ArrowRight: 1, ArrowUp: -1, ArrowDown: 1}[event.key];
    if (way) { event.preventDefault(); move(way); }
  });
  return {
    close: () => { if (box.open) box.close(); },
    open: (identity, list, index) => { [id, pictures, at] = [identity, list, index]; draw(); if (!box.open) box.showModal(); },
  };
})();

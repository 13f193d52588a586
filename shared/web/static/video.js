// Reports what of a video is played, every few seconds, and goes on where one stopped. See services/training/watching.
(() => {
  "use strict";
  const frame = document.querySelector("[data-video]");
  if (!frame) return;
  const video = frame.querySelector("video");
  const status = document.querySelector("[data-video-status]");
  const bar = document.querySelector("progress");
  const count = document.querySelector(".progress-count");
  const EVERY = 8;
  let start = null;
  let last = 0;
  let queue = Promise.resolve();

  const say = (text) => { status.textContent = text; };

  const send = async (from, to) => {
    const body = new URLSearchParams({ start: Math.floor(from), end: Math.round(to), csrf_token: frame.dataset.token });
    try {
      const answer = await fetch(frame.dataset.video, { method: "POST", body, keepalive: true, headers: { "X-CSRFToken": frame.dataset.token } });
      if (!answer.ok) throw new Error(String(answer.status));
      const state = await answer.json();
      if (bar) bar.value = state.seen;
      if (count) count.firstChild.nodeValue = String(state.seen);
      say("");
      if (state.met) {
        const next = document.querySelector("[data-video-next]");
        if (next) {
          next.hidden = false;
          next.querySelector("a").href = state.next;
        }
        const hint = document.querySelector("[data-video-hint]");
        if (hint) hint.hidden = true;
      }
    } catch {
      say(frame.dataset.lost);
    }
  };

  // One after the other: the server holds each report against the time since the one before.
  const report = (from, to) => { queue = queue.then(() => send(from, to)); };
  const flush = () => {
    if (start === null) return;
    if (last > start) report(start, last);
    start = null;
  };

  video.addEventListener("loadedmetadata", () => {
    const position = Number(frame.dataset.position);
    if (position > 0 && position < video.duration - 2) video.currentTime = position;
  }, { once: true });
  video.addEventListener("play", () => {
    report(video.currentTime, video.currentTime);
    start = last = video.currentTime;
  });
  video.addEventListener("timeupdate", () => {
    if (start === null) return;
    const here = video.currentTime;
    // A jump ends the stretch; what lies between was not seen.
    if (here < last || here - last > 2) {
      flush();
      start = last = here;
      return;
    }
    last = here;
    if (last - start >= EVERY) {
      report(start, last);
      start = Math.floor(last);
    }
  });
  video.addEventListener("pause", flush);
  video.addEventListener("ended", flush);
  video.addEventListener("ratechange", () => {
    if (video.playbackRate > 1) {
      video.playbackRate = 1;
      say(frame.dataset.fast);
    }
  });
  window.addEventListener("pagehide", flush);
})();

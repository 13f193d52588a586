// A sitting: each answer is sent as it is given, and the time runs. Without this file the buttons do the same.
(() => {
  "use strict";
  const form = document.querySelector("form[data-sitting]");
  const time = document.querySelector("[data-seconds-left]");
  const handIn = document.querySelector("form[data-hand-in]");
  const RETRY = 4000;

  // One answer at a time is under way, so that the server sees them in the order they were given.
  let sending = null;
  let again = false;
  const note = form?.querySelector("[data-saved-note]");
  const say = (key, isProblem = false) => {
    note.textContent = form.dataset[key] ?? key;
    note.classList.toggle("is-problem", isProblem);
  };
  const isComplete = () => {
    const ranks = [...form.querySelectorAll("select[name^='rank-']")].map((select) => select.value);
    return ranks.length === 0 || new Set(ranks.filter(Boolean)).size === ranks.length;
  };
  const markAnswered = () => {
    document.querySelector(`.place[data-place="${form.elements.place.value}"]`)?.classList.add("place-answered");
  };

  const post = async () => {
    say("saving");
    let response;
    try {
      response = await fetch(form.action, {
        method: "POST", body: new FormData(form), headers: { Accept: "application/json" }, redirect: "manual",
      });
    } catch {
      say("offline", true);
      await new Promise((resolve) => { window.setTimeout(resolve, RETRY); });
      again = true;
      return;
    }
    const body = response.headers.get("Content-Type")?.startsWith("application/json") ? await response.json() : null;
    if (response.ok && body) {
      form.elements.seen.value = body.sequence;
      say("saved");
      markAnswered();
    } else if (body?.type === "answered-elsewhere") {
      say("elsewhere", true);
      window.setTimeout(() => { location.reload(); }, 1500);
    } else if (response.status === 409) {
      location.assign(form.dataset.result);
    } else if (body) {
      say(body.problem, true);
    } else {
      location.reload();
    }
  };
  const save = () => {
    if (sending) {
      again = true;
      return sending;
    }
    sending = (async () => {
      do {
        again = false;
        await post();
      } while (again);
      sending = null;
    })();
    return sending;
  };

  // A place that was taken is exchanged, so that an order is always whole.
  const before = new Map();
  const exchange = (select) => {
    const all = [...form.querySelectorAll("[data-ordering] select")];
    const twin = all.find((one) => one !== select && one.value && one.value === select.value);
    if (twin) twin.value = before.get(select) ?? "";
    all.forEach((one) => before.set(one, one.value));
  };

  if (form) {
    form.querySelectorAll("[data-ordering] select").forEach((one) => before.set(one, one.value));
    form.addEventListener("change", (event) => {
      if (event.target.matches("[data-ordering] select")) exchange(event.target);
      if (isComplete()) save();
    });
    let typing = 0;
    form.addEventListener("input", (event) => {
      if (event.target.name !== "typed") return;
      window.clearTimeout(typing);
      typing = window.setTimeout(save, 900);
    });
    // What is still under way is waited for, so that going on does not send the same answer beside it.
    form.addEventListener("submit", async (event) => {
      if (!sending) return;
      event.preventDefault();
      await sending;
      form.requestSubmit(event.submitter ?? undefined);
    });
  }

  if (time && handIn) {
    const clock = time.querySelector("[data-clock]");
    const announce = document.querySelector("[data-announce]");
    const total = Number(time.dataset.secondsLeft);
    const began = performance.now();
    const marks = [[Number(time.dataset.half), "sayHalf"], [300, "sayFive"], [60, "sayOne"]].filter(([at]) => at < total);
    const tick = async () => {
      const left = Math.max(0, Math.ceil(total - (performance.now() - began) / 1000));
      clock.textContent = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
      time.classList.toggle("is-short", left <= 60);
      const due = marks.filter(([at]) => left <= at);
      if (due.length) {
        due.forEach((mark) => { marks.splice(marks.indexOf(mark), 1); });
        announce.textContent = time.dataset[due[due.length - 1][1]];
      }
      if (left > 0) return;
      window.clearInterval(timer);
      announce.textContent = time.dataset.sayOver;
      if (form && isComplete()) await Promise.race([save(), new Promise((resolve) => { window.setTimeout(resolve, RETRY); })]);
      handIn.submit();
    };
    const timer = window.setInterval(tick, 500);
  }
})();

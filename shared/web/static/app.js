// Progressive enhancement only: every page does its work without this file.
(() => {
  "use strict";
  const root = document.documentElement;
  root.classList.add("js");
  const closest = (event, selector) => event.target instanceof Element ? event.target.closest(selector) : null;

  // Theme: the choice is kept in a cookie, so that the server can draw the right scheme at once.
  const toggleTheme = () => {
    const dark = root.dataset.theme
      ? root.dataset.theme === "dark"
      : window.matchMedia("(prefers-color-scheme: dark)").matches;
    root.dataset.theme = dark ? "light" : "dark";
    const secure = location.protocol === "https:" ? "; Secure" : "";
    document.cookie = `theme=${root.dataset.theme}; Path=/; Max-Age=31536000; SameSite=Lax${secure}`;
  };

  // Copy: the button says that it worked, then returns to its own word.
  const copy = async (button) => {
    const block = button.closest(".code");
    const text = button.dataset.copy ?? (block ? block.querySelector("pre").textContent : "");
    const label = button.querySelector("span");
    const word = label.textContent;
    await navigator.clipboard.writeText(text);
    label.textContent = button.dataset.copied;
    window.setTimeout(() => { label.textContent = word; }, 2000);
  };

  // Confirmation: a button or a form with data-confirm is sent only after a yes.
  let pending = null;
  const ask = (text, form, submitter) => {
    const dialog = document.getElementById("confirm-dialog");
    pending = { form, submitter };
    dialog.querySelector("[data-confirm-text]").textContent = text;
    dialog.showModal();
  };
  const confirmed = () => {
    const { form, submitter } = pending;
    document.getElementById("confirm-dialog").close();
    form.dataset.confirmed = "yes";
    form.requestSubmit(submitter ?? undefined);
    delete form.dataset.confirmed;
  };

  // Unsaved changes: only a form that was touched, and not while it is being sent.
  let unsaved = null;
  window.addEventListener("beforeunload", (event) => {
    if (unsaved && unsaved.isConnected) {
      event.preventDefault();
      event.returnValue = unsaved.dataset.unsaved;
    }
  });

  const countSelected = (table) => {
    const boxes = [...table.querySelectorAll("[data-select]")];
    const chosen = boxes.filter((box) => box.checked).length;
    const all = table.querySelector("[data-select-all]");
    if (all) {
      all.checked = chosen > 0 && chosen === boxes.length;
      all.indeterminate = chosen > 0 && chosen < boxes.length;
    }
    const scope = table.closest("form") ?? document;
    scope.querySelectorAll("[data-select-count]").forEach((output) => { output.textContent = String(chosen); });
  };

  document.addEventListener("click", (event) => {
    const theme = closest(event, "[data-theme-toggle]");
    if (theme) toggleTheme();
    const copier = closest(event, "[data-copy], [data-copy-next]");
    if (copier) copy(copier);
    if (closest(event, "[data-confirm-yes]")) confirmed();
    const opener = closest(event, "[data-dialog]");
    const dialog = opener ? document.getElementById(opener.dataset.dialog) : null;
    if (dialog) {
      event.preventDefault();
      dialog.showModal();
    }
    const closer = closest(event, "[data-dialog-close]");
    const open = closer ? closer.closest("dialog") : null;
    if (open && open.open) {
      event.preventDefault();
      open.close();
    }
    document.querySelectorAll("details[data-menu][open]").forEach((menu) => {
      if (!menu.contains(event.target)) menu.open = false;
    });
  });

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    document.querySelectorAll("details[data-menu][open]").forEach((menu) => {
      menu.open = false;
      menu.querySelector("summary").focus();
    });
  });

  document.addEventListener("submit", (event) => {
    const form = event.target;
    const text = event.submitter?.dataset.confirm ?? form.dataset.confirm;
    if (text && form.dataset.confirmed !== "yes") {
      event.preventDefault();
      ask(text, form, event.submitter);
      return;
    }
    unsaved = null;
  }, true);

  document.addEventListener("input", (event) => {
    const form = closest(event, "form[data-unsaved]");
    if (form && !event.target.matches("[data-select], [data-select-all]")) unsaved = form;
  });

  document.addEventListener("change", (event) => {
    const input = event.target;
    if (input.type === "file") {
      const name = input.parentElement.querySelector("[data-file-name]");
      const size = (file) => `${file.name} · ${Math.max(1, Math.round(file.size / 1024)).toLocaleString()} KB`;
      if (name) name.textContent = [...input.files].map(size).join(", ");
    }
    const table = input.closest("table");
    if (table && input.matches("[data-select-all]")) {
      table.querySelectorAll("[data-select]").forEach((box) => { box.checked = input.checked; });
    }
    if (table && input.matches("[data-select], [data-select-all]")) countSelected(table);
  });

  document.querySelectorAll("table:has([data-select])").forEach(countSelected);
  document.querySelector("#error-summary:not([data-sample] *)")?.focus();
})();

// Comforts for the panel; every page works without it. Keys act only outside of fields.
"use strict";
(() => {
  const SETTLES = 600; // milliseconds in which nobody has read the next case
  const root = document.documentElement;
  root.classList.add("js");
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const isTyping = () => {
    const at = document.activeElement;
    return at && (at.isContentEditable || /^(INPUT|SELECT|TEXTAREA)$/.test(at.tagName));
  };

  // Filters that apply when chosen.
  all("select[data-submit]").forEach((select) =>
    select.addEventListener("change", () => select.form.submit()));

  // On a phone rows run off to the right: what is current stands in sight.
  const rows = ".stages, .bar-nav, .chips, .side";
  all("[aria-current]").forEach((now) => {
    const row = now.closest(rows);
    if (!row) return;
    const [at, whole] = [now.getBoundingClientRect(), row.getBoundingClientRect()];
    row.scrollLeft += at.left - whole.left - (whole.width - at.width) / 2;
  });

  // Copying and printing.
  all("[data-copy]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", async () => {
      const field = document.getElementById(button.dataset.copy);
      field.select();
      try { await navigator.clipboard.writeText(field.value); } catch { document.execCommand("copy"); }
      button.textContent = button.dataset.copied;
    });
  });
  all("[data-select]").forEach((field) => field.addEventListener("focus", () => field.select()));
  all("[data-print]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  });
  const summary = document.getElementById("error-summary");
  if (summary) summary.focus();

  // Pictures: larger, smaller, turned.
  all("[data-viewer]").forEach((figure) => {
    const frame = figure.querySelector(".exhibit-frame");
    const picture = frame && frame.querySelector("img");
    if (!picture) return;
    let scale = 1, turns = 0;
    const lay = () => {
      const isSide = turns % 2 === 1;
      frame.classList.toggle("zoomed", scale > 1);
      const fit = Math.min(
        frame.clientWidth / (isSide ? picture.naturalHeight : picture.naturalWidth),
        frame.clientHeight / (isSide ? picture.naturalWidth : picture.naturalHeight), 1) || 1;
      const wide = picture.naturalWidth * fit * scale, high = picture.naturalHeight * fit * scale;
      picture.style.width = `${wide}px`;
      picture.style.height = `${high}px`;
      picture.style.maxWidth = picture.style.maxHeight = "none";
      const shift = isSide && scale > 1 ? (high - wide) / 2 : 0;
      picture.style.transform = `translate(${shift}px, ${-shift}px) rotate(${turns * 90}deg)`;
    };
    figure.viewer = (what) => {
      if (what === "in") scale = Math.min(scale * 1.4, 6);
      if (what === "out") scale = Math.max(scale / 1.4, 1);
      if (what === "fit") scale = 1;
      if (what === "turn") turns = (turns + 1) % 4;
      if (picture.naturalWidth) lay();
    };
    all("[data-view]", figure).forEach((button) =>
      button.addEventListener("click", () => figure.viewer(button.dataset.view)));
    frame.addEventListener("dblclick", () => figure.viewer(scale > 1 ? "fit" : "in"));
  });

  // The decision: how many fields are flagged; flagged and approved do not go together.
  const form = document.querySelector("[data-decision]");
  const count = form && form.querySelector("[data-flag-count]");
  const recount = () => {
    if (!count) return;
    let flagged = 0;
    all("[data-line]", form).forEach((line) => {
      const reason = line.querySelector(".flag-reason");
      const isSet = Boolean(reason && reason.value);
      line.classList.toggle("marked", isSet);
      flagged += isSet;
    });
    count.textContent = flagged;
    count.hidden = !flagged;
    count.closest(".return").classList.toggle("ready", flagged > 0);
  };
  if (form) {
    form.addEventListener("change", recount);
    recount();
    form.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && event.target.tagName === "INPUT") event.preventDefault();
    });
    form.addEventListener("submit", (event) => {
      // The second half of a double click was meant for the case that was here before.
      if (/[?&]done=/.test(location.search) && performance.now() < SETTLES) {
        event.preventDefault();
        return;
      }
      setTimeout(() => all("button", form).forEach((button) => { button.disabled = true; }));
    });
  }
  window.addEventListener("pageshow", () =>
    all("[data-decision] button").forEach((button) => { button.disabled = false; }));

  // Keys.
  const lines = all("[data-line]");
  const step = (by) => {
    const at = lines.indexOf(document.activeElement.closest("[data-line]"));
    const next = lines[Math.max(0, Math.min(lines.length - 1, at + by))];
    if (next) { next.focus(); next.scrollIntoView({ block: "nearest" }); }
  };
  const flag = () => {
    const line = document.activeElement.closest("[data-line]");
    const box = line && line.querySelector(".flag");
    if (box) { box.open = true; box.querySelector("select").focus(); }
  };
  const view = (what) => { const figure = document.querySelector("[data-viewer]"); if (figure && figure.viewer) figure.viewer(what); };
  const keys = { j: () => step(1), k: () => step(-1), f: flag, t: () => view("turn"), "+": () => view("in"), "=": () => view("in"), "-": () => view("out"), 0: () => view("fit") };
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && isTyping()) {
      const line = document.activeElement.closest("[data-line]");
      if (line) line.focus(); else document.activeElement.blur();
      return;
    }
    if (isTyping() || event.repeat || event.ctrlKey || event.metaKey || event.altKey) return;
    const key = event.key.toLowerCase();
    const target = document.querySelector(`[data-key="${CSS.escape(key)}"]`);
    if (target) { event.preventDefault(); target.click(); return; }
    if (keys[key]) { event.preventDefault(); keys[key](); }
  });
})();

"use strict";
// What pages do beyond HTML: the theme, the folded navigation, streams and charts. All of it works less well without, and
// all of it works.
(() => {
  const root = document.documentElement;
  const keep = {
    get: (name) => { try { return localStorage.getItem("pithead." + name); } catch { return null; } },
    set: (name, value) => { try { localStorage.setItem("pithead." + name, value); } catch { /* a private window */ } },
  };
  const narrow = matchMedia("(max-width: 760px)");
  root.classList.add("js");
  const theme = keep.get("theme");
  if (theme === "light" || theme === "dark") root.dataset.theme = theme;
  const folded = keep.get("folded");
  if (folded === "yes" || (folded === null && narrow.matches)) root.classList.add("folded");

  function switches() {
    const dark = () => (root.dataset.theme || (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")) === "dark";
    for (const button of document.querySelectorAll("[data-theme-switch]")) {
      const name = () => { button.textContent = dark() ? "Light" : "Dark"; };
      name();
      button.addEventListener("click", () => {
        root.dataset.theme = dark() ? "light" : "dark";
        keep.set("theme", root.dataset.theme);
        name();
        draw(document);
      });
    }
    for (const button of document.querySelectorAll("[data-fold]")) {
      const name = () => button.setAttribute("aria-expanded", String(!root.classList.contains("folded")));
      name();
      button.addEventListener("click", () => {
        root.classList.toggle("folded");
        keep.set("folded", root.classList.contains("folded") ? "yes" : "no");
        name();
      });
    }
    // a second click on a slow answer would do the thing twice
    document.addEventListener("submit", (event) => {
      const form = event.target;
      if (form.dataset.sent) event.preventDefault();
      form.dataset.sent = "yes";
      setTimeout(() => delete form.dataset.sent, 5000);
    });
  }

  const sources = [];
  function stream(url) {
    const source = new EventSource(url);
    sources.push(source);
    return source;
  }

  function streams() {
    // something changed: the part of the page that shows it is asked for anew
    for (const part of document.querySelectorAll("[data-events]")) {
      const source = stream(part.dataset.events);
      let due;
      const changed = () => { clearTimeout(due); due = setTimeout(() => htmx.trigger(part, "changed"), 150); };
      for (const state of ["QUEUED", "LEASED", "RUNNING", "VERIFYING", "COMPLETED", "CANCELED", "EXPIRED", "FAILED"]) {
        source.addEventListener(state, changed);
      }
      source.addEventListener("error", changed);
    }
    for (const log of document.querySelectorAll("[data-log]")) {
      const source = stream(log.dataset.log);
      let attempt = null;
      source.addEventListener("log", (event) => {
        const stretch = JSON.parse(event.data);
        const atEnd = log.scrollTop + log.clientHeight >= log.scrollHeight - 30;
        if (attempt !== stretch.attempt) log.textContent = attempt === null ? "" : log.textContent + "\n— attempt " + stretch.attempt + " —\n";
        attempt = stretch.attempt;
        log.append(stretch.text);
        if (log.textContent.length > 1000000) log.textContent = log.textContent.slice(-500000);
        if (atEnd) log.scrollTop = log.scrollHeight;
        if (stretch.complete) source.close();
      });
    }
  }

  // the server's word that nothing comes any more; the last lines may still be on their way
  document.addEventListener("htmx:afterRequest", (event) => {
    if (event.detail.xhr.status === 286) setTimeout(() => sources.forEach((source) => source.close()), 3000);
  });

  const utc = (seconds, from, to) => new Date(seconds * 1000).toISOString().slice(from, to).replace("T", " ");
  const plots = new Map();
  function draw(where) {
    if (typeof uPlot === "undefined") return;
    const style = getComputedStyle(root);
    const colour = (name) => style.getPropertyValue(name).trim();
    for (const spot of where.querySelectorAll("[data-chart]")) {
      const rows = [...document.getElementById(spot.dataset.chart).querySelectorAll("tbody tr")];
      const names = [...document.getElementById(spot.dataset.chart).querySelectorAll("thead th")].map((cell) => cell.textContent);
      const times = rows.map((row) => Date.parse(row.cells[0].querySelector("time").dateTime) / 1000);
      const lines = names.slice(1).map((_, i) => rows.map((row) => {
        const text = row.cells[i + 1].textContent.trim();
        return text === "" || text === "–" ? null : Number(text);
      }));
      if (plots.has(spot)) { plots.get(spot).destroy(); plots.delete(spot); }
      if (times.length < 2) continue;
      const axis = { stroke: colour("--soft"), grid: { stroke: colour("--line"), width: 1 }, ticks: { stroke: colour("--line") } };
      plots.set(spot, new uPlot({
        width: Math.max(240, spot.clientWidth), height: 180,
        tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), "UTC"),
        series: [{ label: "UTC", value: (_, at) => at === null ? "–" : utc(at, 0, 16) }, ...names.slice(1).map((label, i) => ({ label, stroke: colour("--series-" + (i % 4 + 1)), width: 1.5, spanGaps: false }))],
        axes: [{ ...axis, values: (_, marks, i, space, step) => marks.map((at) => step < 86400 ? utc(at, 11, 16) : utc(at, 5, 10)) }, { ...axis, size: 56 }], scales: { y: { range: (_, low, high) => [Math.min(0, low), Math.max(1, high * 1.05)] } },
      }, [times, ...lines], spot));
    }
  }

  // the picture of a chart with its title and what its lines are, on the ground of the page
  function picture(button) {
    const section = button.closest("section");
    const chart = section.querySelector("canvas");
    if (!chart) return;
    const plot = plots.get(section.querySelector("[data-chart]"));
    const style = getComputedStyle(root);
    const scale = devicePixelRatio || 1;
    const head = 44 * scale;
    const image = document.createElement("canvas");
    image.width = chart.width;
    image.height = chart.height + head;
    const pen = image.getContext("2d");
    pen.fillStyle = style.getPropertyValue("--paper");
    pen.fillRect(0, 0, image.width, image.height);
    pen.fillStyle = style.getPropertyValue("--ink");
    pen.font = "600 " + 14 * scale + "px sans-serif";
    pen.fillText(section.querySelector("h2").textContent, 8 * scale, 18 * scale);
    pen.font = 12 * scale + "px sans-serif";
    let x = 8 * scale;
    plot.series.slice(1).forEach((line, i) => {
      pen.fillStyle = style.getPropertyValue("--series-" + (i % 4 + 1));
      pen.fillText(line.label, x, 36 * scale);
      x += pen.measureText(line.label).width + 16 * scale;
    });
    pen.drawImage(chart, 0, head);
    image.toBlob((blob) => {
      const link = document.createElement("a");
      link.href = URL.createObjectURL(blob);
      link.download = "pithead-" + button.dataset.png + ".png";
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 10000);
    });
  }
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-png]");
    if (button) picture(button);
  });

  // who reads a table is not interrupted
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.target.querySelector("[data-chart] ~ details[open]")) event.detail.shouldSwap = false;
  });

  document.addEventListener("DOMContentLoaded", () => { switches(); streams(); draw(document); });
  let resized;
  addEventListener("resize", () => { clearTimeout(resized); resized = setTimeout(() => draw(document), 200); });
  document.addEventListener("htmx:afterSwap", (event) => {
    for (const [spot, plot] of plots) if (!spot.isConnected) { plot.destroy(); plots.delete(spot); }
    draw(event.target);
  });
})();

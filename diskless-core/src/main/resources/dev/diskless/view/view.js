// Start of the page: reads the cluster, shows it, and reads the values of its nodes every 15 s.

import * as cluster from "./cluster.js";
import { duration, element, moment } from "./format.js";
import { NodePage } from "./node.js";
import { Overview } from "./overview.js";
import { now, Unavailable } from "./prometheus.js";

const INTERVAL_MS = 15000;

const age = document.getElementById("age");
const notice = document.getElementById("notice");
const main = document.getElementById("main");

let model;
let shown;
/** Time of the newest value in seconds; 0 before the first values. */
let newest = 0;
let failure = "";
let refreshing = false;
let timer;

function route() {
  const [path, query = ""] = location.hash.replace(/^#/, "").split("?");
  return { path: path || "/", parameters: new URLSearchParams(query) };
}

function show() {
  const { path, parameters } = route();
  const changed = query => {
    const text = query.toString();
    history.replaceState(null, "", "#" + path + (text ? "?" + text : ""));
  };
  const node = /^\/node\/(.+)$/.exec(path)?.[1];
  document.title = model.cluster + " – " + (node ?? "nodes");
  shown?.close?.();
  shown = node ? new NodePage(model, node, parameters, changed)
    : new Overview(model, parameters, changed);
  main.replaceChildren(shown.root);
  main.scrollTop = 0;
}

/** Shows the age of the values, and what is wrong with them. */
function tell() {
  const seconds = now() - newest;
  const stale = newest > 0 && seconds > cluster.STALE_SECONDS;
  document.body.classList.toggle("outdated", failure !== "" || stale);
  age.classList.toggle("live", failure === "" && newest > 0 && !stale);
  age.textContent = newest === 0 ? (failure ? "No values" : "Loading …")
    : "Values " + duration(seconds) + " old";
  age.title = newest === 0 ? "" : moment(newest);
  if (failure) {
    fault("error", failure + ".", newest > 0
      ? "The values on this page are from " + moment(newest) + ", " + duration(seconds)
        + " ago. The page tries again every 15 s."
      : "The page tries again every 15 s.", "systemctl status prometheus");
  } else if (stale) {
    fault("warning", "The values are outdated.", "Prometheus answers, but its newest values are from "
      + moment(newest) + ", " + duration(seconds) + " ago.", "systemctl status prometheus");
  } else if (newest === 0 && model && age.dataset.asked && model.nodes.length > 0) {
    fault("warning", "Prometheus has no values of nodes yet.",
      "It reads each node every 15 s. If values do not appear, see which nodes answer:",
      "promtool query instant http://127.0.0.1:9090 'up{job=\"nodes\"}'");
  } else {
    notice.hidden = true;
  }
}

/** Shows a notice. Its text changes only if it differs, so that screen readers read it once. */
function fault(kind, title, text, command) {
  notice.hidden = false;
  notice.className = "notice " + kind;
  if (notice.dataset.title !== title) {
    notice.dataset.title = title;
    notice.replaceChildren(element("strong", {}, title), " ", element("span"), " ",
      element("span", { class: "command" }, "On the master: ", element("code", {}, command)));
  }
  notice.querySelector("span").textContent = text;
}

async function refresh() {
  if (refreshing) {
    return;
  }
  refreshing = true;
  clearTimeout(timer);
  try {
    const time = await cluster.refresh(model);
    newest = time || newest;
    failure = "";
    age.dataset.asked = "yes";
    await shown.update();
    // After the browser has drawn the values. Tests limit this time.
    requestAnimationFrame(() => setTimeout(() => performance.mark("values-shown")));
  } catch (e) {
    if (!(e instanceof Unavailable)) {
      throw e;
    }
    failure = e.message;
  } finally {
    refreshing = false;
    tell();
    timer = setTimeout(refresh, INTERVAL_MS);
  }
}

document.addEventListener("keydown", event => {
  if (event.key === "/" && !/^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName)) {
    document.getElementById("text")?.focus();
    event.preventDefault();
  }
});
document.addEventListener("visibilitychange", () => {
  if (!document.hidden && model) {
    refresh();
  }
});

try {
  model = await cluster.read();
  document.getElementById("cluster").textContent = model.cluster;
  const release = document.getElementById("release");
  release.textContent = "release " + model.version;
  release.hidden = false;
  show();
  addEventListener("hashchange", () => {
    show();
    refresh();
  });
  // Charts draw their colours once.
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
    show();
    refresh();
  });
  setInterval(tell, 1000);
  await refresh();
} catch (e) {
  fault("error", "This page cannot read its own files.", e.message, "nginx -t");
  age.textContent = "No values";
  throw e;
}

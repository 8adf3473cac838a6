// The page of one node: its facts, and its values over time with reboots and changes of the release.

import { describe } from "./alerts.js";
import { Chart } from "./chart.js";
import { STATES } from "./cluster.js";
import { bytes, decimal, duration, element, isNumber, moment, NONE, percent, rate }
  from "./format.js";
import { now, range } from "./prometheus.js";

const DAY = 86400;

const PERIODS = {
  "1h": { title: "1 hour", seconds: 3600 },
  "6h": { title: "6 hours", seconds: 6 * 3600 },
  "1d": { title: "1 day", seconds: DAY },
  "7d": { title: "7 days", seconds: 7 * DAY },
  "30d": { title: "30 days", seconds: 30 * DAY },
  "365d": { title: "1 year", seconds: 365 * DAY },
};

/** Number of points of a chart, at most. */
const POINTS = 400;

/** Prometheus reads every node every 15 s. */
const SHORTEST_STEP = 15;

/** Differences of the time of the boot that the clock of a node can cause, in seconds. */
const CLOCK = 60;

/** Returns the times of a period and their distance, so that each request has the same times. */
function timesOf(seconds) {
  const step = Math.max(SHORTEST_STEP, Math.ceil(seconds / POINTS));
  const end = Math.floor(now() / step) * step;
  const times = [];
  for (let time = end - Math.floor(seconds / step) * step; time <= end; time += step) {
    times.push(time);
  }
  return { step, times };
}

/** Returns the values of the first series at the times, with null for missing values. */
function valuesAt(times, series) {
  const known = new Map(series[0]?.points ?? []);
  return times.map(time => known.get(time) ?? null);
}

/**
 * Returns the reboots and changes of the release as marks, in the order of their times.
 *
 * @param boots series of the times of the boot
 * @param releases a series for each release
 */
export function events(boots, releases, step) {
  const marks = [];
  let before;
  for (const [, booted] of boots.flatMap(each => each.points).sort((a, b) => a[0] - b[0])) {
    if (before !== undefined && Math.abs(booted - before) > CLOCK) {
      marks.push({ time: booted, title: "reboot", kind: "reboot" });
    }
    before = booted;
  }
  const points = releases.flatMap(({ labels, points }) =>
    points.map(([time]) => ({ time, version: labels.version }))).sort((a, b) => a.time - b.time);
  points.forEach(({ time, version }, i) => {
    if (i === 0 || points[i - 1].version === version) {
      return;
    }
    // A node changes its release when it boots.
    const boot = marks.find(mark => mark.time <= time && time - mark.time < 20 * 60 + 2 * step);
    const change = { title: "release " + version, kind: "release" };
    if (boot) {
      Object.assign(boot, change);
    } else {
      marks.push({ time, ...change });
    }
  });
  return marks.sort((a, b) => a.time - b.time);
}

export class NodePage {

  /**
   * @param model the cluster
   * @param name name of the node
   * @param parameters period, as in the address of the page
   * @param changed called with new parameters when the user changes them
   */
  constructor(model, name, parameters, changed) {
    this.model = model;
    this.node = model.nodes.find(node => node.name === name);
    this.changed = changed;
    this.period = parameters.get("period") in PERIODS ? parameters.get("period") : "6h";
    this.root = element("section", { class: "node", "aria-labelledby": "node-title" });
    this.root.append(element("nav", {}, element("a", { href: "#/" }, "← All nodes")));
    if (!this.node) {
      this.root.append(element("h1", { id: "node-title" }, name),
        element("p", { class: "empty" }, "This cluster has no node with this name."));
      return;
    }
    this.sign = element("span", { class: "lamp", "aria-hidden": "true" });
    this.state = element("span", { class: "state" });
    this.status = element("span", {}, this.sign, this.state);
    this.alerts = element("p", { class: "alerts", hidden: true });
    this.buttons = Object.entries(PERIODS).map(([key, { title }]) => {
      const button = element("button", { type: "button", class: "chip", "data-period": key }, title);
      button.addEventListener("click", () => this.choose(key));
      return button;
    });
    this.charts = {
      load: new Chart("Load per CPU", [{ name: "", color: "--accent" }], v => decimal(v), 1),
      memory: new Chart("Memory used", [{ name: "", color: "--accent" }], percent, 1),
      network: new Chart("Network", [{ name: "received", color: "--accent" },
        { name: "sent", color: "--bar-full" }], rate),
    };
    this.facts = element("dl");
    this.list = element("ol", { class: "events" });
    this.root.append(
      element("div", { class: "title" }, element("h1", { id: "node-title" }, name), this.status,
        element("div", { class: "chips", role: "group", "aria-label": "Period" },
          ...this.buttons)),
      this.alerts,
      element("div", { class: "columns" },
        element("div", { class: "charts" }, ...Object.values(this.charts).map(c => c.root)),
        element("aside", {}, element("h2", {}, "Facts"), this.facts,
          element("h2", {}, "Reboots and releases"), this.list)));
    this.showFacts();
  }

  choose(period) {
    this.period = period;
    this.changed(new URLSearchParams({ period }));
    this.read = undefined;
    return this.update();
  }

  /** Shows the current values, and reads the values of the period if newer values can exist. */
  async update() {
    if (!this.node) {
      return;
    }
    this.showFacts();
    const { step, times } = timesOf(PERIODS[this.period].seconds);
    const key = this.period + times.at(-1);
    if (this.read === key) {
      return;
    }
    this.read = key;
    try {
      await this.readPeriod(step, times);
    } catch (e) {
      this.read = undefined;
      throw e;
    }
  }

  async readPeriod(step, times) {
    const period = this.period;
    const labels = `{job="nodes",instance="${this.node.name}"}`;
    const window = Math.max(60, step) + "s";
    const mean = series => step > SHORTEST_STEP
      ? `avg_over_time(${series}${labels}[${step}s])` : series + labels;
    const network = direction =>
      `sum(rate(node_network_${direction}_bytes_total${labels}[${window}]))`;
    const [load, memory, received, sent, boots, releases] = await Promise.all([
      mean("node:load_per_cpu"), mean("node:memory_used:ratio"),
      network("receive"), network("transmit"),
      "max(node_boot_time_seconds" + labels + ")", "max by(version) (diskless_node_info" + labels + ")",
    ].map(query => range(query, times[0], times.at(-1), step)));
    if (period !== this.period) {
      return;
    }
    const marks = events(boots, releases, step);
    this.charts.load.show(times, [valuesAt(times, load)], marks);
    this.charts.memory.show(times, [valuesAt(times, memory)], marks);
    this.charts.network.show(times, [valuesAt(times, received), valuesAt(times, sent)], marks);
    this.list.replaceChildren(...(marks.length === 0
      ? [element("li", { class: "none" }, "None in this period.")]
      : marks.toReversed().map(({ time, title, kind }) =>
        element("li", { class: kind }, element("time", {}, moment(time)), " ", title))));
  }

  showFacts() {
    const { node, model } = this;
    const { values } = node;
    this.status.className = "status " + node.state;
    this.sign.textContent = STATES[node.state].sign;
    this.state.textContent = STATES[node.state].title;
    this.alerts.hidden = node.alerts.length === 0;
    this.alerts.textContent = "Alert: " + describe(node.alerts);
    this.buttons.forEach(button =>
      button.setAttribute("aria-pressed", button.dataset.period === this.period));
    const release = values.release && values.release !== model.version
      ? values.release + " (active: " + model.version + ")" : values.release;
    const number = value => isNumber(value) ? String(value) : undefined;
    const facts = {
      Release: release,
      "Up for": isNumber(values.booted) ? duration(now() - values.booted) : undefined,
      CPUs: number(values.cpus ?? node.cpus),
      Memory: isNumber(values.memory) ? bytes(values.memory) : undefined,
      Processes: number(values.processes),
      Temperature: isNumber(values.temperature)
        ? Math.round(values.temperature) + " °C" : undefined,
      Group: node.group,
      Image: node.image,
      "Root mode": node.root,
      Boot: node.boot,
      Master: node.master,
      Address: node.address,
      "IPv6 address": node.address6,
      ...node.addresses,
      MAC: node.mac,
    };
    this.facts.replaceChildren(...Object.entries(facts)
      .filter(([key, value]) => value !== undefined || key === "Release" || key === "Up for")
      .flatMap(([key, value]) => [element("dt", {}, key), element("dd", {}, value ?? NONE)]));
  }

  close() {
    Object.values(this.charts ?? {}).forEach(chart => chart.close());
  }
}

// The nodes of the cluster, with their values from Prometheus.

import * as prometheus from "./prometheus.js";

/** Values older than this are stale. Prometheus reads every node every 15 s. */
export const STALE_SECONDS = 60;

const NODES = '{job="nodes"}';

/** Series of Prometheus and the values of a node that they become. */
const SERIES = {
  up: "up",
  "node:load_per_cpu": "load",
  diskless_node_cpus: "cpus",
  diskless_node_info: "info",
  "node:memory_used:ratio": "memoryUsed",
  node_memory_MemTotal_bytes: "memory",
  node_processes_pids: "processes",
  node_hwmon_temp_celsius: "temperature",
  node_boot_time_seconds: "booted",
};

/** One request for all series, because each request takes longer than its values. */
const ALL = `max by(instance, __name__, version) ({job="nodes",__name__=~"${
  Object.keys(SERIES).join("|")}"})`;

/** Expressions with one sample per node. */
const EXPRESSIONS = {
  time: `timestamp(up${NODES})`,
  received: `sum by(instance) (rate(node_network_receive_bytes_total${NODES}[1m]))`,
  sent: `sum by(instance) (rate(node_network_transmit_bytes_total${NODES}[1m]))`,
};

/** States of a node, in the order of urgency. */
export const STATES = {
  down: { title: "down", sign: "✕" },
  alert: { title: "alert", sign: "▲" },
  unknown: { title: "no data", sign: "?" },
  up: { title: "up", sign: "●" },
};

/** Reads the model of the cluster, which the release contains. */
export async function read() {
  const response = await fetch("cluster.json");
  if (!response.ok) {
    throw new Error("cluster.json: HTTP " + response.status);
  }
  prometheus.synchronize(response);
  const model = await response.json();
  model.nodes = model.nodes.map(node => ({
    ...model.groups[node.group], ...node, state: "unknown", values: {}, alerts: [],
  }));
  return model;
}

/**
 * Reads the current values of all nodes.
 *
 * @returns the time of the newest value in seconds; 0 if Prometheus has no values of nodes
 * @throws Unavailable if Prometheus does not answer
 */
export async function refresh(model) {
  const names = Object.keys(EXPRESSIONS);
  // All values are of the same moment, so that they agree.
  const time = prometheus.now();
  const [alerts, series, ...results] = await Promise.all([
    prometheus.instant('ALERTS{job="nodes",alertstate="firing"}', time),
    prometheus.instant(ALL, time),
    ...names.map(name => prometheus.instant(EXPRESSIONS[name], time)),
  ]);
  const nodes = new Map(model.nodes.map(node => [node.name, { values: {}, alerts: [] }]));
  for (const { labels, value } of series) {
    const values = nodes.get(labels.instance)?.values ?? {};
    values[SERIES[labels.__name__]] = value;
    values.release ??= labels.version;
  }
  results.forEach((samples, i) => {
    for (const { labels, value } of samples) {
      (nodes.get(labels.instance)?.values ?? {})[names[i]] = value;
    }
  });
  for (const { labels } of alerts) {
    nodes.get(labels.instance)?.alerts.push(labels);
  }
  for (const node of model.nodes) {
    const { values, alerts } = nodes.get(node.name);
    node.alerts = alerts;
    // Series of recording rules end a little later than their node.
    node.values = values.up === 0 ? { up: 0, time: values.time } : values;
    node.state = stateOf(node);
  }
  return model.nodes.reduce((newest, node) => Math.max(newest, node.values.time ?? 0), 0);
}

function stateOf({ values, alerts }) {
  if (values.up === undefined) {
    return "unknown";
  }
  if (values.up === 0) {
    return "down";
  }
  return alerts.length > 0 ? "alert" : "up";
}

function sum(numbers) {
  return numbers.length === 0 ? NaN : numbers.reduce((a, b) => a + b, 0);
}

/**
 * Returns the values of several nodes together. The balance is the mean load per processor divided
 * by the maximum: 1 if the load is spread evenly, and 1/n if one of n nodes has all of it.
 */
export function total(nodes) {
  const all = name => nodes.map(node => node.values[name]).filter(Number.isFinite);
  const loads = all("load");
  const cpus = sum(all("cpus"));
  const used = sum(nodes.map(n => n.values.memoryUsed * n.values.memory).filter(Number.isFinite));
  const memory = sum(all("memory"));
  const highest = loads.reduce((a, b) => Math.max(a, b), 0);
  const mean = sum(loads) / loads.length;
  return {
    up: nodes.filter(node => node.values.up === 1).length,
    load: mean,
    balance: highest > 0 ? mean / highest : NaN,
    cpus,
    memory,
    memoryUsed: used / memory,
    received: sum(all("received")),
    sent: sum(all("sent")),
    processes: sum(all("processes")),
    temperature: all("temperature").reduce((a, b) => Math.max(a, b), -Infinity),
  };
}

// The table of all nodes. Its first row is the whole cluster.

import { describe } from "./alerts.js";
import { STATES, total } from "./cluster.js";
import { bytes, compareNames, decimal, duration, element, isNumber, NONE, percent, rate }
  from "./format.js";
import { now } from "./prometheus.js";
import { select } from "./selection.js";

const ORDER = Object.keys(STATES);

/**
 * Columns: title, the value that they sort by, and the text of a node. A column with "part" also
 * has a bar, whose length is this ratio.
 */
const COLUMNS = [
  { key: "state", title: "Status", sort: node => ORDER.indexOf(node.state) },
  { key: "name", title: "Node" },
  { key: "group", title: "Group", text: node => node.group },
  {
    key: "load", title: "Load per CPU", number: true, bar: true,
    help: "Processes that run or wait, divided by processors (1 minute). 1 means fully used.",
    part: ({ load }) => load, text: ({ values }) => decimal(values.load),
  },
  {
    key: "memory", title: "Memory used", number: true, bar: true,
    sort: node => node.values.memoryUsed, part: ({ memoryUsed }) => memoryUsed,
    text: ({ values }) => ofTotal(values),
  },
  { key: "cpus", title: "CPUs", number: true, text: ({ values }) => count(values.cpus) },
  {
    key: "processes", title: "Processes", number: true,
    text: ({ values }) => count(values.processes),
  },
  {
    key: "temperature", title: "Temperature", number: true, help: "Hottest sensor of the node.",
    text: ({ values }) => celsius(values.temperature),
  },
  { key: "received", title: "Received", number: true, text: ({ values }) => rate(values.received) },
  { key: "sent", title: "Sent", number: true, text: ({ values }) => rate(values.sent) },
  { key: "release", title: "Release", sort: node => node.values.release },
  {
    key: "booted", title: "Up for", number: true, sort: node => -node.values.booted,
    text: ({ values }) => duration(now() - values.booted),
  },
];

function celsius(value) {
  return isNumber(value) ? Math.round(value) + " °C" : NONE;
}

function ofTotal({ memory, memoryUsed }) {
  return isNumber(memoryUsed) ? percent(memoryUsed) + " of " + bytes(memory) : NONE;
}

function count(value) {
  return isNumber(value) ? String(Math.round(value)) : NONE;
}

function setText(cell, text) {
  if (cell.textContent !== text) {
    cell.textContent = text;
  }
}

/** Number of rows in a block. */
const BLOCK = 10;

/** Load from which the bar has the colour of a warning: all processors are busy. */
const FULL = 0.95;

function setBar(cell, part) {
  const value = isNumber(part) ? Math.min(1, Math.max(0, part)) : 0;
  cell.style.setProperty("--part", value.toFixed(3));
  cell.classList.toggle("full", value >= FULL);
}

export class Overview {

  /**
   * @param model the cluster
   * @param parameters selection and order, as in the address of the page
   * @param changed called with new parameters when the user changes them
   */
  constructor(model, parameters, changed) {
    this.model = model;
    this.changed = changed;
    this.selection = {
      text: parameters.get("nodes") ?? "",
      group: parameters.get("group") ?? "",
      state: parameters.get("state") ?? "",
    };
    const sort = parameters.get("sort") ?? "name";
    this.sortKey = sort.replace(/^-/, "");
    this.descending = sort.startsWith("-");
    this.rows = new Map();
    this.root = element("section", { class: "overview", "aria-labelledby": "nodes-title" });
    this.root.append(element("h1", { id: "nodes-title", class: "hidden" }, "Nodes"));
    this.root.append(this.controls(), this.table());
    this.update();
  }

  controls() {
    this.text = element("input", {
      type: "search", id: "text", placeholder: "Name or range: node[01-20]", spellcheck: "false",
      autocomplete: "off", "aria-label": "Filter by name or range, such as node[01-20]",
      "aria-keyshortcuts": "/", value: this.selection.text,
    });
    this.text.addEventListener("input", () => this.choose({ text: this.text.value }));
    this.group = element("select", { id: "group", "aria-label": "Filter by group" },
      element("option", { value: "" }, "All groups"),
      ...Object.keys(this.model.groups).map(name => element("option", { value: name }, name)));
    this.group.value = this.selection.group;
    this.group.addEventListener("change", () => this.choose({ group: this.group.value }));
    this.states = new Map(ORDER.map(state => {
      const button = element("button", {
        type: "button", class: "chip " + state, "aria-pressed": this.selection.state === state,
      });
      button.addEventListener("click",
        () => this.choose({ state: this.selection.state === state ? "" : state }));
      return [state, button];
    }));
    this.shown = element("output", { class: "shown", "aria-live": "polite" });
    return element("div", { class: "controls", role: "search" }, this.text, this.group,
      element("div", { class: "chips", role: "group", "aria-label": "Filter by state" },
        ...["up", "alert", "down", "unknown"].map(state => this.states.get(state))), this.shown);
  }

  table() {
    this.headers = new Map();
    const head = element("tr", { role: "row" });
    for (const column of COLUMNS) {
      const button = element("button", { type: "button", title: column.help }, column.title);
      button.addEventListener("click", () => this.sortBy(column));
      const header = element("th", {
        scope: "col", role: "columnheader", class: classOf(column),
      }, button);
      this.headers.set(column.key, header);
      head.append(header);
    }
    this.total = this.row("total");
    this.total.cells.name.append("Whole cluster");
    this.total.balance = element("small", { class: "balance" });
    this.total.load = element("span");
    this.total.cells.load.append(this.total.load, this.total.balance);
    this.blocks = [];
    this.order = [];
    this.empty = element("p", { class: "empty", hidden: true });
    return element("div", { class: "scroll", tabindex: "0", role: "region",
      "aria-labelledby": "nodes-title" },
      element("table", { role: "table", "aria-labelledby": "nodes-title" },
        element("thead", { role: "rowgroup" }, head),
        element("tbody", { role: "rowgroup", class: "total" }, this.total.element)), this.empty);
  }

  row(name) {
    const row = { element: element("tr", { role: "row", class: name }), cells: {} };
    for (const column of COLUMNS) {
      const cell = element("td", { role: "cell", class: classOf(column) });
      row.cells[column.key] = cell;
      row.element.append(cell);
    }
    row.sign = element("span", { class: "lamp", "aria-hidden": "true" });
    row.state = element("span", { class: "state" });
    row.cells.state.append(row.sign, row.state);
    return row;
  }

  /** Shows the current values of all nodes. */
  update() {
    this.model.nodes.forEach(node => this.updateRow(node));
    this.hasTemperature = this.model.nodes.some(n => isNumber(n.values.temperature));
    this.root.classList.toggle("without-temperature", !this.hasTemperature);
    this.arrange();
    this.updateTotal();
  }

  updateRow(node) {
    let row = this.rows.get(node.name);
    if (!row) {
      row = this.row("");
      row.element.dataset.node = node.name;
      row.cells.name.append(element("a", { href: "#/node/" + node.name }, node.name));
      row.badge = element("span");
      row.cells.release.append(row.badge);
      this.rows.set(node.name, row);
    }
    if (row.shownState !== node.state) {
      row.shownState = node.state;
      row.sign.textContent = STATES[node.state].sign;
      row.element.className = node.state;
    }
    setText(row.state, STATES[node.state].title);
    row.cells.state.title = describe(node.alerts);
    for (const column of COLUMNS) {
      if (column.text) {
        setText(row.cells[column.key], column.text(node));
      }
      if (column.bar) {
        setBar(row.cells[column.key], column.part(node.values));
      }
    }
    const { release } = node.values;
    setText(row.badge, release ?? NONE);
    row.badge.className = release && release !== this.model.version ? "badge other" : "";
    row.badge.title = row.badge.className ? "The active release is " + this.model.version : "";
  }

  updateTotal() {
    const nodes = this.model.nodes;
    const values = total(nodes);
    const { cells, sign, state } = this.total;
    const known = nodes.some(node => node.state !== "unknown");
    const worst = ORDER.find(each => nodes.some(node => node.state === each)) ?? "unknown";
    this.total.element.className = "total " + worst;
    sign.textContent = STATES[worst].sign;
    setText(state, known ? values.up + " of " + nodes.length + " up" : "no data");
    setText(cells.group, count(Object.keys(this.model.groups).length) + " groups");
    setText(this.total.load, decimal(values.load));
    setText(this.total.balance, "balance " + percent(values.balance));
    cells.load.title = "Mean load per CPU. Balance: mean divided by maximum."
      + " 100 % means that all nodes have the same load.";
    setBar(cells.load, values.load);
    setText(cells.memory, ofTotal(values));
    setBar(cells.memory, values.memoryUsed);
    setText(cells.cpus, count(values.cpus));
    setText(cells.processes, count(values.processes));
    setText(cells.temperature, celsius(values.temperature));
    setText(cells.received, rate(values.received));
    setText(cells.sent, rate(values.sent));
    setText(cells.release, this.model.version);
    for (const [key, button] of this.states) {
      const number = nodes.filter(node => node.state === key).length;
      setText(button, STATES[key].sign + " " + number + " " + STATES[key].title);
      button.disabled = number === 0 && this.selection.state !== key;
    }
  }

  /** Applies the selection and the order. */
  arrange() {
    const column = COLUMNS.find(each => each.key === this.sortKey) ?? COLUMNS[1];
    const valueOf = column.sort ?? (node => node[column.key] ?? node.values[column.key]);
    const sign = this.descending ? -1 : 1;
    const chosen = select(this.model.nodes, this.selection);
    const keys = new Map(chosen.map(node => [node, valueOf(node)]));
    chosen.sort((a, b) => sign * compare(keys.get(a), keys.get(b), this.descending)
      || compareNames(a.name, b.name));
    const order = chosen.map(node => this.rows.get(node.name).element);
    if (order.length !== this.order.length || order.some((row, i) => row !== this.order[i])) {
      this.order = order;
      this.fill(order);
    }
    for (const [key, header] of this.headers) {
      header.setAttribute("aria-sort",
        key !== column.key ? "none" : this.descending ? "descending" : "ascending");
    }
    this.shown.textContent = chosen.length === this.model.nodes.length
      ? chosen.length + (chosen.length === 1 ? " node" : " nodes")
      : chosen.length + " of " + this.model.nodes.length + " nodes";
    this.empty.hidden = chosen.length > 0;
    this.empty.textContent = this.model.nodes.length === 0
      ? "This cluster has no nodes. Add nodes to cluster.yaml and activate the next release."
      : "No node matches the filter.";
  }

  /** Puts rows into blocks. Browsers lay out only the blocks that are in sight. */
  fill(rows) {
    const number = Math.ceil(rows.length / BLOCK);
    while (this.blocks.length < number) {
      const block = element("tbody", { role: "rowgroup" });
      this.blocks.push(block);
      this.total.element.closest("table").append(block);
    }
    this.blocks.splice(number).forEach(block => block.remove());
    this.blocks.forEach((block, i) => {
      const part = rows.slice(i * BLOCK, (i + 1) * BLOCK);
      block.style.setProperty("--rows", part.length);
      block.replaceChildren(...part);
    });
  }

  choose(changes) {
    Object.assign(this.selection, changes);
    for (const [state, button] of this.states) {
      button.setAttribute("aria-pressed", this.selection.state === state);
    }
    this.arrange();
    this.tell();
  }

  sortBy(column) {
    this.descending = this.sortKey === column.key ? !this.descending : Boolean(column.number);
    this.sortKey = column.key;
    this.arrange();
    this.tell();
  }

  tell() {
    const { text, group, state } = this.selection;
    const sort = (this.descending ? "-" : "") + this.sortKey;
    const parameters = { nodes: text, group, state, sort: sort === "name" ? "" : sort };
    this.changed(new URLSearchParams(Object.entries(parameters).filter(([, value]) => value)));
  }
}

function classOf(column) {
  return "col-" + column.key + (column.number ? " number" : "") + (column.bar ? " bar" : "");
}

/** Compares numbers, or texts that may be missing. Missing values are last in each order. */
function compare(a, b, descending) {
  const missing = value => value === undefined || Number.isNaN(value);
  if (missing(a) || missing(b)) {
    return (Number(missing(a)) - Number(missing(b))) * (descending ? -1 : 1);
  }
  return typeof a === "number" ? a - b : compareNames(a, b);
}

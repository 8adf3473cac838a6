// A chart of values over time with marks, drawn by uPlot.

import { element, isNumber, moment, NONE } from "./format.js";

const HEIGHT = 150;
const DAY = 86400;

function color(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

/** Draws a dashed line with a label at each mark { time, title, kind }. */
function drawMarks(plot, marks) {
  const { ctx, bbox } = plot;
  const ratio = devicePixelRatio;
  ctx.save();
  ctx.font = 11 * ratio + "px " + getComputedStyle(document.body).fontFamily;
  ctx.textAlign = "left";
  let labelEnd = -Infinity;
  for (const { time, title, kind } of marks) {
    const x = Math.round(plot.valToPos(time, "x", true));
    if (x < bbox.left || x > bbox.left + bbox.width) {
      continue;
    }
    ctx.strokeStyle = ctx.fillStyle = color(kind === "release" ? "--accent" : "--alert");
    ctx.lineWidth = ratio;
    ctx.setLineDash([4 * ratio, 3 * ratio]);
    ctx.beginPath();
    ctx.moveTo(x, bbox.top);
    ctx.lineTo(x, bbox.top + bbox.height);
    ctx.stroke();
    // A label that would cover the label before it is left out. The list of events has all.
    const width = ctx.measureText(title).width;
    const left = Math.min(x + 4 * ratio, bbox.left + bbox.width - width);
    if (left > labelEnd) {
      ctx.fillText(title, left, bbox.top + 10 * ratio);
      labelEnd = left + width + 6 * ratio;
    }
  }
  ctx.restore();
}

/** Returns the texts of times on an axis: hours in 24-hour form, and the date at midnight. */
function dates(plot, times, index, space, distance) {
  return times.map(time => {
    const date = new Date(time * 1000);
    const isMidnight = date.getHours() === 0 && date.getMinutes() === 0;
    return distance >= DAY || isMidnight
      ? date.toLocaleDateString("en", { day: "numeric", month: "short" })
      : date.toLocaleTimeString("en", { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  });
}

export class Chart {

  /**
   * @param title title of the chart
   * @param lines names and colours of the lines
   * @param format returns the text of a value
   * @param highest least upper end of the scale
   */
  constructor(title, lines, format, highest = 0) {
    Object.assign(this, { lines, format, highest });
    this.summary = element("span", { class: "summary" });
    this.area = element("div", { class: "area" });
    this.root = element("figure", {},
      element("figcaption", {}, element("strong", {}, title), " ", this.summary), this.area);
    this.observer = new ResizeObserver(() => this.plot?.setSize(this.size()));
    this.observer.observe(this.area);
  }

  size() {
    return { width: Math.max(200, this.area.clientWidth), height: HEIGHT };
  }

  /**
   * @param times times in seconds
   * @param values one list for each line, with null for missing values
   */
  show(times, values, marks) {
    this.plot?.destroy();
    this.plot = undefined;
    this.area.replaceChildren();
    const texts = this.lines.map(({ name }, i) => {
      const known = values[i].filter(isNumber);
      const mean = known.reduce((a, b) => a + b, 0) / known.length;
      return (name ? name + ": " : "") + (known.length === 0 ? NONE
        : "now " + this.format(values[i].at(-1)) + ", mean " + this.format(mean)
          + ", maximum " + this.format(Math.max(...known)));
    });
    this.base = texts.join("; ");
    this.summary.textContent = this.base;
    if (values.every(list => !list.some(isNumber))) {
      this.area.append(element("p", { class: "empty" }, "No values in this period."));
      return;
    }
    const axis = { stroke: color("--muted"), grid: { stroke: color("--line"), width: 1 },
      ticks: { show: false }, font: "11px " + getComputedStyle(document.body).fontFamily };
    this.plot = new window.uPlot({
      ...this.size(),
      padding: [8, 8, 0, 0],
      legend: { show: false },
      cursor: { sync: { key: "node" }, drag: { x: false, y: false }, y: false },
      scales: { y: { range: (_, low, high) => [0, Math.max(this.highest, high * 1.1) || 1] } },
      axes: [{ ...axis, size: 30, values: dates }, { ...axis, size: 76, values: (_, ticks) => ticks.map(this.format) }],
      series: [{}, ...this.lines.map((line, i) => ({
        stroke: color(line.color), width: 1.5,
        fill: i === 0 ? color(line.color) + "22" : undefined, points: { show: false },
      }))],
      hooks: {
        draw: [plot => drawMarks(plot, marks)],
        setCursor: [plot => this.read(plot.cursor.idx, times, values)],
      },
    }, [times, ...values], this.area);
  }

  /** Shows the values at the cursor in place of the summary. */
  read(index, times, values) {
    this.summary.textContent = isNumber(index)
      ? moment(times[index]) + ": " + this.lines.map(({ name }, i) =>
        (name ? name + " " : "") + this.format(values[i][index])).join(", ")
      : this.base;
  }

  close() {
    this.observer.disconnect();
    this.plot?.destroy();
  }
}

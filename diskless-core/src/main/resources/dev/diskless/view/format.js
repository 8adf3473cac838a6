// Texts of numbers, sizes and times, and the order of names.

/** What the page shows for a value that is missing. */
export const NONE = "–";

const UNITS = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];

export const isNumber = Number.isFinite;

/** Returns a number with a fixed number of decimals. */
export function decimal(value, digits = 2) {
  return isNumber(value) ? value.toFixed(digits) : NONE;
}

/** Returns a ratio as a percentage. */
export function percent(ratio) {
  return isNumber(ratio) ? Math.round(ratio * 100) + " %" : NONE;
}

/** Returns a number of bytes with a binary unit and about three digits. */
export function bytes(value) {
  if (!isNumber(value)) {
    return NONE;
  }
  let unit = 0;
  while (value >= 1000 && unit < UNITS.length - 1) {
    value /= 1024;
    unit++;
  }
  return (unit > 0 && value < 10 ? value.toFixed(1) : Math.round(value)) + " " + UNITS[unit];
}

/** Returns bytes per second. */
export function rate(value) {
  return isNumber(value) ? bytes(value) + "/s" : NONE;
}

/** Returns a number of seconds in its two largest units, such as "3 d 4 h". */
export function duration(seconds) {
  if (!isNumber(seconds)) {
    return NONE;
  }
  const s = Math.max(0, Math.round(seconds));
  if (s < 60) {
    return s + " s";
  }
  if (s < 3600) {
    return Math.floor(s / 60) + " min";
  }
  if (s < 86400) {
    return Math.floor(s / 3600) + " h " + Math.floor((s % 3600) / 60) + " min";
  }
  return Math.floor(s / 86400) + " d " + Math.floor((s % 86400) / 3600) + " h";
}

/** Returns a moment in the time zone of the browser. */
export function moment(seconds) {
  return new Date(seconds * 1000).toLocaleString(undefined, {
    dateStyle: "medium", timeStyle: "medium",
  });
}

const COLLATOR = new Intl.Collator("en", { numeric: true });

/** Compares names, with numbers in them by their values. */
export function compareNames(a, b) {
  return COLLATOR.compare(a, b);
}

/** Returns an element with attributes and children. */
export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== undefined && value !== false) {
      made.setAttribute(key, value === true ? "" : value);
    }
  }
  made.append(...children);
  return made;
}

// Selection of nodes by name, range, group and state.

const RANGE = /^([^\[\]]*)\[([0-9,-]+)\]([^\[\]]*)$/;

/** Returns whether a number with leading zeros, as text, is in a range such as 01-20 or 7. */
function isInRange(digits, range) {
  const [low, high = low] = range.split("-");
  const sameWidth = !low.startsWith("0") || low.length === digits.length;
  const value = Number(digits);
  return sameWidth && Number(low) <= value && value <= Number(high || Infinity);
}

function term(text) {
  const range = RANGE.exec(text);
  if (!range) {
    return name => name.includes(text);
  }
  const [, before, ranges, after] = range;
  return name => {
    if (name.length <= before.length + after.length
        || !name.startsWith(before) || !name.endsWith(after)) {
      return false;
    }
    const digits = name.slice(before.length, name.length - after.length);
    return /^[0-9]+$/.test(digits) && ranges.split(",").some(each => isInRange(digits, each));
  };
}

/** Splits at spaces and at commas outside of brackets. */
function terms(text) {
  return text.toLowerCase().match(/(?:\[[^\]]*\]?|[^\s,\[])+/g) ?? [];
}

/**
 * Returns a test of names: parts of names and ranges such as node[01-20,25], any of which may
 * match. An empty text selects all nodes.
 */
export function names(text) {
  const all = terms(text).map(term);
  return name => all.length === 0 || all.some(matches => matches(name));
}

/** Returns the nodes that a selection { text, group, state } contains. */
export function select(nodes, { text = "", group = "", state = "" }) {
  const matches = names(text);
  return nodes.filter(node => matches(node.name)
    && (group === "" || node.group === group)
    && (state === "" || node.state === state));
}

// Names and explanations of alerts, as docs/monitoring.md of diskless lists them.

const TITLES = {
  NodeDown: "does not answer",
  NodeOnOldRelease: "runs another release than the active one; reboot it",
  NodeMemoryFull: "memory is nearly full",
  NodeDiskFull: "a file system is nearly full",
  NodeNfsStalled: "the NFS server does not answer",
  NodeClockOffset: "the clock is wrong",
  NodeTemperature: "a sensor is too hot",
};

/** Returns the alerts of a node in one line; empty without alerts. */
export function describe(alerts) {
  return alerts.map(({ alertname, mountpoint }) =>
    (TITLES[alertname] ?? alertname) + (mountpoint ? " (" + mountpoint + ")" : "")).join(", ");
}

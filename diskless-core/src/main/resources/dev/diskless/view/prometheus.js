// Queries to Prometheus (https://prometheus.io/docs/prometheus/latest/querying/api/), which nginx forwards.

const TIMEOUT_MS = 20000;

/** Error whose message names what does not work, for the user. */
export class Unavailable extends Error {}

/** Difference between the clocks of the master and of the browser, in seconds. */
let serverOffset = 0;

/** Learns the time of the master from its answer, because the clock of the browser may be wrong. */
export function synchronize(response) {
  const date = Date.parse(response.headers.get("Date")) / 1000;
  // The header has no fractions of a second.
  if (Number.isFinite(date) && Math.abs(date - now()) > 2) {
    serverOffset = date - Date.now() / 1000;
  }
}

/** Returns the current time of the master in seconds, as far as it is known. */
export function now() {
  return Date.now() / 1000 + serverOffset;
}

async function request(path, parameters) {
  let response;
  try {
    response = await fetch("api/v1/" + path, {
      method: "POST",
      body: new URLSearchParams(parameters),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
  } catch (failure) {
    throw new Unavailable(failure.name === "TimeoutError"
      ? "Prometheus did not answer within " + TIMEOUT_MS / 1000 + " s"
      : "The web server of the master does not answer");
  }
  synchronize(response);
  const answer = await response.json().catch(() => null);
  if (answer?.status !== "success") {
    throw new Unavailable(answer?.error
      ? "Prometheus rejects a query: " + answer.error
      : "Prometheus does not answer (HTTP " + response.status + ")");
  }
  return answer.data;
}

/** Returns the samples of an expression at a time in seconds, each with its labels and value. */
export async function instant(query, time) {
  const data = await request("query", { query, time: time.toFixed(3) });
  return data.result.map(({ metric, value }) => ({ labels: metric, value: Number(value[1]) }));
}

/** Returns the series of an expression over time, each with its labels and points [time, value]. */
export async function range(query, start, end, step) {
  const data = await request("query_range", { query, start, end, step });
  return data.result.map(({ metric, values }) => ({
    labels: metric,
    points: values.map(([time, value]) => [time, Number(value)]),
  }));
}

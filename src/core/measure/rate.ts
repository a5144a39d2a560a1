/** Silence before the first and after the last message of a span; a span without messages is all head. */
export type Edges = { headMs: number; tailMs: number };

/**
 * Messages per second over one or more spans of listening. Plain count / time is off by up to one message for
 * a topic in perfect health: 20 Hz reads as 19.7 Hz in every third window of 3.5 s. So the intervals between
 * the messages are counted over their sum, and silence at an edge is added only as far as it is longer than
 * the mean interval. A topic that starves is charged for its silence; without an interval it is count / time.
 */
export function rateOf({
  count,
  intervalsMs,
  edges,
  observedMs,
}: {
  count: number;
  intervalsMs: readonly number[];
  edges: readonly Edges[];
  observedMs: number;
}): number {
  if (observedMs <= 0) return 0;
  const spanMs = sum(intervalsMs);
  if (spanMs <= 0) return (1000 * count) / observedMs;
  const meanMs = spanMs / intervalsMs.length;
  const silenceMs = sum(
    edges.map(({ headMs, tailMs }) => Math.max(0, headMs - meanMs) + Math.max(0, tailMs - meanMs)),
  );
  return (1000 * intervalsMs.length) / (spanMs + silenceMs);
}

/**
 * Half width of the 95 % interval of a rate that was taken from `intervalsMs` alone, in Hz: of a renewal
 * process whose intervals vary as those that were seen (Cox, Renewal Theory, 1962, section 3.3), with Student's
 * factor for few of them. Steady topics are known better than this says, as their intervals make up for each
 * other. With fewer than three intervals nothing is known of their spread: the rate itself.
 */
export function rateErrorHz(rateHz: number, intervalsMs: readonly number[]): number {
  const count = intervalsMs.length;
  if (count < 3) return rateHz;
  const variation = standardDeviation(intervalsMs) / (sum(intervalsMs) / count);
  return (student95(count - 1) * variation * rateHz) / Math.sqrt(count);
}

/** Standard deviation of the population; 0 for fewer than two values. */
export function standardDeviation(values: readonly number[]): number {
  if (values.length < 2) return 0;
  const mean = sum(values) / values.length;
  return Math.sqrt(values.reduce((total, value) => total + (value - mean) ** 2, 0) / values.length);
}

/** The 97.5 % point of Student's t, by its expansion in 1 / freedom (Abramowitz & Stegun 26.7.5). */
function student95(freedom: number): number {
  return 1.96 + 2.372 / freedom + 2.822 / freedom ** 2 + 2.556 / freedom ** 3;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

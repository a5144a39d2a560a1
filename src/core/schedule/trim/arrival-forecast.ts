/** How much the newest distance between two tasks counts in the period. */
const learningRate = 0.2;
/** A task that is overdue by more than this share of its period is no longer waited for. */
const patience = 0.25;

type Stream = { lastMs: number; periodMs: number | undefined; nextMs: number };

/** Foretells when a model's next tasks come: streams of tasks, one per source, are taken to be periodic. */
export class ArrivalForecast {
  readonly #streams = new Map<string, Stream>();
  /** Streams by the time of their next task, which `nextMs` of the stream repeats. */
  readonly #expected: Stream[] = [];

  /** A task came. */
  arrived(source: string, nowMs: number): void {
    const stream = this.#streams.get(source);
    if (stream === undefined) {
      this.#streams.set(source, { lastMs: nowMs, periodMs: undefined, nextMs: Number.POSITIVE_INFINITY });
      return;
    }
    const distanceMs = nowMs - stream.lastMs;
    stream.lastMs = nowMs;
    stream.periodMs ??= distanceMs;
    stream.periodMs += learningRate * (distanceMs - stream.periodMs);
    removeFrom(this.#expected, stream);
    stream.nextMs = nowMs + stream.periodMs;
    this.#expected.splice(firstFrom(this.#expected, stream.nextMs), 0, stream);
  }

  /** Writes into `times` when the next tasks are expected, now at the earliest, at most so many; says how many it wrote. */
  next(nowMs: number, most: number, times: Float64Array): number {
    const expected = this.#expected;
    for (let first = expected[0]; first !== undefined && isLost(first, nowMs); first = expected[0])
      expected.shift();
    let count = 0;
    for (let i = 0; i < expected.length && count < most; i++) {
      const stream = expected[i] as Stream;
      if (!isLost(stream, nowMs)) times[count++] = Math.max(stream.nextMs, nowMs);
    }
    return count;
  }
}

function isLost(stream: Stream, nowMs: number): boolean {
  return nowMs - stream.nextMs > patience * (stream.periodMs ?? 0);
}

function removeFrom(expected: Stream[], stream: Stream): void {
  for (let i = firstFrom(expected, stream.nextMs); i < expected.length; i++) {
    if (expected[i] === stream) {
      expected.splice(i, 1);
      return;
    }
    if ((expected[i] as Stream).nextMs > stream.nextMs) return;
  }
}

/** The first place whose time is not before `timeMs`. */
function firstFrom(expected: readonly Stream[], timeMs: number): number {
  let low = 0;
  let high = expected.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((expected[middle] as Stream).nextMs < timeMs) low = middle + 1;
    else high = middle;
  }
  return low;
}

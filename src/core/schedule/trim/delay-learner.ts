/** How fast evidence fades: a time seen this long ago counts for 1/e of a fresh one. */
const memoryMs = 2000;
/** Weight of the belief that the profile is right; what is left when nothing was seen for a while. */
const priorWeight = 0.5;
/** Times remembered. */
const capacity = 32;
/** Share of each surprise that is put down to the model's profile rather than to the network's present state. */
const profileRate = 0.02;

/**
 * Learns how much later than profiled the executions at one place end. What changes fast there, such as the
 * network, is common to all models, so the differences from each model's own time are pooled: a few answers of
 * any model tell of a change. Evidence fades with age, which makes the learner hopeful again after a silence,
 * and so lets a task through now and then to a place that it had ruled out.
 */
export class DelayLearner {
  readonly #baseMs: Map<string, number>;
  /** The last delays, the shortest first, and when each was seen. */
  readonly #sorted: { delayMs: number; atMs: number }[] = [];
  /** The same in order of time, to forget the oldest. */
  readonly #byTime: { delayMs: number; atMs: number }[] = [];
  /** Sums of the weights of `#sorted` up to each, as of the last observation. */
  readonly #upTo = new Float64Array(capacity + 1);
  #weighedAtMs = 0;

  /** @param baseMs each model's time as profiled. */
  constructor(baseMs: ReadonlyMap<string, number>) {
    this.#baseMs = new Map(baseMs);
  }

  /** The model's own time, without the delay that is common to all. */
  baseMs(model: string): number {
    return this.#baseMs.get(model) as number;
  }

  /** An execution took this long; Infinity when it brought no result. */
  observe(model: string, elapsedMs: number, nowMs: number): void {
    const baseMs = this.baseMs(model);
    const seen = { delayMs: elapsedMs - baseMs, atMs: nowMs };
    if (this.#byTime.length === capacity)
      this.#sorted.splice(this.#sorted.indexOf(this.#byTime.shift() as typeof seen), 1);
    this.#byTime.push(seen);
    this.#sorted.splice(this.#countWithin(seen.delayMs), 0, seen);
    this.#weighedAtMs = nowMs;
    this.#sorted.forEach(({ atMs }, i) => {
      this.#upTo[i + 1] = (this.#upTo[i] as number) + Math.exp((atMs - nowMs) / memoryMs);
    });
    if (Number.isFinite(elapsedMs)) this.#baseMs.set(model, baseMs + profileRate * (elapsedMs - baseMs));
  }

  /**
   * Probability that a task of this model ends within `leftMs`. `overdueMs`: by how much executions that
   * still run have outlasted their models' own times; they will end later still.
   */
  probabilityWithin(model: string, leftMs: number, nowMs: number, overdueMs: readonly number[] = []): number {
    const slackMs = leftMs - this.baseMs(model);
    const fading = Math.exp((this.#weighedAtMs - nowMs) / memoryMs);
    const seen = fading * (this.#upTo[this.#sorted.length] as number);
    const within = fading * (this.#upTo[this.#countWithin(slackMs)] as number);
    let overdue = 0;
    for (const delayMs of overdueMs) if (delayMs > slackMs) overdue++;
    return (within + (slackMs >= 0 ? priorWeight : 0)) / (seen + priorWeight + overdue);
  }

  /** Probability that an execution brings a result at all; 1 where none has failed of late. */
  probabilityOfResult(nowMs: number): number {
    const fading = Math.exp((this.#weighedAtMs - nowMs) / memoryMs);
    const seen = fading * (this.#upTo[this.#sorted.length] as number);
    const ended = fading * (this.#upTo[this.#countWithin(Number.MAX_VALUE)] as number);
    return (ended + priorWeight) / (seen + priorWeight);
  }

  /** The delay that this share of executions does not exceed, by present evidence, 0 at least; the largest finite one known at most. */
  delayQuantileMs(share: number, nowMs: number): number {
    const fading = Math.exp((this.#weighedAtMs - nowMs) / memoryMs);
    // The prior says that there is no delay, so its weight lies below all that is counted here.
    const wanted = share * (fading * (this.#upTo[this.#sorted.length] as number) + priorWeight) - priorWeight;
    if (wanted <= 0 || this.#sorted.length === 0) return 0;
    let low = 0;
    let high = this.#sorted.length - 1;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (fading * (this.#upTo[middle + 1] as number) < wanted) low = middle + 1;
      else high = middle;
    }
    while (low > 0 && this.#delayAt(low) === Number.POSITIVE_INFINITY) low--;
    const delayMs = this.#delayAt(low);
    return Number.isFinite(delayMs) ? Math.max(0, delayMs) : 0;
  }

  #delayAt(index: number): number {
    return (this.#sorted[index] as { delayMs: number }).delayMs;
  }

  /** How many delays are not longer than this. */
  #countWithin(delayMs: number): number {
    let low = 0;
    let high = this.#sorted.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#delayAt(middle) <= delayMs) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

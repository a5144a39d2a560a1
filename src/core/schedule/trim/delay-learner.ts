/** How fast evidence fades: a time seen this long ago counts for 1/e of a fresh one. */
const memoryMs = 2000;
/** Weight of the belief that the profile is right; what is left when nothing was seen for a while. */
const priorWeight = 0.5;
/** Times remembered. */
const capacity = 32;

/**
 * Learns how much later than profiled the executions at one place end. What changes fast there, such as the
 * network, is common to all models, so the differences from each model's own time are pooled: a few answers of
 * any model tell of a change. Evidence fades with age, which makes the learner hopeful again after a silence,
 * and so lets a task through now and then to a place that it had ruled out.
 */
export class DelayLearner {
  readonly #baseMs: Float64Array;
  readonly #profileRate: number;
  /** How many delays are known; the last delays, the shortest first; and when each of these was seen. */
  #known = 0;
  readonly #delaysMs = new Float64Array(capacity);
  readonly #seenAtMs = new Float64Array(capacity);
  /** The delays in a ring in order of time, to forget the oldest, and the place of the next. */
  readonly #ringMs = new Float64Array(capacity);
  #next = 0;
  /** Sums of the weights of the sorted delays up to each, as of the last observation; made once somebody asks. */
  readonly #upTo = new Float64Array(capacity + 1);
  #weighed = true;
  #weighedAtMs = 0;
  /** What a weight of then is worth at this moment, kept as many questions are asked about one moment. */
  #fading = 1;
  #fadingAtMs = 0;

  /**
   * @param baseMs each model's time as profiled; models go by their place in this list.
   * @param profileRate share of each surprise, 0 to 1, that is put down to the model's profile rather than to the place.
   */
  constructor(baseMs: readonly number[], profileRate: number) {
    this.#baseMs = Float64Array.from(baseMs);
    this.#profileRate = profileRate;
  }

  /** The model's own time, without the delay that is common to all. */
  baseMs(model: number): number {
    return this.#baseMs[model] as number;
  }

  /**
   * An execution took this long; Infinity when it brought no result. `factor`: it does so many times the model's own time (a
   * batch). `profileRate`: as the constructor's, for this one.
   */
  observe(
    model: number,
    elapsedMs: number,
    nowMs: number,
    factor = 1,
    profileRate = this.#profileRate,
  ): void {
    const baseMs = this.baseMs(model);
    const delayMs = elapsedMs - factor * baseMs;
    if (this.#known === capacity) this.#forgetOldest();
    this.#remember(delayMs, nowMs);
    this.#weighed = false;
    this.#weighedAtMs = nowMs;
    this.#fadingAtMs = nowMs;
    this.#fading = 1;
    if (Number.isFinite(elapsedMs)) this.#baseMs[model] = baseMs + (profileRate * delayMs) / factor;
  }

  /**
   * Probability that a task of this model ends within `leftMs`. `overdueMs`: by how much executions that
   * still run have outlasted their models' own times; they will end later still.
   */
  probabilityWithin(model: number, leftMs: number, nowMs: number, overdueMs: readonly number[] = []): number {
    const slackMs = leftMs - this.baseMs(model);
    const fading = this.#fadingAt(nowMs);
    const seen = fading * (this.#upTo[this.#known] as number);
    const within = fading * (this.#upTo[this.#countWithin(slackMs)] as number);
    let overdue = 0;
    for (const delayMs of overdueMs) if (delayMs > slackMs) overdue++;
    return (within + (slackMs >= 0 ? priorWeight : 0)) / (seen + priorWeight + overdue);
  }

  /** Probability that an execution brings a result at all; 1 where none has failed of late. */
  probabilityOfResult(nowMs: number): number {
    const fading = this.#fadingAt(nowMs);
    const seen = fading * (this.#upTo[this.#known] as number);
    const ended = fading * (this.#upTo[this.#countWithin(Number.MAX_VALUE)] as number);
    return (ended + priorWeight) / (seen + priorWeight);
  }

  /** The delay that this share of executions does not exceed, by present evidence, 0 at least; the largest finite one known at most. */
  delayQuantileMs(share: number, nowMs: number): number {
    const fading = this.#fadingAt(nowMs);
    // The prior says that there is no delay, so its weight lies below all that is counted here.
    const wanted = share * (fading * (this.#upTo[this.#known] as number) + priorWeight) - priorWeight;
    if (wanted <= 0 || this.#known === 0) return 0;
    let low = 0;
    let high = this.#known - 1;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (fading * (this.#upTo[middle + 1] as number) < wanted) low = middle + 1;
      else high = middle;
    }
    while (low > 0 && this.#delaysMs[low] === Number.POSITIVE_INFINITY) low--;
    const delayMs = this.#delaysMs[low] as number;
    return Number.isFinite(delayMs) ? Math.max(0, delayMs) : 0;
  }

  #remember(delayMs: number, atMs: number): void {
    const place = this.#countWithin(delayMs);
    this.#delaysMs.copyWithin(place + 1, place, this.#known);
    this.#seenAtMs.copyWithin(place + 1, place, this.#known);
    this.#delaysMs[place] = delayMs;
    this.#seenAtMs[place] = atMs;
    this.#known++;
    this.#ringMs[this.#next] = delayMs;
    this.#next = (this.#next + 1) % capacity;
  }

  /** Equals lie in order of time, so the oldest of them is the first. */
  #forgetOldest(): void {
    const place = this.#delaysMs.indexOf(this.#ringMs[this.#next] as number);
    this.#delaysMs.copyWithin(place, place + 1, this.#known);
    this.#seenAtMs.copyWithin(place, place + 1, this.#known);
    this.#known--;
  }

  /** What a weight as of the last observation is worth now; sees to it that the weights are there. */
  #fadingAt(nowMs: number): number {
    if (!this.#weighed) this.#weigh();
    if (nowMs !== this.#fadingAtMs) {
      this.#fadingAtMs = nowMs;
      this.#fading = Math.exp((this.#weighedAtMs - nowMs) / memoryMs);
    }
    return this.#fading;
  }

  #weigh(): void {
    for (let i = 0; i < this.#known; i++) {
      const ageMs = this.#weighedAtMs - (this.#seenAtMs[i] as number);
      this.#upTo[i + 1] = (this.#upTo[i] as number) + Math.exp(-ageMs / memoryMs);
    }
    this.#weighed = true;
  }

  /** How many delays are not longer than this. */
  #countWithin(delayMs: number): number {
    let low = 0;
    let high = this.#known;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#delaysMs[middle] as number) <= delayMs) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

import type { CloudPool } from './scenario.ts';

/** Containers of one model's variant that idle, by the time until which each stays warm, the coldest first. */
type Idle = number[];

/** A call's image, and whom to tell that it begins. */
type Call = { readonly image: string; readonly begin: (coldMs: number) => void };

/**
 * The cloud that all edges share: so many calls at a time, the rest waits, first come first served. A call takes an
 * idle warm container of its model's variant, or waits for a new one to start; a batch is one call.
 */
export class SimulatedCloud {
  readonly #pool: CloudPool;
  readonly #idle = new Map<string, Idle>();
  readonly #waiting: Call[] = [];
  #running = 0;
  #calls = 0;
  #coldStarts = 0;

  constructor(pool: CloudPool) {
    this.#pool = pool;
  }

  /** Calls begun, those that began cold, and what all of them cost. */
  get used(): { calls: number; coldStarts: number; price: number } {
    return { calls: this.#calls, coldStarts: this.#coldStarts, price: this.#calls * this.#pool.pricePerCall };
  }

  /** Asks for a container of this image; `begin` is told when there is one, and by how much its start delays the call. */
  call(image: string, nowMs: number, begin: (coldMs: number) => void): void {
    const call = { image, begin };
    if (this.#running < this.#pool.concurrency) this.#start(call, nowMs);
    else this.#waiting.push(call);
  }

  /** A call has ended and its container idles. */
  ended(image: string, nowMs: number): void {
    this.#running--;
    let idle = this.#idle.get(image);
    if (idle === undefined) {
      idle = [];
      this.#idle.set(image, idle);
    }
    idle.push(nowMs + this.#pool.keepWarmMs);
    const next = this.#waiting.shift();
    if (next !== undefined) this.#start(next, nowMs);
  }

  #start({ image, begin }: Call, nowMs: number): void {
    this.#running++;
    this.#calls++;
    begin(this.#takeContainer(image, nowMs));
  }

  #takeContainer(image: string, nowMs: number): number {
    const warmUntilMs = this.#idle.get(image)?.pop();
    if (warmUntilMs !== undefined && warmUntilMs >= nowMs) return 0;
    this.#idle.delete(image);
    this.#coldStarts++;
    return this.#pool.coldStartMs;
  }
}

import { NumberRing } from './number-ring.ts';

const keptSpans = 512;

/** A stretch of time in which a topic was listened to. */
export type Span = { fromMs: number; toMs: number };

/** When a topic was listened to: one span that never ends, or many short ones. Only the newest are kept. */
export class Listening {
  readonly #from = new NumberRing(keptSpans);
  readonly #to = new NumberRing(keptSpans);

  /** Listens from `fromMs` on; no effect while it listens. */
  begin(fromMs: number): void {
    if (this.isOpen) return;
    this.#from.push(fromMs);
    this.#to.push(Number.POSITIVE_INFINITY);
  }

  /** Listens no longer; no effect while it does not listen. */
  end(toMs: number): void {
    if (this.isOpen) this.#to.replaceLast(Math.max(toMs, this.#from.last));
  }

  /** The span that is open begins only at `fromMs`: nothing could be heard before. */
  postpone(fromMs: number): void {
    if (this.isOpen) this.#from.replaceLast(Math.max(fromMs, this.#from.last));
  }

  get isOpen(): boolean {
    return this.#to.length > 0 && this.#to.last === Number.POSITIVE_INFINITY;
  }

  /** Forgets everything; listens from `fromMs` on if it listened. */
  reset(fromMs: number): void {
    const wasOpen = this.isOpen;
    this.#from.clear();
    this.#to.clear();
    if (wasOpen) this.begin(fromMs);
  }

  /** The spans within (startMs, endMs], oldest first. */
  within(startMs: number, endMs: number): Span[] {
    const spans: Span[] = [];
    for (let index = this.#to.firstAfter(startMs); index < this.#from.length; index++) {
      const fromMs = Math.max(startMs, this.#from.at(index));
      const toMs = Math.min(endMs, this.#to.at(index));
      if (toMs > fromMs) spans.push({ fromMs, toMs });
    }
    return spans;
  }
}

/** One clock and a steady one, read together. */
export type ClockReading = { nowMs: number; steadyMs: number };

/** A step back by less is the work of several threads, as for arrival times. */
const jumpBackMs = 1000;
/** A clock may gain so much at once, as a simulation that is held up and catches up does. */
const jumpForwardMs = 1000;
/** No simulation that nodes keep up with runs faster, in multiples of real time. */
const fastest = 10;

/**
 * Finds the jumps of a clock that may run slow, fast or not at all, by how it moves against steady time. What was
 * recorded before a jump says nothing of the time that was jumped over.
 */
export class ClockJumps {
  #last: ClockReading;

  constructor(start: ClockReading) {
    this.#last = start;
  }

  /** Whether the clock jumped since the last look. The more often it is looked at, the smaller a jump is found. */
  look(reading: ClockReading): boolean {
    const stepMs = reading.nowMs - this.#last.nowMs;
    const elapsedMs = reading.steadyMs - this.#last.steadyMs;
    this.#last = reading;
    return stepMs < -jumpBackMs || stepMs > jumpForwardMs + fastest * elapsedMs;
  }
}

import { setTimeout as sleep } from 'node:timers/promises';
import type { Actuator, BatchWriter, KnobValue, Written } from '../core/knobs/knob.ts';
import type { RemoteParameters } from './remote-parameters.ts';
import { writtenFrom } from './written.ts';

/** How nodes say that they refuse only for now: Nav2's servers while a goal runs, and their like. */
const busyReason = /\bcurrently\b|\bbusy\b|\bin progress\b|\bunder way\b|\btry again\b/i;
const busyPauseMs = 250;

/** Sets parameters of one node in one atomic call. A node that refuses because it is busy is asked again for `busyMs`. */
export class ParameterWriter implements BatchWriter {
  readonly #parameters: RemoteParameters;
  readonly #busyMs: number;

  constructor(parameters: RemoteParameters, busyMs = 3000) {
    this.#parameters = parameters;
    this.#busyMs = busyMs;
  }

  async writeAll(values: ReadonlyMap<string, KnobValue>): Promise<Written> {
    // Wall time, as the other node's work does not follow /clock.
    const deadlineMs = performance.now() + this.#busyMs;
    for (;;) {
      const written = writtenFrom(await this.#parameters.setAll(values));
      const isBusy = !written.ok && written.outcome === 'rejected' && busyReason.test(written.reason);
      if (!isBusy) return written;
      if (performance.now() > deadlineMs) {
        return { ...written, reason: `${written.reason} (asked again for ${this.#busyMs / 1000} s)` };
      }
      await sleep(busyPauseMs);
    }
  }
}

/** Turns a knob that is a parameter of some node, by whatever makes the node take it; then reads it back. */
export class ParameterActuator implements Actuator {
  readonly batch: { writer: BatchWriter; key: string };
  readonly #parameters: RemoteParameters;

  constructor(
    parameters: RemoteParameters,
    name: string,
    writer: BatchWriter = new ParameterWriter(parameters),
  ) {
    this.#parameters = parameters;
    this.batch = { writer, key: name };
  }

  write(value: KnobValue): Promise<Written> {
    return this.batch.writer.writeAll(new Map([[this.batch.key, value]]));
  }

  /** Undefined also while a write has left the node down: the next write is to bring it up. */
  async read(): Promise<KnobValue | undefined> {
    if ((await this.batch.writer.isSettled?.()) === false) return undefined;
    const result = await this.#parameters.get(this.batch.key);
    return result.ok ? result.value : undefined;
  }
}

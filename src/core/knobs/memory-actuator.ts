import type { Actuator, KnobDeclaration, KnobValue } from './knob.ts';
import { checkKnobValue } from './knob-value.ts';

/** A knob that lives in memory: for rehearsals, and for tests of what stands on the Actuator port. */
export class MemoryActuator implements Actuator {
  readonly #declaration: KnobDeclaration;
  #value: KnobValue;

  constructor(declaration: KnobDeclaration, value: KnobValue) {
    this.#declaration = declaration;
    this.#value = value;
  }

  async write(value: KnobValue): ReturnType<Actuator['write']> {
    const refusal = checkKnobValue(this.#declaration, value);
    if (refusal !== undefined) return { ok: false, outcome: 'rejected', reason: refusal.reason };
    this.#value = value;
    return { ok: true };
  }

  async read(): Promise<KnobValue> {
    return this.#value;
  }
}

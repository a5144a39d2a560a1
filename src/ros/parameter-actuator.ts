import type { Actuator, KnobValue } from '../core/knobs/knob.ts';
import type { RemoteParameters } from './remote-parameters.ts';

/** Turns a knob that is a parameter of some node: atomic set, then read back. */
export class ParameterActuator implements Actuator {
  readonly #parameters: RemoteParameters;
  readonly #name: string;

  constructor(parameters: RemoteParameters, name: string) {
    this.#parameters = parameters;
    this.#name = name;
  }

  async write(value: KnobValue): ReturnType<Actuator['write']> {
    const result = await this.#parameters.set(this.#name, value);
    if (result.ok) return { ok: true };
    const [refusal] = result.refusals;
    const outcome = refusal?.code === 'TT_KNOB_UNREACHABLE' ? 'unreachable' : 'rejected';
    return { ok: false, outcome, reason: refusal?.reason ?? 'no reason given' };
  }

  async read(): Promise<KnobValue | undefined> {
    const result = await this.#parameters.get(this.#name);
    return result.ok ? result.value : undefined;
  }
}

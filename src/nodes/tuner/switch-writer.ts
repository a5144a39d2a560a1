import type { BatchWriter, KnobValue, Written } from '../../core/knobs/knob.ts';
import { ParameterWriter, type RemoteParameters, writtenFrom } from '../../ros/index.ts';

/**
 * Sets parameters that act when a switch of their node is next turned on: writes them, and turns off and on again those of
 * the switches that are on. When a switch does not come on with the new values, the node gets its old ones and the switch
 * is turned on with them.
 */
export class SwitchWriter implements BatchWriter {
  readonly #parameters: RemoteParameters;
  readonly #writer: ParameterWriter;
  readonly #switches: readonly string[];

  constructor(options: { parameters: RemoteParameters; switches: readonly string[] }) {
    this.#parameters = options.parameters;
    this.#writer = new ParameterWriter(options.parameters);
    this.#switches = options.switches;
  }

  async writeAll(values: ReadonlyMap<string, KnobValue>): Promise<Written> {
    const before = await this.#parameters.getAll([...values.keys()]);
    const switches = await this.#parameters.getAll(this.#switches);
    if (!before.ok || !switches.ok) return writtenFrom(before.ok ? switches : before);
    const on = [...switches.value].flatMap(([name, value]) => (value === true ? [name] : []));
    const written = await this.#writer.writeAll(values);
    if (!written.ok || on.length === 0) return written;
    const failed = await this.#offAndOn(on);
    if (failed === undefined) return { ok: true };
    const back = writtenFrom(await this.#parameters.setAll(before.value));
    const stuck = back.ok ? await this.#turn(on, true) : back.reason;
    const now = stuck === undefined ? 'its old values are back' : `and could not be put back: ${stuck}`;
    return {
      ok: false,
      outcome: 'rejected',
      reason: `${on.join(', ')} could not be turned off and on: ${failed}; ${now}`,
    };
  }

  async #offAndOn(names: readonly string[]): Promise<string | undefined> {
    return (await this.#turn(names, false)) ?? (await this.#turn(names, true));
  }

  /** Says why it failed, or undefined. */
  async #turn(names: readonly string[], isOn: boolean): Promise<string | undefined> {
    const turned = writtenFrom(await this.#parameters.setAll(new Map(names.map((name) => [name, isOn]))));
    return turned.ok ? undefined : turned.reason;
  }
}

import type { Actuator, BatchWriter, KnobValue, Written } from '../core/knobs/knob.ts';
import type { RemoteParameters } from './remote-parameters.ts';
import { writtenFrom } from './written.ts';

/**
 * Moves a node's network by the parameter that says where it runs, and reads that back. Nodes of ours answer when the
 * network runs in its new place, so the writer has to be patient; whether somebody is there at all is asked first.
 */
export class PlacementActuator implements Actuator {
  readonly #parameters: RemoteParameters;
  readonly #parameter: string;
  readonly #writer: BatchWriter;
  readonly #values: ReadonlyMap<string, KnobValue>;

  constructor(options: {
    parameters: RemoteParameters;
    parameter: string;
    writer: BatchWriter;
    /** What the parameter holds for each place; absent: the place itself. */
    values?: Record<string, KnobValue>;
  }) {
    this.#parameters = options.parameters;
    this.#parameter = options.parameter;
    this.#writer = options.writer;
    this.#values = new Map(Object.entries(options.values ?? {}));
  }

  async write(place: KnobValue): Promise<Written> {
    const isThere = await this.#parameters.get(this.#parameter);
    if (!isThere.ok) return writtenFrom(isThere);
    return this.#writer.writeAll(new Map([[this.#parameter, this.#values.get(String(place)) ?? place]]));
  }

  /** What the parameter holds where that is none of the places: it can be put back, and stands for itself. */
  async read(): Promise<KnobValue | undefined> {
    if ((await this.#writer.isSettled?.()) === false) return undefined;
    const held = await this.#parameters.get(this.#parameter);
    if (!held.ok) return undefined;
    const [place] = [...this.#values].find(([, value]) => value === held.value) ?? [held.value];
    return place;
  }
}

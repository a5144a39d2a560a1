import { accept, type Result } from '../core/refusal.ts';
import type { ParameterValues } from './parameter-table.ts';

/** What has been got ready for a value. One of the two is called: the value is in force, or it is not after all. */
export type Prepared = { commit: () => void; discard: () => void };

/** Gets ready what one value of a parameter needs, such as a network opened elsewhere; a refusal turns the change down. */
export type Preparation = (value: never) => Promise<Result<Prepared>>;

/** Parameters whose change is answered only when what it needs is there: a table of what to do, by name. */
export class SlowParameters {
  readonly #preparations = new Map<string, Preparation>();

  add(name: string, preparation: Preparation): void {
    this.#preparations.set(name, preparation);
  }

  /** Whether any of these has to be got ready. */
  concerns(names: Iterable<string>): boolean {
    return [...names].some((name) => this.#preparations.has(name));
  }

  /** Gets all ready, or none: what was got ready before another one was refused is given up. */
  async prepareAll(wanted: ParameterValues): Promise<Result<Prepared>> {
    const ready: Prepared[] = [];
    const prepared: Prepared = {
      commit: () => {
        for (const each of ready) each.commit();
      },
      discard: () => {
        for (const each of ready) each.discard();
      },
    };
    for (const [name, value] of Object.entries(wanted)) {
      const result = await this.#preparations.get(name)?.(value as never);
      if (result?.ok === false) {
        prepared.discard();
        return result;
      }
      if (result) ready.push(result.value);
    }
    return accept(prepared);
  }
}

import type { Actuator, KnobValue, Written } from '../../../core/knobs/knob.ts';
import type { GroupResource } from './group-settings.ts';
import type { OwnGroups } from './own-groups.ts';

/** Turns the knob `{kind: 'cgroup'}` of a process that no launcher has placed: limit, weight or CPUs. */
export class OwnGroupActuator implements Actuator {
  readonly #groups: OwnGroups;
  readonly #process: string;
  readonly #resource: GroupResource;

  constructor(options: { groups: OwnGroups; process: string; resource: GroupResource }) {
    this.#groups = options.groups;
    this.#process = options.process;
    this.#resource = options.resource;
  }

  write(value: KnobValue): Promise<Written> {
    return this.#groups.write(this.#process, this.#resource, value);
  }

  read(): Promise<KnobValue | undefined> {
    return this.#groups.read(this.#process, this.#resource);
  }
}

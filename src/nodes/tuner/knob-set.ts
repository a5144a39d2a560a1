import type { Actuator, Configuration, KnobDeclaration } from '../../core/knobs/knob.ts';
import { accept, type Refusal, type Result, refuse } from '../../core/refusal.ts';
import { CgroupActuator } from '../../io/platform/cgroup/cgroup-actuator.ts';
import type { CpuBudget } from '../../io/platform/cpu-budget.ts';
import { ParameterActuator, type RclNode, RemoteParameters } from '../../ros/index.ts';

/** What the knobs of a spec act through. */
export type KnobBackends = {
  node: RclNode;
  /** Fully qualified name of the adaptor that holds the throttles' channels. */
  adaptorNode: string;
  /** The robot's CPU groups; undefined where there are none. */
  cpuBudget: CpuBudget | undefined;
};

/** The name of the adaptor's channel that publishes a topic: `/preview/image_raw` is `preview_image_raw`. */
export function channelName(topic: string): string {
  return topic.replace(/^\/+/, '').replaceAll('/', '_');
}

/** The spec's knobs with an actuator each. Those whose mechanism is absent are refused by name. */
export class KnobSet {
  readonly declarations: KnobDeclaration[];
  readonly actuators: ReadonlyMap<string, Actuator>;
  readonly #remotes: RemoteParameters[];

  private constructor(
    declarations: KnobDeclaration[],
    actuators: Map<string, Actuator>,
    remotes: RemoteParameters[],
  ) {
    this.declarations = declarations;
    this.actuators = actuators;
    this.#remotes = remotes;
  }

  /** Builds the actuators; `absent` says which knobs cannot exist here and why. */
  static open(
    declarations: readonly KnobDeclaration[],
    backends: KnobBackends,
  ): { knobs: KnobSet; absent: Refusal[] } {
    const remotes = new Map<string, RemoteParameters>();
    const remote = (nodeName: string) => {
      const known = remotes.get(nodeName) ?? new RemoteParameters({ node: backends.node, nodeName });
      remotes.set(nodeName, known);
      return known;
    };
    const present: KnobDeclaration[] = [];
    const actuators = new Map<string, Actuator>();
    const absent: Refusal[] = [];
    for (const declaration of declarations) {
      const actuator = openActuator(declaration, backends, remote);
      if (actuator.ok) {
        present.push(withinBudget(declaration, backends.cpuBudget));
        actuators.set(declaration.name, actuator.value);
      } else absent.push(...actuator.refusals);
    }
    return { knobs: new KnobSet(present, actuators, [...remotes.values()]), absent };
  }

  /** Reads what every knob holds now; refuses when one cannot be read. */
  async read(): Promise<Result<Configuration>> {
    const configuration: Configuration = {};
    const refusals: Refusal[] = [];
    for (const [name, actuator] of this.actuators) {
      const value = await actuator.read();
      if (value === undefined) {
        refusals.push({
          code: 'TT_KNOB_UNREACHABLE',
          reason: `${name} cannot be read`,
          found: name,
          accepted: 'a running target',
        });
      } else configuration[name] = value;
    }
    return refusals.length > 0 ? refuse(...refusals) : accept(configuration);
  }

  close(): void {
    for (const remote of this.#remotes) remote.close();
  }
}

/** A CPU limit above the whole budget is the budget: the range ends there, so that no trial is spent on values that are the same. */
function withinBudget(declaration: KnobDeclaration, budget: CpuBudget | undefined): KnobDeclaration {
  const { target, domain } = declaration;
  const cores = budget?.cores;
  if (target.kind !== 'cgroup' || domain.type !== 'real' || cores === undefined) return declaration;
  if (domain.high <= cores || domain.low >= cores) return declaration;
  return { ...declaration, domain: { ...domain, high: cores } };
}

function openActuator(
  { name, target }: KnobDeclaration,
  { adaptorNode, cpuBudget }: KnobBackends,
  remote: (nodeName: string) => RemoteParameters,
): Result<Actuator> {
  switch (target.kind) {
    case 'parameter':
      return accept(new ParameterActuator(remote(target.node), target.parameter));
    case 'throttle':
      return accept(new ParameterActuator(remote(adaptorNode), `channels.${channelName(target.to)}.rate`));
    case 'cgroup':
      if (cpuBudget) return accept(new CgroupActuator({ budget: cpuBudget, process: target.process }));
      return absentKnob(
        name,
        'no CPU groups: start the tuner with the parameter cgroup, where cgroups are writable',
      );
    case 'power-mode':
      return absentKnob(name, 'no nvpmodel on this machine');
  }
}

function absentKnob(name: string, reason: string): Result<never> {
  return refuse({ code: 'TT_KNOB_ABSENT', reason: `${name}: ${reason}`, found: name });
}

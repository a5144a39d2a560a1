import { type WayToWrite, wayToWrite } from '../../core/knobs/change-order.ts';
import {
  type Actuator,
  type BatchWriter,
  type Configuration,
  type KnobDeclaration,
  type KnobTarget,
  type KnobValue,
  nodeParameter,
} from '../../core/knobs/knob.ts';
import { type WithPartners, withPartners } from '../../core/knobs/partners.ts';
import { fitsParameter } from '../../core/knobs/table/patterns.ts';
import { accept, type Refusal, type Result, refuse } from '../../core/refusal.ts';
import { CgroupActuator } from '../../io/platform/cgroup/cgroup-actuator.ts';
import { OwnGroupActuator } from '../../io/platform/cgroup/own-group-actuator.ts';
import type { OwnGroups } from '../../io/platform/cgroup/own-groups.ts';
import type { CpuBudget } from '../../io/platform/cpu-budget.ts';
import { NiceActuator } from '../../io/platform/nice-actuator.ts';
import { PolicyActuator } from '../../io/platform/policy-actuator.ts';
import {
  LifecycleReconfigure,
  ParameterActuator,
  ParameterWriter,
  PlacementActuator,
  type RclNode,
  RemoteParameters,
  ServiceActuator,
} from '../../ros/index.ts';
import { KnownProcesses } from './known-processes.ts';
import { RespawnWriter } from './respawn-writer.ts';
import { SwitchWriter } from './switch-writer.ts';

/** For a network to be opened in another place. */
const placementMs = 60_000;

/** What the knobs of a spec act through. */
export type KnobBackends = {
  node: RclNode;
  /** Fully qualified name of the adaptor that holds the throttles' channels. */
  adaptorNode: string;
  /** The CPU groups that the robot's launcher made; undefined where there are none. */
  cpuBudget: CpuBudget | undefined;
  /** The groups made for processes that no launcher placed; absent: such processes are not grouped. */
  groups?: OwnGroups;
  /** Which processes go by a name; absent: only nodes, by their command lines. */
  processes?: KnownProcesses;
  /** Whether another process has turned the knobs: what services were last told is then not known. */
  turnedByAnother?: boolean;
  /** Lifecycle states to which nodes are to be brought up again, by node. */
  levels?: Record<string, number>;
};

/** The name of the adaptor's channel that publishes a topic: `/preview/image_raw` is `preview_image_raw`. */
export function channelName(topic: string): string {
  return topic.replace(/^\/+/, '').replaceAll('/', '_');
}

/** The spec's knobs with an actuator each. Those whose mechanism is absent are refused by name. */
export class KnobSet {
  readonly declarations: KnobDeclaration[];
  readonly actuators: ReadonlyMap<string, Actuator>;
  readonly #targets: Targets;

  private constructor(declarations: KnobDeclaration[], actuators: Map<string, Actuator>, targets: Targets) {
    this.declarations = declarations;
    this.actuators = actuators;
    this.#targets = targets;
  }

  /** Builds the actuators; `absent` says which knobs cannot exist here and why. */
  static open(
    declarations: readonly KnobDeclaration[],
    backends: KnobBackends,
  ): { knobs: KnobSet; absent: Refusal[] } {
    const targets = new Targets(backends);
    const present: KnobDeclaration[] = [];
    const actuators = new Map<string, Actuator>();
    const absent: Refusal[] = [];
    for (const declaration of declarations) {
      const actuator = openActuator(declaration, backends, targets);
      if (actuator.ok) {
        present.push(withinBudget(declaration, backends.cpuBudget));
        actuators.set(declaration.name, actuator.value);
      } else absent.push(...actuator.refusals);
    }
    return { knobs: new KnobSet(present, actuators, targets), absent };
  }

  /** Reads what knobs hold now, all of them unless some are named; refuses when one cannot be read, saying why where it is known. */
  async read(names: Iterable<string> = this.actuators.keys()): Promise<Result<Configuration>> {
    const configuration: Configuration = {};
    const refusals: Refusal[] = [];
    for (const name of names) {
      const value = await this.actuators.get(name)?.read();
      if (value === undefined) refusals.push(await this.#whyUnread(name));
      else configuration[name] = value;
    }
    return refusals.length > 0 ? refuse(...refusals) : accept(configuration);
  }

  /**
   * The knobs with what some of them must fit beside them: the parameters that are no knobs, as their nodes hold them now.
   * Refused where a node does not tell.
   */
  async withPartners(names: Iterable<string>): Promise<Result<WithPartners>> {
    const wanted = new Set(names);
    const patterns = new Map<string, string[]>();
    for (const { name, target, fitsParameters = [] } of this.declarations) {
      if (target.kind !== 'parameter' || !wanted.has(name) || fitsParameters.length === 0) continue;
      const beside = fitsParameters.map(({ parameter }) => parameter);
      patterns.set(target.node, [...(patterns.get(target.node) ?? []), ...beside]);
    }
    const held = new Map<string, Map<string, KnobValue>>();
    for (const [node, fitting] of patterns) {
      const values = await this.#targets.held(node, fitting);
      if (!values.ok) return values;
      held.set(node, values.value);
    }
    return accept(withPartners(this.declarations, held));
  }

  /** The lifecycle states of the nodes that have to be taken down to turn some knobs, by node; without those that do not tell. */
  async levels(names: readonly string[]): Promise<Record<string, number>> {
    const levels: Record<string, number> = {};
    for (const { target } of this.declarations.filter(({ name }) => names.includes(name))) {
      const turned = nodeParameter(target);
      if (turned === undefined) continue;
      const owner = (target.kind === 'parameter' && target.owner) || turned.node;
      const level = await this.#targets.levelOf(owner);
      if (level) levels[owner] = level;
    }
    return levels;
  }

  close(): void {
    this.#targets.close();
  }

  async #whyUnread(name: string): Promise<Refusal> {
    const declaration = this.declarations.find((each) => each.name === name);
    const reason = declaration && (await this.#targets.whyUnread(declaration));
    return {
      code: 'TT_KNOB_UNREACHABLE',
      reason: `${name} cannot be read${reason ? `: ${reason}` : ''}`,
      found: name,
      accepted: 'a running target',
    };
  }
}

/** What a parameter's node needs besides the value. */
type Ways = Pick<Extract<KnobTarget, { kind: 'parameter' }>, 'paramsFile' | 'owner' | 'switches'>;

/** The nodes and services that knobs turn, each opened once and closed together. */
class Targets {
  readonly #backends: KnobBackends;
  readonly #parameters = new Map<string, RemoteParameters>();
  readonly #writers = new Map<string, BatchWriter>();
  readonly #reconfigured = new Map<string, LifecycleReconfigure>();
  readonly #open: { close(): void }[] = [];
  readonly processes: KnownProcesses;

  constructor(backends: KnobBackends) {
    this.#backends = backends;
    this.processes = backends.processes ?? new KnownProcesses();
  }

  /** Parameters of one node that take effect in the same way share a writer, so that they can be written in one call. */
  parameter(
    declaration: KnobDeclaration,
    nodeName: string,
    name: string,
    ways: Ways = {},
  ): ParameterActuator {
    const parameters = this.#of(nodeName);
    const way = wayToWrite(declaration);
    const { paramsFile = '', owner = '', switches = [] } = ways;
    const key = `${nodeName} ${way} ${paramsFile} ${owner} ${switches}`;
    const writer = this.#writers.get(key) ?? this.#openWriter(way, parameters, ways);
    this.#writers.set(key, writer);
    return new ParameterActuator(parameters, name, writer);
  }

  /** A network is opened in its new place before the node answers, which an accelerator's compiler can make long. */
  placement(
    declaration: KnobDeclaration,
    { node: nodeName, parameter, values }: Extract<KnobTarget, { kind: 'placement' }>,
  ): PlacementActuator {
    const parameters = this.#of(nodeName);
    return new PlacementActuator({
      parameters,
      parameter,
      writer: this.#placementWriter(wayToWrite(declaration), parameters),
      ...(values && { values }),
    });
  }

  service(options: Omit<ConstructorParameters<typeof ServiceActuator>[0], 'node'>): ServiceActuator {
    return this.#keep(new ServiceActuator({ node: this.#backends.node, ...options }));
  }

  /** Undefined for a node that is not reconfigured by any knob, or does not tell. */
  async levelOf(nodeName: string): Promise<number | undefined> {
    return this.#reconfigured.get(nodeName)?.level();
  }

  /** What the parameters of a node hold that fit one of some patterns. */
  held(nodeName: string, patterns: readonly string[]): Promise<Result<Map<string, KnobValue>>> {
    return this.#of(nodeName).getThose((name) => patterns.some((pattern) => fitsParameter(pattern, name)));
  }

  /** What a node says when it is asked again; undefined for knobs that are no parameters. */
  async whyUnread({ target }: KnobDeclaration): Promise<string | undefined> {
    const turned = nodeParameter(target);
    if (turned === undefined) return undefined;
    const held = await this.#of(turned.node).get(turned.parameter);
    return held.ok ? undefined : held.refusals.map(({ reason }) => reason).join('; ');
  }

  close(): void {
    for (const target of this.#open) target.close();
  }

  #of(nodeName: string): RemoteParameters {
    const known = this.#parameters.get(nodeName);
    if (known) return known;
    const opened = this.#keep(new RemoteParameters({ node: this.#backends.node, nodeName }));
    this.#parameters.set(nodeName, opened);
    return opened;
  }

  #placementWriter(way: WayToWrite, parameters: RemoteParameters): BatchWriter {
    const { nodeName } = parameters;
    const key = way === 'reconfigure' ? `${nodeName} ${way} ` : `${nodeName} placement`;
    const known = this.#writers.get(key);
    if (known) return known;
    const patient = () =>
      this.#keep(new RemoteParameters({ node: this.#backends.node, nodeName, timeoutMs: placementMs }));
    const writer =
      way === 'reconfigure'
        ? this.#openWriter(way, parameters, {})
        : new ParameterWriter(patient(), placementMs);
    this.#writers.set(key, writer);
    return writer;
  }

  #openWriter(
    way: WayToWrite,
    parameters: RemoteParameters,
    { paramsFile, owner = parameters.nodeName, switches }: Ways,
  ): BatchWriter {
    if (way === 'reconfigure') {
      const { node, levels = {} } = this.#backends;
      const owed = levels[owner];
      const writer = new LifecycleReconfigure({
        node,
        parameters,
        owner,
        ...(owed !== undefined && { owed }),
      });
      this.#reconfigured.set(owner, writer);
      return this.#keep(writer);
    }
    if (way === 'restart' && paramsFile !== undefined) {
      return new RespawnWriter({ parameters, paramsFile, find: this.processes.find });
    }
    if (way === 'set' && switches !== undefined) return new SwitchWriter({ parameters, switches });
    return new ParameterWriter(parameters);
  }

  #keep<T extends { close(): void }>(target: T): T {
    this.#open.push(target);
    return target;
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
  declaration: KnobDeclaration,
  { adaptorNode, cpuBudget, groups, turnedByAnother = false }: KnobBackends,
  targets: Targets,
): Result<Actuator> {
  const { name, target, takesEffect } = declaration;
  switch (target.kind) {
    case 'parameter':
      if (takesEffect === 'never')
        return absentKnob(name, 'nobody reads this value; thin its topic by a throttle');
      if (takesEffect === 'restart' && target.paramsFile === undefined)
        return absentKnob(
          name,
          'it takes effect by a restart: name the file that the node starts with, params_file',
        );
      return accept(targets.parameter(declaration, target.node, target.parameter, target));
    case 'throttle':
      return accept(targets.parameter(declaration, adaptorNode, `channels.${channelName(target.to)}.rate`));
    case 'service':
      if (declaration.default === undefined)
        return absentKnob(name, 'nothing tells what the service was last told');
      return accept(targets.service({ target, initial: turnedByAnother ? undefined : declaration.default }));
    case 'cgroup':
      if (target.resource === 'cpu' && cpuBudget)
        return accept(
          new CgroupActuator({ budget: cpuBudget, process: target.process, ...(groups && { groups }) }),
        );
      if (groups)
        return accept(new OwnGroupActuator({ groups, process: target.process, resource: target.resource }));
      return absentKnob(
        name,
        'no CPU groups here: they are the launcher’s (parameter cpu_group), or live as long as a tuner',
      );
    case 'process': {
      const options = { find: targets.processes.find, process: target.process };
      return accept(target.attribute === 'nice' ? new NiceActuator(options) : new PolicyActuator(options));
    }
    case 'placement':
      if (takesEffect === 'never') return absentKnob(name, 'nobody reads this value');
      if (takesEffect === 'restart')
        return absentKnob(name, 'it takes effect by a restart: turn it as a parameter, with params_file');
      return accept(targets.placement(declaration, target));
    case 'power-mode':
      return absentKnob(name, 'changing the power mode is not there yet');
  }
}

function absentKnob(name: string, reason: string): Result<never> {
  return refuse({ code: 'TT_KNOB_ABSENT', reason: `${name}: ${reason}`, found: name });
}

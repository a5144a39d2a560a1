import { setTimeout as sleep } from 'node:timers/promises';
import type { BatchWriter, KnobValue, Written } from '../core/knobs/knob.ts';
import { ParameterWriter } from './parameter-actuator.ts';
import type { RclNode } from './rclnodejs.ts';
import type { RemoteParameters } from './remote-parameters.ts';
import { RemoteService } from './remote-service.ts';
import { writtenFrom } from './written.ts';

/** lifecycle_msgs/msg/State. */
const unconfigured = 1;
const inactive = 2;
const active = 3;

/** lifecycle_msgs/msg/Transition, by the state that it leads out of on the way down and on the way up. */
const down: Record<number, { id: number; to: number; name: string }> = {
  [active]: { id: 4, to: inactive, name: 'deactivate' },
  [inactive]: { id: 2, to: unconfigured, name: 'cleanup' },
};
const up: Record<number, { id: number; to: number; name: string }> = {
  [unconfigured]: { id: 1, to: inactive, name: 'configure' },
  [inactive]: { id: 3, to: active, name: 'activate' },
};

const stateTimeoutMs = 2000;
/** A network or a camera is opened in a transition. */
const transitionTimeoutMs = 30_000;
const pollMs = 50;

/**
 * Sets parameters that a lifecycle node reads when it is configured, and takes the node down and up again as far as it
 * was up. When it does not come up with the new values it gets the old ones back and is brought up with them; when that
 * fails too, the next values that it takes bring it up as far as it was before.
 */
export class LifecycleReconfigure implements BatchWriter {
  readonly #nodeName: string;
  readonly #parameters: RemoteParameters;
  readonly #writer: ParameterWriter;
  readonly #getState: RemoteService;
  readonly #changeState: RemoteService;
  /** How far the node was up before it was left further down. */
  #owed: number;

  constructor(options: {
    node: RclNode;
    parameters: RemoteParameters;
    /** The node that is taken down and up, where it is not the one with the parameters. */
    owner?: string;
    /** The lifecycle state that the node had before somebody died who may have taken it down. */
    owed?: number;
  }) {
    const { node, parameters, owner: nodeName = parameters.nodeName, owed = unconfigured } = options;
    this.#nodeName = nodeName;
    this.#owed = owed;
    const service = (type: string, name: string) =>
      new RemoteService({ node, type: `lifecycle_msgs/srv/${type}`, name: `${nodeName}/${name}` });
    this.#parameters = parameters;
    this.#writer = new ParameterWriter(parameters);
    this.#getState = service('GetState', 'get_state');
    this.#changeState = service('ChangeState', 'change_state');
  }

  async writeAll(values: ReadonlyMap<string, KnobValue>): Promise<Written> {
    const before = await this.#parameters.getAll([...values.keys()]);
    if (!before.ok) return writtenFrom(before);
    const state = await this.#state();
    if (state === undefined || state < unconfigured || state > active) return this.#noLifecycle(state);
    const level = Math.max(state, this.#owed);
    const set = await this.#writer.writeAll(values);
    if (!set.ok) return set;
    const failed = await this.#cycle(level);
    this.#owed = unconfigured;
    if (failed === undefined) return { ok: true };
    const back = writtenFrom(await this.#parameters.setAll(before.value));
    const stuck = back.ok ? await this.#cycle(level) : back.reason;
    if (stuck !== undefined) this.#owed = level;
    const outcome =
      stuck === undefined ? 'its old values are back' : `and could not be brought back: ${stuck}`;
    return { ok: false, outcome: 'rejected', reason: `${this.#nodeName}: ${failed}; ${outcome}` };
  }

  /** The lifecycle state that the node is to have, by its id; undefined when it does not tell. */
  async level(): Promise<number | undefined> {
    const state = await this.#state();
    return state === undefined ? undefined : Math.max(state, this.#owed);
  }

  /** Whether the node is up as far as it was, so that what it holds is also what it works with. */
  async isSettled(): Promise<boolean> {
    if (this.#owed === unconfigured) return true;
    const state = await this.#state();
    if (state === undefined || state < this.#owed || state > active) return false;
    this.#owed = unconfigured;
    return true;
  }

  /** Frees the clients. */
  close(): void {
    this.#getState.close();
    this.#changeState.close();
  }

  /** Down to where parameters are read, and up again; says what failed, or undefined. */
  async #cycle(level: number): Promise<string | undefined> {
    return (await this.#walk(down, unconfigured)) ?? (await this.#walk(up, level));
  }

  /** Walks transition by transition to a state; says what failed, or undefined. */
  async #walk(way: typeof up, goal: number): Promise<string | undefined> {
    for (let state = await this.#state(); state !== goal; ) {
      const step = state === undefined ? undefined : way[state];
      if (step === undefined) return `it is in the state ${state ?? 'unknown'}, from which no way leads on`;
      await this.#changeState.call({ transition: { id: step.id, label: '' } }, transitionTimeoutMs);
      // The answer may be lost; the state tells what became of the transition.
      state = await this.#settledState();
      if (state !== step.to) return `${step.name} failed`;
    }
    return undefined;
  }

  /** The state once no transition is under way. */
  async #settledState(): Promise<number | undefined> {
    const deadlineMs = performance.now() + transitionTimeoutMs;
    for (;;) {
      const state = await this.#state();
      // States from 10 on are those of transitions.
      if (state === undefined || state < 10 || performance.now() > deadlineMs) return state;
      await sleep(pollMs);
    }
  }

  async #state(): Promise<number | undefined> {
    const answer = await this.#getState.ask({}, stateTimeoutMs);
    return answer.ok ? Number(answer.value.current_state.id) : undefined;
  }

  #noLifecycle(state: number | undefined): Written {
    const nodeName = this.#nodeName;
    if (state !== undefined)
      return { ok: false, outcome: 'rejected', reason: `${nodeName} is finalized or between two states` };
    return { ok: false, outcome: 'unreachable', reason: `${nodeName} does not tell its lifecycle state` };
  }
}

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { getPriority } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Random } from '../../src/core/random.ts';
import { findHierarchy, groupOf } from '../../src/io/platform/cgroup/hierarchy.ts';
import { applyCpuBudget, type CpuBudget } from '../../src/io/platform/cpu-budget.ts';
import { idle, Spawned } from '../../src/io/platform/spawned.fixture.ts';
import type { RunningProcess } from '../../src/io/process/process-group.ts';
import type { LiveGraph } from './live-graph.ts';
import { PeerParameters } from './peer-parameters.ts';
import type { Json, RosPeer } from './ros-peer.ts';
import { waitFor } from './wait-for.ts';
import { type Species, startZooTarget } from './zoo/zoo-target.ts';

/** Nodes whose rates are turned: one that takes it at once, one that only holds it, one that has to be reconfigured. */
const nodes: readonly Species[] = ['obeys', 'ignores', 'reconfigures'];
const longestTrialMs = 4000;

/** What became of one kill. */
export type Strike = {
  /** What the tuner was doing. */
  during: 'transaction' | 'trial';
  /** From the beginning of that to the kill. */
  afterMs: number;
  /** Whether the robot was found changed right after the kill. */
  wasChanged: boolean;
  /** Whether another tuner was started at once, as a launch system does, and ended in good order. */
  restarted: boolean;
  /** From the kill until the robot was in its last good configuration and nothing of the tuner was left. */
  restoredMs: number;
  /** What the robot ended in: as before, or as wanted by a transaction that was done in time. */
  ended: 'before' | 'wanted';
};

type State = Record<string, unknown>;

/**
 * A robot of rclpy nodes, a process in a launcher's CPU group and one that no launcher placed, and tuners that are
 * killed while they turn all of it. The robot's state is read past the tuner: by another ROS client and from the kernel.
 */
export class KillScenario {
  readonly #graph: LiveGraph;
  readonly #peer: RosPeer;
  readonly #spawned = new Spawned();
  readonly #budget: CpuBudget;
  readonly #stateDir: string;
  readonly #specFile: string;
  readonly #limited: number;
  readonly #free: number;
  readonly #home: string | undefined;
  #strikes = 0;
  #transactionMs = 500;

  private constructor(graph: LiveGraph, peer: RosPeer, budget: CpuBudget) {
    this.#graph = graph;
    this.#peer = peer;
    this.#budget = budget;
    this.#stateDir = join(graph.dir, 'state');
    // Their command lines name them as nodes of this graph alone.
    const suffix = `of_${process.pid}`;
    const domain = { ROS_DOMAIN_ID: graph.domainId };
    this.#limited = this.#spawned.node(idle, `__node:=limited_${suffix}`, domain);
    this.#free = this.#spawned.node(idle, `__node:=free_${suffix}`, domain);
    this.#home = this.#groupOfFree();
    this.#specFile = graph.file(
      'kill.yaml',
      `require: [{topic: /obeys/beat, rate: ">= 1 Hz"}]
improve: [{topic: /obeys/beat, rate: maximize, enough: 40 Hz}]
knobs:
  - {parameter: /obeys rate, range: [5, 40] Hz, takes_effect: immediate}
  - {parameter: /ignores rate, range: [5, 40] Hz}
  - {parameter: /reconfigures rate, range: [5, 40] Hz, takes_effect: reconfigure}
  - {cgroup: limited_${suffix}, cpu: [0.1, 1] cores}
  - {process: limited_${suffix}, nice: [0, 10]}
  - {cgroup: free_${suffix}, weight: [1, 1000]}
`,
    );
  }

  /** Starts the robot. Where groups cannot be made it throws with the reason. */
  static async open(graph: LiveGraph): Promise<KillScenario> {
    const budget = await applyCpuBudget({ label: 'kill-tuner', cores: 1 });
    if (budget.group === undefined) throw new Error(budget.description);
    const [peer] = await Promise.all([
      graph.openClient(),
      ...nodes.map((species) => startZooTarget(graph, species)),
      graph.startNode({ name: 'profiler', script: 'src/nodes/profiler.js' }),
    ]);
    const scenario = new KillScenario(graph, peer, budget);
    const { pid, name } = { pid: scenario.#limited, name: `limited_of_${process.pid}` };
    await budget.place(name, pid);
    budget.limit(name, 0.8);
    return scenario;
  }

  /** Starts a tuner, kills it at a random moment of its work, and waits until all is well again; throws when it does not become so. */
  async strike(random: Random): Promise<Strike> {
    const tuner = await this.#startTuner();
    const before = await this.#state();
    const during = random.next() < 0.5 ? 'transaction' : 'trial';
    const wanted = this.#wanted(random);
    const span = during === 'transaction' ? 1.3 * this.#transactionMs : longestTrialMs;
    const afterMs = random.next() * span;
    const startMs = performance.now();
    const answered = during === 'transaction' ? this.#apply(tuner.name, wanted) : this.#tune(tuner.name);
    await sleep(afterMs);
    process.kill(tuner.pid, 'SIGKILL');
    const killedMs = performance.now();
    const isDone = (await Promise.race([answered, sleep(0, false)])) && during === 'transaction';
    if (isDone) this.#transactionMs = Math.max(200, killedMs - startMs);
    const wasChanged = JSON.stringify(await this.#state()) !== JSON.stringify(before);
    const restarted = random.next() < 0.3;
    if (restarted) await this.#startAndEnd();
    const ended = await this.#settled(before, wanted, isDone);
    const restoredMs = performance.now() - killedMs;
    const strike = { during, afterMs, wasChanged, restarted, restoredMs, ended } as const;
    await answered;
    return strike;
  }

  /** Ends the robot; returns what of its groups could not be taken away, normally nothing. */
  async close(): Promise<string[]> {
    await this.#spawned.endAll();
    return this.#budget.release();
  }

  async #startAndEnd(): Promise<void> {
    const { name, pid, ended } = await this.#startNode(`next_${this.#strikes}`);
    let hasEnded = false;
    void ended.then(() => {
      hasEnded = true;
    });
    process.kill(pid, 'SIGINT');
    await waitFor(`${name} to end when it is asked to`, () => hasEnded);
  }

  #startNode(name: string): Promise<RunningProcess> {
    return this.#graph.startNode({
      name,
      script: 'src/nodes/tuner.js',
      parameters: {
        spec: this.#specFile,
        state_dir: this.#stateDir,
        cpu_group: this.#budget.group as string,
        settle_s: 0.2,
        window_s: 0.5,
      },
    });
  }

  async #startTuner(): Promise<RunningProcess> {
    const name = `tuner_${this.#strikes++}`;
    const tuner = await this.#startNode(name);
    try {
      await waitFor(`${name} to read its knobs`, () => this.#hasReadItsKnobs(name));
    } catch (error) {
      process.kill(tuner.pid, 'SIGKILL');
      throw error;
    }
    return tuner;
  }

  /** An answer is lost when the tuner has not discovered the client's end yet, so it is asked again. */
  async #hasReadItsKnobs(name: string): Promise<boolean> {
    const answer = await this.#peer
      .call('trimtab_msgs/srv/ListKnobs', `/${name}/list_knobs`, {}, 3)
      .catch(() => ({ knobs: [] }));
    return answer.knobs.length === 6 && answer.knobs.every(({ value }: Json) => value !== '');
  }

  #wanted(random: Random): Record<string, number> {
    const between = (low: number, high: number) => Math.round(low + random.next() * (high - low));
    const suffix = `of_${process.pid}`;
    return {
      ...Object.fromEntries(nodes.map((node) => [`/${node} rate`, between(5, 40)])),
      [`cpu limited_${suffix}`]: between(1, 9) / 10,
      [`nice limited_${suffix}`]: between(0, 10),
      [`weight free_${suffix}`]: between(1, 1000),
    };
  }

  /** Whether the tuner answered that all of it is done. */
  #apply(tuner: string, wanted: Record<string, number>): Promise<boolean> {
    const configuration = Object.entries(wanted).map(([name, value]) => ({ name, value: String(value) }));
    return this.#peer
      .call('trimtab_msgs/srv/Apply', `/${tuner}/apply`, { configuration, dry_run: false }, 10)
      .then(({ success }) => success === true)
      .catch(() => false);
  }

  #tune(tuner: string): Promise<boolean> {
    return this.#peer
      .sendGoal('trimtab_msgs/action/Tune', `/${tuner}/tune`, { max_trials: 50, seed: this.#strikes })
      .then(() => false)
      .catch(() => false);
  }

  /** Waits for a whole configuration with nothing of the tuner left; which one it is. */
  async #settled(before: State, wanted: Record<string, number>, isDone: boolean): Promise<Strike['ended']> {
    const after = this.#stateOf(wanted);
    let state: State = {};
    const matches = (expected: State) => JSON.stringify(state) === JSON.stringify(expected);
    try {
      return await waitFor('the last good configuration', async () => {
        if (this.#left().length > 0) return false;
        state = await this.#state();
        if (matches(after)) return 'wanted';
        return !isDone && matches(before) ? 'before' : false;
      });
    } catch (error) {
      const seen = { before, wanted: after, state, left: this.#left(), log: this.#restoreLog() };
      throw new Error(`${(error as Error).message}: ${JSON.stringify(seen, undefined, 1)}`);
    }
  }

  /** Processes and records of a dead tuner. */
  #left(): string[] {
    const records = ['intent.json', 'own-groups.json'].filter((name) =>
      existsSync(join(this.#stateDir, name)),
    );
    const processes = readdirSync('/proc').filter((pid) => {
      return /^\d+$/.test(pid) && Number(pid) !== process.pid && commandLine(pid).includes(this.#stateDir);
    });
    return [...records, ...processes.map((pid) => `process ${pid}: ${commandLine(pid)}`)];
  }

  async #state(): Promise<State> {
    const state: State = {};
    for (const node of nodes)
      state[`/${node} rate`] = (await new PeerParameters(this.#peer, `/${node}`).get('rate')).double;
    // Killed between deactivate and activate, a tuner leaves a node that holds its values and does nothing.
    state.reconfigures = await this.#lifecycleState('/reconfigures');
    state.cpu = this.#budget.readLimit(`limited_of_${process.pid}`)?.toFixed(3);
    state.nice = getPriority(this.#limited);
    state.home = this.#groupOfFree() === this.#home;
    return state;
  }

  /** What the robot is in when a transaction is done and its tuner dead: a group of the tuner's own ends with it. */
  #stateOf(wanted: Record<string, number>): State {
    const state: State = {};
    for (const node of nodes) state[`/${node} rate`] = wanted[`/${node} rate`];
    state.reconfigures = 'active';
    state.cpu = wanted[`cpu limited_of_${process.pid}`]?.toFixed(3);
    state.nice = wanted[`nice limited_of_${process.pid}`];
    state.home = true;
    return state;
  }

  /** Asked twice, as an answer is lost when the node has not discovered the client's end yet. */
  async #lifecycleState(node: string): Promise<string> {
    const ask = () => this.#peer.call('lifecycle_msgs/srv/GetState', `${node}/get_state`, {}, 3);
    const { current_state } = await ask().catch(ask);
    return current_state.label;
  }

  #groupOfFree(): string | undefined {
    const hierarchy = findHierarchy('cpu');
    return hierarchy && groupOf(this.#free, hierarchy);
  }

  #restoreLog(): string {
    const path = join(this.#stateDir, 'restore.log');
    return existsSync(path) ? readFileSync(path, 'utf8').slice(-1000) : '';
  }
}

function commandLine(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return '';
  }
}

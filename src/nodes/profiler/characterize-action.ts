import { join } from 'node:path';
import type { Configuration, KnobValue } from '../../core/knobs/knob.ts';
import { expandSweep, parseSweep, type SweepStep, type SweptKnob } from '../../core/knobs/sweep.ts';
import { profileTableHead } from '../../core/measure/profile-table.ts';
import { accept, formatRefusal, type Refusal, type Result, refuse } from '../../core/refusal.ts';
import { resolveNames } from '../../core/spec/resolve-names.ts';
import type { Spec } from '../../core/spec/spec.ts';
import { OwnGroups } from '../../io/platform/cgroup/own-groups.ts';
import { attachCpuBudget } from '../../io/platform/cpu-budget.ts';
import { ProfileTableFile } from '../../io/recording/profile-table.ts';
import { readSpecFile } from '../../io/spec-file.ts';
import { type Message, type NodeContext, RemoteParameters, type ServerGoalHandle } from '../../ros/index.ts';
import { sleep } from '../sleep.ts';
import { KnobSet } from '../tuner/knob-set.ts';
import { KnownProcesses } from '../tuner/known-processes.ts';
import { rememberShown } from '../tuner/learn.ts';
import { answer, settingsToMessage } from '../tuner/messages.ts';
import { ProfilerClient } from '../tuner/profiler-client.ts';
import { recover } from '../tuner/recover.ts';
import { SafetyNet } from '../tuner/safety-net.ts';
import { Characterization, putBack, readKnobs, type SweptKnobs } from './characterization.ts';
import { type CharacterizeGoal, readGoal } from './characterize-goal.ts';

const goalAccepted = 2;
const goalRejected = 1;
const cancelAccepted = 2;
const cancelPollMs = 100;
/** For what a sweep left changed that was killed, when its watchdog could not reach the node. */
const recoveryMs = 5000;

/** The knobs of a goal's spec, with the reasons why some of them cannot exist here. */
type OpenedSpec = { spec: Spec; set: KnobSet; absent: Refusal[] };

/** What a goal needs once everything about it is checked; no knob is turned yet. */
type Sweep = {
  knobs: SweptKnobs;
  /** What they held, and are to hold again. */
  before: Configuration;
  steps: SweepStep[];
  table: ProfileTableFile;
};

/** The action `~/characterize`. It asks the profiler for profiles by its services, as any client would. */
export class CharacterizeAction {
  readonly #context: NodeContext;
  readonly #profiler: ProfilerClient;
  readonly #parameters: RemoteParameters;
  #work: { abort: AbortController; ended: Promise<unknown> } | undefined;

  constructor(context: NodeContext) {
    const ourselves = { node: context.node, nodeName: context.node.getFullyQualifiedName() };
    this.#context = context;
    this.#profiler = new ProfilerClient(ourselves);
    this.#parameters = new RemoteParameters(ourselves);
    new context.rcl.ActionServer(
      context.node,
      'trimtab_msgs/action/Characterize',
      '~/characterize',
      (handle) => this.#execute(handle),
      () => this.#admit(),
      undefined,
      () => cancelAccepted,
    );
  }

  /** Breaks off the sweep that runs; settles when everything is put back. */
  async stop(): Promise<void> {
    this.#work?.abort.abort();
    await this.#work?.ended;
  }

  /** A goal that is turned down here has no result; the log says why. */
  #admit(): number {
    if (this.#context.isActive() && !this.#work) return goalAccepted;
    const refusal: Refusal = this.#work
      ? { code: 'TT_BUSY', reason: 'a sweep runs', accepted: 'one goal at a time' }
      : { code: 'TT_STATE', reason: 'the profiler is not active', accepted: 'activate it first' };
    this.#context.log.warn(formatRefusal(refusal));
    return goalRejected;
  }

  async #execute(handle: ServerGoalHandle): Promise<Message> {
    const abort = new AbortController();
    const ended = this.#carryOut(handle, abort.signal);
    this.#work = { abort, ended };
    const poll = this.#context.every(cancelPollMs, () => {
      if (handle.isCancelRequested) abort.abort();
    });
    try {
      return await ended;
    } finally {
      poll.cancel();
      this.#work = undefined;
    }
  }

  async #carryOut(handle: ServerGoalHandle, signal: AbortSignal): Promise<Message> {
    const { window_s } = this.#context.parameters.values;
    const goal = readGoal(handle.request, (window_s as number) * 1000);
    if (!goal.ok) return this.#end(handle, goal.refusals, '', 0);
    const { tablePath } = goal.value;
    const safety = new SafetyNet(join(this.#context.parameters.values.state_dir as string, 'characterize'));
    const processes = new KnownProcesses(this.#profiler);
    const groups = new OwnGroups({ ledger: safety.files.groups, find: processes.find });
    const opened = this.#openSpec(goal.value, { groups, processes });
    if (!opened.ok) return this.#end(handle, opened.refusals, tablePath, 0);
    const { spec, set } = opened.value;
    try {
      const { node } = this.#context;
      const recovery = await recover(safety.files, node, performance.now() + recoveryMs);
      if (!recovery.ok) return this.#end(handle, recovery.refusals, tablePath, 0);
      const sweep = await prepareSweep(goal.value, opened.value);
      if (!sweep.ok) return this.#end(handle, sweep.refusals, tablePath, 0);
      const spread = await this.#spread(safety, sweep.value, { set, processes });
      if (!spread.ok) {
        sweep.value.table.close();
        return this.#end(handle, spread.refusals, tablePath, 0);
      }
      const { table, steps } = sweep.value;
      const refusals: Refusal[] = [];
      const run = this.#runOf(handle, goal.value, sweep.value, signal);
      try {
        const ran = await this.#whileWatching(spec, () => run.run(steps));
        if (!ran.ok) refusals.push(...ran.refusals);
      } finally {
        // Also when something breaks that never should: the robot comes first.
        refusals.push(...(await restore(sweep.value, safety, groups)));
        rememberShown(this.#context, set.declarations, run.shown);
      }
      return this.#end(handle, refusals, tablePath, table.rows.length);
    } finally {
      await safety.close();
      set.close();
    }
  }

  /** From here on a watchdog puts the knobs back if this process dies. */
  async #spread(
    safety: SafetyNet,
    { knobs, before }: Sweep,
    { set, processes }: { set: KnobSet; processes: KnownProcesses },
  ): Promise<Result<void>> {
    const { node, parameters } = this.#context;
    return safety.spread({
      declarations: knobs.declarations,
      held: before,
      adaptorNode: node.resolveTopicName(parameters.values.adaptor as string),
      cpuGroup: parameters.values.cpu_group as string,
      processes,
      levels: await set.levels(Object.keys(before)),
    });
  }

  #openSpec(
    { specPath }: CharacterizeGoal,
    backends: { groups: OwnGroups; processes: KnownProcesses },
  ): Result<OpenedSpec> {
    const { node, parameters } = this.#context;
    const written = readSpecFile(specPath);
    if (!written.ok) return written;
    const spec = resolveNames(written.value, node.namespace());
    const group = parameters.values.cpu_group as string;
    const budget = group === '' ? undefined : attachCpuBudget(group);
    const { knobs: set, absent } = KnobSet.open(spec.knobs, {
      node,
      adaptorNode: node.resolveTopicName(parameters.values.adaptor as string),
      cpuBudget: budget?.ok ? budget.value : undefined,
      ...backends,
    });
    const why = budget && !budget.ok ? budget.refusals : [];
    return accept({ set, spec, absent: [...absent, ...(absent.length > 0 ? why : [])] });
  }

  #runOf(
    handle: ServerGoalHandle,
    { settleMs, windowMs }: CharacterizeGoal,
    { knobs, table, steps }: Sweep,
    signal: AbortSignal,
  ): Characterization {
    return new Characterization({
      knobs,
      table,
      timing: { settleMs, windowMs },
      snapshot: (ms) => this.#profiler.snapshot(ms),
      sleep: (ms) => sleep(this.#context, ms, signal),
      signal,
      clock: this.#context.clock,
      onProgress: ({ done, settings, phase }) => {
        const configuration = settingsToMessage(settings);
        handle.publishFeedback({ done, total: steps.length, configuration, phase });
      },
    });
  }

  /** Has the profiler watch what the spec measures for as long as `act` takes. */
  async #whileWatching(spec: Spec, act: () => Promise<Result<void>>): Promise<Result<void>> {
    const lists = () => this.#context.parameters.values as { topics: string[]; paths: string[] };
    const before = lists();
    const watched = await this.#profiler.watch(spec);
    if (!watched.ok) return watched;
    const added = {
      topics: lists().topics.filter((topic) => !before.topics.includes(topic)),
      paths: lists().paths.filter((path) => !before.paths.includes(path)),
    };
    try {
      return await act();
    } finally {
      await this.#parameters.removeFromLists(added);
    }
  }

  #end(handle: ServerGoalHandle, refusals: Refusal[], tablePath: string, rows: number): Message {
    for (const refusal of refusals) this.#context.log.warn(formatRefusal(refusal));
    if (handle.isCancelRequested) handle.canceled();
    else if (refusals.length === 0) handle.succeed();
    else handle.abort();
    return { ...answer(refusals), table_path: tablePath, rows };
  }
}

/** Everything that can be refused is refused here, before any knob is turned. */
async function prepareSweep(goal: CharacterizeGoal, opened: OpenedSpec): Promise<Result<Sweep>> {
  const found = await readKnobs(opened.set.actuators);
  const plan = planSweep(goal, opened, found);
  if (!plan.ok) return plan;
  const { swept, steps } = plan.value;
  const knobs = only(swept, opened.set);
  const { design, repeats, settleMs, windowMs } = goal;
  const withUnits = swept.map((knob) => ({ ...knob, unit: unitOf(knob, knobs) }));
  const head = profileTableHead({ swept: withUnits, design, repeats, settleMs, windowMs, found });
  const table = ProfileTableFile.open(goal.tablePath, head);
  if (!table.ok) return table;
  const before = Object.fromEntries(swept.map(({ name }) => [name, found[name] as KnobValue]));
  return accept({ knobs, before, steps, table: table.value });
}

/** Puts the knobs back, takes the groups away and completes the table; says what could not be done. The way back stays on disk until it has been gone. */
async function restore(
  { knobs, before, table }: Sweep,
  safety: SafetyNet,
  groups: OwnGroups,
): Promise<Refusal[]> {
  const stuck = await putBack(knobs, before);
  const left = (await groups.release()).map((group): Refusal => {
    return { code: 'TT_NOT_PUT_BACK', reason: `the CPU group ${group} cannot be taken away`, found: group };
  });
  if (stuck.length === 0) safety.gather();
  const closed = table.close();
  return [...stuck, ...left, ...(closed.ok ? [] : closed.refusals)];
}

function planSweep(
  { sweep, design, repeats }: CharacterizeGoal,
  { spec, set, absent }: OpenedSpec,
  found: Configuration,
): Result<{ swept: SweptKnob[]; steps: SweepStep[] }> {
  const swept = parseSweep(spec.knobs, sweep);
  if (!swept.ok) return swept;
  const names = swept.value.map(({ name }) => name);
  if (names.some((name) => !set.actuators.has(name))) return refuse(...absent);
  const unread = names.filter((name) => found[name] === undefined);
  if (unread.length > 0) return refuse(...unread.map(unreadable));
  const steps = expandSweep(set.declarations, { swept: swept.value, design, repeats, found });
  return steps.ok ? accept({ swept: swept.value, steps: steps.value }) : steps;
}

/** Those that are swept; the others of the set stay as they are, and are partners like any other. */
function only(swept: readonly SweptKnob[], set: KnobSet): SweptKnobs {
  const { declarations, actuators } = set;
  const isSwept = (name: string) => swept.some((knob) => knob.name === name);
  const coupled = new Set(
    declarations.flatMap(({ name, couples = [] }) =>
      couples.length === 0 ? [] : [name, ...couples.map(({ knob }) => knob)],
    ),
  );
  const still = new Map([...actuators].filter(([name]) => coupled.has(name) && !isSwept(name)));
  return {
    declarations: declarations.filter(({ name }) => isSwept(name)),
    actuators: new Map([...actuators].filter(([name]) => isSwept(name))),
    withPartners: async (names) => {
      const partners = await set.withPartners(names);
      if (!partners.ok) return partners;
      return accept({ ...partners.value, values: { ...(await readKnobs(still)), ...partners.value.values } });
    },
  };
}

function unitOf({ name }: SweptKnob, { declarations }: SweptKnobs): string {
  return declarations.find((declaration) => declaration.name === name)?.unit ?? '';
}

function unreadable(name: string): Refusal {
  return {
    code: 'TT_KNOB_UNREACHABLE',
    reason: `${name} cannot be read`,
    found: name,
    accepted: 'a running target',
  };
}

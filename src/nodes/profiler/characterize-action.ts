import { rmSync } from 'node:fs';
import type { Configuration, KnobValue } from '../../core/knobs/knob.ts';
import { expandSweep, parseSweep, type SweepStep } from '../../core/knobs/sweep.ts';
import { profileTableHead } from '../../core/measure/profile-table.ts';
import { accept, formatRefusal, type Refusal, type Result, refuse } from '../../core/refusal.ts';
import { resolveNames } from '../../core/spec/resolve-names.ts';
import type { Spec } from '../../core/spec/spec.ts';
import { attachCpuBudget } from '../../io/platform/cpu-budget.ts';
import { LastGoodFile } from '../../io/recording/last-good.ts';
import { ProfileTableFile } from '../../io/recording/profile-table.ts';
import { readSpecFile } from '../../io/spec-file.ts';
import type { Message, NodeContext, ServerGoalHandle } from '../../ros/index.ts';
import { sleep } from '../sleep.ts';
import { KnobSet } from '../tuner/knob-set.ts';
import { answer, settingsToMessage } from '../tuner/messages.ts';
import { ProfilerClient } from '../tuner/profiler-client.ts';
import { Characterization, putBack, readKnobs, type SweptKnobs } from './characterization.ts';
import { type CharacterizeGoal, readGoal } from './characterize-goal.ts';

const goalAccepted = 2;
const goalRejected = 1;
const cancelAccepted = 2;
const cancelPollMs = 100;

/** What a goal needs once everything about it is checked; nothing is changed yet. */
type Sweep = {
  spec: Spec;
  knobs: SweptKnobs;
  before: Configuration;
  steps: SweepStep[];
  table: ProfileTableFile;
};

/** The action `~/characterize`. It asks the profiler for profiles by its services, as any client would. */
export class CharacterizeAction {
  readonly #context: NodeContext;
  readonly #profiler: ProfilerClient;
  #work: { abort: AbortController; ended: Promise<unknown> } | undefined;

  constructor(context: NodeContext) {
    this.#context = context;
    this.#profiler = new ProfilerClient({
      node: context.node,
      nodeName: context.node.getFullyQualifiedName(),
    });
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
    const knobs = this.#openKnobs(goal.value);
    if (!knobs.ok) return this.#end(handle, knobs.refusals, tablePath, 0);
    try {
      const beforeFile = new LastGoodFile(`${tablePath}.before.json`);
      const sweep = await this.#prepare(goal.value, knobs.value, beforeFile);
      if (!sweep.ok) return this.#end(handle, sweep.refusals, tablePath, 0);
      const refusals = await this.#sweep(handle, goal.value, sweep.value, beforeFile, signal);
      return this.#end(handle, refusals, tablePath, sweep.value.table.rows.length);
    } finally {
      knobs.value.set.close();
    }
  }

  #openKnobs({ specPath }: CharacterizeGoal): Result<{ set: KnobSet; spec: Spec; absent: Refusal[] }> {
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
    });
    const why = budget && !budget.ok ? budget.refusals : [];
    return accept({ set, spec, absent: [...absent, ...(absent.length > 0 ? why : [])] });
  }

  /** Everything that can be refused is refused here, before any knob is turned. */
  async #prepare(
    goal: CharacterizeGoal,
    { set, spec, absent }: { set: KnobSet; spec: Spec; absent: Refusal[] },
    beforeFile: LastGoodFile,
  ): Promise<Result<Sweep>> {
    const swept = parseSweep(spec.knobs, goal.sweep);
    if (!swept.ok) return swept;
    const names = swept.value.map(({ name }) => name);
    if (names.some((name) => !set.actuators.has(name))) return refuse(...absent);
    const left = beforeFile.load();
    if (!left.ok) return left;
    // A sweep that was killed left its last setting in force; what it had found is what is to be put back.
    const found = { ...(await readKnobs(set.actuators)), ...left.value?.configuration };
    const unread = names.filter((name) => found[name] === undefined);
    if (unread.length > 0) return refuse(...unread.map(unreadable));
    const { design, repeats, settleMs, windowMs } = goal;
    const steps = expandSweep(set.declarations, { swept: swept.value, design, repeats, found });
    if (!steps.ok) return steps;
    const watched = await this.#profiler.watch(spec);
    if (!watched.ok) return watched;
    const declarations = set.declarations.filter(({ name }) => names.includes(name));
    const unitOf = (name: string) => declarations.find((each) => each.name === name)?.unit ?? '';
    const withUnits = swept.value.map((knob) => ({ ...knob, unit: unitOf(knob.name) }));
    const head = profileTableHead({ swept: withUnits, design, repeats, settleMs, windowMs, found });
    const table = ProfileTableFile.open(goal.tablePath, head);
    if (!table.ok) return table;
    const actuators = new Map([...set.actuators].filter(([name]) => names.includes(name)));
    const before = Object.fromEntries(names.map((name) => [name, found[name] as KnobValue]));
    const saved = beforeFile.save({ configuration: before, savedMs: Date.now() });
    if (saved.ok)
      return accept({
        spec,
        knobs: { declarations, actuators },
        before,
        steps: steps.value,
        table: table.value,
      });
    table.value.close();
    return saved;
  }

  /** Runs the sweep; whatever happens, the knobs are put back and the table is whole. */
  async #sweep(
    handle: ServerGoalHandle,
    { settleMs, windowMs }: CharacterizeGoal,
    { knobs, before, steps, table }: Sweep,
    beforeFile: LastGoodFile,
    signal: AbortSignal,
  ): Promise<Refusal[]> {
    const run = new Characterization({
      knobs,
      table,
      timing: { settleMs, windowMs },
      snapshot: (ms) => this.#profiler.snapshot(ms),
      sleep: (ms) => sleep(this.#context, ms, signal),
      clock: this.#context.clock,
      onProgress: ({ done, settings, phase }) =>
        handle.publishFeedback({
          done,
          total: steps.length,
          configuration: settingsToMessage(settings),
          phase,
        }),
    });
    const refusals: Refusal[] = [];
    try {
      const ran = await run.run(steps);
      if (!ran.ok) refusals.push(...ran.refusals);
    } catch (error) {
      refusals.push({ code: 'TT_FILE_UNWRITABLE', reason: `the table cannot be written: ${String(error)}` });
    }
    const stuck = await putBack(knobs, before);
    if (stuck.length === 0) rmSync(beforeFile.path, { force: true });
    const closed = table.close();
    return [...refusals, ...stuck, ...(closed.ok ? [] : closed.refusals)];
  }

  #end(handle: ServerGoalHandle, refusals: Refusal[], tablePath: string, rows: number): Message {
    for (const refusal of refusals) this.#context.log.warn(formatRefusal(refusal));
    if (handle.isCancelRequested) handle.canceled();
    else if (refusals.length === 0) handle.succeed();
    else handle.abort();
    return { ...answer(refusals), table_path: tablePath, rows };
  }
}

function unreadable(name: string): Refusal {
  return {
    code: 'TT_KNOB_UNREACHABLE',
    reason: `${name} cannot be read`,
    found: name,
    accepted: 'a running target',
  };
}

import type { Clock } from '../../core/clock.ts';
import { orderChanges } from '../../core/knobs/change-order.ts';
import type { Actuator, Configuration, KnobDeclaration, KnobValue } from '../../core/knobs/knob.ts';
import type { WithPartners } from '../../core/knobs/partners.ts';
import type { SweepStep } from '../../core/knobs/sweep.ts';
import {
  applyTransaction,
  planTransaction,
  type TransactionReport,
  putBack as writeBack,
} from '../../core/knobs/transaction.ts';
import { holds, judge } from '../../core/knobs/verdict.ts';
import { flatMetrics, metricName } from '../../core/measure/flat-metrics.ts';
import type { Profile } from '../../core/measure/profile.ts';
import type { ProfileRow } from '../../core/measure/profile-table.ts';
import { accept, type Refusal, type Result, refuse } from '../../core/refusal.ts';
import type { ProfileTableFile } from '../../io/recording/profile-table.ts';
import type { Shown } from '../tuner/learn.ts';

/** The swept knobs, with an actuator each. */
export type SweptKnobs = {
  declarations: readonly KnobDeclaration[];
  actuators: ReadonlyMap<string, Actuator>;
  /** The knobs with what those of some names must fit beside them. */
  withPartners(names: Iterable<string>): Promise<Result<WithPartners>>;
};

/** Where a sweep stands: rows that are in the table, and what is done for the next one. */
export type SweepProgress = {
  done: number;
  settings: Configuration;
  phase: 'applying' | 'settling' | 'measuring';
};

const cancelled: Refusal = { code: 'TT_CANCELLED', reason: 'the sweep was broken off' };

/** Visits the settings of a sweep: turns the knobs, waits, measures, and adds a row for each to the table. */
export class Characterization {
  readonly #knobs: SweptKnobs;
  readonly #table: Pick<ProfileTableFile, 'has' | 'add' | 'rows'>;
  readonly #timing: { settleMs: number; windowMs: number };
  readonly #snapshot: (windowMs: number) => Promise<Result<Profile>>;
  readonly #sleep: (ms: number) => Promise<boolean>;
  readonly #signal: AbortSignal;
  readonly #clock: Clock;
  readonly #onProgress: (progress: SweepProgress) => void;
  readonly #shown: Shown[] = [];

  constructor(options: {
    knobs: SweptKnobs;
    table: Pick<ProfileTableFile, 'has' | 'add' | 'rows'>;
    timing: { settleMs: number; windowMs: number };
    /** The profile of the last `windowMs`. */
    snapshot: (windowMs: number) => Promise<Result<Profile>>;
    /** False when `signal` broke the wait off. */
    sleep: (ms: number) => Promise<boolean>;
    signal: AbortSignal;
    clock: Clock;
    onProgress: (progress: SweepProgress) => void;
  }) {
    this.#knobs = options.knobs;
    this.#table = options.table;
    this.#timing = options.timing;
    this.#snapshot = options.snapshot;
    this.#sleep = options.sleep;
    this.#signal = options.signal;
    this.#clock = options.clock;
    this.#onProgress = options.onProgress;
  }

  /** What the visits have shown of the knobs that they turned, and which values were refused. */
  get shown(): readonly Shown[] {
    return this.#shown;
  }

  /**
   * Measures every visit whose row is not in the table yet. A value that its target refuses is a row without
   * measurements; a target that does not answer, a full disk or a cancel ends the sweep and leaves the knobs as
   * they are.
   */
  async run(steps: readonly SweepStep[]): Promise<Result<void>> {
    for (const step of steps) {
      if (this.#table.has(step)) continue;
      const row = await this.#visit(step);
      if (!row.ok) return row;
      const added = this.#add(row.value);
      if (!added.ok) return added;
    }
    return accept(undefined);
  }

  #add(row: ProfileRow): Result<void> {
    try {
      return accept(this.#table.add(row));
    } catch (error) {
      const reason = `the table cannot be written: ${(error as Error).message}`;
      return refuse({ code: 'TT_FILE_UNWRITABLE', reason });
    }
  }

  async #visit(step: SweepStep): Promise<Result<ProfileRow>> {
    if (this.#signal.aborted) return refuse(cancelled);
    this.#report(step, 'applying');
    const report = await this.#apply(step.settings);
    if (!report.ok) return report;
    // Of a transaction that was put back only what refused its value has shown anything.
    this.#shown.push(...report.value.writes.filter(({ verdict }) => verdict.outcome === 'rejected'));
    if (!report.value.applied) return this.#refusedRow(step, report.value);
    this.#report(step, 'settling');
    if (!(await this.#sleep(this.#timing.settleMs))) return refuse(cancelled);
    this.#report(step, 'measuring');
    if (!(await this.#sleep(this.#timing.windowMs))) return refuse(cancelled);
    const profile = await this.#snapshot(this.#timing.windowMs);
    if (!profile.ok) return profile;
    const row = await this.#row(step, profile.value);
    const turned = report.value.writes.map(({ name }) => name);
    this.#shown.push(...row.verdicts.filter(({ name }) => turned.includes(name)));
    return accept(row);
  }

  async #apply(settings: Configuration): Promise<Result<TransactionReport>> {
    const partners = await this.#knobs.withPartners(Object.keys(settings));
    if (!partners.ok) return partners;
    const { declarations, values } = partners.value;
    const held = await readKnobs(this.#knobs.actuators);
    const plan = planTransaction(declarations, { ...held, ...values }, settings);
    return plan.ok ? accept(await applyTransaction(this.#knobs.actuators, plan.value)) : plan;
  }

  /** Only a refusal of the value itself is a finding; what could not be reached or put back ends the sweep. */
  #refusedRow(step: SweepStep, { writes, stuck }: TransactionReport): Result<ProfileRow> {
    const refusals = [
      ...writes.flatMap(({ name, verdict }) =>
        verdict.outcome === 'unreachable' ? [unreachable(name, verdict.reason)] : [],
      ),
      ...stuck.map(({ name, reason }) => unreachable(name, `could not be put back: ${reason}`)),
    ];
    if (refusals.length > 0) return refuse(...refusals);
    const verdicts = writes.map(({ name, requested, verdict }) => ({
      name,
      requested: String(requested),
      verdict,
    }));
    return accept({ ...step, verdicts, endMs: this.#clock.nowMs(), windowMs: 0, metrics: {} });
  }

  async #row(step: SweepStep, profile: Profile): Promise<ProfileRow> {
    const held = await readKnobs(this.#knobs.actuators);
    const verdicts = this.#knobs.declarations.map((declaration) => {
      const { name } = declaration;
      const requested = step.settings[name] as KnobValue;
      return {
        name,
        requested: String(requested),
        verdict: judge(declaration, requested, held[name], profile),
      };
    });
    const metrics = flatMetrics(profile).map((metric) => [metricName(metric), metric.value]);
    const { endMs, windowMs } = profile;
    return { ...step, verdicts, endMs, windowMs, metrics: Object.fromEntries(metrics) };
  }

  #report({ settings }: SweepStep, phase: SweepProgress['phase']): void {
    this.#onProgress({ done: this.#table.rows.length, settings, phase });
  }
}

/** What every knob holds now; a knob that cannot be read is left out. */
export async function readKnobs(actuators: ReadonlyMap<string, Actuator>): Promise<Configuration> {
  const held: Configuration = {};
  for (const [name, actuator] of actuators) {
    const value = await actuator.read();
    if (value !== undefined) held[name] = value;
  }
  return held;
}

/**
 * Puts knobs back to what they held, limits raised first and lowered last. Each is tried, also after another
 * failed, and also a value outside the knob's own range, as a robot may have been found with one. Says which
 * could not be put back.
 */
export async function putBack(knobs: SweptKnobs, before: Configuration): Promise<Refusal[]> {
  const held = await readKnobs(knobs.actuators);
  const changes = knobs.declarations.flatMap((declaration) => {
    const to = before[declaration.name];
    const from = held[declaration.name];
    const isBack = to === undefined || (from !== undefined && holds(to, from));
    return isBack ? [] : [{ declaration, from: from ?? to, to }];
  });
  const steps = orderChanges(knobs.declarations, held, changes) ?? changes.map((change) => [change]);
  const stuck = await writeBack(knobs.actuators, steps);
  return stuck.map(({ name, reason }) => unreachable(name, `could not be put back: ${reason}`));
}

function unreachable(name: string, reason: string): Refusal {
  return { code: 'TT_KNOB_UNREACHABLE', reason: `${name}: ${reason}`, found: name };
}

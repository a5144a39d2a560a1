import type { Clock } from '../clock.ts';
import { type Random, shuffled } from '../random.ts';
import { Scheduler } from './engine.ts';
import type { FateRecord } from './ledger.ts';
import type { PolicyId } from './policies/index.ts';
import type { Decision } from './policy.ts';
import type { ExecutionOutcome, SchedulerOptions } from './ports.ts';
import { type Fate, fates, type ModelProfile, type Variant } from './task.ts';
import { type SimulatedService, simulatedExecutor, VirtualTimeline } from './virtual-time.ts';

/** Four of the published models (arXiv 2412.20860): hazard vest, mask detection, body pose, distance to VIP. */
export const mediumModels: ModelProfile[] = [
  { id: 'HV', deadlineMs: 650, edgeMs: 174, cloudMs: 398, benefit: 125, edgeCost: 1, cloudCost: 25 },
  { id: 'MD', deadlineMs: 850, edgeMs: 142, cloudMs: 589, benefit: 75, edgeCost: 1, cloudCost: 15 },
  { id: 'BP', deadlineMs: 900, edgeMs: 244, cloudMs: 542, benefit: 40, edgeCost: 2, cloudCost: 43 },
  { id: 'DEV', deadlineMs: 750, edgeMs: 172, cloudMs: 429, benefit: 100, edgeCost: 1, cloudCost: 26 },
];

/** A result that says when it was made. */
export function resultIn(afterMs: number): SimulatedService<string> {
  return { afterMs, outcome: { kind: 'result', value: 'done' } satisfies ExecutionOutcome<string> };
}

/** A scheduler in virtual time that records what happens. */
export type Bench = {
  timeline: VirtualTimeline;
  scheduler: Scheduler<string, string>;
  decisions: Decision[];
  records: FateRecord[];
  values: (string | undefined)[];
};

/** What becomes of an execution, by model, time and variant. */
type Service = (model: string, nowMs: number, variant: Variant) => SimulatedService<string>;

/** How a bench differs from the published settings. */
export type BenchOptions = Partial<
  Pick<
    SchedulerOptions<string, string>,
    | 'models'
    | 'reading'
    | 'times'
    | 'edgeMaxInFlight'
    | 'cloudMaxInFlight'
    | 'queueLimit'
    | 'cloudGraceMs'
    | 'edgePollMs'
    | 'estimator'
    | 'explainLimit'
  >
> & {
  policy: PolicyId;
  edge?: Service;
  cloud?: Service;
};

/** Sets a bench up; without services, executions take the profile's times. */
export function benchOf({ policy, models = mediumModels, edge, cloud, ...rest }: BenchOptions): Bench {
  const timeline = new VirtualTimeline();
  const decisions: Decision[] = [];
  const records: FateRecord[] = [];
  const values: (string | undefined)[] = [];
  const edgeService: Service = edge ?? ((_model, _nowMs, { edgeMs }) => resultIn(edgeMs));
  const cloudService: Service = cloud ?? ((_model, _nowMs, { cloudMs }) => resultIn(cloudMs));
  const scheduler: Scheduler<string, string> = new Scheduler({
    clock: timeline,
    models,
    policy,
    edge: simulatedExecutor(timeline, (task, _payload, variant) =>
      edgeService(task.model, timeline.nowMs(), variant),
    ),
    cloud: simulatedExecutor(timeline, (task, _payload, variant) =>
      cloudService(task.model, timeline.nowMs(), variant),
    ),
    wakeAt: timeline.wakeUp(() => scheduler.advance()),
    onDecision: (decision) => decisions.push(decision),
    onFate: (record, value) => {
      records.push(record);
      values.push(value);
    },
    ...rest,
  });
  return { timeline, scheduler, decisions, records, values };
}

/** Every drone sends one task per model and second, the models in a new order each time, as published. */
export function submitSegments(
  bench: Bench,
  options: { drones: number; seconds: number; random: Random },
): void {
  const { timeline, scheduler } = bench;
  for (let drone = 0; drone < options.drones; drone++) {
    const phaseMs = Math.floor(options.random.next() * 1000);
    for (let second = 0; second < options.seconds; second++) {
      const createdMs = phaseMs + second * 1000;
      const order = shuffled(mediumModels, options.random);
      timeline.at(createdMs, () => {
        for (const { id } of order)
          scheduler.submit({ source: `drone${drone}`, model: id, createdMs }, 'image');
      });
    }
  }
}

/** How many tasks ended in each fate; fates that did not occur are left out. */
export function countFates(records: readonly FateRecord[]): Partial<Record<Fate, number>> {
  const counts: Partial<Record<Fate, number>> = {};
  for (const fate of fates) {
    const count = records.filter((record) => record.fate === fate).length;
    if (count > 0) counts[fate] = count;
  }
  return counts;
}

/** A timeline whose clock can be made to jump, which what is planned does not heed. */
export class JumpyTime implements Clock {
  readonly #timeline = new VirtualTimeline();
  #offsetMs: number;

  constructor(startMs = 1e7) {
    this.#offsetMs = startMs;
  }

  nowMs(): number {
    return this.#timeline.nowMs() + this.#offsetMs;
  }

  jump(byMs: number): void {
    this.#offsetMs += byMs;
  }

  run(forMs: number): void {
    this.#timeline.runUntil(this.#timeline.nowMs() + forMs);
  }

  after(waitMs: number, action: () => void): void {
    this.#timeline.at(this.#timeline.nowMs() + waitMs, action);
  }

  /** A `wakeAt` port, as of a timer that is set by this clock and then runs on its own. */
  wakeUp(action: () => void): (timeMs: number | undefined) => void {
    const wake = this.#timeline.wakeUp(action);
    return (timeMs) => wake(timeMs === undefined ? undefined : timeMs - this.#offsetMs);
  }
}

import type { Random } from '../../src/core/random.ts';
import {
  type BatchProfile,
  batchFactor,
  type ExecutionOutcome,
  type ExecutorPort,
  type Task,
  type Variant,
  type VirtualTimeline,
} from '../../src/core/schedule/index.ts';
import type { SimulatedCloud } from './cloud-pool.ts';
import { overheadSource } from './overhead.ts';
import type { EdgePlan, Scenario } from './scenario.ts';
import { passage } from './simulated-network.ts';

/** What an execution on a broken accelerator takes to fail. */
const failureMs = 20;

/** What the executors of an edge are made for. */
type Place = { scenario: Scenario; edge: EdgePlan; timeline: VirtualTimeline; random: Random };

/** Runs tasks of one model together; `done` is told the outcome that all of them have. */
type Run = (
  tasks: { model: string; variant: Variant; size: number },
  done: (outcome: ExecutionOutcome<true>) => void,
) => void;

/** An edge's accelerators: a model's time, times what a batch takes, and an overhead; and their failures. */
export function edgeExecutor({ scenario, edge, timeline, random }: Place): ExecutorPort<undefined, true> {
  const overheadMs = overheadSource(scenario.edgeOverhead, random);
  const failures = scenario.failures.filter((failure) => 'edge' in failure && failure.edge === edge.name);
  return executor(({ variant, size }, done) => {
    const nowMs = timeline.nowMs();
    if (failures.some(({ fromMs, toMs }) => nowMs >= fromMs && nowMs < toMs)) {
      timeline.at(nowMs + failureMs, () => done({ kind: 'failed', reason: 'the accelerator has failed' }));
      return;
    }
    const tookMs = batchMs(variant.edgeMs, size, edge.batch) + overheadMs();
    timeline.at(nowMs + tookMs, () => done({ kind: 'result', value: true }));
  });
}

/** The way to the cloud and what it takes there: the network, the pool, the model's time and an overhead. */
export function cloudExecutor({
  scenario,
  edge,
  timeline,
  random,
  cloud,
}: Place & { cloud: SimulatedCloud }): ExecutorPort<undefined, true> {
  const overheadMs = overheadSource(scenario.cloud.overhead, random);
  const images = new Map<Variant, string>();
  return executor(({ model, variant, size }, done) => {
    const payloadKb = size * (variant.payloadKb ?? scenario.payloadKb);
    const through = passage(scenario, edge.name, timeline.nowMs(), payloadKb);
    // What is lost on its way is given up by the scheduler when its time of grace is over.
    if (through === 'lost') return;
    const tookMs = batchMs(variant.cloudMs, size, scenario.cloud.batch) + overheadMs() + through.delayMs;
    const image = images.get(variant) ?? `${model}/${variant.id}`;
    images.set(variant, image);
    cloud.call(image, timeline.nowMs(), (coldMs) => {
      timeline.at(timeline.nowMs() + coldMs + tookMs, () => {
        cloud.ended(image, timeline.nowMs());
        done({ kind: 'result', value: true });
      });
    });
  });
}

function executor(run: Run): ExecutorPort<undefined, true> {
  return {
    execute: ({ model }: Task, _payload, done, variant) => run({ model, variant, size: 1 }, done),
    executeBatch(batch, done, variant) {
      const { model } = batch[0].task;
      run({ model, variant, size: batch.length }, (outcome) => done(batch.map(() => outcome)));
    },
  };
}

function batchMs(oneMs: number, size: number, batch: BatchProfile | undefined): number {
  return batch === undefined ? oneMs : oneMs * batchFactor(size, batch);
}

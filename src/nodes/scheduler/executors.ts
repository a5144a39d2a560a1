import type { Clock } from '../../core/clock.ts';
import type { Detection, RgbImage } from '../../core/perception/detection.ts';
import type { Result } from '../../core/refusal.ts';
import type { ExecutionOutcome, ExecutorPort, Task, Variant } from '../../core/schedule/index.ts';
import type { CloudClient, CloudResult } from '../../io/cloud/index.ts';
import type { Network } from '../../io/inference/index.ts';

type Payload = { image: RgbImage };
type Done = (outcome: ExecutionOutcome<Detection[]>) => void;
/** The network that runs a task as this variant of its model. */
type NetworkOf = (task: Task, variant: Variant) => Network;

/** Runs a task's network on this computer. */
export class EdgeExecutor implements ExecutorPort<Payload, Detection[]> {
  readonly #networkOf: NetworkOf;

  constructor(networkOf: NetworkOf) {
    this.#networkOf = networkOf;
  }

  execute(task: Task, { image }: Payload, done: Done, variant: Variant): void {
    this.#networkOf(task, variant)
      .infer(image)
      .then(
        ({ detections }) => done({ kind: 'result', value: detections }),
        (error: unknown) => done({ kind: 'failed', reason: String(error) }),
      );
  }
}

/** Sends a task's image, scaled to the network's input, to a cloud worker, which knows the network by its name. */
export class CloudExecutor implements ExecutorPort<Payload, Detection[]> {
  readonly #networkOf: NetworkOf;
  readonly #client: Pick<CloudClient, 'submit'>;
  readonly #clock: Clock;

  constructor({
    networkOf,
    client,
    clock,
  }: { networkOf: NetworkOf; client: Pick<CloudClient, 'submit'>; clock: Clock }) {
    this.#networkOf = networkOf;
    this.#client = client;
    this.#clock = clock;
  }

  execute(task: Task, { image }: Payload, done: Done, variant: Variant): void {
    const { manifest, prepare } = this.#networkOf(task, variant);
    // The worker counts in the system's clock, the node perhaps in a simulated one: the remaining time carries over.
    const deadlineEpochMs = Date.now() + task.deadlineMs - this.#clock.nowMs();
    const { width: inputWidth, height: inputHeight } = manifest.input;
    void this.#client
      .submit({
        taskId: task.id,
        model: variant.id,
        inputWidth,
        inputHeight,
        deadlineEpochMs,
        input: prepare(image),
      })
      .then((result) => done(outcomeOf(result)));
  }
}

function outcomeOf(result: Result<CloudResult>): ExecutionOutcome<Detection[]> {
  if (result.ok) return { kind: 'result', value: result.value.detections };
  const [refusal] = result.refusals;
  return {
    kind: refusal?.code === 'TT_CLOUD_EXPIRED' ? 'expired' : 'failed',
    reason: refusal?.reason ?? 'no reason given',
  };
}

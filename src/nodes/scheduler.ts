import { join } from 'node:path';
import { RateGate } from '../core/knobs/rate-gate.ts';
import type { Detection, RgbImage } from '../core/perception/detection.ts';
import { accept, type Refusal, type Result, refuse } from '../core/refusal.ts';
import {
  type Decision,
  type FateRecord,
  isPolicyId,
  type ModelProfile,
  Scheduler,
  utilityOf,
} from '../core/schedule/index.ts';
import { CloudClient } from '../io/cloud/index.ts';
import { type Network, openByParameter } from '../io/inference/index.ts';
import {
  detectionsToMessage,
  type Message,
  msToStamp,
  type NodeContext,
  runNode,
  type StampedImage,
  stampToMs,
} from '../ros/index.ts';
import { CloudExecutor, EdgeExecutor } from './scheduler/executors.ts';
import { modelProfile, schedulerParameters } from './scheduler/parameters.ts';

const statsPeriodMs = 500;

/** See docs/scheduler.md. */
void runNode({ name: 'scheduler', parameters: schedulerParameters, prepare });

async function prepare(context: NodeContext): Promise<Result<SchedulerNode>> {
  const { values } = context.parameters;
  const networks = new Map<string, Network>();
  const refusals: Refusal[] = [];
  const open = async (model: string) => {
    const manifestFile = join(values.models_dir as string, `${model}.json`);
    const network = await openByParameter(context, `models.${model}.placement`, manifestFile);
    if (network.ok) networks.set(model, network.value);
    else refusals.push(...network.refusals);
  };
  await Promise.all([...new Set(values.models as string[])].map(open));
  const cloud =
    refusals.length > 0 ? undefined : await CloudClient.connect({ url: values.broker_url as string });
  if (cloud && !cloud.ok) refusals.push(...cloud.refusals);
  if (!cloud?.ok) {
    for (const network of networks.values()) await network.close();
    return refuse(...refusals);
  }
  return accept(new SchedulerNode(context, networks, cloud.value));
}

type Payload = { image: RgbImage };

class SchedulerNode {
  readonly #context: NodeContext;
  readonly #networks: Map<string, Network>;
  readonly #cloud: CloudClient;
  readonly #models: ModelProfile[];
  readonly #gates = new Map<string, RateGate>();
  readonly #scheduler: Scheduler<Payload, Detection[]>;
  readonly #result;
  readonly #decision;
  readonly #stats;
  #wake: NodeJS.Timeout | undefined;

  constructor(context: NodeContext, networks: Map<string, Network>, cloud: CloudClient) {
    const { parameters: server, clock } = context;
    this.#context = context;
    this.#networks = networks;
    this.#cloud = cloud;
    this.#models = [...new Set(server.values.models as string[])].map((id) =>
      modelProfile(id, server.values),
    );
    for (const { id } of this.#models)
      this.#gates.set(id, new RateGate(server.values[`models.${id}.rate_hz`] as number));
    this.#scheduler = new Scheduler<Payload, Detection[]>({
      clock,
      models: this.#models,
      policy: policyId(server.values.policy),
      edge: new EdgeExecutor(networks),
      cloud: new CloudExecutor({ networks, client: cloud, clock }),
      wakeAt: (timeMs) => this.#wakeAt(timeMs),
      onDecision: (decision) => this.#publishDecision(decision),
      onFate: (record, detections) => this.#publishFate(record, detections),
      queueLimit: 8,
      estimator: { probeEveryMs: server.values.probe_every_ms as number },
    });
    this.#result = context.publisher('trimtab_msgs/msg/TaskResult', '~/result', 'event');
    this.#decision = context.publisher('trimtab_msgs/msg/Decision', '~/decision', 'event');
    this.#stats = context.publisher('trimtab_msgs/msg/SchedulerStats', '~/stats', 'state');
    context.subscribeImages('image_raw', (image) => this.#image(image));
    context.service('trimtab_msgs/srv/Explain', '~/explain', (request) => this.#explain(request));
    context.every(statsPeriodMs, () => this.#publishStats());
    server.onChange((values, changed) => {
      if (changed.includes('policy')) this.#scheduler.setPolicy(policyId(values.policy));
      for (const [id, gate] of this.#gates) gate.setRate(values[`models.${id}.rate_hz`] as number);
    });
  }

  async close(): Promise<void> {
    this.#scheduler.stop();
    clearTimeout(this.#wake);
    await this.#cloud.close();
    for (const network of this.#networks.values()) await network.close();
  }

  #image({ stamp, frameId, image }: StampedImage): void {
    const nowMs = this.#context.clock.nowMs();
    const createdMs = stampToMs(stamp);
    for (const { id } of this.#models) {
      if (!this.#gates.get(id)?.admit(nowMs)) continue;
      const submitted = this.#scheduler.submit({ source: frameId, model: id, createdMs }, { image });
      if (!submitted.ok) this.#context.log.warn(submitted.refusals.map(({ reason }) => reason).join('; '));
    }
  }

  /** Deadlines count in the node's clock; a timer of the process is only a hint to look at it. */
  #wakeAt(timeMs: number | undefined): void {
    clearTimeout(this.#wake);
    this.#wake = undefined;
    if (timeMs === undefined) return;
    const waitMs = Math.max(1, timeMs - this.#context.clock.nowMs());
    this.#wake = setTimeout(() => this.#scheduler.advance(), waitMs);
  }

  #publishDecision(decision: Decision): void {
    this.#decision.publish({
      header: { stamp: msToStamp(decision.atMs), frame_id: '' },
      task_id: BigInt(decision.taskId),
      model: decision.model,
      action: decision.action,
      policy: decision.policy,
      reason: decision.reason,
    });
  }

  #publishFate(record: FateRecord, detections: Detection[] | undefined): void {
    if (!detections) return;
    const { task, fate, atMs } = record;
    const header = { stamp: msToStamp(task.createdMs), frame_id: task.source };
    const profile = this.#models.find(({ id }) => id === task.model) as ModelProfile;
    this.#result.publish({
      header,
      task_id: BigInt(task.id),
      source: task.source,
      model: task.model,
      executor: fate.endsWith('cloud') ? 'cloud' : 'edge',
      fate,
      latency_ms: atMs - task.createdMs,
      utility: utilityOf(fate, profile),
      detections: detectionsToMessage(header, task.model, detections),
    });
  }

  #publishStats(): void {
    const stats = this.#scheduler.stats();
    this.#stats.publish({
      header: { stamp: msToStamp(this.#context.clock.nowMs()), frame_id: '' },
      policy: stats.policy,
      created: BigInt(stats.created),
      pending: BigInt(stats.pending),
      fates: Object.entries(stats.fates).map(([fate, count]) => ({ fate, count: BigInt(count) })),
      utility: stats.utility,
      edge_queue: stats.edgeQueue,
      cloud_in_flight: stats.cloudInFlight,
    });
  }

  #explain(request: Message): Message {
    const subject = String(request.subject);
    if (subject === '') return { success: true, code: '', message: JSON.stringify(this.#scheduler.stats()) };
    const explanation = this.#scheduler.explain(Number(subject));
    if (!explanation)
      return { success: false, code: 'TT_STATE', message: `task ${subject} is unknown or long past` };
    const lines = explanation.decisions.map(
      ({ action, policy, reason }) => `${policy}: ${action}: ${reason}`,
    );
    if (explanation.fate) lines.push(`${explanation.fate.fate}: ${explanation.fate.reason}`);
    return { success: true, code: '', message: lines.join('\n') };
  }
}

function policyId(value: unknown) {
  const id = String(value);
  if (!isPolicyId(id)) throw new Error(`parameter checks let the policy ${id} through`);
  return id;
}

import { RateGate } from '../core/knobs/rate-gate.ts';
import type { Detection, RgbImage } from '../core/perception/detection.ts';
import { accept, formatRefusal, type Refusal, type Result } from '../core/refusal.ts';
import {
  type Decision,
  type Explanation,
  type FateRecord,
  isPolicyId,
  type ModelProfile,
  Scheduler,
  type Variant,
} from '../core/schedule/index.ts';
import { CloudClient } from '../io/cloud/index.ts';
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
import { ModelNetworks } from './scheduler/model-networks.ts';
import { checkVariants, modelProfile } from './scheduler/model-profile.ts';
import { schedulerParameters } from './scheduler/parameters.ts';

const statsPeriodMs = 500;

/** See docs/scheduler.md. */
void runNode({ name: 'scheduler', parameters: schedulerParameters, check: checkVariants, prepare });

async function prepare(context: NodeContext): Promise<Result<SchedulerNode>> {
  const { values } = context.parameters;
  const models = [...new Set(values.models as string[])].map((id) => modelProfile(id, values));
  const networks = await ModelNetworks.open(context, models, values.models_dir as string);
  if (!networks.ok) return networks;
  const cloud = await CloudClient.connect({ url: values.broker_url as string });
  if (cloud.ok)
    return accept(new SchedulerNode({ context, models, networks: networks.value, cloud: cloud.value }));
  await networks.value.close();
  return cloud;
}

type Payload = { image: RgbImage };

type Parts = {
  context: NodeContext;
  models: readonly ModelProfile[];
  networks: ModelNetworks;
  cloud: CloudClient;
};

class SchedulerNode {
  readonly #context: NodeContext;
  readonly #networks: ModelNetworks;
  readonly #cloud: CloudClient;
  readonly #models: readonly ModelProfile[];
  readonly #gates = new Map<string, RateGate>();
  /** Why images were refused, each complained of once: with a camera's rate it would bury the rest of the log. */
  readonly #complaints = new Set<string>();
  readonly #scheduler: Scheduler<Payload, Detection[]>;
  readonly #result;
  readonly #decision;
  readonly #stats;
  #wake: NodeJS.Timeout | undefined;

  constructor({ context, models, networks, cloud }: Parts) {
    const { parameters: server, clock } = context;
    this.#context = context;
    this.#networks = networks;
    this.#cloud = cloud;
    this.#models = models;
    for (const { id } of this.#models)
      this.#gates.set(id, new RateGate(server.values[`models.${id}.rate_hz`] as number));
    this.#scheduler = new Scheduler<Payload, Detection[]>({
      clock,
      models,
      policy: policyId(server.values.policy),
      edge: new EdgeExecutor(networks.of),
      cloud: new CloudExecutor({ networkOf: networks.of, client: cloud, clock }),
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
    await this.#networks.close();
  }

  #image({ stamp, frameId, image }: StampedImage): void {
    const nowMs = this.#context.clock.nowMs();
    const createdMs = stampToMs(stamp);
    for (const { id } of this.#models) {
      if (!this.#gates.get(id)?.admit(nowMs)) continue;
      const submitted = this.#scheduler.submit({ source: frameId, model: id, createdMs }, { image });
      if (!submitted.ok) this.#complain(submitted.refusals);
    }
  }

  #complain(refusals: readonly Refusal[]): void {
    for (const refusal of refusals) {
      if (this.#complaints.has(refusal.reason)) continue;
      this.#complaints.add(refusal.reason);
      this.#context.log.warn(`image_raw: ${formatRefusal(refusal)}; said once`);
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
      network: decision.variant ?? '',
      action: decision.action,
      policy: decision.policy,
      reason: decision.reason,
    });
  }

  #publishFate(record: FateRecord, detections: Detection[] | undefined): void {
    if (!detections) return;
    const { task, fate, atMs, utility } = record;
    const { id: network } = record.variant as Variant;
    const header = { stamp: msToStamp(task.createdMs), frame_id: task.source };
    this.#result.publish({
      header,
      task_id: BigInt(task.id),
      source: task.source,
      model: task.model,
      network,
      executor: fate.endsWith('cloud') ? 'cloud' : 'edge',
      fate,
      latency_ms: atMs - task.createdMs,
      utility,
      detections: detectionsToMessage(header, network, detections),
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
    return { success: true, code: '', message: explanationText(explanation) };
  }
}

function explanationText({ decisions, fate }: Explanation): string {
  const lines = decisions.map(({ policy, action, variant, reason }) => {
    const what = variant === undefined ? action : `${action} as ${variant}`;
    return `${policy}: ${what}: ${reason}`;
  });
  if (fate) lines.push(`${fate.fate}: ${fate.variant ? `network ${fate.variant.id}: ` : ''}${fate.reason}`);
  return lines.join('\n');
}

function policyId(value: unknown) {
  const id = String(value);
  if (!isPolicyId(id)) throw new Error(`parameter checks let the policy ${id} through`);
  return id;
}

import { randomUUID } from 'node:crypto';
import type { MqttClient } from 'mqtt';
import { accept, type Result } from '../../core/refusal.ts';
import type { InferenceBackend } from './inference-backend.ts';
import { type BrokerAddress, openSession } from './mqtt-session.ts';
import {
  allTasksTopic,
  clientOfTaskTopic,
  decodeTask,
  encodeReply,
  type ReplyMessage,
  replyTopic,
  type TaskMessage,
} from './protocol.ts';

/** How the worker behaves. */
export type CloudWorkerOptions = BrokerAddress & {
  backend: InferenceBackend;
  /** Executions at a time. Default 1. */
  concurrency?: number;
  /** Most tasks that wait for an execution; one more is answered `busy`. Default 64. */
  queueLimit?: number;
};

/** Tasks so far by their answer. */
export type CloudWorkerStats = Record<ReplyMessage['status'], number>;

type Job = { clientId: string; task: TaskMessage };

/**
 * Executes the tasks that clients send through the broker and answers every one of them: done, expired (its
 * deadline had passed when it came or when its turn came), busy, or failed (unreadable, unknown model, wrong
 * size, error of the network).
 *
 * The subscription is a plain one, as the in-process broker knows no shared ones: one worker per broker.
 */
export class CloudWorker {
  readonly #session: MqttClient;
  readonly #backend: InferenceBackend;
  readonly #concurrency: number;
  readonly #queueLimit: number;
  readonly #waiting: Job[] = [];
  readonly #stats: CloudWorkerStats = { done: 0, expired: 0, busy: 0, failed: 0 };
  #running = 0;

  private constructor(session: MqttClient, options: CloudWorkerOptions) {
    this.#session = session;
    this.#backend = options.backend;
    this.#concurrency = options.concurrency ?? 1;
    this.#queueLimit = options.queueLimit ?? 64;
    session.on('message', (topic, payload) => this.#receive(clientOfTaskTopic(topic), payload));
  }

  /** Connects and takes tasks from then on; refuses with TT_BROKER_UNREACHABLE. */
  static async start(options: CloudWorkerOptions): Promise<Result<CloudWorker>> {
    const session = await openSession(options, `worker-${randomUUID()}`, allTasksTopic);
    if (!session.ok) return session;
    return accept(new CloudWorker(session.value, options));
  }

  /** A copy of the counts. */
  get stats(): CloudWorkerStats {
    return { ...this.#stats };
  }

  /** Disconnects and forgets what is waiting; the backend is left to its owner. */
  async close(): Promise<void> {
    this.#waiting.length = 0;
    await this.#session.endAsync(true);
  }

  #receive(clientId: string, payload: Buffer): void {
    const decoded = decodeTask(payload);
    if (!decoded.ok) {
      const reason = decoded.refusals.map((refusal) => refusal.reason).join('; ');
      this.#reply(clientId, { status: 'failed', taskId: decoded.taskId, reason });
      return;
    }
    const task = decoded.value;
    const { taskId } = task;
    const mismatch = this.#mismatchOf(task);
    if (mismatch !== undefined) this.#reply(clientId, { status: 'failed', taskId, reason: mismatch });
    else if (this.#waiting.length >= this.#queueLimit) {
      this.#reply(clientId, { status: 'busy', taskId, reason: `${this.#queueLimit} tasks are waiting` });
    } else {
      this.#waiting.push({ clientId, task });
      this.#startNext();
    }
  }

  #mismatchOf({ model, inputWidth, inputHeight, input }: TaskMessage): string | undefined {
    const offered = this.#backend.models.find(({ id }) => id === model);
    if (offered === undefined) {
      return `unknown model ${model}; known: ${this.#backend.models.map(({ id }) => id).join(', ')}`;
    }
    if (inputWidth !== offered.inputWidth || inputHeight !== offered.inputHeight) {
      return `${model} takes ${offered.inputWidth}x${offered.inputHeight}, not ${inputWidth}x${inputHeight}`;
    }
    const bytes = inputWidth * inputHeight * 3;
    return input.length === bytes ? undefined : `${model} takes ${bytes} bytes of RGB, not ${input.length}`;
  }

  #startNext(): void {
    while (this.#running < this.#concurrency) {
      const job = this.#waiting.shift();
      if (job === undefined) return;
      const { taskId, deadlineEpochMs } = job.task;
      const overdueMs = Date.now() - deadlineEpochMs;
      if (overdueMs >= 0) {
        const reason = `the deadline passed ${Math.round(overdueMs)} ms ago`;
        this.#reply(job.clientId, { status: 'expired', taskId, reason });
      } else {
        void this.#execute(job);
      }
    }
  }

  async #execute({ clientId, task: { taskId, model, input } }: Job): Promise<void> {
    this.#running++;
    try {
      const { detections, inferenceMs } = await this.#backend.infer(model, input);
      this.#reply(clientId, { status: 'done', taskId, detections, executeMs: inferenceMs });
    } catch (error) {
      const reason = `${model} failed: ${error instanceof Error ? error.message : String(error)}`;
      this.#reply(clientId, { status: 'failed', taskId, reason });
    } finally {
      this.#running--;
      this.#startNext();
    }
  }

  #reply(clientId: string, reply: ReplyMessage): void {
    this.#stats[reply.status]++;
    // Without a connection the answer is lost, as QoS 0 has it; the client's timeout covers that.
    this.#session.publish(replyTopic(clientId), encodeReply(reply), { qos: 0 }, () => {});
  }
}

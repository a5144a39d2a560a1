import { randomUUID } from 'node:crypto';
import type { MqttClient } from 'mqtt';
import type { ErrorCode } from '../../core/error-codes.ts';
import type { Detection } from '../../core/perception/detection.ts';
import { accept, type Result, refuse } from '../../core/refusal.ts';
import { type BrokerAddress, openSession } from './mqtt-session.ts';
import {
  decodeReply,
  encodeTask,
  type ReplyMessage,
  replyTopic,
  type TaskMessage,
  taskTopic,
} from './protocol.ts';

/** How the client behaves. */
export type CloudClientOptions = BrokerAddress & {
  /** Most tasks under way at a time. Default 32. */
  maxOutstanding?: number;
  /** How long after its deadline a task's answer is still waited for. Default 1000. */
  graceMs?: number;
};

/** What came back of a task. */
export type CloudResult = {
  detections: Detection[];
  /** Time in the network itself, at the worker. */
  executeMs: number;
  /** From hand-over here to the answer here. */
  endToEndMs: number;
};

type Outstanding = { sentMs: number; timer: NodeJS.Timeout; settle: (result: Result<CloudResult>) => void };

const codeOfStatus: Record<Exclude<ReplyMessage['status'], 'done'>, ErrorCode> = {
  expired: 'TT_CLOUD_EXPIRED',
  busy: 'TT_CLOUD_BUSY',
  failed: 'TT_CLOUD_FAILED',
};

/**
 * Sends inference tasks to a cloud worker over MQTT and matches the answers by task id.
 *
 * QoS 0: the TCP connection already delivers in order and once; what QoS 1 adds is sending again after a
 * broken connection, and a task that is repeated then is past its deadline. A lost task shows as a timeout.
 */
export class CloudClient {
  readonly #session: MqttClient;
  readonly #clientId: string;
  readonly #maxOutstanding: number;
  readonly #graceMs: number;
  readonly #outstanding = new Map<number, Outstanding>();
  #unmatchedReplies = 0;

  private constructor(session: MqttClient, clientId: string, options: CloudClientOptions) {
    this.#session = session;
    this.#clientId = clientId;
    this.#maxOutstanding = options.maxOutstanding ?? 32;
    this.#graceMs = options.graceMs ?? 1000;
    session.on('message', (_topic, payload) => this.#receive(payload));
    session.on('close', () => this.#loseAll('the connection to the broker was lost'));
  }

  /** Connects; refuses with TT_BROKER_UNREACHABLE. A connection that is lost later is built up again by itself. */
  static async connect(options: CloudClientOptions): Promise<Result<CloudClient>> {
    const clientId = `scheduler-${randomUUID()}`;
    const session = await openSession(options, clientId, replyTopic(clientId));
    if (!session.ok) return session;
    return accept(new CloudClient(session.value, clientId, options));
  }

  /** Whether the broker is connected now. */
  get connected(): boolean {
    return this.#session.connected;
  }

  /** Answers that belong to no task under way: they came too late, or could not be read. */
  get unmatchedReplies(): number {
    return this.#unmatchedReplies;
  }

  /**
   * Sends a task and waits for its answer until the deadline and the time of grace are over. Refusals:
   * TT_BROKER_UNREACHABLE (no connection, or lost meanwhile), TT_CLOUD_BUSY (too many under way, here or at
   * the worker), TT_CLOUD_TIMEOUT, TT_CLOUD_EXPIRED (too late on arrival), TT_CLOUD_FAILED. A task id that is
   * already under way is a bug and throws.
   */
  submit(task: TaskMessage): Promise<Result<CloudResult>> {
    const { taskId, deadlineEpochMs } = task;
    if (this.#outstanding.has(taskId)) throw new Error(`task ${taskId} is already under way`);
    if (!this.#session.connected)
      return refused('TT_BROKER_UNREACHABLE', 'there is no connection to the broker');
    if (this.#outstanding.size >= this.#maxOutstanding) {
      return refused('TT_CLOUD_BUSY', `${this.#maxOutstanding} tasks are under way already`);
    }
    return new Promise((resolve) => {
      const waitMs = Math.max(0, deadlineEpochMs - Date.now()) + this.#graceMs;
      const onTimeout = () =>
        this.#refuse(taskId, 'TT_CLOUD_TIMEOUT', `no answer in ${Math.round(waitMs)} ms`);
      this.#outstanding.set(taskId, {
        sentMs: performance.now(),
        timer: setTimeout(onTimeout, waitMs),
        settle: resolve,
      });
      this.#session.publish(taskTopic(this.#clientId), encodeTask(task), { qos: 0 }, (error) => {
        if (error)
          this.#refuse(taskId, 'TT_BROKER_UNREACHABLE', `the task could not be sent: ${error.message}`);
      });
    });
  }

  /** Disconnects; tasks under way are refused. */
  async close(): Promise<void> {
    this.#loseAll('the client was closed');
    await this.#session.endAsync(true);
  }

  #receive(payload: Buffer): void {
    const reply = decodeReply(payload);
    const known = reply.ok && reply.value.taskId !== null && this.#outstanding.get(reply.value.taskId);
    if (!reply.ok || !known) {
      this.#unmatchedReplies++;
      return;
    }
    const message = reply.value;
    if (message.status !== 'done') {
      this.#refuse(message.taskId as number, codeOfStatus[message.status], message.reason);
      return;
    }
    const { taskId, detections, executeMs } = message;
    this.#settle(taskId, accept({ detections, executeMs, endToEndMs: performance.now() - known.sentMs }));
  }

  #loseAll(reason: string): void {
    for (const taskId of [...this.#outstanding.keys()]) this.#refuse(taskId, 'TT_BROKER_UNREACHABLE', reason);
  }

  #refuse(taskId: number, code: ErrorCode, reason: string): void {
    this.#settle(taskId, refuse({ code, reason }));
  }

  #settle(taskId: number, result: Result<CloudResult>): void {
    const outstanding = this.#outstanding.get(taskId);
    if (outstanding === undefined) return;
    this.#outstanding.delete(taskId);
    clearTimeout(outstanding.timer);
    outstanding.settle(result);
  }
}

function refused(code: ErrorCode, reason: string): Promise<Result<CloudResult>> {
  return Promise.resolve(refuse({ code, reason }));
}

import { setTimeout as delay } from 'node:timers/promises';
import type { Clock } from '../core/clock.ts';
import { accept, type Result, refuse } from '../core/refusal.ts';
import { type QosName, qosProfile } from './qos.ts';
import { loadRclnodejs, type Message, type RclClient, type RclNode, type Rclnodejs } from './rclnodejs.ts';
import { spin } from './spin.ts';
import { rosClock } from './time.ts';

const parameterBool = 1;
/** For the graph to tell of a publisher of /clock, from when it was joined. */
const discoveryMs = 2000;
/** A simulation says the time many times a second. */
const firstTimeMs = 2000;
const pollMs = 20;

/** A plain ROS node for commands and tests: calls services, sends goals, listens. */
export class ClientSession {
  readonly rcl: Rclnodejs;
  readonly node: RclNode;
  readonly #clients = new Map<string, RclClient>();
  readonly #joinedMs = performance.now();

  private constructor(rcl: Rclnodejs, node: RclNode) {
    this.rcl = rcl;
    this.node = node;
  }

  /** Joins the graph as `name`. The caller owns signals and must call close(). */
  static async open(name: string): Promise<ClientSession> {
    const rcl = await loadRclnodejs();
    rcl.removeSignalHandlers();
    await rcl.init(undefined, []);
    const node = rcl.createNode(name);
    spin(node);
    return new ClientSession(rcl, node);
  }

  /** The time by which the graph runs: the simulation's after `followClock` found one. */
  get clock(): Clock {
    return rosClock(this.node);
  }

  /** Whether somebody publishes `/clock`, as far as the graph has told. */
  get isSimulated(): boolean {
    return this.node.getPublishersInfoByTopic('/clock').length > 0;
  }

  /** Goes by the simulation's time from now on where there is one, and waits for its first word. */
  async followClock(): Promise<void> {
    while (!this.isSimulated) {
      if (performance.now() - this.#joinedMs >= discoveryMs) return;
      await delay(pollMs);
    }
    this.node.setParametersAtomically([new this.rcl.Parameter('use_sim_time', parameterBool, true)]);
    const deadlineMs = performance.now() + firstTimeMs;
    while (this.clock.nowMs() === 0 && performance.now() < deadlineMs) await delay(pollMs);
  }

  /** Listens to a topic. */
  subscribe(type: string, topic: string, qos: QosName, callback: (message: Message) => void): void {
    this.node.createSubscription(
      type,
      topic,
      { qos: qosProfile(this.rcl, qos) },
      callback as (message: never) => void,
    );
  }

  /** Calls a service; refused as unreachable when there is no server or no answer in time. */
  async call(type: string, name: string, request: Message, timeoutMs: number): Promise<Result<Message>> {
    const unreachable = refuse({
      code: 'TT_KNOB_UNREACHABLE',
      reason: `the service ${name} did not answer within ${timeoutMs} ms`,
    });
    let client = this.#clients.get(name);
    if (!client) {
      client = this.node.createClient(type, name);
      this.#clients.set(name, client);
    }
    if (!(await client.waitForService(timeoutMs))) return unreachable;
    try {
      return accept(await client.sendRequestAsync(request, { timeout: timeoutMs }));
    } catch {
      return unreachable;
    }
  }

  /** Sends an action goal; `result` settles when the goal ends. */
  async sendGoal(
    type: string,
    name: string,
    goal: Message,
    { onFeedback, timeoutMs }: { onFeedback: (feedback: Message) => void; timeoutMs: number },
  ): Promise<
    Result<{
      cancel(): Promise<void>;
      result: Promise<{ status: 'succeeded' | 'canceled' | 'aborted'; result: Message }>;
    }>
  > {
    const client = new this.rcl.ActionClient(this.node, type, name);
    if (!(await client.waitForServer(timeoutMs))) {
      client.destroy();
      return refuse({
        code: 'TT_KNOB_UNREACHABLE',
        reason: `the action ${name} has no server after ${timeoutMs} ms`,
      });
    }
    const handle = await client.sendGoal(goal, (feedback) => onFeedback(feedback));
    if (!handle.isAccepted()) {
      client.destroy();
      return refuse({ code: 'TT_BUSY', reason: `${name} refused the goal; its status topic says why` });
    }
    const result = handle.getResult().then((message) => {
      const status = handle.isSucceeded() ? 'succeeded' : handle.isCanceled() ? 'canceled' : 'aborted';
      return { status, result: message } as const;
    });
    return accept({ cancel: async () => void (await handle.cancelGoal()), result });
  }

  /** Leaves the graph. */
  close(): void {
    if (!this.rcl.isShutdown()) this.rcl.shutdown();
  }
}

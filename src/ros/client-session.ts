import { accept, type Result, refuse } from '../core/refusal.ts';
import { type QosName, qosProfile } from './qos.ts';
import { loadRclnodejs, type Message, type RclClient, type RclNode, type Rclnodejs } from './rclnodejs.ts';
import { spin } from './spin.ts';

/** A plain ROS node for commands and tests: calls services, sends goals, listens. */
export class ClientSession {
  readonly rcl: Rclnodejs;
  readonly node: RclNode;
  readonly #clients = new Map<string, RclClient>();

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

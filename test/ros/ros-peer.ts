import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { waitFor } from './wait-for.ts';

/** A ROS message, request or response as JSON. */
// biome-ignore lint/suspicious/noExplicitAny: what a test reads of a message, its assertions check
export type Json = Record<string, any>;

/** A message and when the peer's process received it, in seconds of the system's clock. */
export type Heard = { at_s: number; message: Json };

/** What a publisher offers: its node, type and QoS. */
export type Offer = {
  node: string;
  type: string;
  reliability: string;
  durability: string;
  liveliness: string;
};

/** An accepted action goal. */
export type Goal = {
  feedback(): Promise<Json[]>;
  cancel(): Promise<void>;
  /** `status` as in action_msgs/msg/GoalStatus: 4 succeeded, 5 canceled, 6 aborted. */
  result(): Promise<{ status: number; result: Json }>;
};

const callTimeoutS = 20;
const resultTimeoutS = 90;
/** A request has at most two waits of its own limit each; a peer that takes longer by this hangs. */
const spareS = 20;
/** For the peer to write where its threads are. */
const stacksMs = 500;

type Waiting = { resolve(value: never): void; reject(error: Error): void; overdue: NodeJS.Timeout };

/**
 * An independent ROS client: an rclpy process (peers/client.py) that calls, listens and sends goals as any
 * other program would. A call that is not answered in time throws; where the peer itself hangs, with the place.
 */
export class RosPeer {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #waiting = new Map<number, Waiting>();
  #lastId = 0;
  #stderr = '';

  private constructor(child: ChildProcessWithoutNullStreams) {
    this.#child = child;
    child.stderr.on('data', (chunk: Buffer) => {
      this.#stderr += chunk.toString();
    });
    child.on('exit', () => {
      for (const id of this.#waiting.keys())
        this.#settle(id)?.reject(new Error(`the peer ended:\n${this.#stderr}`));
    });
  }

  /** Starts the process and waits until it has joined the graph. */
  static async open(script: string, env: NodeJS.ProcessEnv): Promise<RosPeer> {
    const child = spawn('python3', [script], { env, stdio: 'pipe' });
    const peer = new RosPeer(child);
    await new Promise<void>((resolve, reject) => {
      child.on('error', reject);
      child.on('exit', () => reject(new Error(`the peer did not start:\n${peer.#stderr}`)));
      createInterface(child.stdout).on('line', (line) => (line === 'ready' ? resolve() : peer.#take(line)));
    });
    return peer;
  }

  /** Calls a service. */
  async call(type: string, name: string, request: Json = {}, timeoutS = callTimeoutS): Promise<Json> {
    return (await this.timedCall(type, name, request, timeoutS)).response;
  }

  /** Calls a service; `ms` is the time from request to response as the peer saw it. */
  timedCall(
    type: string,
    name: string,
    request: Json = {},
    timeoutS = callTimeoutS,
  ): Promise<{ response: Json; ms: number }> {
    return this.#ask('call', { kind: type, name, request, timeout_s: timeoutS });
  }

  /** Starts to collect a topic's messages; `manual` asks for publishers whose liveliness is manual by topic. */
  async listen(
    type: string,
    topic: string,
    {
      reliable = false,
      latched = false,
      manual = false,
    }: { reliable?: boolean; latched?: boolean; manual?: boolean } = {},
  ): Promise<void> {
    await this.#ask('listen', { kind: type, topic, reliable, latched, manual });
  }

  /** Ends listen() of a topic, and forgets what was heard. */
  async stopListening(topic: string): Promise<void> {
    await this.#ask('stop_listening', { topic });
  }

  /** What a topic's publishers offer, as the graph says. Fully qualified name. */
  offers(topic: string): Promise<Offer[]> {
    return this.#ask('offers', { topic });
  }

  /** What has come since listen(), or in the last seconds. */
  heard(topic: string, lastSeconds?: number): Promise<Heard[]> {
    return this.#ask('heard', { topic, since_s: lastSeconds ?? null });
  }

  /** Waits until a message came that fits, and returns it. */
  hear(topic: string, fits: (message: Json) => boolean = () => true): Promise<Json> {
    return waitFor(`a message on ${topic}`, async () =>
      (await this.heard(topic)).map(({ message }) => message).find(fits),
    );
  }

  /** The first message on a topic decides whether its publisher latches. */
  async publish(
    type: string,
    topic: string,
    message: Json,
    { latched = false }: { latched?: boolean } = {},
  ): Promise<void> {
    await this.#ask('publish', { kind: type, topic, message, latched });
  }

  /** Fully qualified names of the nodes that the peer has discovered. */
  nodes(): Promise<string[]> {
    return this.#ask('nodes', {});
  }

  /** Sends an action goal; undefined when the server refuses it. */
  async sendGoal(type: string, name: string, request: Json): Promise<Goal | undefined> {
    const { accepted, goal } = await this.#ask<{ accepted: boolean; goal: number }>('goal', {
      kind: type,
      name,
      goal: request,
      timeout_s: callTimeoutS,
    });
    if (!accepted) return undefined;
    return {
      feedback: () => this.#ask('feedback', { goal }),
      cancel: () => this.#ask('cancel', { goal }),
      result: () => this.#ask('result', { goal, timeout_s: resultTimeoutS }),
    };
  }

  /** Ends the process. */
  async close(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = once(this.#child, 'exit');
    this.#child.stdin.end();
    const kill = setTimeout(() => this.#child.kill('SIGKILL'), 5000);
    await ended;
    clearTimeout(kill);
  }

  #ask<T>(what: string, given: Json): Promise<T> {
    const id = ++this.#lastId;
    const limitS = 2 * ((given.timeout_s as number | undefined) ?? 0) + spareS;
    return new Promise((resolve, reject) => {
      const overdue = setTimeout(() => void this.#giveUp(id, `${what} within ${limitS} s`), 1000 * limitS);
      this.#waiting.set(id, { resolve, reject, overdue });
      this.#child.stdin.write(`${JSON.stringify({ id, do: what, with: given })}\n`);
    });
  }

  #take(line: string): void {
    const { id, value, error } = JSON.parse(line) as { id: number; value: never; error?: string };
    const waiting = this.#settle(id);
    if (error === undefined) waiting?.resolve(value);
    else waiting?.reject(new Error(error));
  }

  #settle(id: number): Waiting | undefined {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    clearTimeout(waiting?.overdue);
    return waiting;
  }

  /** The peer writes the stacks of its threads when it is sent SIGUSR1. */
  async #giveUp(id: number, what: string): Promise<void> {
    this.#child.kill('SIGUSR1');
    await sleep(stacksMs);
    this.#settle(id)?.reject(new Error(`the peer did not answer ${what}; its threads:\n${this.#stderr}`));
  }
}

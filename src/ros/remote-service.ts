import { accept, type Result, refuse } from '../core/refusal.ts';
import type { Message, RclClient, RclNode } from './rclnodejs.ts';

const firstAnswerMs = 700;

/** A service of another node. Its client is made at the first call and freed by `close`. */
export class RemoteService {
  readonly name: string;
  readonly #node: RclNode;
  readonly #type: string;
  #client: RclClient | undefined;
  #closed = false;

  constructor({ node, type, name }: { node: RclNode; type: string; name: string }) {
    this.#node = node;
    this.#type = type;
    this.name = name;
  }

  /** Whether somebody offers it within `timeoutMs`. */
  async isOffered(timeoutMs: number): Promise<boolean> {
    const client = this.#open();
    try {
      return (await client?.waitForService(timeoutMs)) ?? false;
    } catch {
      return false;
    }
  }

  /** Calls once; refused as unreachable without an offer or an answer in time, or where the type is not known. */
  async call(request: Message, timeoutMs: number): Promise<Result<Message>> {
    if (!(await this.isOffered(timeoutMs))) return this.#unreachable(`nobody offers ${this.name}`);
    return this.#send(request, timeoutMs);
  }

  /** Like `call`, for what may be asked twice: DDS loses an answer when the server has not discovered our end yet. */
  async ask(request: Message, timeoutMs: number): Promise<Result<Message>> {
    if (!(await this.isOffered(timeoutMs))) return this.#unreachable(`nobody offers ${this.name}`);
    const first = await this.#send(request, Math.min(firstAnswerMs, timeoutMs));
    return first.ok ? first : this.#send(request, timeoutMs);
  }

  /** Frees the client; calls under way, and later ones, are refused as unreachable. */
  close(): void {
    this.#closed = true;
    if (this.#client) this.#node.destroyClient(this.#client);
    this.#client = undefined;
  }

  #open(): RclClient | undefined {
    if (this.#closed) return undefined;
    try {
      this.#client ??= this.#node.createClient(this.#type, this.name);
    } catch {
      // rclnodejs throws when no message class of this type was generated here.
      return undefined;
    }
    return this.#client;
  }

  async #send(request: Message, timeoutMs: number): Promise<Result<Message>> {
    try {
      const answer = await this.#client?.sendRequestAsync(request, { timeout: timeoutMs });
      return answer ? accept(answer) : this.#unreachable(`${this.name} was closed`);
    } catch {
      return this.#unreachable(`${this.name} did not answer within ${timeoutMs} ms`);
    }
  }

  #unreachable(reason: string): Result<never> {
    return refuse({
      code: 'TT_KNOB_UNREACHABLE',
      reason,
      found: this.name,
      accepted: `a service of type ${this.#type}`,
    });
  }
}

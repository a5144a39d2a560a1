import { once } from 'node:events';
import { type AddressInfo, createConnection, createServer, type Server, type Socket } from 'node:net';
import { seededRandom } from '../../src/core/random.ts';
import { accept, type Result, refuse } from '../../src/core/refusal.ts';
import { DelayedPipe } from './delayed-pipe.ts';
import { checkConditions, type LinkConditions, LinkModel } from './link-model.ts';

/** What a proxy stands between. */
export type LinkProxyOptions = {
  /** Port of the broker, on this machine. */
  targetPort: number;
  /** Port to listen on; 0, the default, takes a free one. */
  port?: number;
  conditions: LinkConditions;
  seed: number;
};

const loopback = '127.0.0.1';

/**
 * A TCP proxy on the loopback interface that makes a modelled link of a perfect one: both directions of every
 * connection pass a LinkModel. Bytes are never lost, changed or reordered.
 */
export class LinkProxy {
  readonly #server: Server;
  readonly #up: LinkModel;
  readonly #down: LinkModel;
  readonly #sockets = new Set<Socket>();
  #port = 0;

  private constructor({ targetPort, conditions, seed }: LinkProxyOptions) {
    this.#up = new LinkModel(conditions, seededRandom(seed));
    this.#down = new LinkModel(conditions, seededRandom(seed + 1));
    this.#server = createServer({ allowHalfOpen: true, noDelay: true }, (near) =>
      this.#link(near, targetPort),
    );
  }

  /** Starts listening. Refuses conditions out of range (TT_PARAM_RANGE) and a port that is taken (TT_BROKER_START). */
  static async start(options: LinkProxyOptions): Promise<Result<LinkProxy>> {
    const checked = checkConditions(options.conditions);
    if (!checked.ok) return checked;
    const proxy = new LinkProxy(options);
    try {
      proxy.#server.listen(options.port ?? 0, loopback);
      await once(proxy.#server, 'listening');
    } catch (error) {
      const reason = `the modelled link could not listen: ${(error as Error).message}`;
      const found = `port ${options.port ?? 0}`;
      return refuse({
        code: 'TT_BROKER_START',
        reason,
        found,
        accepted: 'a free port of this machine, or 0',
      });
    }
    proxy.#port = (proxy.#server.address() as AddressInfo).port;
    return accept(proxy);
  }

  get port(): number {
    return this.#port;
  }

  /** Address for an MQTT client whose broker is behind the link. */
  get url(): string {
    return `mqtt://${loopback}:${this.#port}`;
  }

  /** Changes both directions for what is sent from now on; refuses what is out of range and changes nothing then. */
  set(conditions: LinkConditions): Result<LinkConditions> {
    const checked = checkConditions(conditions);
    if (!checked.ok) return checked;
    this.#up.set(conditions);
    this.#down.set(conditions);
    return checked;
  }

  /** Ends all connections and stops listening. */
  async close(): Promise<void> {
    if (!this.#server.listening) return;
    const closed = once(this.#server, 'close');
    this.#server.close();
    for (const socket of this.#sockets) socket.resetAndDestroy();
    await closed;
  }

  #link(near: Socket, targetPort: number): void {
    const far = createConnection({ port: targetPort, host: loopback, allowHalfOpen: true, noDelay: true });
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      this.#sockets.add(socket);
      // An error is followed by 'close'.
      socket.on('error', () => {});
      socket.on('close', (hadError) => {
        this.#sockets.delete(socket);
        // After an orderly end what is under way still arrives; a broken connection breaks on both sides.
        if (hadError || !socket.readableEnded) other.resetAndDestroy();
      });
    }
    new DelayedPipe({ from: near, to: far, stream: this.#up.openStream() });
    new DelayedPipe({ from: far, to: near, stream: this.#down.openStream() });
  }
}

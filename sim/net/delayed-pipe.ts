import type { Socket } from 'node:net';
import type { LinkStream } from './link-model.ts';

/** Bytes on the way before the sender is held back, as a router's buffer would be full. */
const mostBytesUnderWay = 256 * 1024;

type Parcel = { chunk: Buffer | 'end'; arrivalMs: number };

/** Carries one direction of a connection: each chunk is written when the link lets it arrive. */
export class DelayedPipe {
  readonly #from: Socket;
  readonly #to: Socket;
  readonly #stream: LinkStream;
  readonly #parcels: Parcel[] = [];
  #bytesUnderWay = 0;
  #timer: NodeJS.Timeout | undefined;

  /** Starts at once and ends with either socket. */
  constructor({ from, to, stream }: { from: Socket; to: Socket; stream: LinkStream }) {
    this.#from = from;
    this.#to = to;
    this.#stream = stream;
    from.on('data', (chunk: Buffer) => this.#send(chunk));
    from.on('end', () => this.#send('end'));
    to.on('drain', () => this.#holdOrRelease());
    to.on('close', () => clearTimeout(this.#timer));
  }

  #send(chunk: Buffer | 'end'): void {
    const bytes = chunk === 'end' ? 0 : chunk.length;
    this.#bytesUnderWay += bytes;
    this.#parcels.push({ chunk, arrivalMs: this.#stream.transmit(performance.now(), bytes) });
    this.#holdOrRelease();
    if (this.#parcels.length === 1) this.#arm();
  }

  #arm(): void {
    const next = this.#parcels[0];
    if (next === undefined || this.#to.destroyed) return;
    this.#timer = setTimeout(() => this.#deliver(), Math.max(0, next.arrivalMs - performance.now()));
  }

  #deliver(): void {
    const nowMs = performance.now();
    for (
      let next = this.#parcels[0];
      next !== undefined && next.arrivalMs <= nowMs;
      next = this.#parcels[0]
    ) {
      this.#parcels.shift();
      if (next.chunk === 'end') {
        this.#to.end();
      } else {
        this.#bytesUnderWay -= next.chunk.length;
        this.#to.write(next.chunk);
      }
    }
    this.#holdOrRelease();
    this.#arm();
  }

  #holdOrRelease(): void {
    const full = this.#bytesUnderWay + this.#to.writableLength >= mostBytesUnderWay;
    if (full) this.#from.pause();
    else if (this.#from.isPaused()) this.#from.resume();
  }
}

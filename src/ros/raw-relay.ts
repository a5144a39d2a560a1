import { isDeepStrictEqual } from 'node:util';
import { freeBuffer } from './free-buffer.ts';
import { keepLast, type SettableQos, transientLocal } from './qos.ts';
import { offeredTopic } from './raw-topic.ts';
import type { RclNode, Rclnodejs, RclPublisher, RclSubscription } from './rclnodejs.ts';
import { relayQos, unkeptPromises } from './relay-qos.ts';

/** What a relay needs. Topic names are as a user writes them; remappings apply. */
export type RawRelayOptions = {
  rcl: Rclnodejs;
  node: RclNode;
  from: string;
  to: string;
  /** Whether a message passes now; asked once for each that comes, and again for a latched one that was held back. */
  admit(bytes: Buffer): boolean;
  /** Told when the relay opens, before any message, with what its output does not promise as the source does; and in words why it cannot. */
  onOpen(source: { type: string; unkept: string[] }): void;
  onFailure(text: string): void;
};

/** What a source offers, as far as a relay has to follow it. */
type Source = { type: string; ask: SettableQos; offer: SettableQos; unkept: string[] };

/**
 * Passes one topic on to another as raw bytes, with the type and QoS of the source's publishers. The source is
 * subscribed to only while somebody listens to the output. Latched topics stay latched: the last message always
 * passes, if need be when the gate opens again, and late joiners get it.
 */
export class RawRelay {
  readonly #options: RawRelayOptions;
  /** The source as it was last seen; what is open was opened for it. */
  #source: Source | undefined;
  /** Undefined before the source was seen, and when it could not be opened. */
  #output: RclPublisher | undefined;
  #subscription: RclSubscription | undefined;
  /** The newest message of a latched source, as long as it has not passed. */
  #held: Buffer | undefined;

  constructor(options: RawRelayOptions) {
    this.#options = options;
  }

  /**
   * Follows the graph: call it several times a second. Opens the output when the source is there, opens it anew
   * when the source comes back with another type or QoS, and subscribes while `wanted` and somebody listens.
   */
  follow(wanted: boolean): void {
    this.#followSource();
    if (!this.#source || !this.#output) return;
    if (wanted && this.#output.subscriptionCount > 0) this.#subscribe(this.#source);
    else this.#unsubscribe(this.#source);
    if (this.#held !== undefined) this.#pass(this.#held);
  }

  /** Takes both ends off the graph. */
  close(): void {
    this.#closeSubscription();
    if (this.#output) this.#options.node.destroyPublisher(this.#output);
    this.#output = undefined;
  }

  #followSource(): void {
    const { node, from, to, onOpen, onFailure } = this.#options;
    const topic = offeredTopic(node, from);
    // A source that has gone may come back as it was: until another offer is seen everything stays.
    if (!topic) return;
    const source: Source = { type: topic.type, ...relayQos(topic.qos), unkept: unkeptPromises(topic.qos) };
    if (isDeepStrictEqual(source, this.#source)) return;
    this.#source = source;
    this.close();
    try {
      this.#output = this.#advertise(source);
      onOpen(source);
    } catch (error) {
      // A type that this environment does not have, or another one than the output has already.
      onFailure(
        `${from} -> ${to} (${topic.type}): ${error instanceof Error ? error.message : String(error)}`,
      );
    }
  }

  #advertise({ type, offer }: Source): RclPublisher {
    const { node, to } = this.#options;
    return node.createPublisher(type, to, { isRaw: true, qos: this.#profile(offer) });
  }

  #subscribe({ type, ask, offer }: Source): void {
    if (this.#subscription) return;
    const { node, from } = this.#options;
    const take = (bytes: Buffer) => {
      if (!this.#pass(bytes) && isLatched(offer)) this.#held = bytes;
      else freeBuffer(bytes);
    };
    const options = { isRaw: true, qos: this.#profile(ask) };
    this.#subscription = node.createSubscription(type, from, options, take as (message: never) => void);
  }

  /** A latched output forgets what it kept: the source may say something else before anybody listens again. */
  #unsubscribe(source: Source): void {
    if (!this.#subscription) return;
    this.#closeSubscription();
    if (!this.#output || !isLatched(source.offer)) return;
    this.#options.node.destroyPublisher(this.#output);
    this.#output = this.#advertise(source);
  }

  #closeSubscription(): void {
    if (this.#subscription) this.#options.node.destroySubscription(this.#subscription);
    this.#subscription = undefined;
    this.#held = undefined;
  }

  #pass(bytes: Buffer): boolean {
    if (!this.#output || !this.#options.admit(bytes)) return false;
    this.#output.publish(bytes);
    this.#held = undefined;
    return true;
  }

  #profile({ depth, reliability, durability, liveliness }: SettableQos): object {
    return new this.#options.rcl.QoS(keepLast, depth, reliability, durability, liveliness);
  }
}

function isLatched({ durability }: SettableQos): boolean {
  return durability === transientLocal;
}

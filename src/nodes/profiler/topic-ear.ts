import { DutyCycle, isHeavy } from '../../core/measure/duty-cycle.ts';
import type { ProfileBuilder } from '../../core/measure/profile-builder.ts';
import { commonPolicies, type NodeContext, type OfferedTopic, subscribeArrivals } from '../../ros/index.ts';

/** A topic is judged by what it did in this time. */
const judgedMs = 1000;

/** For which share of the time a heavy topic is listened to, and how long at a time. */
export type Duty = { share: number; listenMs: number };

/** Listens to one topic and files what it hears with the builder. */
export class TopicEar {
  readonly #topic: string;
  readonly #context: NodeContext;
  readonly #builder: ProfileBuilder;
  #offered: OfferedTopic | undefined;
  #unsubscribe: (() => void) | undefined;
  #cycle: DutyCycle | undefined;
  #duty: Duty | undefined;

  constructor(topic: string, { context, builder }: { context: NodeContext; builder: ProfileBuilder }) {
    this.#topic = topic;
    this.#context = context;
    this.#builder = builder;
  }

  /** What is offered now; another type, or other policies common to all publishers, need another subscription. */
  follow(offered: OfferedTopic): void {
    if (this.#offered && subscriptionKey(offered) === subscriptionKey(this.#offered)) return;
    this.#offered = offered;
    this.#cycle = undefined;
    this.close();
    this.#subscribe(offered);
  }

  /** Decides whether the topic is listened to in short windows: where that is wanted, and it has shown itself heavy. */
  judge(duty: Duty | undefined, nowMs: number): void {
    if (duty?.share !== this.#duty?.share || duty?.listenMs !== this.#duty?.listenMs) this.#cycle = undefined;
    this.#duty = duty;
    const isLatched = commonPolicies(this.#offered?.qos ?? []).isLatched;
    this.#cycle = duty && !isLatched ? this.#cycleFor(duty, nowMs) : undefined;
    this.keep(nowMs);
  }

  /** Listens or rests as the duty cycle wants it; without one it listens. */
  keep(nowMs: number): void {
    if (!this.#offered) return;
    const shouldListen = this.#cycle?.isListening(nowMs) ?? true;
    if (shouldListen && !this.#unsubscribe) this.#subscribe(this.#offered);
    if (!shouldListen && this.#unsubscribe) this.#rest(nowMs);
  }

  /** Listens, and judges the topic afresh: the times of its duty cycle say nothing any more. */
  beginAnew(): void {
    this.#cycle = undefined;
    if (this.#offered && !this.#unsubscribe) this.#subscribe(this.#offered);
  }

  /** Listens no more. */
  close(): void {
    this.#unsubscribe?.();
    this.#unsubscribe = undefined;
  }

  #cycleFor(duty: Duty, nowMs: number): DutyCycle | undefined {
    const isResting = this.#cycle !== undefined && !this.#unsubscribe;
    if (isResting) return this.#cycle;
    const load = this.#builder.load(this.#topic, nowMs, judgedMs);
    if (!load || !isHeavy(load, this.#cycle !== undefined)) return undefined;
    if (this.#cycle || load.observedMs < judgedMs) return this.#cycle;
    return new DutyCycle({ ...duty, nowMs });
  }

  /** Not from a subscription's own callback. */
  #restSoon(): void {
    setImmediate(() => {
      if (this.#unsubscribe) this.keep(this.#context.clock.nowMs());
    });
  }

  #rest(nowMs: number): void {
    this.close();
    // Without a message since it was subscribed to, the topic was silent, and that was heard as well.
    this.#builder.resumeTopic(this.#topic, nowMs - (this.#duty?.listenMs ?? 0));
    this.#builder.pauseTopic(this.#topic, nowMs);
  }

  #subscribe(offered: OfferedTopic): void {
    const { rcl, node } = this.#context;
    const subscription = subscribeArrivals({ rcl, node }, this.#topic, offered, (arrival) => {
      this.#builder.resumeTopic(this.#topic, arrival.arrivalMs);
      this.#builder.recordMessage(this.#topic, arrival);
      this.#cycle?.hear(arrival.arrivalMs);
      if (this.#cycle?.isListening(arrival.arrivalMs) === false) this.#restSoon();
    });
    this.#unsubscribe = () => node.destroySubscription(subscription);
  }
}

function subscriptionKey({ type, qos }: OfferedTopic): string {
  return JSON.stringify([type, commonPolicies(qos)]);
}

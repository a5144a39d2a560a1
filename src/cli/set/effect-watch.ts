import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '../../core/clock.ts';
import { type KnobDeclaration, nodeParameter } from '../../core/knobs/knob.ts';
import type { Rates } from '../../core/knobs/unknown-effect.ts';
import type { Profile } from '../../core/measure/profile.ts';
import { TopicWindow } from '../../core/measure/topic-window.ts';
import { type ClientSession, offeredTopic, subscribeRaw } from '../../ros/index.ts';

const discoveryMs = 2000;
const pollMs = 50;
const warmUpMs = 3000;
/** The slowest simulation that is waited for, as a share of real time. */
const slowest = 0.1;

/** What every node publishes, whatever it does. */
const infrastructure = ['/parameter_events', '/rosout'];

/**
 * Listens to the topics by which the effect of knobs can be seen, for the time of one command. Rates are counted in the
 * time by which the graph runs.
 */
export class EffectWatch {
  readonly #windows = new Map<string, TopicWindow>();
  readonly #session: ClientSession;
  readonly #clock: Clock;

  private constructor(session: ClientSession) {
    this.#session = session;
    this.#clock = session.clock;
  }

  /**
   * Listens to the topics that confirm a knob, and for a knob whose effect is unknown to all that its node publishes.
   * Returns when they are heard as they run.
   */
  static async open(session: ClientSession, knobs: readonly KnobDeclaration[]): Promise<EffectWatch> {
    await session.followClock();
    const watch = new EffectWatch(session);
    const deadlineMs = performance.now() + discoveryMs;
    while (!knobs.every((knob) => watch.#listenFor(knob)) && performance.now() < deadlineMs)
      await sleep(pollMs);
    // A subscription meets its publishers only after a moment, which must not count as silence.
    const warmMs = performance.now() + warmUpMs;
    while (!watch.#hasHeardAll() && performance.now() < warmMs) await sleep(pollMs);
    return watch;
  }

  /** The topics of a node that may show an effect. */
  topicsOf(nodeName: string): string[] {
    const { node } = this.#session;
    return node
      .getTopicNamesAndTypes()
      .map(({ name }) => name)
      .filter((name) => !infrastructure.includes(name))
      .filter((name) =>
        node.getPublishersInfoByTopic(name).some(({ node_name, node_namespace }) => {
          return `${node_namespace === '/' ? '' : node_namespace}/${node_name}` === nodeName;
        }),
      );
  }

  /** Whether there is anything to hear. */
  get isSilent(): boolean {
    return this.#windows.size === 0;
  }

  /** Waits until so much time has passed; false for a simulation that all but stands still. */
  async pass(ms: number): Promise<boolean> {
    const untilMs = this.#clock.nowMs() + ms;
    const deadlineMs = performance.now() + ms / slowest;
    for (;;) {
      const leftMs = untilMs - this.#clock.nowMs();
      if (leftMs <= 0) return true;
      if (performance.now() >= deadlineMs) return false;
      await sleep(Math.min(leftMs, pollMs));
    }
  }

  /** Listens for `windowMs` from now on. Time that does not pass shows nothing of any topic. */
  async measure(windowMs: number): Promise<Profile> {
    const hasPassed = await this.pass(windowMs);
    const endMs = this.#clock.nowMs();
    const heard = hasPassed ? [...this.#windows.values()] : [];
    const topics = heard.map((window) => {
      return { ...window.stats(endMs, windowMs), type: '', lost: 0, loss: '' };
    });
    return {
      endMs,
      windowMs,
      topics,
      paths: [],
      processes: [],
      cgroups: [],
      platform: {},
      unmappedNodes: [],
    };
  }

  #hasHeardAll(): boolean {
    return [...this.#windows.values()].every(
      (window) => window.stats(this.#clock.nowMs(), warmUpMs).count > 0,
    );
  }

  /** Whether all that can show the effect of a knob is heard. */
  #listenFor({ confirm, target, takesEffect }: KnobDeclaration): boolean {
    const topics = confirm?.metric === 'topic-rate' ? [confirm.topic] : [];
    if (target.kind === 'throttle') topics.push(target.from);
    const node = confirm === undefined && takesEffect === 'unknown' ? nodeParameter(target)?.node : undefined;
    if (node !== undefined) topics.push(...this.topicsOf(node));
    for (const topic of topics) this.#listen(topic);
    // The graph tells of a node before it tells of its topics.
    return !(node !== undefined && topics.length === 0) && topics.every((topic) => this.#windows.has(topic));
  }

  #listen(topic: string): void {
    const { node, rcl } = this.#session;
    const offered = offeredTopic(node, topic);
    if (!offered || this.#windows.has(topic)) return;
    const window = new TopicWindow({ topic, sinceMs: this.#clock.nowMs() });
    this.#windows.set(topic, window);
    subscribeRaw({ node, rcl }, topic, offered, ({ length }) => {
      window.record({ arrivalMs: this.#clock.nowMs(), stampMs: undefined, bytes: length });
    });
  }
}

/** The rates of some topics in a profile. */
export function ratesOf({ topics }: Profile, names: readonly string[]): Rates {
  return new Map(
    topics.filter(({ topic }) => names.includes(topic)).map(({ topic, rateHz }) => [topic, rateHz]),
  );
}

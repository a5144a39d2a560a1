import { companionNames, companionOf, type OfferedBy } from '../../core/measure/companion.ts';
import type { ProfileBuilder } from '../../core/measure/profile-builder.ts';
import { fits, type TopicRequest } from '../../core/measure/topic-pattern.ts';
import { commonPolicies, type NodeContext, type OfferedTopic, offeredTopic } from '../../ros/index.ts';
import { type Duty, TopicEar } from './topic-ear.ts';

/** What is to be watched; names as written. `duty` is for heavy topics, undefined to hear all of every topic. */
export type TopicWishes = {
  topics: readonly TopicRequest[];
  paths: readonly (readonly string[])[];
  duty: Duty | undefined;
};

/**
 * Listens to the topics that are asked for, as far as they are there: finds them as they appear, follows
 * publishers that change, and lets go of what is gone or no longer asked for. A topic that is asked for by its
 * own name stays watched while nobody offers it.
 */
export class TopicWatch {
  readonly #context: NodeContext;
  readonly #builder: ProfileBuilder;
  readonly #ears = new Map<string, TopicEar>();
  /** Topics that are part of the profile. */
  readonly #listed = new Set<string>();
  /** Topics whose type cannot be read here, each complained of once. */
  readonly #unreadable = new Set<string>();
  #wishes: TopicWishes = { topics: [], paths: [], duty: undefined };
  #paths: string[][] = [];

  constructor({ context, builder }: { context: NodeContext; builder: ProfileBuilder }) {
    this.#context = context;
    this.#builder = builder;
  }

  /** Watches this from now on, and nothing else. */
  watch(wishes: TopicWishes): void {
    const { node } = this.#context;
    this.#wishes = wishes;
    this.#paths = wishes.paths.map((path) => path.map((name) => node.resolveTopicName(name)));
    this.#builder.watchPaths(this.#paths);
    this.look();
  }

  /** Looks who offers what now, listens accordingly, and ends the rests of duty cycles that are over. */
  look(): void {
    const nowMs = this.#context.clock.nowMs();
    const named = this.#named();
    const offers = this.#offers(named);
    for (const topic of this.#listed) if (!offers.has(topic) && !named.has(topic)) this.#forget(topic);
    for (const topic of named) this.#list(topic, nowMs);
    for (const [topic, offered] of offers) this.#hear(topic, offered, nowMs);
    this.#describe(offers, nowMs);
  }

  /** After a jump of the clock: no topic rests by times from before. */
  beginAnew(): void {
    for (const ear of this.#ears.values()) ear.beginAnew();
  }

  #named(): Set<string> {
    const names = this.#wishes.topics.flatMap((request) => (request.kind === 'name' ? [request.name] : []));
    return new Set([
      ...names.map((name) => this.#context.node.resolveTopicName(name)),
      ...this.#paths.flat(),
    ]);
  }

  /** Every topic to listen to that somebody publishes; with an image, the topic that accompanies it. */
  #offers(named: ReadonlySet<string>): Map<string, OfferedTopic> {
    const offers = new Map<string, OfferedTopic>();
    const add = (topic: string) => {
      const offered = offers.has(topic) ? undefined : offeredTopic(this.#context.node, topic);
      if (offered) offers.set(topic, offered);
    };
    for (const topic of [...named, ...this.#matching()]) add(topic);
    for (const image of offeredBy(offers)) {
      const names = companionNames(image).filter((name) => !offers.has(name));
      names.forEach(add);
      const companion = companionOf(image, offeredBy(offers));
      for (const name of names) if (name !== companion) offers.delete(name);
    }
    return offers;
  }

  /** Topics of the graph that a pattern means; our own outputs never are. */
  #matching(): string[] {
    const { node } = this.#context;
    const patterns = this.#wishes.topics.filter(({ kind }) => kind !== 'name');
    if (patterns.length === 0) return [];
    const own = `${node.getFullyQualifiedName()}/`;
    return node
      .getTopicNamesAndTypes()
      .filter((topic) => !topic.name.startsWith(own) && patterns.some((pattern) => fits(pattern, topic)))
      .map(({ name }) => name);
  }

  #hear(topic: string, offered: OfferedTopic, nowMs: number): void {
    if (this.#unreadable.has(`${topic} ${offered.type}`)) return;
    const ear =
      this.#ears.get(topic) ?? new TopicEar(topic, { context: this.#context, builder: this.#builder });
    try {
      ear.follow(offered);
    } catch (error) {
      this.#ears.delete(topic);
      this.#unreadable.add(`${topic} ${offered.type}`);
      this.#context.log.warn(`${topic} cannot be read: ${error instanceof Error ? error.message : error}`);
      return;
    }
    if (!this.#ears.has(topic)) this.#context.log.info(`watching ${topic} (${offered.type})`);
    this.#ears.set(topic, ear);
    this.#list(topic, nowMs);
    // Latency along a path needs every stamp.
    const isOnPath = this.#paths.some((path) => path.includes(topic));
    ear.judge(isOnPath ? undefined : this.#wishes.duty, nowMs);
  }

  #list(topic: string, nowMs: number): void {
    this.#listed.add(topic);
    this.#builder.watchTopic(topic, nowMs);
  }

  #forget(topic: string): void {
    this.#listed.delete(topic);
    this.#ears.get(topic)?.close();
    this.#ears.delete(topic);
    this.#builder.forgetTopic(topic);
  }

  #describe(offers: ReadonlyMap<string, OfferedTopic>, nowMs: number): void {
    const { RMW_IMPLEMENTATION: rmw = '', FASTDDS_DEFAULT_PROFILES_FILE: fastDdsProfiles = '' } = process.env;
    const known = offeredBy(offers);
    for (const each of known) {
      const { isReliable: reliable } = commonPolicies(offers.get(each.topic)?.qos ?? []);
      const companion = companionOf(each, known);
      const offer = { type: each.type, reliable, rmw, fastDdsProfiles };
      this.#builder.offerTopic(each.topic, companion ? { ...offer, companion } : offer, nowMs);
    }
  }
}

function offeredBy(offers: ReadonlyMap<string, OfferedTopic>): OfferedBy[] {
  return [...offers].map(([topic, { type, nodes }]) => ({ topic, type, nodes }));
}

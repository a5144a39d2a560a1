import { expect, it } from 'vitest';
import { VirtualClock } from '../../core/clock.ts';
import { ProfileBuilder } from '../../core/measure/profile-builder.ts';
import { parseTopicRequest, type TopicRequest } from '../../core/measure/topic-pattern.ts';
import type { NodeContext } from '../../ros/index.ts';
import { TopicWatch } from './topic-watch.ts';

const topics = [parseTopicRequest('/**') as TopicRequest];

/** As rmw says it of a time without end. */
const endless = { seconds: 9_223_372_036n, nanoseconds: 854_775_807 };

/** A graph with one topic, of a type that has no message class here, while `isOffered`. */
function graphOf({ topic, type }: { topic: string; type: string }) {
  const state = { isOffered: true, warnings: [] as string[] };
  const endpoint = {
    topic_type: type,
    node_name: 'far',
    node_namespace: '/',
    qos_profile: {
      ...{ reliability: 1, durability: 2, depth: 10, liveliness: 1 },
      ...{ deadline: endless, lifespan: endless, liveliness_lease_duration: endless },
    },
    endpoint_gid: [],
  };
  const node = {
    resolveTopicName: (name: string) => name,
    getFullyQualifiedName: () => '/profiler',
    getTopicNamesAndTypes: () => (state.isOffered ? [{ name: topic, types: [type] }] : []),
    getPublishersInfoByTopic: (name: string) => (state.isOffered && name === topic ? [endpoint] : []),
  };
  const rcl = {
    require: () => {
      throw new Error('The message required does not exist');
    },
  };
  const log = { info: () => undefined, warn: (text: string) => state.warnings.push(text) };
  const context = { rcl, node, clock: new VirtualClock(), log } as unknown as NodeContext;
  return { state, context };
}

it('TopicWatch complains once of a topic that it cannot read, and has it in no profile', () => {
  const { state, context } = graphOf({ topic: '/odd', type: 'odd_msgs/msg/Odd' });
  const builder = new ProfileBuilder({ sinceMs: 0 });
  const watch = new TopicWatch({ context, builder });
  watch.watch({ topics, paths: [], duty: undefined });
  watch.look();
  expect(state.warnings).toEqual([expect.stringContaining('/odd cannot be read')]);
  expect(builder.build(1000, 1000).topics).toEqual([]);
  state.isOffered = false;
  watch.look();
  expect(builder.build(1000, 1000).topics).toEqual([]);
});

it('TopicWatch lists one that is asked for by name as silent', () => {
  const { context } = graphOf({ topic: '/odd', type: 'odd_msgs/msg/Odd' });
  const builder = new ProfileBuilder({ sinceMs: 0 });
  const named = parseTopicRequest('/odd') as TopicRequest;
  new TopicWatch({ context, builder }).watch({ topics: [named], paths: [], duty: undefined });
  expect(builder.build(1000, 1000).topics).toMatchObject([{ topic: '/odd', count: 0 }]);
});

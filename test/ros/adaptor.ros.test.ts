import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LiveGraph, type NodeSpec } from './live-graph.ts';
import { PeerParameters } from './peer-parameters.ts';
import type { RosPeer } from './ros-peer.ts';
import { waitFor } from './wait-for.ts';

const headerType = 'std_msgs/msg/Header';
const stringType = 'std_msgs/msg/String';

const graph = new LiveGraph();
let peer: RosPeer;
let parameters: PeerParameters;

beforeAll(async () => {
  const channels = ['lazy', 'changing', 'retyped', 'alive', 'mixed', 'state', 'images'];
  const topics = channels.flatMap((name) => [
    [`channels.${name}.from`, `/${name}`] as const,
    [`channels.${name}.to`, `/${name}/out`] as const,
  ]);
  [peer] = await Promise.all([
    graph.openClient(),
    graph.startNode(adaptor('adaptor', { channels, ...Object.fromEntries(topics) })),
  ]);
  parameters = new PeerParameters(peer, '/adaptor');
});
afterAll(() => graph.close());

function adaptor(name: string, given: NonNullable<NodeSpec['parameters']>): NodeSpec {
  return { name, script: 'src/nodes/adaptor.js', parameters: given };
}

/** Starts a source and returns how many subscriptions it says it has. */
async function startSource(
  ...args: string[]
): Promise<{ name: string; pid: number; subscriptions(): number | undefined }> {
  const { name, pid } = await graph.startPeer('qos_source', ...args);
  const subscriptions = () => {
    const said = graph.log(name, 50).split('\n');
    const last = said.findLast((line) => line.startsWith('subscriptions '));
    return last === undefined ? undefined : Number(last.split(' ')[1]);
  };
  return { name, pid, subscriptions };
}

const set = async (name: string, value: Parameters<PeerParameters['set']>[1]) =>
  expect(await parameters.set(name, value)).toEqual({ successful: true, reason: '' });
const heardIds = async (topic: string) => (await peer.heard(topic)).map(({ message }) => message.frame_id);

describe('a channel', () => {
  it('subscribes to its source only while somebody listens and its rate is not 0', async () => {
    const source = await startSource('/lazy', 'reliable', 'volatile', '50');
    const subscribed = (count: number) =>
      waitFor(`the source to have ${count} subscriptions`, () => source.subscriptions() === count);
    await waitFor('the output to be there', async () => (await peer.offers('/lazy/out')).length === 1);
    await subscribed(0);
    await peer.listen(headerType, '/lazy/out', { reliable: true });
    await subscribed(1);
    await peer.hear('/lazy/out');
    await set('channels.lazy.rate', { double: 0 });
    await subscribed(0);
    await set('channels.lazy.rate', { double: -1 });
    await subscribed(1);
    await peer.stopListening('/lazy/out');
    await subscribed(0);
  });

  it('offers what its source offers, also after the source came back with another QoS', async () => {
    const offered = async (reliability: string) => {
      const [offer, ...others] = await peer.offers('/changing/out');
      return others.length === 0 && offer?.reliability === reliability && offer;
    };
    const first = await startSource('/changing', 'best_effort', 'volatile', '50');
    const offer = await waitFor('a best-effort output', () => offered('best_effort'));
    expect(offer).toMatchObject({ node: 'adaptor', type: headerType, durability: 'volatile' });
    await peer.listen(headerType, '/changing/out');
    await peer.hear('/changing/out');
    process.kill(first.pid, 'SIGINT');
    await startSource('/changing', 'reliable', 'volatile', '20');
    await waitFor('a reliable output', () => offered('reliable'));
    await peer.stopListening('/changing/out');
    await peer.listen(headerType, '/changing/out', { reliable: true });
    await peer.hear('/changing/out');
  });

  it('follows its source when that comes back with another type', async () => {
    const first = await startSource('/retyped', 'reliable', 'volatile', '50');
    await peer.listen(headerType, '/retyped/out', { reliable: true });
    await peer.hear('/retyped/out');
    process.kill(first.pid, 'SIGINT');
    await startSource('/retyped', 'reliable', 'volatile', '50', '--string');
    await waitFor('an output of the other type only', async () => {
      const offers = await peer.offers('/retyped/out');
      return offers.length === 1 && offers[0]?.type === stringType;
    });
    await peer.stopListening('/retyped/out');
    await peer.listen(stringType, '/retyped/out', { reliable: true });
    expect(Number((await peer.hear('/retyped/out')).data)).toBeGreaterThan(0);
  });

  it('is alive as its source is, and says what it cannot promise', async () => {
    const promises = ['--liveliness', 'manual_by_topic', '--deadline', '0.5'];
    await startSource('/alive', 'reliable', 'volatile', '50', ...promises);
    const [offer] = await waitFor('the output', async () => {
      const offers = await peer.offers('/alive/out');
      return offers.length === 1 && offers;
    });
    expect(offer).toMatchObject({ liveliness: 'manual_by_topic' });
    await peer.listen(headerType, '/alive/out', { reliable: true, manual: true });
    await peer.hear('/alive/out');
    expect(graph.log('adaptor', 200)).toContain(
      '/alive/out does not promise as /alive does: deadline 500 ms',
    );
  });

  it('reads publishers of unlike QoS, and offers the best of them', async () => {
    await startSource('/mixed', 'reliable', 'volatile', '20');
    await startSource('/mixed', 'best_effort', 'volatile', '21');
    await waitFor('both to be seen', async () => (await peer.offers('/mixed')).length === 2);
    await peer.listen(headerType, '/mixed/out', { reliable: true });
    // Each source counts for itself: a number that comes twice came from both.
    await waitFor('messages of both', async () => {
      const ids = await heardIds('/mixed/out');
      return new Set(ids).size < ids.length;
    });
  });

  it('answers parameter calls while it relays', async () => {
    await startSource('/images', 'reliable', 'volatile', '200');
    await peer.listen(headerType, '/images/out', { reliable: true });
    await peer.hear('/images/out');
    for (let rate = 100; rate < 120; rate++) {
      await set('channels.images.rate', { double: rate });
      expect(await parameters.get('channels.images.rate')).toEqual({ double: rate });
    }
  });
});

describe('a latched channel', () => {
  const latched = { reliable: true, latched: true };

  it('passes the last message, and gives it to late joiners', async () => {
    await set('channels.state.rate', { double: 1 });
    await peer.listen(headerType, '/state/out', latched);
    // Far more than the gate lets pass: the last one comes too early, and has to follow.
    const source = await startSource('/state', 'reliable', 'transient_local', '50', '200');
    await peer.hear('/state/out', ({ frame_id }) => frame_id === '200');
    const [offer] = await peer.offers('/state/out');
    expect(offer).toMatchObject({ reliability: 'reliable', durability: 'transient_local' });
    expect((await heardIds('/state/out')).length).toBeLessThan(100);
    const late = await graph.openClient();
    await late.listen(headerType, '/state/out', latched);
    await late.hear('/state/out');
    expect((await late.heard('/state/out')).map(({ message }) => message.frame_id)).toEqual(['200']);
    await late.close();
    process.kill(source.pid, 'SIGINT');
  });

  it('says nothing old after nobody has listened', async () => {
    await peer.stopListening('/state/out');
    await waitFor('the first source to be gone', async () => (await peer.offers('/state')).length === 0);
    const source = await startSource('/state', 'reliable', 'transient_local', '50', '9');
    await waitFor('the second source', async () => (await peer.offers('/state')).length === 1);
    await waitFor('nobody to listen', () => source.subscriptions() === 0);
    await waitFor('the source to have spoken', () => graph.log(source.name).includes('spoken'));
    await peer.listen(headerType, '/state/out', latched);
    await peer.hear('/state/out', ({ frame_id }) => frame_id === '9');
    expect(await heardIds('/state/out')).toEqual(['9']);
  });
});

describe('channels at run time', () => {
  const set = (name: string, value: Parameters<PeerParameters['set']>[1]) => parameters.set(name, value);
  const setChannels = (names: string[]) =>
    peer
      .call('rcl_interfaces/srv/SetParameters', '/adaptor/set_parameters', {
        parameters: [{ name: 'channels', value: { type: 9, string_array_value: names } }],
      })
      .then(({ results }) => results[0]);
  const names = ['lazy', 'changing', 'retyped', 'alive', 'mixed', 'state', 'images'];

  it('are added, get their topics, and are taken away', async () => {
    await startSource('/fresh', 'reliable', 'volatile', '50');
    expect(await setChannels([...names, 'fresh'])).toMatchObject({ successful: true });
    expect(await parameters.get('channels.fresh.rate')).toEqual({ double: -1 });
    expect(await set('channels.fresh.from', { string: 'fresh' })).toMatchObject({ successful: true });
    expect(await set('channels.fresh.to', { string: 'fresh/out' })).toMatchObject({ successful: true });
    await peer.listen(headerType, '/fresh/out', { reliable: true });
    await peer.hear('/fresh/out');
    expect(await setChannels(names)).toMatchObject({ successful: true });
    await waitFor('the output to be gone', async () => (await peer.offers('/fresh/out')).length === 0);
    expect(await parameters.list()).not.toContain('channels.fresh.rate');
    expect(await set('channels.fresh.rate', { double: 5 })).toMatchObject({ successful: false });
  });

  it.each([
    { case: 'an output that is never touched', parameter: 'to', topic: 'cmd_vel', code: 'TT_KNOB_FORBIDDEN' },
    { case: 'a source that is never touched', parameter: 'from', topic: 'e_stop', code: 'TT_KNOB_FORBIDDEN' },
    { case: 'a circle', parameter: 'from', topic: 'lazy/out', code: 'TT_CHANNEL_LOOP' },
    { case: 'another’s output', parameter: 'to', topic: 'mixed/out', code: 'TT_PARAM_RANGE' },
    { case: 'a name that is none', parameter: 'from', topic: 'la zy', code: 'TT_PARAM_RANGE' },
  ])('are refused $case, and go on as before', async ({ parameter, topic, code }) => {
    const before = await parameters.get(`channels.lazy.${parameter}`);
    const answer = await set(`channels.lazy.${parameter}`, { string: topic });
    expect(answer).toMatchObject({ successful: false, reason: expect.stringContaining(code) });
    expect(await parameters.get(`channels.lazy.${parameter}`)).toEqual(before);
  });

  it.each([
    { case: 'cmd_vel', to: 'cmd_vel', code: 'TT_KNOB_FORBIDDEN' },
    { case: 'itself', to: 'talk', code: 'TT_CHANNEL_LOOP' },
  ])('given at start, into $case, end the node with the reason', async ({ to, code }) => {
    const { code: exitCode, output } = await graph.runNode(
      adaptor('wrong', { channels: ['a'], 'channels.a.from': 'talk', 'channels.a.to': to }),
    );
    expect(exitCode).toBe(1);
    expect(output).toContain(code);
  });

  it('are known by what remappings make of their names', async () => {
    const { code, output } = await graph.runNode({
      ...adaptor('remapped', { channels: ['a'], 'channels.a.from': 'talk', 'channels.a.to': 'slow' }),
      remappings: { slow: 'cmd_vel' },
    });
    expect(code).toBe(1);
    expect(output).toContain('TT_KNOB_FORBIDDEN');
  });
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LiveGraph } from './live-graph.ts';
import type { Json, RosPeer } from './ros-peer.ts';
import { waitFor } from './wait-for.ts';

/** What the scripted source does, in simulated time, as peers/scripted_source.py reads it. */
type Phase = { name: string; start_s: number; hz: number; count: number; set?: Record<string, number> };

const sourceHz = 60;
const seconds = 20;
const ratesHz = [1, 7, 25, 40, 59];
/** What may pass beyond or short of the mean rate: the burst after a pause. */
const burst = 2;
const phases: Phase[] = [
  { name: 'steady', start_s: 1000, hz: sourceHz, count: sourceHz * seconds },
  {
    name: 'changed',
    start_s: 1000 + seconds,
    hz: sourceHz,
    count: sourceHz * seconds,
    set: { 'channels.hz_25.rate': 50 },
  },
  { name: 'an hour later', start_s: 4600, hz: sourceHz, count: sourceHz * seconds },
  { name: 'begun anew', start_s: 10, hz: sourceHz, count: sourceHz * seconds },
  // Long after everything else, so that it passes every gate and says that all before has come.
  { name: 'end', start_s: 9000, hz: 1, count: 1 },
];

const graph = new LiveGraph();
let peer: RosPeer;
/** Names of the phases of the messages that passed, by rate. */
const passed = new Map<number, string[]>();

/** Simulated time makes what is delivered the same on every machine: exact counts can be asked for. */
beforeAll(async () => {
  const channels = ratesHz.map((hz) => [`hz_${hz}`, hz] as const);
  const given = channels.flatMap(([name, hz]) => [
    [`channels.${name}.from`, 'source'],
    [`channels.${name}.to`, `slow/${name}`],
    [`channels.${name}.rate`, hz],
  ]);
  [peer] = await Promise.all([
    graph.openClient(),
    graph.startNode({
      name: 'adaptor',
      script: 'src/nodes/adaptor.js',
      parameters: {
        use_sim_time: true,
        ...Object.fromEntries(given),
        channels: [...channels.map(([name]) => name), 'echo'],
        'channels.echo.from': 'source',
        'channels.echo.to': 'echo',
      },
    }),
  ]);
  for (const hz of ratesHz) await peer.listen('std_msgs/msg/Header', `slow/hz_${hz}`, { reliable: true });
  await graph.startPeer(
    'scripted_source',
    'source',
    'echo',
    String(ratesHz.length + 1),
    JSON.stringify(phases),
  );
  for (const hz of ratesHz) {
    const topic = `slow/hz_${hz}`;
    const ended = async () =>
      (await peer.heard(topic, 2)).some(({ message }: Json) => message.frame_id === 'end');
    await waitFor(`the end at ${hz} Hz`, ended, 110_000);
    passed.set(
      hz,
      (await peer.heard(topic)).map(({ message }: Json) => message.frame_id),
    );
  }
});
afterAll(() => graph.close());

function count(hz: number, phase: string): number {
  return (passed.get(hz) ?? []).filter((name) => name === phase).length;
}

describe('the adaptor delivers, of a source of 60 Hz with 5 % jitter,', () => {
  it.each(ratesHz)('what is asked: %d Hz', (hz) => {
    expect(Math.abs(count(hz, 'steady') - hz * seconds)).toBeLessThanOrEqual(burst + 0.005 * hz * seconds);
  });

  it('the new rate after a change at run time', () => {
    const wanted = 50 * seconds;
    expect(Math.abs(count(25, 'changed') - wanted)).toBeLessThanOrEqual(burst + 0.005 * wanted);
  });

  it.each(['an hour later', 'begun anew'])('what is asked when the clock has jumped: %s', (phase) => {
    for (const hz of ratesHz.filter((each) => each !== 25)) {
      const wanted = hz * seconds;
      expect(Math.abs(count(hz, phase) - wanted)).toBeLessThanOrEqual(burst + 0.005 * wanted);
    }
  });
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LiveGraph } from './live-graph.ts';

/** What may pass beyond or short of the mean rate: the burst after a pause. */
const burst = 2;

const graph = new LiveGraph();
afterAll(() => graph.close());

/** Simulated time makes what is delivered the same on every machine, so that exact counts can be asked for. */
describe.each([
  // So long that the slowest rate makes 60 messages and more, of which a burst is few.
  { sourceHz: 10, ratesHz: [1, 3, 7, 9], changedHz: 6, seconds: 200 },
  { sourceHz: 30, ratesHz: [1, 4, 20, 29], changedHz: 13, seconds: 100 },
  { sourceHz: 60, ratesHz: [1, 7, 25, 40, 59], changedHz: 50, seconds: 60 },
  { sourceHz: 200, ratesHz: [3, 60, 133, 199], changedHz: 50, seconds: 20 },
])('of a source of $sourceHz Hz with 5 % jitter, the adaptor delivers', (given) => {
  const { sourceHz, ratesHz, changedHz, seconds } = given;
  const name = `source_${sourceHz}`;
  const channel = (hz: number) => `of_${sourceHz}_${hz}`;
  let passed: Record<string, Record<string, number>>;

  beforeAll(async () => {
    const rates = ratesHz.flatMap((hz) => [
      [`channels.${channel(hz)}.from`, name],
      [`channels.${channel(hz)}.to`, `slow/${channel(hz)}`],
      [`channels.${channel(hz)}.rate`, hz],
    ]);
    const adaptor = await graph.startNode({
      name: 'adaptor',
      script: 'src/nodes/adaptor.js',
      parameters: {
        use_sim_time: true,
        ...Object.fromEntries(rates),
        channels: [...ratesHz.map(channel), 'echo'],
        'channels.echo.from': name,
        'channels.echo.to': `${name}/echo`,
      },
    });
    const count = sourceHz * seconds;
    const phases = [
      { name: 'steady', start_s: 1000, hz: sourceHz, count },
      {
        name: 'changed',
        start_s: 1000 + seconds,
        hz: sourceHz,
        count,
        set: { [`channels.${channel(ratesHz[0] as number)}.rate`]: changedHz },
      },
      { name: 'an hour later', start_s: 4600, hz: sourceHz, count },
      { name: 'begun anew', start_s: 10, hz: sourceHz, count },
      // Long after everything else, so that it passes every gate.
      { name: 'end', start_s: 9000, hz: 1, count: 1 },
    ];
    const script = {
      source: name,
      echo: `${name}/echo`,
      outputs: ratesHz.map((hz) => `slow/${channel(hz)}`),
      phases,
    };
    const source = await graph.startPeer(
      'scripted_source',
      graph.file(`${name}.json`, JSON.stringify(script)),
    );
    const line = await source.line((text) => text.startsWith('{'), 110_000);
    if (line === undefined) throw new Error(graph.log(source.name));
    passed = JSON.parse(line);
    process.kill(adaptor.pid, 'SIGINT');
    await adaptor.ended;
  });

  function expectRate(hz: number, phase: string, wantedHz = hz): void {
    const wanted = wantedHz * seconds;
    const count = passed[`slow/${channel(hz)}`]?.[phase];
    expect(Math.abs((count ?? 0) - wanted), `asked for ${wantedHz} Hz`).toBeLessThanOrEqual(
      burst + 0.005 * wanted,
    );
  }

  it.each(ratesHz)('what is asked: %d Hz', (hz) => expectRate(hz, 'steady'));

  it('the new rate after a change at run time', () => expectRate(ratesHz[0] as number, 'changed', changedHz));

  it.each(['an hour later', 'begun anew'])('what is asked when the clock has jumped: %s', (phase) => {
    expectRate(ratesHz[0] as number, phase, changedHz);
    for (const hz of ratesHz.slice(1)) expectRate(hz, phase);
  });
});

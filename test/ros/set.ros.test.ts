import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LiveGraph } from './live-graph.ts';
import { PeerParameters } from './peer-parameters.ts';
import type { Json, RosPeer } from './ros-peer.ts';
import { waitUntilKnobsAreRead } from './wait-for.ts';
import { startZooTarget } from './zoo/zoo-target.ts';

const graph = new LiveGraph();
let peer: RosPeer;

beforeAll(async () => {
  process.env.TRIMTAB_HOME = graph.dir;
  [peer] = await Promise.all([
    graph.openClient(),
    startZooTarget(graph, 'obeys'),
    startZooTarget(graph, 'ignores'),
    startZooTarget(graph, 'rejects'),
    startZooTarget(graph, 'reconfigures'),
  ]);
});
afterAll(() => graph.close());

const rateOf = async (node: string) => (await new PeerParameters(peer, node).get('rate')).double;

const learnedFile = join(graph.dir, 'state', 'learned-effects.jsonl');

function learned(): Json[] {
  const lines = readFileSync(learnedFile, 'utf8').split('\n');
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line));
}

type Outcome = { code: number | null; verdicts: Json[]; refusals: Json[]; warnings: Json[] };

async function set(...args: string[]): Promise<Outcome> {
  const { code, output } = await graph.runCommand('set', '--json', ...args);
  const line = output.split('\n').find((each) => each.startsWith('{'));
  if (line === undefined) throw new Error(`set printed no JSON:\n${output}`);
  return { code, ...(JSON.parse(line) as Omit<Outcome, 'code'>) };
}

/** Nothing of a finished command is left to put back. */
function nothingPending(): void {
  expect(existsSync(join(graph.dir, 'state', 'set', 'last-good.json'))).toBe(true);
  expect(existsSync(join(graph.dir, 'state', 'set', 'intent.json'))).toBe(false);
}

describe('set, without a tuner', () => {
  it('confirms a parameter nobody has described by what its node publishes', async () => {
    const { code, verdicts } = await set('/obeys rate=10');
    expect(verdicts, JSON.stringify(verdicts)).toMatchObject([
      { name: '/obeys rate', requested: '10', outcome: 'confirmed' },
    ]);
    expect(verdicts[0]?.reason).toMatch(/\/obeys\/beat went from (19|20|21)/);
    expect(Number(verdicts[0]?.achieved)).toBeGreaterThan(8);
    expect(Number(verdicts[0]?.achieved)).toBeLessThan(12);
    expect(code).toBe(0);
    expect(await rateOf('/obeys')).toBe(10);
    nothingPending();
  });

  it('only accepts one that is held and shows nowhere', async () => {
    const { code, verdicts } = await set('/ignores rate=10');
    expect(verdicts).toMatchObject([{ outcome: 'accepted', reason: expect.stringContaining('no rate') }]);
    expect(code).toBe(0);
  });

  it('puts everything back when one of several is rejected, and fails', async () => {
    const before = await rateOf('/obeys');
    const { code, verdicts, refusals } = await set('/obeys rate=7', '/rejects rate=7');
    expect(code).toBe(1);
    expect(verdicts.at(-1)).toMatchObject({ name: '/rejects rate', outcome: 'rejected' });
    expect(refusals).toMatchObject([
      { code: 'TT_KNOB_REJECTED', reason: expect.stringContaining('mechanical') },
    ]);
    expect(await rateOf('/obeys')).toBe(before);
    nothingPending();
  });

  it('remembers what it measured, for itself, the tuner and trimtab knobs', () => {
    const counts = Object.fromEntries(learned().map(({ node, counts: each }) => [node, each]));
    expect(counts).toEqual({
      obeys: { confirmed: 1 },
      ignores: { accepted: 1 },
      rejects: { rejected: 1 },
    });
  });

  it('tells what was measured before, and judges by it where nothing shows', async () => {
    const told = await set('--dry-run', '/obeys rate=9');
    expect(told.verdicts[0]?.reason).toMatch(/-> 9; measured before: acts \(1 of 1\)$/);
    const lines = learned().map((line) => ({
      ...line,
      counts: line.node === 'ignores' ? { 'no-effect': 3 } : line.counts,
    }));
    writeFileSync(learnedFile, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
    const { code, verdicts } = await set('/ignores rate=14');
    expect(verdicts).toMatchObject([
      {
        outcome: 'no-effect',
        reason: expect.stringMatching(/no rate.*measured before: no effect \(3 of 3\)/),
      },
    ]);
    expect(code).toBe(0);
    // What was read in the memory is not told to it again.
    const about = learned().filter(({ node }) => node === 'ignores');
    expect(about.map(({ counts }) => counts)).toEqual([{ 'no-effect': 3 }, { accepted: 1 }]);
  });

  it('turns a knob also where its memory is damaged, says so, and leaves the file alone', async () => {
    const whole = readFileSync(learnedFile, 'utf8');
    writeFileSync(learnedFile, 'gone\n');
    const { code, verdicts, warnings } = await set('/ignores rate=15');
    expect([code, verdicts[0]?.outcome]).toEqual([0, 'accepted']);
    expect(warnings).toMatchObject([{ code: 'TT_FILE_DAMAGED', place: { line: 1 } }]);
    expect(readFileSync(learnedFile, 'utf8')).toBe('gone\n');
    writeFileSync(learnedFile, whole);
  });

  it('changes nothing in a dry run, and says what it would write in which order', async () => {
    const before = await rateOf('/obeys');
    const { code, verdicts } = await set('--dry-run', '/ignores rate=30', '/obeys rate=6');
    expect(code).toBe(0);
    expect(verdicts.map(({ name, outcome }) => [name, outcome])).toEqual([
      ['/obeys rate', 'planned'],
      ['/ignores rate', 'planned'],
    ]);
    expect(await rateOf('/obeys')).toBe(before);
  });

  it.each([
    ['/ghost rate=1', 'TT_KNOB_UNREACHABLE'],
    ['/obeys speed=1', 'TT_PARAM_UNKNOWN'],
    ['/obeys rate=fast', 'TT_PARAM_TYPE'],
    ['/estop_node timeout=1', 'TT_KNOB_FORBIDDEN'],
    ['fps=1', 'TT_PARAM_UNKNOWN'],
  ])('refuses %s', async (setting, code) => {
    const outcome = await set(setting);
    expect(outcome.refusals.map((refusal) => refusal.code)).toEqual([code]);
    expect(outcome.code).toBe(1);
  });

  it('reads knobs of a spec, and reconfigures a lifecycle node for them', async () => {
    const spec = graph.file(
      'set.yaml',
      `require: [{topic: /reconfigures/beat, rate: ">= 1 Hz"}]
knobs:
  - {parameter: /reconfigures rate, name: beat, range: [5, 40] Hz, takes_effect: reconfigure,
     confirm: {topic: /reconfigures/beat, rate: equals}}
`,
    );
    const { code, verdicts } = await set('--spec', spec, 'beat=10 Hz');
    expect(verdicts).toMatchObject([{ name: 'beat', requested: '10', outcome: 'confirmed' }]);
    expect(code).toBe(0);
    expect((await set('--spec', spec, 'beat=4')).refusals).toMatchObject([{ code: 'TT_PARAM_RANGE' }]);
    expect(await rateOf('/reconfigures')).toBe(10);
  });

  it('prints one line for each knob', async () => {
    const { code, output } = await graph.runCommand('set', '/obeys rate=20');
    expect(code).toBe(0);
    expect(output).toMatch(/^\/obeys rate +20 +[\d.]+ +(confirmed|accepted) +\S/m);
  });

  it.each([[['rate']], [['--fast', 'a b=1']], [[]], [['a b=1', '--settle', 'long']]])(
    'does not understand %j',
    async (args) => {
      const { code, output } = await graph.runCommand('set', ...args);
      expect(output).toContain('TT_USAGE');
      expect(code).toBe(2);
    },
  );
});

describe('set, where a tuner runs', () => {
  beforeAll(async () => {
    const spec = graph.file(
      'tuner.yaml',
      `require: [{topic: /obeys/beat, rate: ">= 1 Hz"}]
knobs:
  - {parameter: /obeys rate, name: beat, range: [5, 40] Hz, takes_effect: immediate,
     confirm: {topic: /obeys/beat, rate: equals}}
`,
    );
    await graph.startNode({ name: 'tuner', script: 'src/nodes/tuner.js', parameters: { spec } });
    await waitUntilKnobsAreRead(peer, '/tuner');
  });

  it('turns its knobs through it, measures, and leaves it a way back', async () => {
    const before = await rateOf('/obeys');
    const { code, verdicts } = await set('beat=9');
    expect(verdicts).toMatchObject([{ name: 'beat', requested: '9', outcome: 'confirmed' }]);
    expect(code).toBe(0);
    expect(await peer.call('trimtab_msgs/srv/Rollback', '/tuner/rollback')).toMatchObject({ success: true });
    expect(await rateOf('/obeys')).toBe(before);
  });

  it('does not go below the floor of a rate', async () => {
    const { code, refusals } = await set('beat=4.9');
    expect(refusals).toMatchObject([{ code: 'TT_PARAM_RANGE' }]);
    expect(code).toBe(1);
    expect(await rateOf('/obeys')).not.toBe(4.9);
  });

  it('touches nothing while a person holds, not even what the tuner does not turn', async () => {
    const hold = (data: boolean) => peer.call('std_srvs/srv/SetBool', '/tuner/hold', { data });
    const before = [await rateOf('/obeys'), await rateOf('/ignores')];
    await hold(true);
    try {
      for (const setting of ['beat=11', '/ignores rate=11'])
        expect((await set(setting)).refusals).toMatchObject([{ code: 'TT_HELD' }]);
    } finally {
      await hold(false);
    }
    expect([await rateOf('/obeys'), await rateOf('/ignores')]).toEqual(before);
  });

  it('leaves the folder of its state in order', () => {
    for (const folder of [join(graph.dir, 'state'), join(graph.dir, 'state', 'set')]) {
      const names = readdirSync(folder).filter((name) => name !== 'set' && !learnedFile.endsWith(name));
      expect(names.sort()).toEqual(['last-good.json', 'restore.log']);
      expect(readFileSync(join(folder, 'restore.log'), 'utf8')).toBe('');
    }
  });
});

describe('set, in a simulation', () => {
  it('confirms a rate in the simulation’s time, which runs at half speed', async () => {
    await Promise.all([
      graph.startPeer('clock', '0.5', '100'),
      graph.startPeer('../zoo/obeys', ...['--ros-args', '-r', '__ns:=/dream', '-p', 'use_sim_time:=true']),
    ]);
    const { code, verdicts } = await set('/dream/obeys rate=10');
    expect(verdicts, JSON.stringify(verdicts)).toMatchObject([
      { name: '/dream/obeys rate', requested: '10', outcome: 'confirmed' },
    ]);
    expect(Number(verdicts[0]?.achieved)).toBeGreaterThan(8);
    expect(Number(verdicts[0]?.achieved)).toBeLessThan(12);
    expect(code).toBe(0);
  });
});

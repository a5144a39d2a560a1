import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { LiveGraph, type NodeSpec, repository } from './live-graph.ts';
import { PeerParameters } from './peer-parameters.ts';
import { waitUntilKnobsAreRead } from './wait-for.ts';

const graph = new LiveGraph();
afterAll(() => graph.close());

const tuner = (spec: string): NodeSpec => ({
  name: 'tuner',
  script: 'src/nodes/tuner.js',
  parameters: { spec, state_dir: join(graph.dir, 'state') },
});

describe('a tuner that is given a bad spec does not start', () => {
  it('when the file is missing', async () => {
    const file = join(graph.dir, 'nowhere.yaml');
    const { code, output } = await graph.runNode(tuner(file));
    expect(code).not.toBe(0);
    expect(output).toContain('TT_FILE_MISSING');
    expect(output).toContain(file);
  });

  const require = 'require:\n  - {topic: core, rate: ">= 25 Hz"}\n';
  it.each([
    {
      what: 'malformed YAML',
      text: 'require:\n  - {topic: core, rate: ">= 25 Hz"\nknobs: []\n',
      at: /:3:\d+: /,
      code: 'TT_SPEC_SYNTAX',
    },
    {
      what: 'an unknown key',
      text: `${require}knbos: []\n`,
      at: /:3:1: .*knbos.*knobs/,
      code: 'TT_SPEC_UNKNOWN_KEY',
    },
    {
      what: 'a wrong unit',
      text: 'require:\n  - {topic: core, rate: ">= 25 ms"}\nknobs: []\n',
      at: /:2:\d+: .*ms.*Hz/,
      code: 'TT_SPEC_UNIT',
    },
    {
      what: 'bounds the wrong way round',
      text: `${require}knobs:\n  - {parameter: robot rate_a, range: [30, 2] Hz}\n`,
      at: /:4:\d+: /,
      code: 'TT_SPEC_RANGE',
    },
    {
      what: 'a knob that must never be turned',
      text: `${require}knobs:\n  - {throttle: planner/cmd_vel -> cmd_vel, rate: [1, 30] Hz}\n`,
      at: /:4:\d+: .*cmd_vel/,
      code: 'TT_KNOB_FORBIDDEN',
    },
  ])('for $what', async ({ what, text, at, code: refusal }) => {
    const file = graph.file(`${what.replaceAll(' ', '-')}.yaml`, text);
    const { code, output } = await graph.runNode(tuner(file));
    expect(code).not.toBe(0);
    const line = output.split('\n').find((each) => each.includes(`[${refusal}]`));
    expect(line, output).toContain(file);
    expect(line).toMatch(at);
    expect(line).toMatch(/found .*|accepted: /);
  });
});

describe('a node whose surroundings are not there ends with the reason', () => {
  it('a detector without its network', async () => {
    const { code, output } = await graph.runNode({
      name: 'detector',
      script: 'sim/workload/detector-node.js',
      parameters: { model: join(graph.dir, 'no-such-network.json') },
    });
    expect(code).not.toBe(0);
    expect(output).toContain('TT_MODEL_MISSING');
    expect(output).toContain('no-such-network.json');
  });

  it('a detector whose network is damaged', async () => {
    const manifest = graph.file('damaged.json', '{"id": "damaged"');
    const { code, output } = await graph.runNode({
      name: 'detector',
      script: 'sim/workload/detector-node.js',
      parameters: { model: manifest },
    });
    expect(code).not.toBe(0);
    expect(output).toContain('TT_MODEL_MISSING');
    expect(output).toContain(manifest);
  });

  it('a scheduler without a broker', async () => {
    const { code, output } = await graph.runNode({
      name: 'scheduler',
      script: 'src/nodes/scheduler.js',
      parameters: {
        models: ['people'],
        models_dir: join(repository, 'models'),
        broker_url: 'mqtt://127.0.0.1:1',
      },
    });
    expect(code).not.toBe(0);
    expect(output).toContain('TT_BROKER_UNREACHABLE');
    expect(output).toContain('127.0.0.1:1');
  });

  const profiler: NodeSpec = { name: 'profiler', script: 'src/nodes/profiler.js' };
  const adaptor: NodeSpec = { name: 'adaptor', script: 'src/nodes/adaptor.js' };
  const channel = { channels: ['a'], 'channels.a.from': 'in', 'channels.a.to': 'out' };
  it.each([
    {
      what: 'a profiler, for a damaged pattern',
      spec: { ...profiler, parameters: { processes: ['camera=('] } },
    },
    {
      what: 'a profiler, for a topic that can have no such name',
      spec: { ...profiler, parameters: { topics: ['1 2'] } },
    },
    { what: 'a profiler, for a path of one topic', spec: { ...profiler, parameters: { paths: ['camera'] } } },
    {
      what: 'an adaptor, for a rate that means nothing',
      spec: { ...adaptor, parameters: { ...channel, 'channels.a.rate': -0.5 } },
    },
  ])('$what', async ({ spec }) => {
    const { code, output } = await graph.runNode(spec);
    expect(code, output).not.toBe(0);
    expect(output).toContain('TT_PARAM_RANGE');
  });

  it('a demo that is asked for the impossible, before it starts anything', async () => {
    const short = await graph.runCommand('demo', '--seconds', '1');
    expect(short).toMatchObject({ code: 2, output: expect.stringContaining('TT_USAGE') });
    const spec = graph.file('demo.yaml', 'require:\n  - {topic: cmd_vel, rate: fast}\n');
    const bad = await graph.runCommand('demo', '--spec', spec, '--report', join(graph.dir, 'report.html'));
    expect(bad.code).not.toBe(0);
    expect(bad.output).toMatch(/demo\.yaml:2:\d+: .*TT_SPEC_\w+/);
  });
});

describe('a topic that never speaks', () => {
  it('ends a goal with its name, and nothing stays changed', async () => {
    const [peer] = await Promise.all([
      graph.openClient(),
      graph.startPeer('contention_robot'),
      graph.startNode({ name: 'profiler', script: 'src/nodes/profiler.js' }),
      graph.startNode({
        ...tuner(
          graph.file(
            'silent.yaml',
            `require:
  - {topic: core, rate: ">= 25 Hz"}
  - {topic: never_said, rate: ">= 1 Hz"}
improve:
  - {topic: load_a, rate: maximize, enough: 30 Hz}
knobs:
  - {parameter: robot rate_a, range: [2, 30] Hz, takes_effect: immediate}
`,
          ),
        ),
        name: 'silent_tuner',
      }),
    ]);
    await waitUntilKnobsAreRead(peer, '/silent_tuner');
    const goal = await peer.sendGoal('trimtab_msgs/action/Tune', '/silent_tuner/tune', {
      max_trials: 6,
      seed: 1,
    });
    const { status, result } = (await goal?.result()) ?? {};
    expect(status).toBe(6);
    expect(result).toMatchObject({ success: false, code: 'TT_TOPIC_SILENT' });
    expect(result?.message).toContain('/never_said');
    expect(await new PeerParameters(peer, '/robot').get('rate_a')).toEqual({ double: 25 });
  });
});

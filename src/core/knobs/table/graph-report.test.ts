import { describe, expect, it } from 'vitest';
import type { Distro } from './distro.ts';
import { reportGraph, type SeenGraph, type SeenParameter } from './graph-report.ts';
import type { KnobTable } from './knob-table.ts';
import type { LearnedEffect } from './learned-effect.ts';
import { parseKnobTable } from './parse-table.ts';

function tableOf(text: string): KnobTable {
  const result = parseKnobTable(`family: Camera\nabout: A camera.\n${text}`, 'camera', 'camera.yaml');
  if (!result.ok) throw new Error(JSON.stringify(result.refusals));
  return result.value;
}

const camera = tableOf(`
groups:
  - title: camera
    declares: [fps, io_method]
    source: node.cpp
    knobs:
      - {parameter: fps, type: double, range: [1, 60] Hz, takes_effect: restart, distros: [humble]}
      - {parameter: fps, type: double, range: [1, 60] Hz, takes_effect: immediate, distros: [jazzy], note: as it should}
      - {parameter: "*.dt", type: double, range: [0.01, 1] s, takes_effect: immediate}
      - {parameter: gain, type: integer, range: [0, 9], takes_effect: immediate}
      - {service: set_capture, type: std_srvs/srv/SetBool, request: "{data: $value}", choices: [true, false], takes_effect: service}
      - {throttle: "*/image", rate: [1, 30] Hz}
    couplings:
      - {keep: "*.dt >= 1 / fps", note: or it throws}
`);

const parameter = (
  name: string,
  value: SeenParameter['value'],
  more: Partial<SeenParameter> = {},
): SeenParameter => ({
  name,
  type: typeof value === 'number' ? 'double' : 'string',
  value,
  readOnly: false,
  ...more,
});

function report(
  parameters: SeenParameter[] | undefined,
  options: { distro?: Distro; all?: boolean; learned?: LearnedEffect[]; graph?: Partial<SeenGraph> } = {},
) {
  const { distro = 'jazzy', all = false, learned = [], graph = {} } = options;
  const [node] = reportGraph(
    { nodes: [{ name: '/robot/front', parameters }], services: [], topics: [], ...graph },
    { tables: [camera], learned, distro, all },
  );
  return node;
}

const own = [parameter('fps', 20), parameter('io_method', 'mmap'), parameter('gain', 3)];

describe('a report on a graph', () => {
  it('knows a node by its parameters, and its knobs by the rows of the distribution', () => {
    const onJazzy = report(own);
    expect(onJazzy?.kinds).toEqual(['Camera: camera']);
    expect(onJazzy?.knobs[0]).toEqual({
      kind: 'parameter',
      name: 'fps',
      state: 'there',
      value: 20,
      values: '[1, 60] Hz',
      takesEffect: 'immediate',
      table: 'camera',
      note: 'as it should',
    });
    expect(report(own, { distro: 'humble' })?.knobs[0]?.takesEffect).toBe('restart');
    expect(report(own.slice(0, 1))?.kinds).toEqual([]);
  });

  it('says what is missing, read-only, a list or forbidden', () => {
    const seen = report(
      [
        ...own.slice(0, 2),
        parameter('size', [1, 2], { type: 'integer-array' }),
        parameter('seed', 1, { readOnly: true }),
        parameter('estop_timeout', 9),
        parameter('use_sim_time', 0),
      ],
      { all: true },
    );
    const states = Object.fromEntries(seen?.knobs.map(({ name, state }) => [name, state]) ?? []);
    expect(states).toEqual({
      fps: 'there',
      io_method: 'there',
      gain: 'missing',
      size: 'list',
      seed: 'read-only',
      estop_timeout: 'forbidden',
    });
  });

  it('lists what no table knows only when asked, and counts it otherwise', () => {
    const more = [...own, parameter('zoom', 2, { range: { low: 1, high: 4 } })];
    expect(report(more)?.knobs.map(({ name }) => name)).not.toContain('zoom');
    expect(report(more)?.unlisted).toBe(2);
    const seen = report(more, { all: true });
    expect(seen?.unlisted).toBe(0);
    expect(seen?.knobs).toContainEqual(
      expect.objectContaining({ name: 'zoom', takesEffect: 'unknown', values: '[1, 4]' }),
    );
  });

  it('shows what measurements said, of parameters that no table knows as well', () => {
    const effect = { node: 'front', parameter: 'io_method', distro: 'jazzy', firstMs: 0, lastMs: 0 };
    const seen = report(own, { learned: [{ ...effect, counts: { 'no-effect': 3 } }] });
    expect(seen?.knobs.find(({ name }) => name === 'io_method')).toMatchObject({
      takesEffect: 'unknown',
      learned: { verdict: 'no-effect', counts: { 'no-effect': 3 } },
    });
  });

  it('checks couplings against the values that the node holds', () => {
    const keep = 'a.dt >= 1 / fps';
    const couplings = (dt: number) => report([...own, parameter('a.dt', dt)])?.couplings;
    expect(couplings(0.05)).toEqual([{ keep, holds: true, note: 'or it throws' }]);
    expect(couplings(0.04)).toEqual([{ keep, holds: false, note: 'or it throws' }]);
    expect(report(own)?.couplings).toEqual([]);
  });

  it('lists services and topics of a row where the graph has them', () => {
    const graph = {
      services: ['/robot/set_capture', '/other/set_capture'],
      topics: ['/robot/left/image', '/image'],
    };
    const names = report(own, { graph })?.knobs.map(({ kind, name }) => `${kind} ${name}`);
    expect(names).toContain('service /robot/set_capture {data: $value}');
    expect(names).toContain('throttle /robot/left/image');
    expect(names?.filter((name) => !name.startsWith('parameter'))).toHaveLength(2);
  });

  it('shows a node that did not answer as silent', () => {
    expect(report(undefined)).toMatchObject({ silent: true, knobs: [], kinds: [] });
  });
});

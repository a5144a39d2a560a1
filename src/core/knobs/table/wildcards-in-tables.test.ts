import { describe, expect, it } from 'vitest';
import { wildcardKnob } from '../wildcard.ts';
import type { Distro } from './distro.ts';
import { parseKnobTable } from './parse-table.ts';
import { completeWildcards } from './wildcards-in-tables.ts';

const text = `family: Camera
about: A camera.
distros: [humble, jazzy]
groups:
  - title: camera
    nodes: [camera]
    declares: [fps]
    source: node.cpp
    knobs:
      - {parameter: fps, type: integer, range: [1, 60] Hz, takes_effect: immediate}
      - {parameter: mode, type: integer, range: [1, 3], takes_effect: reconfigure, distros: [humble]}
      - {parameter: mode, type: integer, range: [1, 4], takes_effect: restart, distros: [jazzy]}
      - {parameter: period, type: double, range: [0.01, 1] s, takes_effect: next-goal}
      - {parameter: frame, type: string, takes_effect: never, note: read once}
      - {parameter: encoding, type: string, takes_effect: reconfigure}
    couplings:
      - {keep: period >= 1 / fps}
`;

function complete(
  parameters: Record<string, number>,
  { distro, declared = ['fps'] }: { distro?: Distro; declared?: string[] } = {},
) {
  const table = parseKnobTable(text, 'camera', 'camera.yaml');
  if (!table.ok) throw new Error(JSON.stringify(table.refusals));
  const knobs = Object.entries(parameters).map(([parameter, type]) => {
    const knob = wildcardKnob('/left/camera', parameter, { type, readOnly: false });
    if (!knob.ok) throw new Error(JSON.stringify(knob.refusals));
    return { ...knob.value, name: parameter };
  });
  const node = { name: '/left/camera', parameters: declared };
  return completeWildcards(knobs, [node], { tables: [table.value], distro });
}

describe('a parameter that was named without a spec', () => {
  it('gets the values and the unit of its row, and is still to show that it acts', () => {
    const { knobs, refusals } = complete({ fps: 2 });
    expect(refusals).toEqual([]);
    expect(knobs).toMatchObject([
      { name: 'fps', domain: { type: 'integer', low: 1, high: 60 }, unit: 'Hz', takesEffect: 'unknown' },
    ]);
  });

  it('takes effect as its row says where that is not at once', () => {
    expect(complete({ period: 3 }).knobs).toMatchObject([{ takesEffect: 'next-goal', unit: 's' }]);
  });

  it('must fit the parameters that its row couples it with, named or not', () => {
    const both = complete({ fps: 2, period: 3 }).knobs;
    expect(both.flatMap(({ couples = [] }) => couples)).not.toEqual([]);
    expect(both.flatMap(({ fitsParameters = [] }) => fitsParameters)).toEqual([]);
    expect(complete({ period: 3 }).knobs[0]?.fitsParameters).toHaveLength(1);
  });

  it('is refused where it never acts, with the place and the reason', () => {
    expect(complete({ frame: 4 }).refusals).toMatchObject([
      { code: 'TT_SPEC_TABLE', reason: expect.stringMatching(/camera\.yaml:14:.*read once/), found: 'frame' },
    ]);
  });

  it('stays as it is where rows of distributions differ and none is known, else follows its own', () => {
    expect(complete({ mode: 2 }).knobs).toMatchObject([
      { domain: { low: Number.NEGATIVE_INFINITY }, takesEffect: 'unknown' },
    ]);
    expect(complete({ mode: 2 }, { distro: 'humble' }).knobs).toMatchObject([
      { domain: { high: 3 }, takesEffect: 'reconfigure' },
    ]);
  });

  it('stays as it is where its row names no values, and on a node that no table means', () => {
    expect(complete({ encoding: 4 }).knobs).toMatchObject([{ domain: { values: [] } }]);
    expect(complete({ fps: 2 }, { declared: ['other'] }).knobs).toMatchObject([
      { domain: { low: Number.NEGATIVE_INFINITY }, unit: '' },
    ]);
  });
});

import { describe, expect, it } from 'vitest';
import { parseSpec } from '../spec/parse-spec.ts';
import { economical } from './economical.ts';

const spec = parseSpec(
  `
require:
  - {topic: cmd_vel, rate: ">= 20 Hz"}
  - {path: [camera/image_raw, cmd_vel], latency: "p95 <= 120 ms"}
improve:
  - {topic: map, rate: maximize}
knobs:
  - {parameter: camera fps, values: [10, 30], unit: Hz, confirm: {topic: camera/image_raw, rate: equals}}
  - {throttle: camera/image_raw -> mapper/image_raw, rate: "[1, 30] Hz"}
  - {parameter: mapper mode, choices: [fast, fine]}
  - {parameter: mapper threads, range: [2, 8], integer: true}
  - {cgroup: mapper, cpu: "[0.1, 2] cores"}
`,
  'spec.yaml',
);

describe('economical', () => {
  it('turns down what no requirement measures and leaves the rest', () => {
    if (!spec.ok) throw new Error(JSON.stringify(spec.refusals));
    const inForce = {
      'camera fps': 30,
      'throttle mapper/image_raw': 30,
      'mapper mode': 'fine',
      'mapper threads': 8,
      'cpu mapper': 2,
    };
    expect(economical(spec.value, inForce)).toEqual({
      'camera fps': 30,
      'throttle mapper/image_raw': 1,
      'mapper mode': 'fine',
      'mapper threads': 2,
      'cpu mapper': 0.1,
    });
  });
});

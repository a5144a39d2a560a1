import { describe, expect, it } from 'vitest';
import { parseSpec } from './parse-spec.ts';
import { resolveName, resolveNames } from './resolve-names.ts';

describe('resolveNames', () => {
  it('makes relative names absolute in a namespace and leaves absolute ones', () => {
    expect(resolveName('cmd_vel', '/')).toBe('/cmd_vel');
    expect(resolveName('cmd_vel', '/drone1')).toBe('/drone1/cmd_vel');
    expect(resolveName('/cmd_vel', '/drone1')).toBe('/cmd_vel');
  });

  it('resolves every topic and node of a spec, and no name of an item', () => {
    const parsed = parseSpec(
      `
require: [{topic: a, rate: ">= 1 Hz"}, {path: [a, /b], latency: p95 <= 1 s}, {process: a, cpu: "<= 1 cores"}]
improve: [{topic: a, age: minimize p50}]
knobs:
  - {throttle: a -> b, rate: [1, 2] Hz}
  - {parameter: camera fps, range: [1, 2] Hz, confirm: {topic: a, rate: equals}}
  - {cgroup: a, cpu: [0.1, 1] cores}
  - {placement: detector, choices: [cpu, gpu]}
  - {parameter: local/map rate, range: [1, 2] Hz, takes_effect: reconfigure, owner: server}
`,
      'test.yaml',
    );
    if (!parsed.ok) throw new Error('the test spec is wrong');
    const spec = resolveNames(parsed.value, '/x');
    expect(spec.requirements.map(({ metric }) => metric)).toEqual([
      { kind: 'topic-rate', topic: '/x/a' },
      { kind: 'path-latency', path: ['/x/a', '/b'], statistic: 'p95' },
      { kind: 'process-cpu', process: 'a' },
    ]);
    expect(spec.objectives[0]?.metric).toEqual({ kind: 'topic-age', topic: '/x/a', statistic: 'p50' });
    expect(spec.knobs.map(({ target }) => target)).toEqual([
      { kind: 'throttle', from: '/x/a', to: '/x/b' },
      { kind: 'parameter', node: '/x/camera', parameter: 'fps' },
      { kind: 'cgroup', process: 'a', resource: 'cpu' },
      { kind: 'placement', node: '/x/detector', parameter: 'placement' },
      { kind: 'parameter', node: '/x/local/map', parameter: 'rate', owner: '/x/server' },
    ]);
    expect(spec.knobs.map(({ confirm }) => confirm)).toEqual([
      { metric: 'topic-rate', topic: '/x/b', relation: 'at-most' },
      { metric: 'topic-rate', topic: '/x/a', relation: 'equals' },
      { metric: 'process-cpu', process: 'a', relation: 'at-most' },
      undefined,
      undefined,
    ]);
    expect(spec.knobs.map(({ name }) => name)).toEqual([
      'throttle b',
      'camera fps',
      'cpu a',
      'placement detector',
      'local/map rate',
    ]);
  });
});

import { describe, expect, it } from 'vitest';
import type { ErrorCode } from '../error-codes.ts';
import { parseSpec, type SpecLoader } from './parse-spec.ts';
import type { Spec } from './spec.ts';

function specOf(text: string, load?: SpecLoader): Spec {
  const result = parseSpec(text, 'mine.yaml', load);
  expect(result).toMatchObject({ ok: true });
  return (result as { value: Spec }).value;
}

/** Every refusal as `CODE line:column`, with the file when it is another. */
function refusalsOf(text: string, load?: SpecLoader): string[] {
  const result = parseSpec(text, 'mine.yaml', load);
  if (result.ok) return [];
  return result.refusals.map(({ code, place }) => {
    const file = place?.file === 'mine.yaml' ? '' : ` ${place?.file}`;
    return `${code} ${place?.line}:${place?.column}${file}`;
  });
}

const asking = 'require:\n  - {topic: cmd_vel, rate: ">= 20 Hz"}\n';

describe('a spec', () => {
  it('reads requirements of every kind, in canonical units', () => {
    const { requirements } = specOf(`
require:
  - {topic: cmd_vel, rate: ">= 0.02 kHz"}
  - {topic: /camera/image_raw, age: max <= 250000 us}
  - {path: [camera/image_raw, detections, cmd_vel], latency: "p95<=0.12s"}
  - {process: detector, cpu: "<= 50 %", name: frugal detector}
  - {platform: power, value: "<= 15 W"}
  - {platform: temperature, value: "<= 80 C"}
`);
    expect(requirements).toEqual([
      {
        name: 'cmd_vel rate >= 20 Hz',
        metric: { kind: 'topic-rate', topic: 'cmd_vel' },
        comparison: '>=',
        bound: 20,
        unit: 'Hz',
      },
      {
        name: '/camera/image_raw age max <= 250 ms',
        metric: { kind: 'topic-age', topic: '/camera/image_raw', statistic: 'max' },
        comparison: '<=',
        bound: 250,
        unit: 'ms',
      },
      {
        name: 'camera/image_raw -> detections -> cmd_vel latency p95 <= 120 ms',
        metric: {
          kind: 'path-latency',
          path: ['camera/image_raw', 'detections', 'cmd_vel'],
          statistic: 'p95',
        },
        comparison: '<=',
        bound: 120,
        unit: 'ms',
      },
      {
        name: 'frugal detector',
        metric: { kind: 'process-cpu', process: 'detector' },
        comparison: '<=',
        bound: 0.5,
        unit: 'cores',
      },
      {
        name: 'platform power <= 15 W',
        metric: { kind: 'platform', quantity: 'power' },
        comparison: '<=',
        bound: 15,
        unit: 'W',
      },
      {
        name: 'platform temperature <= 80 C',
        metric: { kind: 'platform', quantity: 'temperature' },
        comparison: '<=',
        bound: 80,
        unit: 'C',
      },
    ]);
  });

  it('reads objectives with weight, statistic and enough', () => {
    const { objectives } = specOf(`
improve:
  - {topic: detections, rate: maximize, weight: 2, enough: 0.03 kHz}
  - {path: [a, b], latency: minimize p95}
`);
    expect(objectives).toEqual([
      {
        name: 'detections rate',
        metric: { kind: 'topic-rate', topic: 'detections' },
        direction: 'maximize',
        weight: 2,
        unit: 'Hz',
        enough: 30,
      },
      {
        name: 'a -> b latency p95',
        metric: { kind: 'path-latency', path: ['a', 'b'], statistic: 'p95' },
        direction: 'minimize',
        weight: 1,
        unit: 'ms',
      },
    ]);
  });

  it('reads knobs of every kind', () => {
    const { knobs } = specOf(`${asking}
knobs:
  - parameter: camera fps
    values: [5, 15, 30]
    unit: Hz
    takes_effect: immediate
    default: 15
    confirm: {topic: camera/image_raw, rate: equals}
  - {parameter: /scheduler models.people.rate_hz, range: [0.5, 15] Hz}
  - {parameter: preview detail, range: [1, 4], integer: true, name: detail}
  - {parameter: detector place, choices: [edge, cloud], default: edge}
  - {throttle: camera/image_raw -> preview/image_raw, rate: [0.001, 0.03] kHz}
  - {cgroup: preview, cpu: "[10, 200] %", default: 1.5 cores}
  - {placement: detector, choices: [cpu, "cpu:2", gpu, dla0], default: cpu}
  - {placement: /scheduler, parameter: models.people.placement, choices: [cpu, gpu]}
  - {placement: yolo, parameter: device, choices: {cpu: cpu, gpu: "cuda:0"}, takes_effect: reconfigure}
  - {power_mode: true, choices: [15W, 30W]}
`);
    expect(knobs).toEqual([
      {
        name: 'camera fps',
        target: { kind: 'parameter', node: 'camera', parameter: 'fps' },
        domain: { type: 'ordinal', values: [5, 15, 30] },
        unit: 'Hz',
        takesEffect: 'immediate',
        default: 15,
        confirm: { metric: 'topic-rate', topic: 'camera/image_raw', relation: 'equals' },
      },
      {
        name: '/scheduler models.people.rate_hz',
        target: { kind: 'parameter', node: '/scheduler', parameter: 'models.people.rate_hz' },
        domain: { type: 'real', low: 0.5, high: 15 },
        unit: 'Hz',
        takesEffect: 'unknown',
      },
      {
        name: 'detail',
        target: { kind: 'parameter', node: 'preview', parameter: 'detail' },
        domain: { type: 'integer', low: 1, high: 4 },
        unit: '',
        takesEffect: 'unknown',
      },
      {
        name: 'detector place',
        target: { kind: 'parameter', node: 'detector', parameter: 'place' },
        domain: { type: 'categorical', values: ['edge', 'cloud'] },
        unit: '',
        takesEffect: 'unknown',
        default: 'edge',
      },
      {
        name: 'throttle preview/image_raw',
        target: { kind: 'throttle', from: 'camera/image_raw', to: 'preview/image_raw' },
        domain: { type: 'real', low: 1, high: 30 },
        unit: 'Hz',
        takesEffect: 'immediate',
        confirm: { metric: 'topic-rate', topic: 'preview/image_raw', relation: 'at-most' },
      },
      {
        name: 'cpu preview',
        target: { kind: 'cgroup', process: 'preview', resource: 'cpu' },
        domain: { type: 'real', low: 0.1, high: 2 },
        unit: 'cores',
        takesEffect: 'immediate',
        default: 1.5,
        confirm: { metric: 'process-cpu', process: 'preview', relation: 'at-most' },
      },
      {
        name: 'placement detector',
        target: { kind: 'placement', node: 'detector', parameter: 'placement' },
        domain: { type: 'categorical', values: ['cpu', 'cpu:2', 'gpu', 'dla0'] },
        unit: '',
        takesEffect: 'immediate',
        default: 'cpu',
      },
      {
        name: 'placement /scheduler models.people.placement',
        target: { kind: 'placement', node: '/scheduler', parameter: 'models.people.placement' },
        domain: { type: 'categorical', values: ['cpu', 'gpu'] },
        unit: '',
        takesEffect: 'immediate',
      },
      {
        name: 'placement yolo device',
        target: {
          kind: 'placement',
          node: 'yolo',
          parameter: 'device',
          values: { cpu: 'cpu', gpu: 'cuda:0' },
        },
        domain: { type: 'categorical', values: ['cpu', 'gpu'] },
        unit: '',
        takesEffect: 'reconfigure',
      },
      {
        name: 'power mode',
        target: { kind: 'power-mode' },
        domain: { type: 'categorical', values: ['15W', '30W'] },
        unit: '',
        takesEffect: 'unknown',
      },
    ]);
  });

  it('adds what the files named in use say, before its own', () => {
    const tello = 'require: [{topic: odom, rate: ">= 10 Hz"}]\nknobs: [{power_mode: true}]';
    const spec = specOf(`use: [robots/tello]\n${asking}`, (name) =>
      name === 'robots/tello' ? tello : undefined,
    );
    expect(spec.requirements.map(({ name }) => name)).toEqual([
      'odom rate >= 10 Hz',
      'cmd_vel rate >= 20 Hz',
    ]);
    expect(spec.knobs).toHaveLength(1);
  });

  it('keeps robot, platform and context', () => {
    const spec = specOf(`robot: tello\nplatform: orin-nano\ncontext: [mission_phase, network]\n${asking}`);
    expect(spec).toMatchObject({
      robot: 'tello',
      platform: 'orin-nano',
      context: [{ name: 'mission_phase' }, { name: 'network' }],
    });
  });
});

/** One bad line each, with the code and the column it must be refused with; the line is the second of the file. */
const badRequirements: [string, ErrorCode, number][] = [
  ['{topic: cmd_vel, rate: ">= 20 ms"}', 'TT_SPEC_UNIT', 35],
  ['{topic: cmd_vel, rate: ">= 20"}', 'TT_SPEC_UNIT', 34],
  ['{path: [a, b], latency: p95 <= 120 Hz}', 'TT_SPEC_UNIT', 40],
  ['{process: a, cpu: "<= 1 W"}', 'TT_SPEC_UNIT', 29],
  ['{topic: cmd_vel, rate: "> 20 Hz"}', 'TT_SPEC_EXPRESSION', 29],
  ['{topic: cmd_vel, rate: 20 Hz}', 'TT_SPEC_EXPRESSION', 28],
  ['{topic: cmd_vel, rate: ">= fast"}', 'TT_SPEC_EXPRESSION', 32],
  ['{topic: cmd_vel, rate: ">= 20 Hz always"}', 'TT_SPEC_EXPRESSION', 38],
  ['{topic: cmd_vel, rate: "p95 >= 20 Hz"}', 'TT_SPEC_EXPRESSION', 29],
  ['{topic: cmd_vel, age: "<= 20 ms"}', 'TT_SPEC_EXPRESSION', 28],
  ['{path: [a, b], latency: p96 <= 120 ms}', 'TT_SPEC_EXPRESSION', 29],
  ['{topic: cmd vel, rate: ">= 20 Hz"}', 'TT_SPEC_EXPRESSION', 13],
  ['{platform: mood, value: ">= 20 Hz"}', 'TT_SPEC_EXPRESSION', 16],
  ['{topic: cmd_vel, rate: ">= 0 Hz"}', 'TT_SPEC_RANGE', 29],
  ['{topic: cmd_vel, rate: ">= 0 × baseline"}', 'TT_SPEC_RANGE', 29],
  ['{topic: cmd_vel, rate: ">= 0.95 × Hz"}', 'TT_SPEC_EXPRESSION', 39],
  ['{topic: cmd_vel, rate: ">= 0.95 × basline"}', 'TT_SPEC_EXPRESSION', 39],
  ['{topic: cmd_vel, rate: ">= 0.95 baseline Hz"}', 'TT_SPEC_EXPRESSION', 46],
  ['{topic: cmd_vel, rate: ">= baseline"}', 'TT_SPEC_EXPRESSION', 32],
  ['{topic: a, rate: ">= 1e999 Hz"}', 'TT_SPEC_EXPRESSION', 26],
  ['{path: [a], latency: p95 <= 120 ms}', 'TT_SPEC_RANGE', 12],
  ['{topic: 5, rate: ">= 20 Hz"}', 'TT_SPEC_TYPE', 13],
  ['{topic: a, rate: [20]}', 'TT_SPEC_TYPE', 22],
  ['{topic: a, rate: }', 'TT_SPEC_TYPE', 16],
  ['{process: "", cpu: "<= 1 cores"}', 'TT_SPEC_TYPE', 6],
  ['{topic: a, rate: ">= 2 Hz", name: ""}', 'TT_SPEC_TYPE', 33],
  ['{path: a -> b, latency: p95 <= 120 ms}', 'TT_SPEC_TYPE', 12],
  ['cmd_vel', 'TT_SPEC_TYPE', 5],
  ['{topic: a}', 'TT_SPEC_MISSING_KEY', 5],
  ['{rate: ">= 20 Hz"}', 'TT_SPEC_MISSING_KEY', 5],
  ['{topic: a, rate: ">= 20 Hz", wieght: 1}', 'TT_SPEC_UNKNOWN_KEY', 34],
  ['{topic: a, latency: "p95 <= 20 ms", rate: ">= 20 Hz"}', 'TT_SPEC_UNKNOWN_KEY', 16],
  ['{topic: a, rate: ">= 20 Hz", age: p95 <= 1 s}', 'TT_SPEC_DUPLICATE', 34],
  ['{topic: a, rate: ">= 20 Hz", rate: ">= 30 Hz"}', 'TT_SPEC_DUPLICATE', 34],
];

const badObjectives: [string, ErrorCode, number][] = [
  ['{topic: a, rate: best}', 'TT_SPEC_EXPRESSION', 22],
  ['{path: [a, b], latency: minimize}', 'TT_SPEC_EXPRESSION', 37],
  ['{topic: a, rate: maximize, weight: 0}', 'TT_SPEC_RANGE', 40],
  ['{topic: a, rate: maximize, weight: heavy}', 'TT_SPEC_TYPE', 40],
  ['{topic: a, rate: maximize, enough: 10}', 'TT_SPEC_UNIT', 42],
  ['{topic: a, rate: maximize, enough: 10 ms}', 'TT_SPEC_UNIT', 43],
];

const badKnobs: [string, ErrorCode, number][] = [
  ['{throttle: a -> /drone/cmd_vel, rate: [1, 30] Hz}', 'TT_KNOB_FORBIDDEN', 16],
  ['{throttle: cmd_vel -> b, rate: [1, 30] Hz}', 'TT_KNOB_FORBIDDEN', 16],
  ['{parameter: e-stop timeout, range: [1, 30] s}', 'TT_SPEC_EXPRESSION', 17],
  ['{parameter: estop timeout, range: [1, 30] s}', 'TT_KNOB_FORBIDDEN', 17],
  ['{parameter: spot/lease ttl, range: [1, 30] s}', 'TT_KNOB_FORBIDDEN', 17],
  ['{cgroup: estop, cpu: [0.1, 1] cores}', 'TT_KNOB_FORBIDDEN', 14],
  ['{throttle: a b, rate: [1, 30] Hz}', 'TT_SPEC_EXPRESSION', 16],
  ['{throttle: a -> b!, rate: [1, 30] Hz}', 'TT_SPEC_EXPRESSION', 21],
  ['{throttle: a -> a, rate: [1, 30] Hz}', 'TT_SPEC_RANGE', 16],
  ['{throttle: a -> b}', 'TT_SPEC_MISSING_KEY', 5],
  ['{throttle: a -> b, rate: [1, 30]}', 'TT_SPEC_UNIT', 30],
  ['{throttle: a -> b, rate: [1, 30] ms}', 'TT_SPEC_UNIT', 38],
  ['{throttle: a -> b, rate: [1, x] Hz}', 'TT_SPEC_EXPRESSION', 34],
  ['{throttle: a -> b, rate: [1, 1e999] Hz}', 'TT_SPEC_EXPRESSION', 34],
  ['{throttle: a -> b, rate: [1, 2, 3] Hz}', 'TT_SPEC_EXPRESSION', 35],
  ['{throttle: a -> b, rate: [0, 30] Hz}', 'TT_SPEC_RANGE', 30],
  ['{throttle: a -> b, rate: [30, 1] Hz}', 'TT_SPEC_RANGE', 30],
  ['{cgroup: a, cpu: [0.1, 1] GHz}', 'TT_SPEC_UNIT', 31],
  ['{parameter: camera, values: [5, 15]}', 'TT_SPEC_EXPRESSION', 17],
  ['{parameter: camera fps}', 'TT_SPEC_MISSING_KEY', 5],
  ['{parameter: camera fps, values: [5, 15], range: [1, 2]}', 'TT_SPEC_DUPLICATE', 46],
  ['{parameter: camera fps, values: [5, fast]}', 'TT_SPEC_TYPE', 41],
  ['{parameter: camera fps, values: [15, 5]}', 'TT_SPEC_RANGE', 37],
  ['{parameter: camera fps, values: []}', 'TT_SPEC_RANGE', 37],
  ['{parameter: camera fps, values: [5]}', 'TT_SPEC_RANGE', 37],
  ['{parameter: camera fps, range: [5, 5] Hz}', 'TT_SPEC_RANGE', 36],
  ['{parameter: camera fps, range: [5, 5]}', 'TT_SPEC_RANGE', 36],
  ['{parameter: camera fps, choices: []}', 'TT_SPEC_RANGE', 38],
  ['{parameter: camera fps, choices: [5, 15]}', 'TT_SPEC_TYPE', 39],
  ['{parameter: camera fps, choices: [edge, edge]}', 'TT_SPEC_RANGE', 38],
  ['{parameter: camera fps, range: [1, 30] Hz, unit: Hz}', 'TT_SPEC_DUPLICATE', 54],
  ['{parameter: camera fps, range: [1.5, 30], integer: true}', 'TT_SPEC_RANGE', 36],
  ['{parameter: camera fps, values: [5, 15], integer: true}', 'TT_SPEC_RANGE', 55],
  ['{parameter: camera fps, values: [5, 15], default: 10}', 'TT_SPEC_RANGE', 55],
  ['{parameter: camera fps, values: [5, 15], default: fast}', 'TT_SPEC_TYPE', 55],
  ['{parameter: camera fps, values: [5, 15], takes_effect: soon}', 'TT_SPEC_EXPRESSION', 60],
  ['{parameter: camera fps, values: [5, 15], confirm: {topic: a, rate: equals}}', 'TT_SPEC_UNIT', 55],
  ['{parameter: a fps, range: [1, 2] Hz, confirm: {topic: a, rate: equal}}', 'TT_SPEC_EXPRESSION', 68],
  ['{power_mode: false}', 'TT_SPEC_RANGE', 18],
  ['{placement: detector}', 'TT_SPEC_MISSING_KEY', 5],
  ['{placement: detector, choices: [cpu, cuda]}', 'TT_SPEC_EXPRESSION', 42],
  ['{placement: a, parameter: models.b.placement, choices: [cpu, cuda]}', 'TT_SPEC_EXPRESSION', 66],
  ['{placement: a, choices: [cpu, cpu]}', 'TT_SPEC_RANGE', 29],
  ['{placement: a, choices: [cpu]}', 'TT_SPEC_RANGE', 29],
  ['{placement: a, choices: [cpu, true]}', 'TT_SPEC_TYPE', 35],
  ['{placement: a, choices: cpu}', 'TT_SPEC_TYPE', 29],
  ['{placement: "a b", choices: [cpu, gpu]}', 'TT_SPEC_EXPRESSION', 18],
  ['{placement: a, parameter: b c, choices: [cpu, gpu]}', 'TT_SPEC_EXPRESSION', 31],
  ['{placement: a, parameter: b, choices: {cpu: x}}', 'TT_SPEC_RANGE', 43],
  ['{placement: a, parameter: b, choices: {cpu: x, gpu: x}}', 'TT_SPEC_RANGE', 43],
  ['{placement: a, parameter: b, choices: {cpu: x, gpu: [1]}}', 'TT_SPEC_TYPE', 57],
  ['{placement: a, choices: [cpu, gpu], default: dla0}', 'TT_SPEC_RANGE', 50],
  ['{placement: a, throttle: b -> c, choices: [cpu, gpu]}', 'TT_SPEC_UNKNOWN_KEY', 20],
  ['{placement: estop, choices: [cpu, gpu]}', 'TT_KNOB_FORBIDDEN', 17],
  ['{cgroup: a, weight: [0, 100]}', 'TT_SPEC_RANGE', 25],
  ['{cgroup: a, weight: [1, 20000]}', 'TT_SPEC_RANGE', 25],
  ['{cgroup: a, weight: [1, 100], cpu: [0.1, 1] cores}', 'TT_SPEC_DUPLICATE', 17],
  ['{cgroup: a, cpus: ["0", "1-"]}', 'TT_SPEC_RANGE', 23],
  ['{cgroup: a, cpus: ["0,1", "0-1"]}', 'TT_SPEC_RANGE', 23],
  ['{cgroup: a}', 'TT_SPEC_MISSING_KEY', 5],
  ['{cgroup: cmd_vel_mux, weight: [1, 100]}', 'TT_KNOB_FORBIDDEN', 14],
  ['{process: a, nice: [-21, 0]}', 'TT_SPEC_RANGE', 24],
  ['{process: a, nice: [0.5, 5]}', 'TT_SPEC_RANGE', 24],
  ['{process: a, policy: [other, turbo]}', 'TT_SPEC_RANGE', 26],
  ['{process: e-stop, nice: [0, 5]}', 'TT_KNOB_FORBIDDEN', 15],
  ['{service: /a, type: Bool, request: "{data: $value}", choices: [true, false]}', 'TT_SPEC_EXPRESSION', 25],
  ['{service: /a, type: a/srv/B, request: "{data: 1}", choices: [x, y]}', 'TT_SPEC_EXPRESSION', 44],
  ['{service: /a, type: a/srv/B, request: "{data: $value}", choices: [x, y]}', 'TT_SPEC_MISSING_KEY', 5],
  ['{service: /a, type: a/srv/B, choices: [x, y], default: x}', 'TT_SPEC_MISSING_KEY', 5],
  [
    '{service: /a/estop, type: a/srv/B, request: "{d: $value}", choices: [x, y], default: x}',
    'TT_KNOB_FORBIDDEN',
    15,
  ],
  [
    '{service: /a, type: a/srv/B, request: "{d: $value}", choices: [land, y], default: y}',
    'TT_KNOB_FORBIDDEN',
    15,
  ],
  [
    '{service: /a, type: a/srv/B, request: "{d: $value}", answer: rc > 1, choices: [x, y], default: y}',
    'TT_SPEC_EXPRESSION',
    66,
  ],
  ['{parameter: camera fps, values: [5, 15], params_file: a.yaml}', 'TT_SPEC_RANGE', 59],
];

describe('context', () => {
  const read = (features: string) => `context: ${features}\n${asking}`;

  it('is features of words, or of numbers cut into ranges', () => {
    const text =
      '[phase, {feature: battery, edges: [20, 50.5], hysteresis: 3}, {feature: link, edges: [-1e3]}]';
    expect(specOf(read(text)).context).toEqual([
      { name: 'phase' },
      { name: 'battery', edges: [20, 50.5], hysteresis: 3 },
      { name: 'link', edges: [-1000] },
    ]);
  });

  it.each([
    ['[a, {feature: a, edges: [1]}]', 'TT_SPEC_DUPLICATE', 14],
    ['[{feature: a, edges: [2, 1]}]', 'TT_SPEC_RANGE', 31],
    ['[{feature: a, edges: [2, 2]}]', 'TT_SPEC_RANGE', 31],
    ['[{feature: a, edges: [x]}]', 'TT_SPEC_RANGE', 31],
    ['[{feature: a, edges: []}]', 'TT_SPEC_RANGE', 31],
    ['[{feature: a, edges: 2}]', 'TT_SPEC_TYPE', 31],
    ['[{feature: a}]', 'TT_SPEC_MISSING_KEY', 11],
    ['[{edges: [2]}]', 'TT_SPEC_MISSING_KEY', 11],
    ['[{feature: a, edges: [2], hysteresis: -1}]', 'TT_SPEC_RANGE', 48],
    ['[{feature: a, edge: [2], edges: [2]}]', 'TT_SPEC_UNKNOWN_KEY', 24],
    ['["a=b"]', 'TT_SPEC_TYPE', 12],
    ['[[a]]', 'TT_SPEC_TYPE', 11],
    ['phase', 'TT_SPEC_TYPE', 10],
  ])('%s is refused', (features, code, column) => {
    expect(refusalsOf(read(features))).toEqual([`${code} 1:${column}`]);
  });
});

describe('knobs of services, groups and processes', () => {
  const knob = (line: string) =>
    specOf(`require: [{topic: a, rate: ">= 2 Hz"}]\nknobs:\n  - ${line}\n`).knobs[0];

  it.each([
    [
      '{cgroup: detector, weight: [1, 10000]}',
      { name: 'weight detector', target: { kind: 'cgroup', process: 'detector', resource: 'weight' } },
      { type: 'integer', low: 1, high: 10_000 },
    ],
    [
      '{cgroup: detector, cpus: ["0", "1,0"]}',
      { name: 'cpus detector', target: { kind: 'cgroup', process: 'detector', resource: 'cpus' } },
      { type: 'categorical', values: ['0', '0-1'] },
    ],
    [
      '{process: detector, nice: [-5, 19]}',
      { name: 'nice detector', target: { kind: 'process', process: 'detector', attribute: 'nice' } },
      { type: 'integer', low: -5, high: 19 },
    ],
    [
      '{process: detector, policy: [other, fifo]}',
      { name: 'policy detector', target: { kind: 'process', process: 'detector', attribute: 'policy' } },
      { type: 'categorical', values: ['other', 'fifo'] },
    ],
    [
      '{service: /camera/set_capture, type: std_srvs/srv/SetBool, request: "{data: $value}", choices: [true, false], default: true}',
      {
        name: '/camera/set_capture',
        default: true,
        target: {
          kind: 'service',
          service: '/camera/set_capture',
          type: 'std_srvs/srv/SetBool',
          request: '{data: $value}',
        },
      },
      { type: 'categorical', values: [true, false] },
    ],
    [
      '{service: /tello_action, type: a/srv/B, request: "{cmd: setfps $value}", answer: rc == 1, choices: [low, high], default: low}',
      { target: { kind: 'service', answer: { field: 'rc', equals: 1 } } },
      { type: 'categorical', values: ['low', 'high'] },
    ],
    [
      '{parameter: camera fps, values: [5, 15], takes_effect: restart, params_file: /etc/camera.yaml}',
      {
        takesEffect: 'restart',
        target: { kind: 'parameter', node: 'camera', parameter: 'fps', paramsFile: '/etc/camera.yaml' },
      },
      { type: 'ordinal', values: [5, 15] },
    ],
  ])('%s', (line, expected, domain) => {
    expect(knob(line)).toMatchObject({ ...expected, domain });
  });
});

describe('a bad entry is refused at its line and column', () => {
  it.each(badRequirements)('require: %s', (line, code, column) => {
    expect(refusalsOf(`require:\n  - ${line}\n`)).toContain(`${code} 2:${column}`);
  });

  it.each(badObjectives)('improve: %s', (line, code, column) => {
    expect(refusalsOf(`improve:\n  - ${line}\n`)).toContain(`${code} 2:${column}`);
  });

  it.each(badKnobs)('knobs: %s', (line, code, column) => {
    expect(refusalsOf(`knobs:\n  - ${line}\nrequire: [{topic: a, rate: ">= 2 Hz"}]\n`)).toContain(
      `${code} 2:${column}`,
    );
  });
});

describe('a bad file', () => {
  it.each([
    ['an unclosed bracket', 'require: [{topic: a, rate: ">= 20 Hz"}\nimprove: []\n'],
    ['a tab as indent', 'require:\n\t- {topic: a}\n'],
    ['an unquoted >', 'require:\n  - {topic: a, rate: >= 20 Hz}\n'],
    ['two documents', `${asking}---\n${asking}`],
  ])('with %s is not valid YAML', (_, text) => {
    const refusals = refusalsOf(text);
    expect(refusals.length).toBeGreaterThan(0);
    for (const refusal of refusals) expect(refusal).toMatch(/^TT_SPEC_SYNTAX \d+:\d+$/);
  });

  it.each([
    ['nothing', ''],
    ['only a comment', '# later\n'],
  ])('with %s is refused as empty', (_, text) => {
    expect(refusalsOf(text)).toEqual(['TT_SPEC_MISSING_KEY 1:1']);
  });

  it('that asks for nothing is refused', () => {
    expect(refusalsOf('robot: tello\n')).toEqual(['TT_SPEC_MISSING_KEY 1:1']);
  });

  it('that is not a map is refused', () => {
    expect(refusalsOf('- a\n')).toEqual(['TT_SPEC_TYPE 1:1']);
  });

  it('is refused for everything that is wrong with it, in its order', () => {
    const text = `requires: []
require:
  - {topic: cmd_vel, rate: ">= 20 ms"}
  - {topic: cmd vel, rate: "> 20 Hz", weight: 1}
improve: yes
context: [a, a]
`;
    expect(refusalsOf(text)).toEqual([
      'TT_SPEC_UNKNOWN_KEY 1:1',
      'TT_SPEC_UNIT 3:35',
      'TT_SPEC_EXPRESSION 4:13',
      'TT_SPEC_EXPRESSION 4:29',
      'TT_SPEC_UNKNOWN_KEY 4:39',
      'TT_SPEC_TYPE 5:10',
      'TT_SPEC_DUPLICATE 6:14',
    ]);
  });

  it('names what was found and the key that was meant', () => {
    const result = parseSpec(`requir: []\n${asking}`, 'mine.yaml');
    expect(result).toMatchObject({
      ok: false,
      refusals: [{ found: 'requir', accepted: expect.stringMatching(/^require\?/) }],
    });
  });
});

describe('a refusal of a spec', () => {
  const first = (text: string) => {
    const result = parseSpec(text, 'mine.yaml');
    return result.ok ? undefined : result.refusals[0];
  };

  it('shows no more of what was found than a person reads', () => {
    expect(first(`${'k'.repeat(1e5)}: []\n${asking}`)?.found).toHaveLength(201);
  });

  it('names each accepted key once', () => {
    const result = parseSpec(`${asking}knobs:\n  - {parametr: camera fps}\n`, 'mine.yaml');
    const unknown = result.ok ? [] : result.refusals.filter(({ code }) => code === 'TT_SPEC_UNKNOWN_KEY');
    const names = unknown[0]?.accepted?.replace(/^.*All of: /, '').split(', ') ?? [];
    expect(names).toContain('confirm');
    expect(names).toHaveLength(new Set(names).size);
  });

  it('speaks of a second document in the words of a spec', () => {
    expect(first(`${asking}---\n${asking}`)).toMatchObject({
      code: 'TT_SPEC_SYNTAX',
      place: { line: 3, column: 1 },
      accepted: 'one document in a file',
    });
  });
});

describe('what stands twice', () => {
  it.each([
    ['require', '{topic: a, rate: ">= 2 Hz"}', '{topic: a, rate: ">= 3 Hz", name: other}'],
    ['require', '{topic: a, rate: ">= 2 Hz", name: same}', '{topic: b, rate: ">= 3 Hz", name: same}'],
    ['improve', '{topic: a, rate: maximize}', '{topic: a, rate: minimize}'],
    ['knobs', '{cgroup: a, cpu: [0.1, 1] cores}', '{cgroup: a, cpu: [0.1, 2] cores, name: other}'],
  ])('in %s is refused the second time', (section, first, second) => {
    const text = `context: []\n${section}:\n  - ${first}\n  - ${second}\n`;
    expect(refusalsOf(text)).toEqual(['TT_SPEC_DUPLICATE 4:5']);
  });

  it('may be bounded from both sides', () => {
    const text = 'require: [{topic: a, rate: ">= 2 Hz"}, {topic: a, rate: "<= 9 Hz"}]';
    expect(specOf(text).requirements).toHaveLength(2);
  });
});

describe('use', () => {
  it('refuses a file that is not there, at its name', () => {
    expect(refusalsOf(`use: [robots/tello]\n${asking}`)).toEqual(['TT_FILE_MISSING 1:7']);
  });

  it('refuses what is wrong in an included file, in that file', () => {
    const load = () => 'knobs:\n  - {power_mode: 3}\nrobot: x\n';
    expect(refusalsOf(`use: [robots/tello]\n${asking}`, load)).toEqual([
      'TT_SPEC_TYPE 2:18 config/robots/tello.yaml',
      'TT_SPEC_UNKNOWN_KEY 3:1 config/robots/tello.yaml',
    ]);
  });

  it('refuses what an included file has said already', () => {
    expect(refusalsOf(`use: [robots/tello]\n${asking}`, () => asking)).toEqual(['TT_SPEC_DUPLICATE 3:5']);
  });
});

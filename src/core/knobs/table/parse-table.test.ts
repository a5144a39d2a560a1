import { describe, expect, it } from 'vitest';
import type { ErrorCode } from '../../error-codes.ts';
import type { KnobTable } from './knob-table.ts';
import { parseKnobTable } from './parse-table.ts';

const head = 'family: Camera\nabout: A camera.\ndistros: [humble, jazzy]\n';

/** A table with one group of these rows; the first row stands at line 9. */
function withRows(...rows: string[]): string {
  const lines = rows.map((row) => `      - ${row}\n`).join('');
  return `${head}groups:\n  - title: camera\n    nodes: [camera]\n    source: src/node.cpp\n    knobs:\n${lines}`;
}

function tableOf(text: string): KnobTable {
  const result = parseKnobTable(text, 'camera', 'camera.yaml');
  expect(result).toMatchObject({ ok: true });
  return (result as { value: KnobTable }).value;
}

/** Every refusal as `CODE line:column`. */
function refusalsOf(text: string): string[] {
  const result = parseKnobTable(text, 'camera', 'camera.yaml');
  return result.ok ? [] : result.refusals.map(({ code, place }) => `${code} ${place?.line}:${place?.column}`);
}

const fps = '{parameter: fps, type: integer, range: [1, 60] Hz, default: 30, takes_effect: immediate}';

describe('a knob table', () => {
  it('reads rows of every kind, with where they hold and where they were read', () => {
    const { name, family, distros, groups } = tableOf(
      withRows(
        fps,
        '{parameter: "*.gain", type: double, values: [0.5, 1], takes_effect: restart, distros: [jazzy], source: b.cpp}',
        '{parameter: format, type: string, takes_effect: reconfigure, note: stops the stream}',
        '{parameter: on, type: bool, default: true, demand: rises, takes_effect: immediate}',
        '{parameter: size, type: integer-array, unit: px, takes_effect: immediate}',
        '{service: set_capture, type: std_srvs/srv/SetBool, request: "{data: $value}", answer: ignored, choices: [true, false], takes_effect: service}',
        '{throttle: "camera/*/image", rate: [1, 30] Hz}',
      ),
    );
    expect({ name, family, distros }).toEqual({
      name: 'camera',
      family: 'Camera',
      distros: ['humble', 'jazzy'],
    });
    expect(groups[0]).toMatchObject({ title: 'camera', nodes: ['camera'], declares: [], couplings: [] });
    expect(groups[0]?.knobs).toMatchObject([
      {
        target: { kind: 'parameter', parameter: 'fps', type: 'integer' },
        domain: { type: 'integer', low: 1, high: 60 },
        unit: 'Hz',
        default: 30,
        takesEffect: 'immediate',
        distros: ['humble', 'jazzy'],
        source: 'src/node.cpp',
        place: { file: 'camera.yaml', line: 9, column: 21 },
      },
      { domain: { type: 'ordinal', values: [0.5, 1] }, distros: ['jazzy'], source: 'b.cpp' },
      { domain: { type: 'categorical', values: [] }, note: 'stops the stream' },
      { domain: { type: 'categorical', values: [false, true] }, default: true, demand: 'rises' },
      { domain: undefined, unit: 'px' },
      { target: { kind: 'service', service: 'set_capture', request: '{data: $value}', answer: 'ignored' } },
      { target: { kind: 'throttle', topic: 'camera/*/image' }, takesEffect: 'immediate', unit: 'Hz' },
    ]);
  });

  it('may say different things about one knob for different distributions', () => {
    const row = (rest: string) => `{parameter: fps, type: double, range: [1, 60] Hz, ${rest}}`;
    const { groups } = tableOf(
      withRows(
        row('takes_effect: restart, distros: [humble]'),
        row('takes_effect: immediate, distros: [jazzy]'),
      ),
    );
    expect(groups[0]?.knobs.map(({ takesEffect }) => takesEffect)).toEqual(['restart', 'immediate']);
  });

  it('reads couplings', () => {
    const text = `${withRows(fps, '{parameter: dt, type: double, range: [0.01, 1] s, takes_effect: restart}')}    couplings:
      - {keep: dt >= 1 / fps, note: or it throws, distros: [jazzy]}
`;
    expect(tableOf(text).groups[0]?.couplings).toEqual([
      {
        left: 'dt',
        comparison: '>=',
        right: 'fps',
        reciprocal: true,
        note: 'or it throws',
        distros: ['jazzy'],
      },
    ]);
  });
});

const badRows: [string, ErrorCode, number][] = [
  ['{parameter: fps, typ: double, range: [1, 2], takes_effect: restart}', 'TT_SPEC_UNKNOWN_KEY', 26],
  ['{parameter: fps, range: [1, 2], takes_effect: restart}', 'TT_SPEC_MISSING_KEY', 9],
  ['{parameter: fps, type: double, range: [1, 2]}', 'TT_SPEC_MISSING_KEY', 9],
  ['{parameter: fps, type: double, takes_effect: restart}', 'TT_SPEC_MISSING_KEY', 9],
  ['{parameter: fps, type: float, range: [1, 2], takes_effect: restart}', 'TT_SPEC_EXPRESSION', 32],
  ['{parameter: fps, type: double, range: [1, 2], takes_effect: soon}', 'TT_SPEC_EXPRESSION', 69],
  ['{parameter: fps, type: double, range: [1, 2], takes_effect: unknown}', 'TT_SPEC_EXPRESSION', 69],
  ['{parameter: fps, type: double, range: [1, 2] Herz, takes_effect: restart}', 'TT_SPEC_UNIT', 47],
  ['{parameter: fps, type: double, values: [1, 2], unit: parsec, takes_effect: restart}', 'TT_SPEC_UNIT', 62],
  ['{parameter: fps, type: double, range: [2, 1] Hz, takes_effect: restart}', 'TT_SPEC_RANGE', 47],
  ['{parameter: fps, type: integer, range: [0.5, 2], takes_effect: restart}', 'TT_SPEC_RANGE', 48],
  ['{parameter: fps, type: bool, range: [0, 1], takes_effect: restart}', 'TT_SPEC_RANGE', 45],
  ['{parameter: fps, type: double, choices: [a, b], takes_effect: restart}', 'TT_SPEC_RANGE', 49],
  ['{parameter: fps, type: string, range: [0, 1], takes_effect: restart}', 'TT_SPEC_RANGE', 47],
  ['{parameter: fps, type: double, range: [1, 2], default: 3, takes_effect: restart}', 'TT_SPEC_RANGE', 64],
  [
    '{parameter: fps, type: double, range: [1, 2], takes_effect: restart, distros: [foxy]}',
    'TT_SPEC_EXPRESSION',
    88,
  ],
  [
    '{parameter: fps, type: double, range: [1, 2], takes_effect: restart, distros: [kilted]}',
    'TT_SPEC_EXPRESSION',
    88,
  ],
  ['{parameter: estop_timeout, type: double, range: [1, 2], takes_effect: restart}', 'TT_KNOB_FORBIDDEN', 21],
  [
    '{service: claim_lease, type: a/srv/B, request: "{a: $value}", choices: [a, b], takes_effect: service}',
    'TT_KNOB_FORBIDDEN',
    19,
  ],
  [
    '{service: takeoff, type: a/srv/B, request: "{a: $value}", choices: [a, b], takes_effect: service}',
    'TT_KNOB_FORBIDDEN',
    19,
  ],
  [
    '{service: action, type: a/srv/B, request: "{a: $value}", choices: [hover, land], takes_effect: service}',
    'TT_KNOB_FORBIDDEN',
    19,
  ],
  [
    '{service: pause, type: a/srv/B, request: "{a: true}", choices: [a, b], takes_effect: service}',
    'TT_SPEC_EXPRESSION',
    51,
  ],
  [
    '{service: pause, type: a/srv/B, request: "{a: $value}", answer: maybe, choices: [a, b], takes_effect: service}',
    'TT_SPEC_EXPRESSION',
    73,
  ],
  ['{throttle: cmd_vel, rate: [1, 30] Hz}', 'TT_KNOB_FORBIDDEN', 20],
  ['{throttle: image, rate: [1, 30] ms}', 'TT_SPEC_UNIT', 41],
  ['{parameter: size, type: integer-array, choices: [a, b], takes_effect: immediate}', 'TT_SPEC_RANGE', 57],
  ['{parameter: size, type: integer-array, range: [1, 2], takes_effect: immediate}', 'TT_SPEC_RANGE', 55],
  ['{throttle: image, rate: [1, 30] Hz, demand: grows}', 'TT_SPEC_EXPRESSION', 53],
  ['{throttle: image}', 'TT_SPEC_MISSING_KEY', 9],
  ['{topic: image, rate: [1, 30] Hz}', 'TT_SPEC_MISSING_KEY', 9],
  ['fps', 'TT_SPEC_TYPE', 9],
];

describe('a bad knob table is refused at its line and column', () => {
  it.each(badRows)('row %s', (row, code, column) => {
    expect(refusalsOf(withRows(row))).toContain(`${code} 9:${column}`);
  });

  it('when two rows are about one knob, naming the first', () => {
    const result = parseKnobTable(withRows(fps, fps), 'camera', 'camera.yaml');
    expect(result).toMatchObject({
      ok: false,
      refusals: [
        {
          code: 'TT_SPEC_DUPLICATE',
          place: { file: 'camera.yaml', line: 10, column: 9 },
          reason: expect.stringContaining('camera.yaml:9:21'),
        },
      ],
    });
  });

  it.each([
    ['fps', 'TT_SPEC_EXPRESSION', 16],
    ['fps < 3', 'TT_SPEC_EXPRESSION', 16],
    ['dt >= 1 / fps', 'TT_SPEC_EXPRESSION', 16],
    ['fps <= max_fps', 'TT_SPEC_EXPRESSION', 16],
  ])('coupling %s', (keep, code, column) => {
    const text = `${withRows(fps)}    couplings:\n      - {keep: ${keep}}\n`;
    expect(refusalsOf(text)).toEqual([`${code} 11:${column}`]);
  });

  it.each([
    ['is empty', '', 'TT_SPEC_MISSING_KEY 1:1'],
    ['has no family', 'about: A camera.\ngroups: []\n', 'TT_SPEC_MISSING_KEY 1:1'],
    ['has no groups', head, 'TT_SPEC_MISSING_KEY 1:1'],
    [
      'does not say which nodes',
      `${head}groups:\n  - {title: a, source: b, knobs: []}\n`,
      'TT_SPEC_MISSING_KEY 5:5',
    ],
    [
      'names a day that is none',
      `${head}groups: []\nchecked: [{project: a, branch: b, commit: 1, date: May}]\n`,
      'TT_SPEC_EXPRESSION 5:52',
    ],
    ['is not YAML', 'family: [', 'TT_SPEC_SYNTAX 1:10'],
  ])('that %s', (_, text, refusal) => {
    expect(refusalsOf(text)).toContain(refusal);
  });
});

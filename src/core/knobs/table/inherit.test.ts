import { describe, expect, it } from 'vitest';
import { parseSpec } from '../../spec/parse-spec.ts';
import type { Spec } from '../../spec/spec.ts';
import type { Distro } from './distro.ts';

const camera = `family: Camera
about: A camera.
distros: [humble, jazzy]
groups:
  - title: camera
    nodes: [camera, "*_cam"]
    source: node.cpp
    knobs:
      - {parameter: fps, type: integer, range: [1, 60] Hz, takes_effect: immediate, distros: [humble]}
      - {parameter: fps, type: integer, range: [1, 60] Hz, takes_effect: restart, distros: [jazzy]}
      - {parameter: dt, type: double, range: [0.01, 1] s, demand: falls, takes_effect: immediate}
      - {parameter: format, type: string, choices: [yuyv, mjpeg], takes_effect: reconfigure}
      - {parameter: mode, type: integer, values: [1, 2, 4], takes_effect: immediate}
      - {parameter: "*.gain", type: double, range: [0, 10], takes_effect: immediate}
      - {parameter: sensor.gain, type: double, range: [0, 5], takes_effect: restart}
      - {parameter: size, type: integer-array, takes_effect: immediate}
      - {parameter: label, type: string, takes_effect: never}
      - {parameter: encoding, type: string, takes_effect: immediate}
      - {parameter: buffers, type: integer, range: [1, 9], takes_effect: reconfigure, owner: ../driver}
      - {parameter: profile, type: string, takes_effect: immediate, switches: [enable_color]}
      - {parameter: roi, type: integer-array, choices: [[0, 640], [80, 560]], default: [0, 640], takes_effect: immediate}
      - {parameter: low, type: double, range: [0, 1], takes_effect: immediate}
      - {parameter: top, type: double, range: [0, 1], takes_effect: immediate}
    couplings:
      - {keep: dt >= 1 / fps}
      - {keep: low <= top, distros: [jazzy]}
  - title: camera with a lens
    nodes: [camera]
    source: lens.cpp
    knobs:
      - {parameter: "*.high", type: double, range: [0, 1], takes_effect: immediate}
    couplings:
      - {keep: "*.high >= low"}
`;

const detector = `family: Detector
about: A detector with services.
groups:
  - title: detector
    declares: [model]
    source: node.py
    knobs:
      - {service: enable, type: std_srvs/srv/SetBool, request: "{data: $value}", answer: ignored, choices: [true, false], default: true, demand: rises, takes_effect: service}
      - {service: ~/size, type: a_msgs/srv/Size, request: "{width: $value}", values: [320, 640], unit: px, takes_effect: service}
      - {service: act, type: a_msgs/srv/Act, request: "{cmd: fps $value}", choices: [low, high], default: low, takes_effect: service}
      - {service: act, type: a_msgs/srv/Act, request: "{cmd: bits $value}", choices: [low, high], default: low, takes_effect: service}
      - {service: set_classes, type: a_msgs/srv/Classes, request: "{classes: $value}", default: "[]", takes_effect: service}
      - {throttle: "camera/*/image", rate: [1, 15] Hz}
  - title: detector of old
    declares: [weights]
    source: old.py
    knobs:
      - {throttle: "camera/*/image", rate: [1, 15] Hz}
`;

const load = (name: string) => ({ 'knobs/camera': camera, 'knobs/detector': detector })[name];

function parse(knobs: string[], options: { use?: string; distro?: Distro } = {}) {
  const { use = 'knobs/camera', distro } = options;
  const lines = knobs.map((knob) => `  - ${knob}\n`).join('');
  const text = `use: [${use}]\nrequire: [{topic: a, rate: ">= 2 Hz"}]\nknobs:\n${lines}`;
  return parseSpec(text, 'mine.yaml', load, distro);
}

function knobsOf(knobs: string[], options: { use?: string; distro?: Distro } = {}): Spec['knobs'] {
  const result = parse(knobs, options);
  expect(result).toMatchObject({ ok: true });
  return (result as { value: Spec }).value.knobs;
}

/** The refusals of a spec whose first knob stands at line 4. */
function refusalsOf(knob: string, options: { use?: string; distro?: Distro } = {}) {
  const result = parse([knob], options);
  return result.ok ? [] : result.refusals;
}

describe('a service or a throttle of a spec that uses a table', () => {
  const use = 'knobs/detector for front';

  it('inherits type, request, rule on the answer, values, default and demand', () => {
    const [enable] = knobsOf(['{service: /robot/enable}'], { use });
    expect(enable).toMatchObject({
      name: '/robot/enable',
      target: {
        service: '/robot/enable',
        type: 'std_srvs/srv/SetBool',
        request: '{data: $value}',
        answer: 'ignored',
      },
      domain: { values: [true, false] },
      default: true,
      demand: 'rises',
    });
  });

  it('inherits the rule on the answer where it repeats all else', () => {
    const [enable] = knobsOf(
      [
        '{service: enable, type: std_srvs/srv/SetBool, request: "{data: $value}", choices: [true, false], default: false}',
      ],
      { use },
    );
    expect(enable).toMatchObject({ target: { answer: 'ignored' }, default: false });
  });

  it('is found below its node, and keeps what it says itself', () => {
    const [size] = knobsOf(['{service: front/size, values: [320, 640], default: 640}'], { use });
    expect(size).toMatchObject({ unit: 'px', target: { request: '{width: $value}' }, default: 640 });
    expect(refusalsOf('{service: rear/size, default: 640}', { use })).toMatchObject([
      { code: 'TT_SPEC_MISSING_KEY' },
    ]);
  });

  it('has the request that it names', () => {
    const bits = '{service: act, request: "{cmd: bits $value}", default: high}';
    expect(knobsOf([bits], { use })[0]).toMatchObject({
      target: { type: 'a_msgs/srv/Act' },
      default: 'high',
    });
    expect(refusalsOf('{service: act}', { use })).toMatchObject([
      { code: 'TT_SPEC_TABLE', accepted: 'a request, as in {cmd: fps $value}' },
    ]);
  });

  it.each([
    ['{service: front/size}', 'TT_SPEC_MISSING_KEY'],
    ['{service: pause, default: true}', 'TT_SPEC_MISSING_KEY'],
    ['{service: enable, choices: [on, off], default: on}', 'TT_SPEC_TABLE'],
    ['{service: enable, default: maybe}', 'TT_SPEC_RANGE'],
    ['{throttle: lidar/points -> thin/points}', 'TT_SPEC_MISSING_KEY'],
  ])('is refused with its place: %s', (knob, code) => {
    expect(refusalsOf(knob, { use })).toMatchObject([{ code, place: { file: 'mine.yaml', line: 4 } }]);
  });

  it('brings its own values where the table leaves them to it', () => {
    const own = '{service: set_classes, choices: [[], [person]]}';
    expect(knobsOf([own], { use })[0]).toMatchObject({
      domain: { values: ['[]', '[person]'] },
      default: '[]',
    });
    expect(refusalsOf('{service: set_classes}', { use })).toMatchObject([{ code: 'TT_SPEC_MISSING_KEY' }]);
  });

  it('inherits the bounds of the rate of its source', () => {
    const [throttle] = knobsOf(['{throttle: /robot/camera/left/image -> thin/image}'], { use });
    expect(throttle?.domain).toEqual({ type: 'real', low: 1, high: 15 });
    const [own] = knobsOf(['{throttle: camera/left/image -> thin/image, rate: [2, 30] Hz}'], { use });
    expect(own?.domain).toEqual({ type: 'real', low: 2, high: 30 });
  });
});

describe('a knob of a spec that uses a table', () => {
  it('inherits values, unit and effect, for the distribution that is sourced', () => {
    const [knob] = knobsOf(['{parameter: /robot_1/camera fps}'], { distro: 'jazzy' });
    expect(knob).toMatchObject({
      name: '/robot_1/camera fps',
      domain: { type: 'integer', low: 1, high: 60 },
      unit: 'Hz',
      takesEffect: 'restart',
    });
  });

  it('inherits when its places act, where it places a network by a parameter that the table knows', () => {
    const places = 'choices: {light: yuyv, heavy: mjpeg}';
    const [known, own, unknown] = knobsOf([
      `{placement: camera, parameter: format, ${places}}`,
      `{placement: /x/camera, parameter: format, ${places}, takes_effect: immediate}`,
      '{placement: camera, choices: [cpu, gpu]}',
    ]);
    expect(known).toMatchObject({
      target: { kind: 'placement', values: { light: 'yuyv', heavy: 'mjpeg' } },
      domain: { type: 'categorical', values: ['light', 'heavy'] },
      takesEffect: 'reconfigure',
    });
    expect(own?.takesEffect).toBe('immediate');
    expect(unknown?.takesEffect).toBe('immediate');
  });

  it('inherits what a larger value does to the work, unless it says so itself', () => {
    const [dt] = knobsOf(['{parameter: camera dt}']);
    expect(dt?.demand).toBe('falls');
    expect(knobsOf(['{parameter: camera dt, demand: rises}'])[0]?.demand).toBe('rises');
  });

  it('is configured again with the node that owns its own', () => {
    const [buffers] = knobsOf(['{parameter: /robot/left/camera buffers}']);
    expect(buffers?.target).toMatchObject({ owner: '/robot/driver' });
    const [own] = knobsOf(['{parameter: /robot/left/camera buffers, owner: /mine}']);
    expect(own?.target).toMatchObject({ owner: '/mine' });
    expect(refusalsOf('{parameter: camera buffers}')).toMatchObject([{ code: 'TT_SPEC_TABLE' }]);
  });

  it('is written with the switches that it needs', () => {
    const [profile] = knobsOf(['{parameter: camera profile, choices: [640x480x15, 640x480x30]}']);
    expect(profile?.target).toMatchObject({ switches: ['enable_color'] });
  });

  it('may be a list, with the choices of the table or its own', () => {
    const [roi] = knobsOf(['{parameter: camera roi}']);
    expect(roi?.domain).toEqual({ type: 'categorical', values: ['[0, 640]', '[80, 560]'] });
    const own = '{parameter: camera size, choices: [[640, 480], [320, 240]], default: [320, 240]}';
    expect(knobsOf([own])[0]).toMatchObject({
      domain: { type: 'categorical', values: ['[640, 480]', '[320, 240]'] },
      default: '[320, 240]',
    });
    expect(refusalsOf('{parameter: camera roi, choices: [[0, 640], [1, 2]]}')).toMatchObject([
      { code: 'TT_SPEC_TABLE', accepted: 'one of [0, 640], [80, 560]' },
    ]);
    expect(refusalsOf('{parameter: camera size, choices: [large, small]}')).toMatchObject([
      { code: 'TT_SPEC_TABLE' },
    ]);
  });

  it('inherits for the distribution that the spec names', () => {
    const [knob] = knobsOf(['{parameter: camera fps}'], { use: 'knobs/camera@humble', distro: 'jazzy' });
    expect(knob?.takesEffect).toBe('immediate');
  });

  it('keeps what it says itself', () => {
    const knobs = knobsOf(
      [
        '{parameter: camera fps, range: [5, 15] Hz, takes_effect: next-goal, name: rate, default: 10}',
        '{parameter: camera format, choices: [mjpeg, yuyv], default: mjpeg}',
        '{parameter: camera mode, values: [1, 4]}',
      ],
      { distro: 'humble' },
    );
    expect(knobs).toMatchObject([
      { name: 'rate', domain: { type: 'integer', low: 5, high: 15 }, takesEffect: 'next-goal', default: 10 },
      { domain: { values: ['mjpeg', 'yuyv'] }, default: 'mjpeg', takesEffect: 'reconfigure' },
      { domain: { type: 'ordinal', values: [1, 4] }, unit: '' },
    ]);
  });

  it('reads its default by the table, when the values are the table’s', () => {
    expect(knobsOf(['{parameter: camera mode, default: 2}'])[0]?.default).toBe(2);
  });

  it('inherits from the more exact of two rows', () => {
    const [exact, other] = knobsOf(['{parameter: camera sensor.gain}', '{parameter: camera lens.gain}']);
    expect(exact).toMatchObject({ domain: { high: 5 }, takesEffect: 'restart' });
    expect(other).toMatchObject({ domain: { high: 10 }, takesEffect: 'immediate' });
  });

  it('is coupled to another knob of the same node, by its name', () => {
    const knobs = knobsOf(
      [
        '{parameter: camera dt, name: step}',
        '{parameter: camera fps, name: rate}',
        '{parameter: left_cam dt}',
      ],
      { distro: 'jazzy' },
    );
    expect(knobs).toMatchObject([
      { couples: [{ knob: 'rate', relation: '>=', of: 'reciprocal' }] },
      { name: 'rate' },
      { name: 'left_cam dt' },
    ]);
    expect(knobs[2]).not.toHaveProperty('couples');
  });

  it('inherits from either side what it must keep to a parameter that is no knob', () => {
    const [dt] = knobsOf(['{parameter: camera dt}'], { distro: 'jazzy' });
    expect(dt?.fitsParameters).toEqual([{ parameter: 'fps', relation: '>=', of: 'reciprocal' }]);
    const [fps] = knobsOf(['{parameter: camera fps}'], { distro: 'jazzy' });
    expect(fps?.fitsParameters).toEqual([{ parameter: 'dt', relation: '>=', of: 'reciprocal' }]);
    const [low] = knobsOf(['{parameter: camera low}'], { distro: 'humble' });
    expect(low?.fitsParameters).toEqual([{ parameter: '*.high', relation: '<=', of: 'value' }]);
    const [high] = knobsOf(['{parameter: camera lens.high}']);
    expect(high?.fitsParameters).toEqual([{ parameter: 'low', relation: '>=', of: 'value' }]);
  });

  it('is not bound by what holds for another distribution', () => {
    const tied = (distro: Distro) => knobsOf(['{parameter: camera low}'], { distro })[0]?.fitsParameters;
    expect(tied('humble')).toHaveLength(1);
    expect(tied('jazzy')).toHaveLength(2);
  });

  it('may be of a node with any name, when the spec says so', () => {
    const [knob] = knobsOf(['{parameter: front mode}'], { use: 'knobs/camera for front' });
    expect(knob?.domain).toEqual({ type: 'ordinal', values: [1, 2, 4] });
  });

  it('stays as it is when no table knows it', () => {
    const knobs = knobsOf([
      '{parameter: lidar rate, range: [1, 2]}',
      '{parameter: camera zoom, range: [1, 2]}',
    ]);
    expect(knobs).toMatchObject([{ takesEffect: 'unknown' }, { takesEffect: 'unknown' }]);
  });

  it('may be confirmed by a rate when the table says that it is in Hz', () => {
    const confirmed = (parameter: string) =>
      `{parameter: camera ${parameter}, confirm: {topic: a, rate: equals}}`;
    expect(knobsOf([confirmed('fps')], { distro: 'jazzy' })[0]?.confirm).toMatchObject({ topic: 'a' });
    expect(refusalsOf(confirmed('dt'))).toMatchObject([{ code: 'TT_SPEC_TABLE' }]);
  });

  it.each([
    ['values outside of the range', '{parameter: camera dt, range: [0.001, 1] s}', 11],
    ['a fraction of a whole number', '{parameter: camera fps, range: [1.5, 2.5] Hz}', 9],
    ['a range of a parameter with values', '{parameter: camera mode, range: [1, 4]}', 13],
    ['a choice that is not there', '{parameter: camera format, choices: [yuyv, h264]}', 12],
    ['another unit', '{parameter: camera dt, range: [0.01, 1] ms}', 11],
    ['a list', '{parameter: camera size}', 16],
    ['a parameter without effect', '{parameter: camera label, choices: [a, b]}', 17],
  ])('is refused for %s, with both places', (_, knob, line) => {
    const [refusal, ...more] = refusalsOf(knob, { distro: 'humble' });
    expect(more).toEqual([]);
    expect(refusal).toMatchObject({
      code: 'TT_SPEC_TABLE',
      place: { file: 'mine.yaml', line: 4, column: 5 },
    });
    expect(refusal?.reason).toContain(`config/knobs/camera.yaml:${line}:`);
  });

  it('is refused when the rows of two distributions differ and none is known', () => {
    const [refusal] = refusalsOf('{parameter: camera fps}');
    expect(refusal).toMatchObject({ code: 'TT_SPEC_TABLE', accepted: expect.stringContaining('@humble') });
  });

  it('is refused when neither it nor a table has its values', () => {
    expect(refusalsOf('{parameter: camera zoom}')).toMatchObject([
      { code: 'TT_SPEC_MISSING_KEY', place: { line: 4, column: 5 } },
    ]);
  });

  it('needs choices of its own where only the target knows them', () => {
    expect(refusalsOf('{parameter: camera encoding}')).toMatchObject([
      { code: 'TT_SPEC_MISSING_KEY', reason: expect.stringContaining('camera.yaml:18:') },
    ]);
    const [knob] = knobsOf(['{parameter: camera encoding, choices: [rgb8, mono8]}']);
    expect(knob).toMatchObject({ domain: { values: ['rgb8', 'mono8'] }, takesEffect: 'immediate' });
  });

  it('is refused with the way to name its node, when the table names none', () => {
    const nameless = camera.replace('nodes: [camera, "*_cam"]', 'declares: [fps]');
    const text = 'use: [knobs/camera]\nknobs: [{parameter: front mode}]\n';
    expect(parseSpec(text, 'mine.yaml', () => nameless)).toMatchObject({
      ok: false,
      refusals: [
        { code: 'TT_SPEC_MISSING_KEY', accepted: expect.stringContaining('knobs/camera for front') },
      ],
    });
  });

  it('is refused when its default is none of the table’s values', () => {
    expect(refusalsOf('{parameter: camera mode, default: 3}')).toMatchObject([
      { code: 'TT_SPEC_RANGE', place: { line: 4, column: 5 } },
    ]);
  });
});

describe('the use of a table', () => {
  it.each([
    ['knobs/none', 'TT_FILE_MISSING'],
    ['knobs/../camera', 'TT_SPEC_EXPRESSION'],
    ['knobs/camera@foxy', 'TT_SPEC_EXPRESSION'],
    ['knobs/camera of front', 'TT_SPEC_EXPRESSION'],
  ])('%s is refused where it stands', (use, code) => {
    expect(refusalsOf('{parameter: a b, range: [1, 2]}', { use })).toMatchObject([
      { code, place: { file: 'mine.yaml', line: 1, column: 7 } },
    ]);
  });

  it('of a bad table is refused with the place in the table', () => {
    const result = parseSpec('use: [knobs/bad]\n', 'mine.yaml', () => 'family: Bad\n');
    const refusals = result.ok ? [] : result.refusals;
    expect(refusals).toContainEqual(
      expect.objectContaining({ reason: expect.stringContaining('config/knobs/bad.yaml:1:1') }),
    );
  });
});

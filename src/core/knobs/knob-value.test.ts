import { describe, expect, it } from 'vitest';
import type { KnobDeclaration, KnobValue } from './knob.ts';
import { cpuLimit, detail, fps, knobs, place, throttle } from './knob-fixture.ts';
import { checkConfiguration, formatDomain, formatKnobValue, parseKnobValue } from './knob-value.ts';

const codeOf = (declaration: KnobDeclaration, text: string) => {
  const result = parseKnobValue(declaration, text);
  return result.ok ? undefined : result.refusals[0]?.code;
};

describe('a value as a person writes it', () => {
  it.each<[KnobDeclaration, string, KnobValue]>([
    [fps, '15', 15],
    [fps, '15 Hz', 15],
    [throttle, '7.25Hz', 7.25],
    [cpuLimit, '0.1 cores', 0.1],
    [detail, '4', 4],
    [place, 'edge', 'edge'],
    [place, 'true', true],
  ])('is read: %j from %s', (declaration, text, value) => {
    expect(parseKnobValue(declaration, text)).toEqual({ ok: true, value });
  });

  it.each<[KnobDeclaration, string, string]>([
    [fps, '17', 'TT_PARAM_RANGE'],
    [fps, 'fast', 'TT_PARAM_TYPE'],
    [fps, '15 ms', 'TT_SPEC_UNIT'],
    [throttle, '0.5', 'TT_PARAM_RANGE'],
    [detail, '2.5', 'TT_PARAM_TYPE'],
    [detail, '5', 'TT_PARAM_RANGE'],
    [detail, '2 Hz', 'TT_SPEC_UNIT'],
    [place, 'moon', 'TT_PARAM_RANGE'],
    [place, '', 'TT_PARAM_RANGE'],
  ])('is refused: %j from %s', (declaration, text, code) => {
    expect(codeOf(declaration, text)).toBe(code);
  });

  it('is read back exactly from its plain text', () => {
    for (const value of [1, 29.999999999, 1 / 0.3, 1.1e1]) {
      expect(parseKnobValue(throttle, String(value))).toEqual({ ok: true, value });
    }
  });

  it('names bounds and unit in a refusal', () => {
    const result = parseKnobValue(throttle, '99');
    expect(result).toMatchObject({ ok: false, refusals: [{ found: '99', accepted: '1 to 30 Hz' }] });
  });
});

describe('for people', () => {
  it('a value has its unit', () => {
    expect(formatKnobValue(cpuLimit, 1 / 3)).toBe('0.3333 cores');
    expect(formatKnobValue(detail, 3)).toBe('3');
    expect(formatKnobValue(place, true)).toBe('true');
  });

  it('a domain is written as in a spec', () => {
    expect(formatDomain(throttle.domain)).toBe('[1, 30]');
    expect(formatDomain(fps.domain)).toBe('{10, 15, 20, 25, 30}');
  });
});

describe('a configuration', () => {
  it('may be partial', () => {
    const configuration = { 'camera fps': 15, 'detector place': 'cloud' };
    expect(checkConfiguration(knobs, configuration)).toEqual({ ok: true, value: configuration });
  });

  it('is refused for every wrong knob and value at once', () => {
    const result = checkConfiguration(knobs, {
      'camera fp': 15,
      'camera fps': '15',
      'throttle preview': 31,
      'cpu preview': NaN,
    });
    expect(result).toMatchObject({
      ok: false,
      refusals: [
        { code: 'TT_PARAM_UNKNOWN', accepted: expect.stringContaining('camera fps?') },
        { code: 'TT_PARAM_TYPE' },
        { code: 'TT_PARAM_RANGE' },
        { code: 'TT_PARAM_TYPE' },
      ],
    });
  });
});

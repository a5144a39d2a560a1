import { describe, expect, it } from 'vitest';
import { parseSpec } from './parse-spec.ts';

const objectives = [
  '{topic: a, rate: maximize}',
  '{topic: b, rate: maximize}',
  '{process: p, cpu: minimize}',
];

const read = (tradeOff: string, improve: string[]) =>
  parseSpec(`${tradeOff}\nimprove:\n${improve.map((line) => `  - ${line}\n`).join('')}`, 'mine.yaml');

function refusal(tradeOff: string, improve: string[]) {
  const result = read(tradeOff, improve);
  expect(result.ok).toBe(false);
  return result.ok ? [] : result.refusals;
}

describe('the trade-off of a spec', () => {
  it('is by weights where the spec does not say otherwise, also where no objective names one', () => {
    for (const tradeOff of ['robot: spot', 'trade_off: weights']) {
      const result = read(tradeOff, objectives);
      expect(result.ok && 'tradeOff' in result.value).toBe(false);
      expect(result.ok && result.value.objectives.map(({ weight }) => weight)).toEqual([1, 1, 1]);
    }
  });

  it('is a front where it says so', () => {
    expect(read('trade_off: pareto', objectives)).toMatchObject({ ok: true, value: { tradeOff: 'pareto' } });
  });

  it('is refused beside a weight, at that weight, with what would do', () => {
    const weighted = ['{topic: a, rate: maximize}', '{topic: b, rate: maximize, weight: 2}'];
    expect(refusal('trade_off: pareto', weighted)).toEqual([
      {
        code: 'TT_SPEC_CONTRADICTION',
        reason: 'Objectives that are traded off have no weights.',
        place: { file: 'mine.yaml', line: 4, column: 40 },
        found: 'weight: 2',
        accepted: 'no weight at any objective, or no trade_off: pareto',
      },
    ]);
  });

  it.each([
    [objectives.slice(0, 1), '1 under improve'],
    [[...objectives, '{topic: c, rate: maximize}', '{topic: d, rate: maximize}'], '5 under improve'],
  ])('is refused for a front that is none', (improve, found) => {
    expect(refusal('trade_off: pareto', improve)).toMatchObject([
      { code: 'TT_SPEC_RANGE', place: { line: 1, column: 12 }, found },
    ]);
  });

  it.each([
    ['trade_off: paretto', 'TT_SPEC_EXPRESSION', 'pareto'],
    ['trade_off: [pareto]', 'TT_SPEC_TYPE', 'text'],
  ])('is refused as %s', (text, code, accepted) => {
    expect(refusal(text, objectives)).toMatchObject([
      { code, place: { line: 1, column: 12 }, accepted: expect.stringContaining(accepted) },
    ]);
  });

  it('holds for objectives of a file in use, too', () => {
    const text = 'use: [fragment]\ntrade_off: pareto\nimprove:\n  - {topic: a, rate: maximize}\n';
    const fragment = 'improve:\n  - {topic: b, rate: maximize, weight: 3}\n';
    expect(parseSpec(text, 'mine.yaml', () => fragment)).toMatchObject({
      ok: false,
      refusals: [{ code: 'TT_SPEC_CONTRADICTION', place: { file: 'config/fragment.yaml', line: 2 } }],
    });
    const without = fragment.replace(', weight: 3', '');
    expect(parseSpec(text, 'mine.yaml', () => without)).toMatchObject({
      ok: true,
      value: { tradeOff: 'pareto' },
    });
  });
});

import { describe, expect, it } from 'vitest';
import { parseSpec } from './parse-spec.ts';

const read = (...requirements: string[]) =>
  parseSpec(`require:\n${requirements.map((line) => `  - ${line}\n`).join('')}`, 'a.yaml');

describe('requirements that no measurement can meet together', () => {
  it.each([
    [['{topic: a, rate: ">= 20 Hz"}', '{topic: a, rate: "<= 19 Hz"}']],
    [['{topic: a, rate: "<= 19 Hz"}', '{topic: a, rate: ">= 20 Hz"}']],
    [['{path: [a, b], latency: "p50 >= 90 ms"}', '{path: [a, b], latency: "p95 <= 80 ms"}']],
    [['{path: [a, b], latency: "mean >= 90 ms"}', '{path: [a, b], latency: "max <= 80 ms"}']],
    [['{topic: a, rate: ">= 1.1 baseline"}', '{topic: a, rate: "<= 0.9 baseline"}']],
  ])('%j are refused at the second one', (requirements) => {
    const result = read(...requirements);
    expect(result).toMatchObject({
      ok: false,
      refusals: [{ code: 'TT_SPEC_CONTRADICTION', place: { file: 'a.yaml', line: 3, column: 5 } }],
    });
  });

  it.each([
    [['{topic: a, rate: ">= 20 Hz"}', '{topic: a, rate: "<= 20 Hz"}']],
    [['{topic: a, rate: ">= 20 Hz"}', '{topic: b, rate: "<= 10 Hz"}']],
    [['{path: [a, b], latency: "p95 >= 90 ms"}', '{path: [a, b], latency: "p50 <= 80 ms"}']],
    [['{path: [a, b], latency: "mean >= 90 ms"}', '{path: [a, b], latency: "p95 <= 80 ms"}']],
    [['{topic: a, rate: ">= 20 Hz"}', '{topic: a, rate: "<= 0.5 baseline"}']],
  ])('%j are not', (requirements) => {
    expect(read(...requirements).ok).toBe(true);
  });
});

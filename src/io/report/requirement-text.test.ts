import { expect, it } from 'vitest';
import { requiredText, subjectOf } from './requirement-text.ts';
import { sampleReport } from './testing/sample-report.ts';

const row = sampleReport().requirements[0]!;

it('takes the bound out of a generated name and leaves a given name alone', () => {
  expect(subjectOf({ ...row, name: 'a -> b latency p95 <= 120 ms', required: '<= 120 ms' })).toBe(
    'a → b latency p95',
  );
  expect(subjectOf({ ...row, name: 'steering', required: '>= 20 Hz' })).toBe('steering');
  expect(requiredText({ ...row, required: '>= 20 Hz' })).toBe('≥ 20 Hz');
});

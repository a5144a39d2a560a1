import { describe, expect, it } from 'vitest';
import type { DemoReport } from './demo-report.ts';
import { sampleReport } from './testing/sample-report.ts';
import { verdictSentence } from './verdict.ts';

function reportWith(metByDefault: boolean[], metByTuned: boolean[]): DemoReport {
  const report = sampleReport();
  const row = report.requirements[0]!;
  report.requirements = metByDefault.map((met, index) => ({
    ...row,
    met_by_default: met,
    met_by_tuned: metByTuned[index]!,
  }));
  return report;
}

describe('verdictSentence', () => {
  it('counts what each configuration broke', () => {
    expect(verdictSentence(reportWith([false, false, true], [true, true, true]))).toBe(
      'Default broke 2 of 3 requirements; the tuned configuration meets all 3.',
    );
    expect(verdictSentence(reportWith([true, true], [false, true]))).toBe(
      'Default met every requirement; the tuned configuration breaks 1.',
    );
    expect(verdictSentence(reportWith([false], [true]))).toBe(
      'Default broke 1 of 1 requirement; the tuned configuration meets it.',
    );
  });
});

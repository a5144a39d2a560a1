import { describe, expect, it } from 'vitest';
import { sampleReport } from '../../io/report/testing/sample-report.ts';
import { renderDemoSummary } from './demo-summary.ts';
import { textWidth } from './text-width.ts';

const files = [{ what: 'report', path: 'report.html' }];
const plain = { colour: false, width: 80, files };

describe('renderDemoSummary', () => {
  it('shows each requirement with default, tuned and required', () => {
    const line = renderDemoSummary(sampleReport(), plain)
      .split('\n')
      .find((one) => one.includes('/cmd_vel rate'));
    expect(line).toMatch(/≥ 20 Hz +✗ 11\.3 Hz +✓ 24\.6 Hz/);
  });

  it.each([60, 80, 120])('fits %i columns', (width) => {
    const lines = renderDemoSummary(sampleReport(), { ...plain, width }).split('\n');
    expect(Math.max(...lines.map(textWidth))).toBeLessThanOrEqual(width);
  });

  it('ends with the verdict', () => {
    const report = sampleReport();
    expect(renderDemoSummary(report, plain).trimEnd().split('\n').at(-1)).toMatch(/^PASS/);
    report.tuned.met = false;
    report.requirements[0]!.met_by_tuned = false;
    expect(renderDemoSummary(report, plain).trimEnd().split('\n').at(-1)).toMatch(/^FAIL/);
  });

  it('says where the report is and what was modelled', () => {
    const text = renderDemoSummary(sampleReport(), plain);
    expect(text).toContain('report.html');
    expect(text).toContain('cloud link');
  });

  it('colours only when told to, without changing the layout', () => {
    const uncoloured = renderDemoSummary(sampleReport(), plain);
    const coloured = renderDemoSummary(sampleReport(), { ...plain, colour: true });
    expect(uncoloured).not.toContain('\u001b');
    expect(coloured).toContain('\u001b');
    expect(coloured.split('\n').map(textWidth)).toEqual(uncoloured.split('\n').map(textWidth));
  });

  it('says n/a where nothing was measured', () => {
    const report = sampleReport();
    report.requirements[0]!.default = Number.NaN;
    report.tracking_error_m = { default: null, tuned: null };
    report.knobs = [];
    const text = renderDemoSummary(report, plain);
    expect(text).toMatch(/✗ n\/a/);
    expect(text).not.toMatch(/NaN|undefined|null/);
  });
});

import { describe, expect, it } from 'vitest';
import type { DemoReport } from '../demo-report.ts';
import { sampleReport } from '../testing/sample-report.ts';
import { elementsBy, elementsOf, parseMarkup } from '../testing/well-formed.ts';
import { renderReportHtml } from './page.ts';

const nothing = Number.NaN;

/** A report in which nothing could be measured and nothing happened. */
function emptyReport(): DemoReport {
  const report = sampleReport();
  const none = { met: false, score: nothing, tracking_error_m: nothing, lost_fraction: nothing };
  return {
    ...report,
    default: none,
    tuned: none,
    requirements: report.requirements.map((row) => ({
      ...row,
      default: nothing,
      tuned: null,
      met_by_default: false,
      met_by_tuned: false,
    })),
    objectives: [],
    tasks: { created: 0, pending: 0, fates: {} },
    utility: nothing,
    tracking_error_m: { default: nothing, tuned: null },
    trials: 0,
    trial_log: [],
    knobs: [],
    real: [],
    phases: [],
    series: {
      tracking_error_m: { default: [], tuned: [] },
      cmd_vel_rate_hz: { default: [], tuned: [] },
      path_latency_p95_ms: { default: [], tuned: [] },
      link: [],
      fates: [],
    },
  };
}

describe('renderReportHtml', () => {
  it('is well formed, with unique ids', () => {
    const page = parseMarkup(renderReportHtml(sampleReport()));
    const ids = elementsOf(page).flatMap((element) => element.attributes.id ?? []);
    expect(ids.length).toBeGreaterThan(0);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('needs nothing from outside and runs no script', () => {
    const html = renderReportHtml(sampleReport());
    const page = parseMarkup(html);
    expect(['script', 'link', 'img', 'iframe'].flatMap((tag) => elementsBy(page, tag))).toEqual([]);
    expect(elementsOf(page).filter((one) => one.attributes.src ?? one.attributes.href)).toEqual([]);
    expect(html.replaceAll('http://www.w3.org/2000/svg', '')).not.toMatch(/https?:|@import|url\(/);
  });

  it('shows every requirement, objective, knob, trial and part', () => {
    const report = sampleReport();
    const page = parseMarkup(renderReportHtml(report));
    const tables = elementsBy(page, 'table').map(
      (table) => elementsBy(table, 'th').filter((cell) => cell.attributes.scope === 'row').length,
    );
    const fates = Object.keys(report.tasks.fates).length + 2;
    const results = report.requirements.length + report.objectives.length;
    expect(tables).toEqual([
      results,
      fates,
      report.trial_log.length,
      report.knobs.length,
      report.processes.length,
      report.real.length,
    ]);
  });

  it('marks what was met and what was broken', () => {
    const page = parseMarkup(renderReportHtml(sampleReport()));
    const marks = elementsBy(page, 'span', 'mark').map((mark) => mark.attributes['aria-label']);
    expect(marks).toEqual(['broken', 'met', 'broken', 'met', 'met', 'met']);
  });

  it('escapes every text of the report', () => {
    const hostile = '</style><script>alert("x")</script>&\u0000';
    const poisoned = JSON.parse(JSON.stringify(sampleReport()), (_, value) =>
      typeof value === 'string' ? hostile : value,
    ) as DemoReport;
    const page = parseMarkup(renderReportHtml(poisoned));
    expect(elementsBy(page, 'script')).toEqual([]);
  });

  it('holds a report in which nothing was measured', () => {
    const html = renderReportHtml(emptyReport());
    const visible = elementsOf(parseMarkup(html)).map((element) => element.text);
    expect(visible.join(' ')).not.toMatch(/NaN|undefined|null|Infinity/);
  });

  it('is the same for the report itself and for its JSON read back', () => {
    const report = emptyReport();
    expect(renderReportHtml(JSON.parse(JSON.stringify(report)))).toBe(renderReportHtml(report));
  });
});

import { describe, expect, it } from 'vitest';
import type { TimePoint } from '../demo-report.ts';
import { sampleReport } from '../testing/sample-report.ts';
import { elementsBy, elementsOf, parseMarkup } from '../testing/well-formed.ts';
import { renderFateChart } from './fate-chart.ts';
import { renderGauge } from './gauge.ts';
import { renderLineChart } from './line-chart.ts';
import { renderTrialChart } from './trial-chart.ts';

const frame = { id: 'x', title: 'A <title>', description: 'says & tells', width: 600, height: 240 };
const draw = (before: TimePoint[], after: TimePoint[], bound?: { value: number; label: string }) =>
  parseMarkup(
    String(
      renderLineChart({
        ...frame,
        yTitle: 'rate (Hz)',
        unit: 'Hz',
        series: [
          { label: 'default', style: 'default', points: before },
          { label: 'tuned', style: 'tuned', points: after },
        ],
        bands: [{ from: 1, to: 2, label: 'bad link' }],
        ...(bound && { bound }),
      }),
    ),
  );
const points = (...values: (number | null)[]): TimePoint[] => values.map((value, t_s) => ({ t_s, value }));

describe('renderLineChart', () => {
  it('draws each series, the bound, the band and an accessible name', () => {
    const svg = draw(points(11, 12, 11), points(24, 25, 26), { value: 20, label: 'required ≥ 20 Hz' });
    expect(elementsBy(svg, 'polyline', 'default')).toHaveLength(1);
    expect(elementsBy(svg, 'polyline', 'tuned')).toHaveLength(1);
    expect(elementsBy(svg, 'line', 'bound')).toHaveLength(1);
    expect(elementsBy(svg, 'rect', 'band')).toHaveLength(1);
    const labelled = svg.attributes['aria-labelledby']?.split(' ') ?? [];
    const ids = elementsOf(svg).flatMap((element) => element.attributes.id ?? []);
    expect(labelled).toHaveLength(2);
    expect(ids).toEqual(expect.arrayContaining(labelled));
  });

  it('breaks a line where nothing was measured and shows a lone value as a dot', () => {
    const svg = draw(points(1, 2, null, 3, 4, Number.NaN, 5), []);
    expect(elementsBy(svg, 'polyline', 'default')).toHaveLength(2);
    expect(elementsBy(svg, 'circle', 'default')).toHaveLength(1);
  });

  it('says so when there is no data', () => {
    for (const svg of [draw([], []), draw(points(null, Number.NaN), [])]) {
      expect(elementsBy(svg, 'polyline')).toHaveLength(0);
      expect(elementsBy(svg, 'text').some((text) => text.text.includes('no data'))).toBe(true);
    }
  });

  it('keeps the bound apart from zero when values are far above it', () => {
    const svg = draw(points(4000, 5000), points(60, 70), { value: 120, label: '≤ 120' });
    const bound = Number(elementsBy(svg, 'line', 'bound')[0]?.attributes.y1);
    expect(200 - bound).toBeGreaterThan(15);
    expect(elementsBy(svg, 'text').some((text) => text.text === 'rate (Hz), logarithmic')).toBe(true);
  });

  it('keeps every coordinate inside the picture', () => {
    const svg = draw(points(0, 0, 0), points(0.001, 0), { value: 1e-6, label: 'tiny' });
    for (const polyline of elementsBy(svg, 'polyline')) {
      for (const pair of (polyline.attributes.points ?? '').split(' ')) {
        const [x, y] = pair.split(',').map(Number) as [number, number];
        expect(x).toBeGreaterThanOrEqual(0);
        expect(x).toBeLessThanOrEqual(frame.width);
        expect(y).toBeGreaterThanOrEqual(0);
        expect(y).toBeLessThanOrEqual(frame.height);
      }
    }
  });

  it('tells all values of a moment on hover, with few columns for long series', () => {
    const long = Array.from({ length: 2000 }, (_, index) => ({ t_s: index / 100, value: index }));
    const svg = draw(long, points(7));
    const probes = elementsBy(svg, 'g', 'probe');
    expect(probes.length).toBeLessThanOrEqual(150);
    expect(probes[0]?.children[0]?.text).toContain('tuned: 7 Hz');
  });
});

describe('renderFateChart', () => {
  it('stacks the groups to the second’s total', () => {
    const svg = parseMarkup(
      String(renderFateChart({ ...frame, seconds: [{ t_s: 0, edge: 4, cloud: 2, late: 0, dropped: 2 }] })),
    );
    const bars = elementsBy(svg, 'rect', 'bar').filter((bar) => bar.attributes.rx === undefined);
    expect(bars).toHaveLength(3);
    const height = (bar: (typeof bars)[number] | undefined) => Number(bar?.attributes.height);
    expect(height(bars[0])).toBeCloseTo(2 * height(bars[1]), 0);
  });

  it('says so when there is no data', () => {
    const svg = parseMarkup(String(renderFateChart({ ...frame, seconds: [] })));
    expect(elementsBy(svg, 'text').some((text) => text.text.includes('no data'))).toBe(true);
  });
});

describe('renderTrialChart', () => {
  const { trial_log: trials } = sampleReport();

  it('marks every trial and rings the best feasible one', () => {
    const svg = parseMarkup(String(renderTrialChart({ ...frame, trials })));
    const inLegend = 1;
    const infeasible = trials.filter((trial) => !trial.feasible);
    expect(elementsBy(svg, 'circle', 'feasible')).toHaveLength(trials.length - infeasible.length + inLegend);
    expect(elementsBy(svg, 'path', 'infeasible')).toHaveLength(infeasible.length + 2 * inLegend);
    expect(elementsBy(svg, 'circle', 'chosen')).toHaveLength(1);
  });

  it('rings nothing when no trial was feasible', () => {
    const failed = trials.map((trial) => ({ ...trial, feasible: false }));
    expect(
      elementsBy(parseMarkup(String(renderTrialChart({ ...frame, trials: failed }))), 'circle', 'chosen'),
    ).toEqual([]);
  });

  it('holds one trial, none, and a trial without a score', () => {
    const unscored = { ...trials[0]!, score: Number.NaN };
    for (const some of [[], [trials[0]!], [unscored]]) {
      expect(() => parseMarkup(String(renderTrialChart({ ...frame, trials: some })))).not.toThrow();
    }
  });
});

describe('renderGauge', () => {
  it('leaves out what was not measured and marks the allowed side', () => {
    const svg = parseMarkup(
      String(renderGauge({ default: null, tuned: 24, bound: { value: 20, comparison: '>=' } })),
    );
    expect(elementsBy(svg, 'circle')).toHaveLength(1);
    const allowed = elementsBy(svg, 'rect', 'allowed')[0];
    expect(Number(allowed?.attributes.x)).toBeGreaterThan(100);
  });

  it('holds values that are all zero or all absent', () => {
    expect(() => renderGauge({ default: 0, tuned: 0 })).not.toThrow();
    expect(() => renderGauge({ default: null, tuned: Number.NaN })).not.toThrow();
  });
});

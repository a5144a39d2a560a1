import { expect, it } from 'vitest';
import { badLinkBands } from './figures.ts';
import { sampleReport } from './testing/sample-report.ts';

const { series } = sampleReport();
const bandsOf = (link: typeof series.link) => badLinkBands({ ...series, link }, (condition) => condition);

it('shades from the moment the link gets bad until it is good again', () => {
  const bands = bandsOf([
    { t_s: 0, label: 'good', bad: false },
    { t_s: 8, label: 'slow', bad: true },
    { t_s: 12, label: 'lossy', bad: true },
    { t_s: 16, label: 'good', bad: false },
  ]);
  expect(bands).toEqual([{ from: 8, to: 16, label: 'slow' }]);
});

it('shades to the end of the run when the link stays bad', () => {
  expect(bandsOf([{ t_s: 20, label: 'slow', bad: true }])).toEqual([{ from: 20, to: 24, label: 'slow' }]);
});

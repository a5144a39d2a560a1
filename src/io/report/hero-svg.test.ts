import { expect, it } from 'vitest';
import { renderHeroSvg } from './hero-svg.ts';
import { sampleReport } from './testing/sample-report.ts';
import { elementsBy, parseMarkup } from './testing/well-formed.ts';

it('is one well-formed picture with at most four cards and both figures', () => {
  const report = sampleReport();
  report.requirements = [...report.requirements, ...report.requirements];
  const svg = parseMarkup(renderHeroSvg(report));
  expect(svg.tag).toBe('svg');
  expect(elementsBy(svg, 'rect', 'card')).toHaveLength(4);
  expect(elementsBy(svg, 'svg', 'chart')).toHaveLength(2);
});

it('escapes names and shortens those that do not fit', () => {
  const report = sampleReport();
  report.requirements[0]!.name = `<b>${'long'.repeat(60)}`;
  const svg = parseMarkup(renderHeroSvg(report));
  const name = elementsBy(svg, 'text', 'soft')[0]?.children[0]?.text ?? '';
  expect(name.startsWith('&lt;b&gt;long')).toBe(true);
  expect(name.endsWith('…')).toBe(true);
});

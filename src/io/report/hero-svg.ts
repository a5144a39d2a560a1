import type { DemoReport } from './demo-report.ts';
import { fateFigure, trackingErrorFigure } from './figures.ts';
import { formatAgainstBound, formatNumber, formatPercent, formatQuantity } from './format.ts';
import { Markup, markup } from './markup.ts';
import { requiredText, subjectOf } from './requirement-text.ts';
import { chartColours, chartRules, darkChartColours } from './svg/style.ts';
import { textLines, wrapText } from './svg/text.ts';
import { verdictSentence } from './verdict.ts';

const width = 960;
const height = 712;
const margin = 28;
const mostCards = 4;

const style = `
  .hero { ${chartColours} font-family: system-ui, -apple-system, "Segoe UI", "Noto Sans", "Helvetica Neue", Arial, "DejaVu Sans", sans-serif; font-variant-numeric: tabular-nums; }
  @media (prefers-color-scheme: dark) { .hero { ${darkChartColours} } }
  .hero text { fill: var(--ink); } .hero .soft, .hero .heading { fill: var(--muted); font-size: 13px; }
  .hero .heading { fill: var(--ink); font-weight: 600; font-size: 14px; } .hero .verdict { font-size: 22px; font-weight: 650; }
  .hero .value { font-size: 18px; font-weight: 600; } .hero .before { fill: var(--default); } .hero .after { fill: var(--tuned); }
  .hero .sheet { fill: var(--surface); stroke: var(--line); } .hero .card { fill: var(--page); stroke: var(--grid); }
  ${chartRules}`;

type Card = { name: string; before: string; after: string; detail: string };

/** One picture that tells a demo's story, for a README: verdict, key figures, tracking error, fates. Stands alone. */
export function renderHeroSvg(report: DemoReport): string {
  const sentence = verdictSentence(report);
  const cards = heroCards(report).slice(0, mostCards);
  const chartWidth = width - 2 * margin;
  const picture = markup`<svg xmlns="http://www.w3.org/2000/svg" class="hero" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-labelledby="hero-title hero-desc"><title id="hero-title">Result of ${report.command}</title><desc id="hero-desc">${sentence}</desc>
<style>${new Markup(style)}</style>
<rect class="sheet" x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" rx="10"/>
${textLines({ lines: sentence.split(/(?<=;) /), x: margin, y: 42, lineHeight: 29, style: 'verdict' })}
<g transform="translate(${margin} 92)">${cards.map((card, index) => drawCard({ card, index, count: cards.length }))}</g>
<text class="heading" x="${margin}" y="226">How far the drone stayed from its ideal place</text>
<g transform="translate(${margin - 8} 236)">${trackingErrorFigure(report, { width: chartWidth + 16, height: 220 })}</g>
<text class="heading" x="${margin}" y="484">Inference tasks in the tuned run</text>
<g transform="translate(${margin - 8} 494)">${fateFigure(report, { width: chartWidth + 16, height: 204 })}</g>
</svg>`;
  return `${picture}\n`;
}

function heroCards(report: DemoReport): Card[] {
  const error = report.tracking_error_m;
  return [
    ...report.requirements.slice(0, mostCards - 1).map((row) => ({
      name: subjectOf(row),
      before: formatAgainstBound(row.default, row.bound, ''),
      after: `${formatAgainstBound(row.tuned, row.bound, row.unit)} ${row.met_by_tuned ? '✓' : '✗'}`,
      detail: `required ${requiredText(row)}`,
    })),
    {
      name: 'mean tracking error',
      before: formatNumber(error.default),
      after: formatQuantity(error.tuned, 'm'),
      detail: `person lost ${formatPercent(report.default.lost_fraction)} → ${formatPercent(report.tuned.lost_fraction)}`,
    },
  ];
}

function drawCard(options: { card: Card; index: number; count: number }): Markup {
  const { card, index, count } = options;
  const gap = 12;
  const cardWidth = (width - 2 * margin - gap * (count - 1)) / count;
  const name = wrapText({ text: card.name, width: cardWidth - 28, fontSize: 13, lines: 2 });
  return markup`<g transform="translate(${(index * (cardWidth + gap)).toFixed(1)} 0)"><rect class="card" width="${cardWidth.toFixed(1)}" height="108" rx="7"/>${textLines({ lines: name, x: 14, y: 24, lineHeight: 17, style: 'soft' })}<text class="value" x="14" y="70"><tspan class="before">${card.before}</tspan><tspan class="soft" dx="6">→</tspan><tspan class="after" dx="6">${card.after}</tspan></text><text class="soft" x="14" y="93">${card.detail}</text></g>`;
}

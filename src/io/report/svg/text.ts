import { type Markup, markup } from '../markup.ts';
import { textWidth } from './frame.ts';

/** Breaks text at spaces into lines of at most `width` pixels; what does not fit in `lines` ends in an ellipsis. */
export function wrapText(options: {
  text: string;
  width: number;
  fontSize: number;
  lines: number;
}): string[] {
  const { text, width, fontSize, lines } = options;
  const wrapped: string[] = [];
  for (const word of text.split(' ')) {
    const joined = wrapped.length > 0 ? `${wrapped.at(-1)} ${word}` : word;
    if (wrapped.length > 0 && textWidth(joined, fontSize) <= width) wrapped[wrapped.length - 1] = joined;
    else wrapped.push(word);
  }
  const kept = wrapped.slice(0, lines);
  if (wrapped.length > lines) kept[lines - 1] = `${kept[lines - 1]} …`;
  return kept.map((line) => shorten(line, width, fontSize));
}

/** Lines of text from (x, y) downwards; y is the first baseline. */
export function textLines(options: {
  lines: readonly string[];
  x: number;
  y: number;
  lineHeight: number;
  style: string;
}): Markup {
  const { lines, x, y, lineHeight, style } = options;
  return markup`<text class="${style}" x="${x}" y="${y}">${lines.map(
    (line, index) => markup`<tspan x="${x}" dy="${index === 0 ? 0 : lineHeight}">${line}</tspan>`,
  )}</text>`;
}

function shorten(line: string, width: number, fontSize: number): string {
  if (textWidth(line, fontSize) <= width) return line;
  const characters = [...line];
  while (characters.length > 1 && textWidth(`${characters.join('')}…`, fontSize) > width) characters.pop();
  return `${characters.join('')}…`;
}

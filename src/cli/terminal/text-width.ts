import { stripVTControlCharacters } from 'node:util';

const graphemes = new Intl.Segmenter();

/** East Asian wide and fullwidth blocks (Unicode TR 11) and pictures shown as emoji. */
const wide =
  /[\u1100-\u115F\u2E80-\u303E\u3041-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60\uFFE0-\uFFE6\u{20000}-\u{3FFFD}]|\p{Emoji_Presentation}|\uFE0F/u;
const invisible = /^[\p{Cc}\p{Cf}\p{Mn}\p{Me}]*$/u;

/** Columns that text takes in a terminal: 2 for wide characters, 0 for colour codes and combining marks. */
export function textWidth(text: string): number {
  let width = 0;
  for (const { segment } of graphemes.segment(stripVTControlCharacters(text)))
    width += graphemeWidth(segment);
  return width;
}

/** Text cut to a number of columns, with an ellipsis where something was cut. Text must be without colour codes. */
export function truncate(text: string, columns: number): string {
  if (textWidth(text) <= columns) return text;
  const kept = takeColumns(text, columns - 1);
  return columns > 0 ? `${kept}…` : '';
}

/** Text padded to a number of columns; longer text stays as it is. */
export function pad(text: string, columns: number, align: 'left' | 'right'): string {
  const space = ' '.repeat(Math.max(0, columns - textWidth(text)));
  return align === 'left' ? text + space : space + text;
}

/** Text broken at spaces into lines of at most `columns`; words that are longer are broken too. Text must be without colour codes. */
export function wrap(text: string, columns: number): string[] {
  const limit = Math.max(2, columns);
  const lines: string[] = [];
  let line = '';
  for (let word of text.split(/\s+/)) {
    if (line !== '' && textWidth(`${line} ${word}`) <= limit) {
      line += ` ${word}`;
      continue;
    }
    if (line !== '') lines.push(line);
    while (textWidth(word) > limit) {
      const head = takeColumns(word, limit);
      lines.push(head);
      word = word.slice(head.length);
    }
    line = word;
  }
  return [...lines, line];
}

function takeColumns(text: string, columns: number): string {
  let taken = '';
  let width = 0;
  for (const { segment } of graphemes.segment(text)) {
    width += graphemeWidth(segment);
    if (width > columns) break;
    taken += segment;
  }
  return taken;
}

function graphemeWidth(grapheme: string): number {
  if (invisible.test(grapheme)) return 0;
  return wide.test(grapheme) ? 2 : 1;
}

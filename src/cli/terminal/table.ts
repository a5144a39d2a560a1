import { pad, textWidth, wrap } from './text-width.ts';

/** A column; a flexible one is wrapped when the table would be wider than the terminal. */
export type Column = { header: string; align?: 'left' | 'right'; flexible?: boolean };

/** A cell's text, without colour codes, and how it is coloured once it is laid out. */
export type Cell = string | { text: string; paint: (text: string) => string };

const gap = 2;
const narrowest = 8;

/**
 * A table without lines, its columns two spaces apart and no wider than `width` as long as the flexible
 * columns can give way. Ends without a newline.
 */
export function renderTable(options: {
  columns: readonly Column[];
  rows: readonly (readonly Cell[])[];
  width: number;
  /** How the header is coloured. */
  paintHeader?: (text: string) => string;
}): string {
  const { columns, rows, paintHeader } = options;
  const widths = columnWidths(options);
  const header = columns.map((column) => ({ text: column.header, paint: paintHeader ?? same }));
  const lines = (columns.some((column) => column.header !== '') ? [header, ...rows] : rows).flatMap((row) =>
    layOut({ row, columns, widths }),
  );
  return lines.join('\n');
}

function columnWidths(options: {
  columns: readonly Column[];
  rows: readonly (readonly Cell[])[];
  width: number;
}): number[] {
  const { columns, rows, width } = options;
  const widths = columns.map((column, index) =>
    Math.max(textWidth(column.header), ...rows.map((row) => textWidth(textOf(row[index] ?? '')))),
  );
  let excess = widths.reduce((sum, one) => sum + one, gap * (columns.length - 1)) - width;
  while (excess > 0) {
    const flexible = widths.map((one, index) => (columns[index]?.flexible && one > narrowest ? one : 0));
    const widest = flexible.indexOf(Math.max(...flexible));
    if (!flexible[widest]) break;
    widths[widest] = (widths[widest] as number) - 1;
    excess--;
  }
  return widths;
}

function layOut(options: {
  row: readonly Cell[];
  columns: readonly Column[];
  widths: readonly number[];
}): string[] {
  const { row, columns, widths } = options;
  const wrapped = columns.map((column, index) => {
    const text = textOf(row[index] ?? '');
    return column.flexible ? wrap(text, widths[index] as number) : [text];
  });
  const height = Math.max(...wrapped.map((lines) => lines.length));
  return Array.from({ length: height }, (_, lineIndex) => {
    const cells = columns.map((column, index) => {
      const cell = row[index] ?? '';
      const padded = pad(wrapped[index]?.[lineIndex] ?? '', widths[index] as number, column.align ?? 'left');
      return typeof cell === 'string' ? padded : paintText(padded, cell.paint);
    });
    return cells.join(' '.repeat(gap)).trimEnd();
  });
}

/** Colours the text but not the padding, so that lines can be trimmed. */
function paintText(padded: string, paint: (text: string) => string): string {
  const text = padded.trim();
  const start = padded.indexOf(text);
  return padded.slice(0, start) + paint(text) + padded.slice(start + text.length);
}

function textOf(cell: Cell): string {
  return typeof cell === 'string' ? cell : cell.text;
}

function same(text: string): string {
  return text;
}

import { type Cell, renderTable, textWidth, truncate } from '../terminal/index.ts';

/** One row: a name and a cell for each column. */
export type NamedRow = { name: string; cells: readonly Cell[] };

const gap = 2;
const narrowestName = 16;

/**
 * A table of names with numbers behind them, in lines no wider than `width`. Where it is too wide, columns are left out,
 * the last one first, until the names have room; names that are still too long lose their beginning, as the end
 * of a topic's name says more.
 */
export function fitColumns(options: {
  headers: readonly [name: string, ...columns: string[]];
  rows: readonly NamedRow[];
  width: number;
  paintHeader: (text: string) => string;
}): string[] {
  const { headers, rows, width, paintHeader } = options;
  const [nameHeader, ...columns] = headers;
  const columnWidths = columns.map((header, i) =>
    Math.max(textWidth(header), ...rows.map(({ cells }) => textWidth(textOf(cells[i])))),
  );
  const longestName = Math.max(textWidth(nameHeader), ...rows.map(({ name }) => textWidth(name)));
  const roomBeside = (count: number) =>
    width - columnWidths.slice(0, count).reduce((sum, columnWidth) => sum + gap + columnWidth, 0);
  let shown = columns.length;
  while (shown > 1 && roomBeside(shown) < Math.min(longestName, narrowestName)) shown--;
  const nameWidth = Math.max(1, Math.min(longestName, roomBeside(shown)));
  const table = renderTable({
    columns: [
      { header: nameHeader },
      ...columns.slice(0, shown).map((header) => ({ header, align: 'right' as const })),
    ],
    rows: rows.map(({ name, cells }) => [withoutBeginning(name, nameWidth), ...cells.slice(0, shown)]),
    width,
    paintHeader,
  });
  return table.split('\n');
}

function textOf(cell: Cell | undefined): string {
  return typeof cell === 'object' ? cell.text : (cell ?? '');
}

function withoutBeginning(name: string, width: number): string {
  return [...truncate([...name].toReversed().join(''), width)].toReversed().join('');
}

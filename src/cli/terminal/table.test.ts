import { describe, expect, it } from 'vitest';
import { createStyle } from './style.ts';
import { renderTable } from './table.ts';
import { textWidth } from './text-width.ts';

const columns = [
  { header: 'name', flexible: true },
  { header: 'value', align: 'right' as const },
];

describe('renderTable', () => {
  it('aligns columns by what is seen', () => {
    const table = renderTable({
      columns,
      rows: [
        ['日本', '1'],
        ['abc', '23456789'],
      ],
      width: 80,
    });
    expect(table).toBe(['name     value', '日本         1', 'abc   23456789'].join('\n'));
  });

  it('wraps flexible columns to stay within the width', () => {
    const table = renderTable({
      columns,
      rows: [['/camera/image_raw to /cmd_vel latency at the 95th percentile', '74.2 ms']],
      width: 32,
    });
    const lines = table.split('\n');
    expect(lines.length).toBeGreaterThan(2);
    expect(Math.max(...lines.map(textWidth))).toBeLessThanOrEqual(32);
    expect(lines.map((line) => line.trim()).join(' ')).toContain('percentile');
  });

  it('never cuts a column that is not flexible', () => {
    const table = renderTable({ columns, rows: [['a name', '1234567890']], width: 5 });
    expect(table).toContain('1234567890');
  });

  it('lays out the same with colour as without', () => {
    const { good } = createStyle(true);
    const plain = renderTable({
      columns,
      rows: [
        ['a', 'met'],
        ['bc', 'broken'],
      ],
      width: 40,
    });
    const coloured = renderTable({
      columns,
      rows: [
        ['a', { text: 'met', paint: good }],
        ['bc', { text: 'broken', paint: good }],
      ],
      width: 40,
    });
    expect(coloured).toContain('\u001b[32m');
    expect(coloured.split('\n').map(textWidth)).toEqual(plain.split('\n').map(textWidth));
  });

  it('shows short rows and a table without rows', () => {
    expect(renderTable({ columns, rows: [[]], width: 40 }).split('\n')).toEqual(['name  value', '']);
    expect(renderTable({ columns, rows: [], width: 40 })).toBe('name  value');
  });
});

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { distros } from '../core/knobs/table/distro.ts';
import { readKnobTables, shippedTablesFolder } from './knob-tables.ts';

function folder(files: Record<string, string>): string {
  const path = mkdtempSync(join(tmpdir(), 'trimtab-tables-'));
  onTestFinished(() => rmSync(path, { recursive: true }));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(path, name), text);
  return path;
}

const table = (family: string) => `family: ${family}\nabout: A camera.\ngroups: []\n`;

describe('the tables that come with Trimtab', () => {
  const result = readKnobTables();
  const tables = result.ok ? result.value : [];

  it('can all be read', () => {
    expect(result).toMatchObject({ ok: true });
    const families = [
      'nav2',
      'usb-cam',
      'v4l2-camera',
      'realsense',
      'ouster',
      'velodyne',
      'yolo-ros',
      'spot',
    ];
    const names = tables.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining([...families, 'tello', 'image-proc', 'trimtab']));
  });

  it('say where their facts were read', () => {
    for (const { name, checked } of tables.filter((one) => one.name !== 'trimtab'))
      expect(checked.length, name).toBeGreaterThan(0);
  });

  it.each(distros)('know on %s when the frequency of the controller of Navigation2 acts', (distro) => {
    const group = tables.find(({ name }) => name === 'nav2')?.groups[0];
    const rows = group?.knobs.filter(
      ({ target, distros: where }) =>
        target.kind === 'parameter' && target.parameter === 'controller_frequency' && where.includes(distro),
    );
    const expected = distro === 'humble' || distro === 'jazzy' ? 'next-goal' : 'reconfigure';
    expect(rows?.map(({ takesEffect }) => takesEffect)).toEqual([expected]);
  });
});

describe('knob tables', () => {
  it('of a later folder take the place of those with the same name', () => {
    const first = folder({ 'a.yaml': table('A'), 'b.yaml': table('B'), 'notes.txt': 'not a table' });
    const second = folder({ 'b.yaml': table('Mine') });
    const result = readKnobTables([first, second]);
    expect(result).toMatchObject({
      ok: true,
      value: [
        { name: 'a', family: 'A' },
        { name: 'b', family: 'Mine' },
      ],
    });
  });

  it('are refused together, each with its file', () => {
    const result = readKnobTables([folder({ 'a.yaml': 'family: A\n', 'b.yaml': '- 1\n' })]);
    const files = result.ok ? [] : result.refusals.map(({ place }) => place?.file ?? '');
    expect(files.some((file) => file.endsWith('a.yaml'))).toBe(true);
    expect(files.some((file) => file.endsWith('b.yaml'))).toBe(true);
  });

  it('in a folder that is not there are refused', () => {
    const result = readKnobTables([join(shippedTablesFolder(), 'none')]);
    expect(result).toMatchObject({ ok: false, refusals: [{ code: 'TT_FILE_MISSING' }] });
  });
});

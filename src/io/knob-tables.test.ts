import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { wayToWrite } from '../core/knobs/change-order.ts';
import type { KnobDeclaration } from '../core/knobs/knob.ts';
import { type Distro, distros } from '../core/knobs/table/distro.ts';
import { type Plan, planTransaction } from '../core/knobs/transaction.ts';
import { parseSpec } from '../core/spec/parse-spec.ts';
import { readKnobTables, shippedTablesFolder } from './knob-tables.ts';

function folder(files: Record<string, string>): string {
  const path = mkdtempSync(join(tmpdir(), 'trimtab-tables-'));
  onTestFinished(() => rmSync(path, { recursive: true }));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(path, name), text);
  return path;
}

const table = (family: string) => `family: ${family}\nabout: A camera.\ngroups: []\n`;

/** Knobs, completed from a table that comes with Trimtab: parameters of the controller server, or of a node that is named. */
function knobsOf(
  table: string,
  distro: Distro,
  ...parameters: (string | [string, string])[]
): KnobDeclaration[] {
  const lines = parameters
    .map((each) => (typeof each === 'string' ? ['controller_server', each] : each))
    .map((words) => `  - {parameter: ${words.join(' ')}}\n`)
    .join('');
  const text = `use: [knobs/${table}@${distro}]\nrequire: [{topic: a, rate: ">= 2 Hz"}]\nknobs:\n${lines}`;
  const load = () => readFileSync(join(shippedTablesFolder(), `${table}.yaml`), 'utf8');
  const spec = parseSpec(text, 'mine.yaml', load);
  expect(spec).toMatchObject({ ok: true });
  return spec.ok ? spec.value.knobs : [];
}

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
    expect(rows?.map(({ takesEffect }) => takesEffect)).toEqual(['reconfigure']);
  });

  it.each(distros)('take MPPI on %s to a slower controller and back in one configuration each', (distro) => {
    const knobs = knobsOf('nav2', distro, 'controller_frequency', 'FollowPath.model_dt');
    const [frequency = '', step = ''] = knobs.map(({ name }) => name);
    const plan = planTransaction(knobs, { [frequency]: 20, [step]: 0.05 }, { [frequency]: 10, [step]: 0.1 });
    expect(plan).toMatchObject({ ok: true });
    const { writes, undo } = (plan as { value: Plan }).value;
    expect(writes).toHaveLength(1);
    expect(undo).toHaveLength(1);
    expect(writes[0]?.map(({ declaration }) => wayToWrite(declaration))).toEqual([
      'reconfigure',
      'reconfigure',
    ]);
  });

  it('have the server configured again that owns a costmap', () => {
    const targets = ['local', 'global'].map((which) => {
      const node = `/robot/${which}_costmap/${which}_costmap`;
      const [knob] = knobsOf('nav2', 'jazzy', [node, 'update_frequency']);
      return [knob?.takesEffect, knob?.target];
    });
    expect(targets).toMatchObject([
      ['reconfigure', { owner: '/robot/controller_server' }],
      ['reconfigure', { owner: '/robot/planner_server' }],
    ]);
  });

  it('do not let the controller of MPPI go slower than its step, whether that is a knob or not', () => {
    const [frequency] = knobsOf('nav2', 'kilted', 'controller_frequency');
    expect(frequency?.fitsParameters).toEqual([
      { parameter: '*.model_dt', relation: '>=', of: 'reciprocal' },
    ]);
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

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { KnobDeclaration, KnobTarget, Verdict } from '../../core/knobs/knob.ts';
import { EffectMemory } from './effect-memory.ts';

const knob = (name: string, target: KnobTarget): KnobDeclaration => {
  const domain = { type: 'real', low: 0, high: 99 } as const;
  return { name, target, domain, unit: '', takesEffect: 'unknown' };
};
const fps = knob('fps', { kind: 'parameter', node: '/robot_1/camera', parameter: 'fps' });
const gain = knob('gain', { kind: 'parameter', node: '/robot_1/camera', parameter: 'gain' });
const thin = knob('thin', { kind: 'throttle', from: '/a', to: '/b' });

const said = (name: string, requested: string, outcome: Verdict['outcome']) => ({
  name,
  requested,
  verdict: { outcome },
});

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'trimtab-memory-'));
  onTestFinished(() => rmSync(path, { recursive: true }));
  return path;
}

describe('the memory of trimtab set', () => {
  it('tells the next command what was measured of a parameter, in any namespace', () => {
    const dir = folder();
    const first = new EffectMemory(dir);
    expect(first.about(fps)).toBeUndefined();
    first.remember([fps, thin], { fps: 30, thin: 1 }, [
      said('fps', '15', 'confirmed'),
      said('thin', '2', 'confirmed'),
    ]);
    const second = new EffectMemory(dir);
    const elsewhere = { ...fps, target: { ...fps.target, node: '/camera' } as KnobTarget };
    expect([second.about(elsewhere), second.about(gain), second.about(thin)]).toEqual([
      { confirmed: 1 },
      undefined,
      undefined,
    ]);
    const planned = [
      { name: 'fps', reason: 'step 1 of 2' },
      { name: 'gain', reason: 'step 2 of 2' },
    ];
    expect(second.tellBefore([fps, gain], planned).map(({ reason }) => reason)).toEqual([
      'step 1 of 2; measured before: acts (1 of 1)',
      'step 2 of 2',
    ]);
    expect([...first.warnings, ...second.warnings]).toEqual([]);
  });

  it('learns nothing from a value that was there already', () => {
    const dir = folder();
    new EffectMemory(dir).remember([fps], { fps: 15 }, [said('fps', '15', 'accepted')]);
    expect(new EffectMemory(dir).about(fps)).toBeUndefined();
  });

  it('says that it is damaged, and leaves it alone', () => {
    const dir = folder();
    const file = join(dir, 'learned-effects.jsonl');
    writeFileSync(file, 'gone\n');
    const memory = new EffectMemory(dir);
    memory.remember([fps], {}, [said('fps', '15', 'confirmed')]);
    expect(memory.warnings).toMatchObject([{ code: 'TT_FILE_DAMAGED', place: { file, line: 1 } }]);
    expect([memory.about(fps), readFileSync(file, 'utf8')]).toEqual([undefined, 'gone\n']);
  });

  it('says that it cannot be written', () => {
    const dir = folder();
    writeFileSync(join(dir, 'taken'), '');
    const memory = new EffectMemory(join(dir, 'taken'));
    memory.remember([fps], {}, [said('fps', '15', 'confirmed')]);
    expect(memory.warnings).toMatchObject([{ code: 'TT_FILE_UNWRITABLE' }]);
  });
});

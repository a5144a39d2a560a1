import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readSpecFile } from './spec-file.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'trimtab-spec-'));
  mkdirSync(join(folder, 'config/specs'), { recursive: true });
  mkdirSync(join(folder, 'config/robots'), { recursive: true });
  writeFileSync(join(folder, 'config/robots/tello.yaml'), 'require: [{topic: odom, rate: ">= 10 Hz"}]\n');
  writeFileSync(join(folder, 'secret.yaml'), 'require: [{topic: odom, rate: ">= 10 Hz"}]\n');
});

afterEach(() => rmSync(folder, { recursive: true }));

describe('a spec file', () => {
  const specUsing = (name: string) => {
    const file = join(folder, 'config/specs/mine.yaml');
    writeFileSync(file, `use: [${name}]\nimprove: [{topic: a, rate: maximize}]\n`);
    return readSpecFile(file);
  };

  it('finds what it uses below config', () => {
    expect(specUsing('robots/tello')).toMatchObject({
      ok: true,
      value: { requirements: [{ name: 'odom rate >= 10 Hz' }] },
    });
  });

  it.each(['robots/spot', '../secret'])('does not find %s', (name) => {
    expect(specUsing(name)).toMatchObject({ ok: false, refusals: [{ code: 'TT_FILE_MISSING' }] });
  });

  const specWith = (knob: string) => {
    const file = join(folder, 'config/specs/mine.yaml');
    writeFileSync(
      file,
      `use: [knobs/nav2@jazzy]\nimprove: [{topic: a, rate: maximize}]\nknobs: [{parameter: ${knob}}]\n`,
    );
    return readSpecFile(file);
  };

  it('finds the knob tables that come with Trimtab', () => {
    expect(specWith('controller_server FollowPath.batch_size')).toMatchObject({
      ok: true,
      value: { knobs: [{ takesEffect: 'immediate', domain: { type: 'integer' } }] },
    });
  });

  it('prefers a knob table of its own', () => {
    mkdirSync(join(folder, 'config/knobs'));
    const row = '{parameter: speed, type: double, range: [1, 2] m/s, takes_effect: next-goal}';
    const own = `family: Mine\nabout: Mine.\ngroups: [{title: a, nodes: [base], source: a.cpp, knobs: [${row}]}]\n`;
    writeFileSync(join(folder, 'config/knobs/nav2.yaml'), own);
    expect(specWith('base speed')).toMatchObject({ ok: true, value: { knobs: [{ unit: 'm/s' }] } });
    expect(specWith('controller_server FollowPath.batch_size')).toMatchObject({
      ok: false,
      refusals: [{ code: 'TT_SPEC_MISSING_KEY' }],
    });
  });

  it('is refused when it is not there', () => {
    const result = readSpecFile(join(folder, 'absent.yaml'));
    expect(result).toMatchObject({ ok: false, refusals: [{ code: 'TT_FILE_MISSING' }] });
  });
});

import { describe, expect, it } from 'vitest';
import { misdirectedImports } from './architecture/imports.ts';
import { impureUses } from './architecture/purity.ts';
import { readSources, type Sources } from './architecture/sources.ts';

const repository = process.env.TRIMTAB_ROOT ?? process.cwd();
const sources = readSources(repository, ['src', 'sim']);

/** The real sources with one file more. */
function withFile(path: string, text: string): Sources {
  return new Map([...sources, [path, text]]);
}

describe('imports', () => {
  it('point one way: nodes, cli, sim -> io, ros -> core', () => {
    expect(sources.size).toBeGreaterThan(100);
    expect(misdirectedImports(sources)).toEqual([]);
  });

  it.each([
    ['src/core/bad.ts', "import { stampToMs } from '../ros/time.ts';"],
    ['src/core/spec/bad.ts', "import type { Spec } from '../../io/spec-file.ts';"],
    ['src/core/bad.ts', "import { readFileSync } from 'node:fs';"],
    ['src/core/bad.ts', "import mqtt from 'mqtt';"],
    ['src/core/bad.ts', "export * from '../nodes/tuner/messages.ts';"],
    ['src/core/bad.ts', "import { contention } from './tune/study.test.ts';"],
    ['src/io/bad.ts', "import { runNode } from '../ros/index.ts';"],
    ['src/io/bad.ts', "const load = () => import('../cli/demo.ts');"],
    ['src/ros/bad.ts', "import { TunerNode } from '../nodes/tuner/tuner-node.ts';"],
    ['src/ros/bad.ts', "import { World } from '../../sim/world/world.ts';"],
    ['src/nodes/bad.ts', "import { run } from '../cli/demo.ts';"],
    ['src/nodes/bad.ts', "import { World } from '../../sim/world/world.ts';"],
    ['sim/world/bad.ts', "import { TunerNode } from '../../src/nodes/tuner/tuner-node.ts';"],
    ['src/cli/bad.ts', "import rclnodejs from 'rclnodejs';"],
    ['src/nodes/bad.ts', "const rcl = await import('rclnodejs');"],
    ['sim/bad.ts', "import type { Node } from 'rclnodejs/types/node';"],
  ])('of %s are refused when they are: %s', (path, text) => {
    const found = misdirectedImports(withFile(path, text));
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(path);
  });

  it.each([
    ['src/core/good.ts', "import { parse } from 'yaml';\nimport { accept } from './refusal.ts';"],
    ['src/ros/good.ts', "import('rclnodejs');"],
    ['src/cli/good.ts', "import { tunerParameters } from '../nodes/tuner/parameters.ts';"],
    ['sim/good.ts', "import { runNode } from '../src/ros/index.ts';"],
  ])('of %s are let through when they are: %s', (path, text) => {
    expect(misdirectedImports(withFile(path, text))).toEqual([]);
  });
});

describe('core', () => {
  it('uses no clock, no chance and no I/O of its own', () => {
    expect(impureUses(sources)).toEqual([]);
  });

  // One compilation for all of them: each line is a file of its own.
  const bad = [
    'export const a = Date.now();',
    'export const a = new Date();',
    'export const a = Date();',
    'export const a = performance.now();',
    'export const a = process.hrtime.bigint();',
    'export const a = Math.random();',
    'export const a = crypto.randomUUID();',
    'export const a = setTimeout(() => undefined, 1);',
    'export const a = setInterval(() => undefined, 1);',
    'export const a = setImmediate(() => undefined);',
    'queueMicrotask(() => undefined);',
    "console.log('here');",
    "export const a = fetch('http://localhost');",
    "export const a = process.env['HOME'];",
    'export const a = { process };',
    "export const a = Buffer.from('x');",
    "export const a = require('fs');",
    "export const a = globalThis['process'];",
    "export const a = eval('1');",
    "export const a = await import('./clock.ts');",
  ];
  const good = [
    'export const a = new Date(0).toISOString();',
    'export const a = (process: string) => process.length;',
    'export type A = { performance: number; console: string };',
    '// Date.now() and Math.random() would be wrong here.',
    'export const a = Math.max(1, 2);',
  ];
  const files = (lines: string[]): Sources =>
    new Map(lines.map((line, i) => [`src/core/snippet-${i}.ts`, `${line}\nexport {};\n`]));

  it('is caught at each kind of it', () => {
    const found = impureUses(files(bad));
    const caught = bad.filter((_, i) =>
      found.some((complaint) => complaint.startsWith(`src/core/snippet-${i}.ts:1`)),
    );
    expect(caught).toEqual(bad);
  });

  it('may look like it', () => {
    expect(impureUses(files(good))).toEqual([]);
  });
});

import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { sampleReport } from './testing/sample-report.ts';

const documentation = new URL('../../../docs/demo.md', import.meta.url);

/** Objects whose keys are names of fates or knobs, and lists that all hold the same points. */
const opaque = /^tasks\.fates$|\.configuration$|^series\.\w+\.(default|tuned)$/;

function fieldsOf(value: unknown, path: string): string[] {
  if (opaque.test(path) || typeof value !== 'object' || value === null) return [path];
  if (Array.isArray(value)) return fieldsOf(value[0], `${path}[]`);
  return Object.entries(value).flatMap(([key, inner]) =>
    fieldsOf(inner, path === '' ? key : `${path}.${key}`),
  );
}

it('has its every field in docs/demo.md, and the docs have no other', () => {
  const table = readFileSync(documentation, 'utf8').split('## The JSON')[1] ?? '';
  const rows = table.split('\n').filter((line) => line.startsWith('| `'));
  const documented = rows.flatMap((row) =>
    [...(row.split('|')[1] ?? '').matchAll(/`([^`]+)`/g)].map((match) => match[1]),
  );
  expect(documented.toSorted()).toEqual(fieldsOf(sampleReport(), '').toSorted());
});

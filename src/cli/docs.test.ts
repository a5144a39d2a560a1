import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseKnobTable } from '../core/knobs/table/parse-table.ts';
import { parseSpec } from '../core/spec/parse-spec.ts';
import { generatedTables, withTable } from './docs.ts';

describe('the documentation', () => {
  it.each(generatedTables)('holds the generated table "$name" in $file (trimtab docs --write)', (table) => {
    const document = readFileSync(new URL(`../../${table.file}`, import.meta.url), 'utf8');
    expect(document).toBe(withTable(document, table));
  });

  it('says so when a document has no place for a table', () => {
    expect(withTable('# Empty\n', { file: 'x.md', name: 'x', text: '' })).toBeUndefined();
  });

  it('shows a spec that can be read', () => {
    const document = readFileSync(new URL('../../docs/spec.md', import.meta.url), 'utf8');
    const [, example = ''] = /```yaml\n(.*?)```/s.exec(document) ?? [];
    expect(parseSpec(example, 'docs/spec.md')).toMatchObject({ ok: true });
  });

  it('shows a spec that uses knob tables, and a table, that can be read', () => {
    const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
    const blocks = [...read('docs/knobs.md').matchAll(/```yaml\n(.*?)```/gs)].map(([, text]) => text);
    const [spec = '', wildcard = '', table = ''] = blocks as string[];
    const load = (name: string) => read(`config/${name}.yaml`);
    expect(parseSpec(spec + wildcard, 'docs/knobs.md', load, 'jazzy')).toMatchObject({ ok: true });
    expect(parseKnobTable(table, 'gripper', 'docs/knobs.md')).toMatchObject({ ok: true });
  });
});

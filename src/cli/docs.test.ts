import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
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
});

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** TypeScript sources by their path in the repository, such as `src/core/clock.ts`. */
export type Sources = ReadonlyMap<string, string>;

/** Reads all TypeScript below some folders of the repository. */
export function readSources(repository: string, folders: string[]): Sources {
  const sources = new Map<string, string>();
  for (const folder of folders) {
    for (const entry of readdirSync(join(repository, folder), { recursive: true, encoding: 'utf8' })) {
      if (!entry.endsWith('.ts') || entry.includes('node_modules')) continue;
      sources.set(`${folder}/${entry}`, readFileSync(join(repository, folder, entry), 'utf8'));
    }
  }
  return sources;
}

/** Tests may use clocks and files; they are not part of what runs on a robot. */
export function isTest(path: string): boolean {
  return path.endsWith('.test.ts');
}

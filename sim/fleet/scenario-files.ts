import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { type Result, refuse } from '../../src/core/refusal.ts';
import { parseScenario } from './parse-scenario.ts';
import type { Scenario } from './scenario.ts';

/** Names of the scenarios in a folder. */
export function scenarioNames(folder: string): string[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => basename(file, '.yaml'))
    .sort();
}

/** Reads a scenario by its file, or by its name if it is one of the folder's. Refuses with TT_FILE_MISSING and TT_SPEC_*. */
export function readScenario(nameOrFile: string, folder: string): Result<Scenario> {
  const shipped = scenarioNames(folder);
  const file = shipped.includes(nameOrFile) ? join(folder, `${nameOrFile}.yaml`) : nameOrFile;
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const accepted = `a YAML file, or one of ${shipped.join(', ')}`;
    const reason =
      code === 'ENOENT' ? 'There is no such scenario.' : `The scenario cannot be read: ${message}.`;
    return refuse({ code: 'TT_FILE_MISSING', reason, found: nameOrFile, accepted });
  }
  return parseScenario(text, file, basename(file, '.yaml'));
}

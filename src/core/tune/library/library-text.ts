import { type Document, isNode, parseDocument } from 'yaml';
import type { Configuration } from '../../knobs/knob.ts';
import { accept, type Place, type Result, refuse } from '../../refusal.ts';
import {
  Fault,
  flagAt,
  listAt,
  mapAt,
  mapped,
  numberAt,
  type Path,
  settingAt,
  textAt,
} from '../plain-value.ts';
import type { StoredObservation } from './aging.ts';
import type { Context } from './context.ts';
import type { Library, LibraryEntry, Shelf } from './library.ts';
import { readIdentity } from './problem-identity.ts';

const format = 'trimtab-library-1';

const heading = `# Configurations that met every requirement, by context, with what was measured on the way.
# Written by the tuner. To forget something: trimtab library forget, or delete it here while no tuner runs.
`;

/** A library as YAML for people: one line for each list item and measurement. Times are in UTC. */
export function formatLibrary(library: Library): string {
  const lines = library.flatMap(({ problem, entries }) => [
    '  - problem:',
    ...Object.entries(problem).flatMap(([key, value]) => formatIdentity(key, value)),
    entries.length > 0 ? '    entries:' : '    entries: []',
    ...entries.flatMap(formatEntry),
  ]);
  const shelves = lines.length > 0 ? ['shelves:', ...lines] : ['shelves: []'];
  return `${heading}format: ${format}\n${shelves.join('\n')}\n`;
}

function formatIdentity(key: string, value: string | string[]): string[] {
  if (typeof value === 'string' || value.length === 0) return [`      ${key}: ${JSON.stringify(value)}`];
  return [`      ${key}:`, ...value.map((text) => `        - ${JSON.stringify(text)}`)];
}

function formatEntry({ context, configuration, verifiedMs, failures, observations }: LibraryEntry): string[] {
  return [
    `      - context: ${JSON.stringify(context)}`,
    `        configuration: ${JSON.stringify(configuration)}`,
    `        verified: ${timeText(verifiedMs)}`,
    `        failures: ${failures}`,
    observations.length > 0 ? '        observations:' : '        observations: []',
    ...observations.map(({ atMs, doubt, ...observation }) => {
      return `          - ${JSON.stringify({ at: timeText(atMs), doubt, ...observation })}`;
    }),
  ];
}

function timeText(timeMs: number): string {
  return new Date(timeMs).toISOString();
}

/** Reads what `formatLibrary` wrote, or a person changed; refused (TT_FILE_DAMAGED) at the first place that holds something else. */
export function parseLibrary(text: string, file: string): Result<Library> {
  const document = parseDocument(text, { prettyErrors: false });
  const [error] = document.errors;
  const place = (offset: number) => placeAt(text, file, offset);
  if (error) {
    const reason = `the library of configurations is no YAML: ${error.message}`;
    return refuse({ code: 'TT_FILE_DAMAGED', reason, place: place(error.pos[0]), accepted: mend });
  }
  let value: unknown;
  try {
    value = document.toJS();
  } catch (error) {
    // What no parser notices: an alias of nothing.
    const reason = `the library of configurations is no YAML: ${(error as Error).message}`;
    return refuse({ code: 'TT_FILE_DAMAGED', reason, place: place(0), accepted: mend });
  }
  try {
    return accept(readLibrary(value));
  } catch (fault) {
    if (!(fault instanceof Fault)) throw fault;
    return refuse({
      code: 'TT_FILE_DAMAGED',
      reason: `the library of configurations holds something else than it should: ${fault.message}`,
      place: place(offsetOf(document, fault.path)),
      found: JSON.stringify(fault.found)?.slice(0, 60) ?? 'nothing',
      accepted: mend,
    });
  }
}

const mend = 'the file as the tuner wrote it; mend it, or move it away to begin anew';

function readLibrary(value: unknown): Library {
  const root = mapAt(value, []);
  if (root.format !== format) throw new Fault(['format'], root.format, format);
  return listAt(root.shelves, ['shelves']).map((shelf, i) => readShelf(shelf, ['shelves', i]));
}

function readShelf(value: unknown, path: Path): Shelf {
  const shelf = mapAt(value, path);
  return {
    problem: readIdentity(shelf.problem, [...path, 'problem']),
    entries: listAt(shelf.entries, [...path, 'entries']).map((entry, i) =>
      readEntry(entry, [...path, 'entries', i]),
    ),
  };
}

function readEntry(value: unknown, path: Path): LibraryEntry {
  const entry = mapAt(value, path);
  const failures = countAt(entry.failures, [...path, 'failures']);
  const observations = [...path, 'observations'];
  return {
    context: readContext(entry.context, [...path, 'context']),
    configuration: readConfiguration(entry.configuration, [...path, 'configuration']),
    verifiedMs: timeAt(entry.verified, [...path, 'verified']),
    failures,
    observations: listAt(entry.observations, observations).map((one, i) =>
      readObservation(one, [...observations, i]),
    ),
  };
}

function readContext(value: unknown, path: Path): Context {
  return mapped(value, path, textAt);
}

function readConfiguration(value: unknown, path: Path): Configuration {
  return mapped(value, path, settingAt);
}

function readObservation(value: unknown, path: Path): StoredObservation {
  const one = mapAt(value, path);
  const { objective, objectives, censored, share } = one;
  return {
    atMs: timeAt(one.at, [...path, 'at']),
    doubt: doubtAt(one.doubt, [...path, 'doubt']),
    configuration: readConfiguration(one.configuration, [...path, 'configuration']),
    ...(objective !== undefined && { objective: numberAt(objective, [...path, 'objective']) }),
    ...(objectives !== undefined && {
      objectives: mapped(objectives, [...path, 'objectives'], numberAt),
    }),
    margins: mapped(one.margins, [...path, 'margins'], numberAt),
    ...(censored !== undefined && { censored: flagAt(censored, [...path, 'censored']) }),
    ...(share !== undefined && { share: shareAt(share, [...path, 'share']) }),
  };
}

function countAt(value: unknown, path: Path): number {
  if (Number.isSafeInteger(value) && Number(value) >= 0) return Number(value);
  throw new Fault(path, value, 'a whole number of at least 0');
}

function doubtAt(value: unknown, path: Path): number {
  const doubt = numberAt(value, path);
  if (doubt >= 0) return doubt;
  throw new Fault(path, value, 'a number of at least 0');
}

function shareAt(value: unknown, path: Path): number {
  if (typeof value === 'number' && value > 0 && value <= 1) return value;
  throw new Fault(path, value, 'a share above 0 and at most 1');
}

function timeAt(value: unknown, path: Path): number {
  const timeMs = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  if (!Number.isNaN(timeMs)) return timeMs;
  throw new Fault(path, value, 'a time such as 2026-01-31T12:00:00.000Z');
}

/** Where the value at a path begins; where that is absent, the map that it belongs into. */
function offsetOf(document: Document, path: Path): number {
  for (let length = path.length; length > 0; length--) {
    const node = document.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range) return node.range[0];
  }
  return 0;
}

function placeAt(text: string, file: string, offset: number): Place {
  const before = text.slice(0, offset);
  return { file, line: before.split('\n').length, column: before.length - before.lastIndexOf('\n') };
}

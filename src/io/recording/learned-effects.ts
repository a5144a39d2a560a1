import { closeSync, existsSync, fstatSync, fsyncSync, openSync, readFileSync, readSync } from 'node:fs';
import { dirname } from 'node:path';
import {
  type LearnedEffect,
  mergeLearned,
  type OutcomeCounts,
} from '../../core/knobs/table/learned-effect.ts';
import { accept, type Result, refuse } from '../../core/refusal.ts';
import { makeFolder } from './make-folder.ts';
import { writeWhole } from './write-whole.ts';

/** A line of the file. Times are for people, in UTC. */
type Line = {
  node: string;
  parameter: string;
  distro: string;
  counts: OutcomeCounts;
  first: string;
  last: string;
};

const outcomes = ['confirmed', 'accepted', 'no-effect', 'rejected', 'unreachable'] as const;

/** How a line of ours begins; one that begins so and does not end is one that a crash has torn. */
const beginning = '{"node":"';

/**
 * What measurements said about parameters, kept over runs: one JSON object per line. It is only ever appended to, by one
 * write for all that is added, so that tuners and commands may write to one file at the same moment. Delete lines, or the
 * file, to forget.
 */
export class LearnedEffectsFile {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  /** All that was learnt, one record for each parameter; a damaged file is refused, with the line at fault. */
  load(): Result<LearnedEffect[]> {
    if (!existsSync(this.path)) return accept([]);
    let text: string;
    try {
      text = readFileSync(this.path, 'utf8');
    } catch (error) {
      return refuse({
        code: 'TT_FILE_MISSING',
        reason: `cannot read ${this.path}: ${(error as Error).message}`,
      });
    }
    const effects: LearnedEffect[] = [];
    for (const [index, line] of text.split('\n').entries()) {
      if (line === '' || isTorn(line)) continue;
      const effect = fromLine(parsed(line));
      if (effect === undefined) {
        return refuse({
          code: 'TT_FILE_DAMAGED',
          reason: 'this line is no learnt effect; mend or delete it',
          place: { file: this.path, line: index + 1, column: 1 },
          found: line.slice(0, 60),
        });
      }
      effects.push(effect);
    }
    return accept(mergeLearned(effects));
  }

  /** Adds what was learnt, one line for each parameter; refused when the file is damaged or cannot be written. */
  add(effects: readonly LearnedEffect[]): Result<void> {
    const held = this.load();
    if (!held.ok) return held;
    const lines = mergeLearned(effects).map((effect) => `${JSON.stringify(toLine(effect))}\n`);
    let file: number | undefined;
    try {
      makeFolder(dirname(this.path));
      file = openSync(this.path, 'a+');
      writeWhole(file, `${endsWhole(file) ? '' : '\n'}${lines.join('')}`);
      fsyncSync(file);
      return accept(undefined);
    } catch (error) {
      const reason = `cannot write ${this.path}: ${(error as Error).message}`;
      return refuse({ code: 'TT_FILE_UNWRITABLE', reason });
    } finally {
      if (file !== undefined) closeSync(file);
    }
  }
}

/** Whether the next line begins a line. What another is writing just now gets an empty line behind it, which says nothing. */
function endsWhole(file: number): boolean {
  const { size } = fstatSync(file);
  const last = Buffer.alloc(1);
  return size === 0 || readSync(file, last, 0, 1, size - 1) === 0 || last[0] === 0x0a;
}

/** Torn lines may stand anywhere: nobody takes anything out of a file in which others may be writing. */
function isTorn(line: string): boolean {
  return parsed(line) === undefined && (line.startsWith(beginning) || beginning.startsWith(line));
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function toLine({ node, parameter, distro, counts, firstMs, lastMs }: LearnedEffect): Line {
  const [first, last] = [firstMs, lastMs].map((ms) => new Date(ms).toISOString()) as [string, string];
  return { node, parameter, distro, counts, first, last };
}

function fromLine(record: unknown): LearnedEffect | undefined {
  if (typeof record !== 'object' || record === null) return undefined;
  const { node, parameter, distro, counts, first, last } = record as Partial<Line>;
  const [firstMs, lastMs] = [Date.parse(String(first)), Date.parse(String(last))] as [number, number];
  if (![node, parameter, distro].every((name) => typeof name === 'string' && name !== '')) return undefined;
  if (!isCounts(counts) || Number.isNaN(firstMs) || Number.isNaN(lastMs)) return undefined;
  return { node, parameter, distro, counts, firstMs, lastMs } as LearnedEffect;
}

function isCounts(counts: unknown): counts is OutcomeCounts {
  if (typeof counts !== 'object' || counts === null) return false;
  return Object.entries(counts).every(
    ([outcome, count]) =>
      (outcomes as readonly string[]).includes(outcome) && Number.isInteger(count) && (count as number) > 0,
  );
}

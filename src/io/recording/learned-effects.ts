import { existsSync } from 'node:fs';
import {
  type LearnedEffect,
  mergeLearned,
  type OutcomeCounts,
} from '../../core/knobs/table/learned-effect.ts';
import { accept, type Result, refuse } from '../../core/refusal.ts';
import { JournalFile, readJournal } from './journal-file.ts';

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

/**
 * What measurements said about parameters, kept over runs: one JSON object per line, only ever appended to, so
 * that several tuners may write to one file. Delete lines, or the file, to forget.
 */
export class LearnedEffectsFile {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  /** All that was learnt, one record for each parameter; a damaged file is refused, with the line at fault. */
  load(): Result<LearnedEffect[]> {
    if (!existsSync(this.path)) return accept([]);
    const journal = readJournal(this.path);
    if (!journal.ok) return journal;
    const effects: LearnedEffect[] = [];
    for (const [index, record] of journal.value.records.entries()) {
      const effect = fromLine(record);
      if (effect === undefined) {
        return refuse({
          code: 'TT_FILE_DAMAGED',
          reason: 'this line is no learnt effect; mend or delete it',
          place: { file: this.path, line: index + 1, column: 1 },
          found: JSON.stringify(record).slice(0, 60),
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
    const opened = JournalFile.open(this.path, { sync: true });
    if (!opened.ok) return opened;
    try {
      for (const effect of mergeLearned(effects)) opened.value.append(toLine(effect));
      return accept(undefined);
    } catch (error) {
      const reason = `cannot write ${this.path}: ${(error as Error).message}`;
      return refuse({ code: 'TT_FILE_UNWRITABLE', reason });
    } finally {
      opened.value.close();
    }
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

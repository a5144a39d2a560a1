import { formatNumber } from '../../core/spec/describe.ts';
import type { StoredObservation } from '../../core/tune/library/aging.ts';
import { describeContext } from '../../core/tune/library/context.ts';
import { isTrusted, type Library, type LibraryEntry, type Shelf } from '../../core/tune/library/library.ts';
import { type Column, createStyle, renderTable, wantsColour, widthOf } from '../terminal/index.ts';

/** All entries, one line each. */
export function renderList(library: Library): string {
  const rows = library.flatMap(({ problem, entries }) =>
    entries.map((entry) => [
      describeContext(entry.context),
      problem.robot || '-',
      settings(entry.configuration),
      timeText(entry.verifiedMs),
      state(entry),
    ]),
  );
  const columns = [
    { header: 'context' },
    { header: 'robot' },
    { header: 'configuration', flexible: true },
    { header: 'verified' },
    { header: 'state' },
  ];
  return rows.length > 0 ? table(columns, rows) : 'The library is empty.';
}

/** Everything about some entries. */
export function renderEntries(library: Library): string {
  return library.flatMap((shelf) => shelf.entries.map((entry) => renderEntry(shelf, entry))).join('\n\n');
}

function renderEntry({ problem }: Shelf, entry: LibraryEntry): string {
  const style = createStyle(wantsColour(process.stdout, process.env));
  const facts = [
    ['robot', problem.robot || '-'],
    ['platform', problem.platform || '-'],
    ...problem.requirements.map((text) => ['requirement', text]),
    ...problem.objectives.map((text) => ['objective', text]),
    ...problem.knobs.map((text) => ['knob', text]),
    ['configuration', settings(entry.configuration)],
    ['verified', timeText(entry.verifiedMs)],
    ['state', state(entry)],
  ];
  const measured = table(
    [
      { header: 'measured' },
      { header: 'doubt', align: 'right' },
      { header: 'objective', align: 'right' },
      { header: 'margins, % of the bound', flexible: true },
      { header: 'configuration', flexible: true },
    ],
    entry.observations.map(observationRow),
  );
  const heading = style.bold(describeContext(entry.context));
  return [heading, table([{ header: '' }, { header: '', flexible: true }], facts), '', measured].join('\n');
}

function observationRow({ atMs, doubt, objective, margins, configuration, censored }: StoredObservation) {
  const texts = Object.entries(margins).map(([name, margin]) => `${name}: ${(margin * 100).toFixed(0)}`);
  return [
    timeText(atMs),
    doubt.toFixed(2),
    objective === undefined ? '-' : formatNumber(objective, 3),
    `${texts.join(', ') || '-'}${censored ? ' (cut short)' : ''}`,
    settings(configuration),
  ];
}

function state(entry: LibraryEntry): string {
  const measured = `${entry.observations.length} measured`;
  if (entry.failures === 0) return measured;
  return `${measured}, failed ${entry.failures}×${isTrusted(entry) ? '' : ', not applied'}`;
}

function settings(configuration: LibraryEntry['configuration']): string {
  const texts = Object.entries(configuration).map(([name, value]) => {
    return `${name}=${typeof value === 'number' ? formatNumber(value, 4) : value}`;
  });
  return texts.join(', ');
}

function timeText(timeMs: number): string {
  return new Date(timeMs).toISOString().slice(0, 19).concat('Z');
}

function table(columns: Column[], rows: string[][]): string {
  return renderTable({ columns, rows, width: widthOf(process.stdout) });
}

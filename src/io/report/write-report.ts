import { constants } from 'node:fs';
import { access, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { accept, type Refusal, type Result, refuse } from '../../core/refusal.ts';
import type { DemoReport } from './demo-report.ts';
import { renderHeroSvg } from './hero-svg.ts';
import { renderReportHtml } from './html/page.ts';

/** Where a report goes; what is absent is not written. */
export type ReportPaths = { html?: string; json?: string; figure?: string };

/** A file that was written and what it is. */
export type WrittenFile = { what: string; path: string };

/** The report as JSON; what could not be measured is null. */
export function renderReportJson(report: DemoReport): string {
  return `${JSON.stringify(report, undefined, 2)}\n`;
}

/** Finds out before a long run whether the report can be written at its end. */
export async function findUnwritable(paths: ReportPaths): Promise<Refusal[]> {
  const given = [paths.html, paths.json, paths.figure].filter((path) => path !== undefined);
  const refusals = await Promise.all(given.map(unwritable));
  return refusals.filter((refusal) => refusal !== undefined);
}

/** Writes the page, the JSON and the figure, each whole or not at all; TT_FILE_UNWRITABLE where one cannot be written. */
export async function writeReport(report: DemoReport, paths: ReportPaths): Promise<Result<WrittenFile[]>> {
  const files = [
    { what: 'report', path: paths.html, render: renderReportHtml },
    { what: 'JSON', path: paths.json, render: renderReportJson },
    { what: 'figure', path: paths.figure, render: renderHeroSvg },
  ];
  const written: WrittenFile[] = [];
  const refusals: Refusal[] = [];
  for (const { what, path, render } of files) {
    if (path === undefined) continue;
    const refusal = await writeWhole(path, render(report));
    if (refusal) refusals.push(refusal);
    else written.push({ what, path });
  }
  return refusals.length > 0 ? refuse(...refusals) : accept(written);
}

async function writeWhole(path: string, text: string): Promise<Refusal | undefined> {
  const partial = `${path}.partial`;
  try {
    await writeFile(partial, text);
    await rename(partial, path);
    return undefined;
  } catch (error) {
    await rm(partial, { force: true });
    return refusalOf(path, error);
  }
}

async function unwritable(path: string): Promise<Refusal | undefined> {
  try {
    await access(dirname(path), constants.W_OK | constants.X_OK);
    const existing = await stat(path).catch(() => undefined);
    return existing?.isDirectory() ? refusalOf(path, new Error('it is a folder')) : undefined;
  } catch (error) {
    return refusalOf(path, error);
  }
}

function refusalOf(path: string, error: unknown): Refusal {
  return {
    code: 'TT_FILE_UNWRITABLE',
    reason: `cannot write ${path}: ${error instanceof Error ? error.message : String(error)}`,
    found: path,
    accepted: 'a file in a folder that exists and may be written to',
  };
}

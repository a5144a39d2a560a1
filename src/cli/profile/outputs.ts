import { closeSync, openSync } from 'node:fs';
import { flatMetrics } from '../../core/measure/flat-metrics.ts';
import type { Profile } from '../../core/measure/profile.ts';
import { csvLine } from '../../core/measure/profile-table.ts';
import { accept, type Result, refuse } from '../../core/refusal.ts';
import { writeWhole } from '../../io/recording/write-whole.ts';
import { createStyle, type Output, wantsColour, widthOf } from '../terminal/index.ts';
import { profileView } from './profile-view.ts';
import { Screen } from './screen.ts';

/** Takes profiles as they come. */
export type ProfileOutput = { show(profile: Profile): void; close(): void };

/** One JSON document a profile and line; what was not measured is null. */
export function jsonOutput(output: Output): ProfileOutput {
  return { show: (profile) => output.write(`${JSON.stringify(profile)}\n`), close: () => undefined };
}

/** Tables one below the other, for pipes, files and single profiles. */
export function plainOutput(output: Output): ProfileOutput {
  const style = createStyle(wantsColour(output, process.env));
  return {
    show: (profile) =>
      output.write(`${profileView(profile, { width: widthOf(output), style }).join('\n')}\n\n`),
    close: () => undefined,
  };
}

/** A table that is redrawn in a terminal; `title` says where the profiles come from. */
export function liveOutput(output: NodeJS.WriteStream, title: string): ProfileOutput {
  const screen = new Screen(output);
  const style = createStyle(wantsColour(output, process.env));
  let latest: Profile | undefined;
  const draw = () => {
    const view = latest
      ? profileView(latest, { width: screen.width, style })
      : ['waiting for the first profile'];
    screen.draw([style.dim(title), ...view]);
  };
  output.on('resize', draw);
  draw();
  return {
    show: (profile) => {
      latest = profile;
      draw();
    },
    close: () => {
      output.off('resize', draw);
      screen.close();
    },
  };
}

/**
 * A CSV file with a line for every number of every profile: end of the window in seconds, kind, name, quantity
 * and value. Topics come and go, so a column for each would change in the middle of the file. Refused where the
 * file cannot be written; `onError` is told once when it cannot later, as on a full disk, and nothing more is written.
 */
export function csvOutput(
  path: string,
  onError: (error: Error) => void,
  write = writeWhole,
): Result<ProfileOutput> {
  let file: number | undefined;
  try {
    file = openSync(path, 'w');
    write(file, csvLine(['end_s', 'kind', 'name', 'quantity', 'value']));
    return accept(csvInto(file, onError, write));
  } catch (error) {
    if (file !== undefined) closeSync(file);
    const reason = `cannot write ${path}: ${(error as Error).message}`;
    return refuse({
      code: 'TT_FILE_UNWRITABLE',
      reason,
      found: path,
      accepted: 'a file that can be written',
    });
  }
}

function csvInto(file: number, onError: (error: Error) => void, write: typeof writeWhole): ProfileOutput {
  let hasFailed = false;
  const show = (profile: Profile) => {
    if (hasFailed) return;
    const lines = flatMetrics(profile).map(({ kind, subject, quantity, value }) =>
      csvLine([profile.endMs / 1000, kind, subject, quantity, value]),
    );
    try {
      write(file, lines.join(''));
    } catch (error) {
      hasFailed = true;
      onError(error as Error);
    }
  };
  return { show, close: () => closeSync(file) };
}

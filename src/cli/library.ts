import { join } from 'node:path';
import { formatRefusal, type Refusal } from '../core/refusal.ts';
import { describeContext } from '../core/tune/library/context.ts';
import { type Library, without } from '../core/tune/library/library.ts';
import { LibraryFile, libraryFileName } from '../io/recording/library-file.ts';
import { fits, type LibraryRequest, readLibraryArguments } from './library/arguments.ts';
import { renderEntries, renderList } from './library/render-library.ts';

export { usage } from './library/arguments.ts';

const usageExitCode = 2;

/**
 * `trimtab library`: what the tuner of a state folder knows of each context; lists it, shows entries whole, or forgets
 * them. Exit code 0, 1 when the library cannot be read or written or nothing fits, 2 for a command line that cannot be
 * understood.
 */
export async function run(args: string[]): Promise<number> {
  const request = readLibraryArguments(args);
  if (!request.ok) return refused(request.refusals, usageExitCode);
  const file = new LibraryFile(join(request.value.stateDir, libraryFileName));
  return request.value.action === 'forget' ? forget(file, request.value) : show(file, request.value);
}

function show(file: LibraryFile, request: LibraryRequest): number {
  const held = file.load();
  if (!held.ok) return refused(held.refusals, 1);
  const found = without(held.value, (entry) => !fits(request, entry));
  if (request.action === 'show' && found.length === 0) return nothingFits(file, request);
  if (request.json) console.log(JSON.stringify(found, null, 2));
  else console.log(request.action === 'list' ? renderList(found) : renderEntries(found));
  return 0;
}

async function forget(file: LibraryFile, request: LibraryRequest): Promise<number> {
  let forgotten: Library = [];
  const left = await file.update((library) => {
    forgotten = without(library, (entry) => !fits(request, entry));
    return without(library, (entry) => fits(request, entry));
  });
  if (!left.ok) return refused(left.refusals, 1);
  const contexts = forgotten.flatMap(({ entries }) => entries.map(({ context }) => context));
  if (contexts.length === 0) return nothingFits(file, request);
  if (request.json) console.log(JSON.stringify({ forgotten: contexts }));
  else for (const context of contexts) console.log(`forgotten: ${describeContext(context)}`);
  return 0;
}

function nothingFits({ path }: LibraryFile, { features }: LibraryRequest): number {
  const reason = `no entry of ${path} is of such a context`;
  const refusal: Refusal = {
    code: 'TT_USAGE',
    reason,
    found: describeContext(features),
    accepted: 'trimtab library',
  };
  return refused([refusal], 1);
}

function refused(refusals: Refusal[], exitCode: number): number {
  for (const refusal of refusals) console.error(formatRefusal(refusal));
  return exitCode;
}

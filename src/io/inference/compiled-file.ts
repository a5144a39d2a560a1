import { pathToFileURL } from 'node:url';

/**
 * A compiled file of this folder, by its name without extension: threads and processes can only be started from one.
 * It lies beside this file once compiled; a run from the TypeScript sources uses the last build's.
 */
export function compiledFile(name: string): URL {
  if (!import.meta.url.endsWith('.ts')) return new URL(`./${name}.js`, import.meta.url);
  const root = new URL('../../../', import.meta.url);
  const home = process.env.TRIMTAB_HOME;
  return new URL(
    `dist/src/io/inference/${name}.js`,
    home === undefined ? new URL('.trimtab/', root) : pathToFileURL(`${home}/`),
  );
}

import { fileURLToPath, pathToFileURL } from 'node:url';

const root = new URL('../../', import.meta.url);

/**
 * The compiled form of a file beside the module `from` (its `import.meta.url`), by its name without extension: threads and
 * processes can only be started from one. It lies beside that module once compiled; a run from the TypeScript sources uses
 * the last build's.
 */
export function compiledFile(from: string, name: string): URL {
  const beside = new URL(`./${name}.js`, from);
  if (!from.endsWith('.ts')) return beside;
  const home = process.env.TRIMTAB_HOME;
  const build = home === undefined ? new URL('.trimtab/', root) : pathToFileURL(`${home}/`);
  const path = fileURLToPath(beside).slice(fileURLToPath(root).length);
  return new URL(`dist/${path}`, build);
}

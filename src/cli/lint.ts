import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runProgram } from './run-program.ts';

/** How it is called. */
export const usage = 'trimtab lint [--write] [other arguments of biome]';

/**
 * `trimtab lint [--write]`: biome over the checkout, and the types of the launcher's JavaScript (those of the
 * TypeScript were checked when it was compiled). Other arguments go to biome. Exit code 0 when both are content.
 */
export async function run(args: string[]): Promise<number> {
  const home = process.env.TRIMTAB_HOME ?? '';
  const root = process.env.TRIMTAB_ROOT ?? process.cwd();
  const modules = join(home, 'node_modules');
  const biome = await runProgram(
    process.execPath,
    [join(modules, '@biomejs/biome/bin/biome'), 'check', ...args],
    root,
  );
  const config = writeLauncherConfig(home, root);
  const types = await runProgram(process.execPath, [join(modules, 'typescript/bin/tsc'), '-p', config], root);
  return biome === 0 && types === 0 ? 0 : 1;
}

/** The launcher runs before there is a TypeScript, so its types stand in comments. */
function writeLauncherConfig(home: string, root: string): string {
  const file = join(home, 'tsconfig.launcher.json');
  const config = {
    extends: join(root, 'tsconfig.json'),
    compilerOptions: {
      allowJs: true,
      checkJs: true,
      noEmit: true,
      rootDir: root,
      typeRoots: [join(home, 'node_modules/@types')],
    },
    include: [join(root, 'setup/**/*.mjs')],
  };
  writeFileSync(file, `${JSON.stringify(config, null, 2)}\n`);
  return file;
}

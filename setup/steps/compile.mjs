import { copyFileSync, existsSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { filesUnder } from '../content-key.mjs';

const FOLDERS = ['src', 'sim', 'test', 'bench'];
const LINKED = [
  'config',
  'docs',
  'launch',
  'models',
  'msgs',
  'ros',
  'setup',
  'trimtab',
  'README.md',
  'LICENSE',
];

/**
 * Trimtab itself, TypeScript to JavaScript in `dist/`. The sources are seen through links in `tree/`, so that their packages
 * resolve to the home folder's and the checkout stays without node_modules.
 * @type {import('../runner.mjs').Step}
 */
export const compile = {
  name: 'compile',
  title: 'TypeScript (tsc)',
  needs: ['packages'],
  sources: ({ root }) => [
    join(root, 'tsconfig.json'),
    join(root, 'setup', 'steps', 'compile.mjs'),
    ...FOLDERS.map((folder) => join(root, folder)),
  ],
  makes: ({ home }) => [join(home, 'dist', 'src', 'cli', 'main.js')],
  async work({ context: { root, home, node }, run }) {
    linkSources(root, home);
    writeConfig(root, home);
    const compiler = join(home, 'node_modules', 'typescript', 'bin', 'tsc');
    await run(node, [compiler, '-p', join(home, 'tsconfig.json'), '--pretty', 'false'], {
      cwd: home,
      env: process.env,
    });
    mirrorTheRest(root, home);
  },
};

/**
 * @param {string} root
 * @param {string} home
 */
function linkSources(root, home) {
  rmSync(join(home, 'tree'), { recursive: true, force: true });
  mkdirSync(join(home, 'tree'), { recursive: true });
  for (const folder of FOLDERS) {
    if (existsSync(join(root, folder))) symlinkSync(join(root, folder), join(home, 'tree', folder));
  }
}

/**
 * @param {string} root
 * @param {string} home
 */
function writeConfig(root, home) {
  const config = {
    extends: join(root, 'tsconfig.json'),
    compilerOptions: {
      rootDir: 'tree',
      outDir: 'dist',
      typeRoots: ['node_modules/@types'],
      preserveSymlinks: true,
      incremental: true,
      tsBuildInfoFile: 'tsconfig.tsbuildinfo',
      noEmitOnError: true,
    },
    include: FOLDERS.map((folder) => `tree/${folder}/**/*`),
  };
  writeFileSync(join(home, 'tsconfig.json'), `${JSON.stringify(config, null, 2)}\n`);
}

/**
 * Makes `dist/` mirror the checkout, so that a path from one file to another is the same in both: files beside the sources
 * are copied, the folders without sources are linked, and what came from files that are gone is removed (a deleted test
 * would go on running).
 * @param {string} root
 * @param {string} home
 */
function mirrorTheRest(root, home) {
  const dist = join(home, 'dist');
  for (const folder of FOLDERS) {
    for (const file of filesUnder(join(root, folder)).filter((name) => !name.endsWith('.ts'))) {
      const target = join(dist, relative(root, file));
      mkdirSync(dirname(target), { recursive: true });
      copyFileSync(file, target);
    }
    for (const file of filesUnder(join(dist, folder))) {
      const source = join(root, relative(dist, file));
      if (!existsSync(source) && !existsSync(source.replace(/\.js(\.map)?$/, '.ts'))) rmSync(file);
    }
  }
  for (const name of LINKED) {
    rmSync(join(dist, name), { force: true });
    if (existsSync(join(root, name))) symlinkSync(join(root, name), join(dist, name));
  }
}

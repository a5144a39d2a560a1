// Copies the Node packages that run (not those that build and test) into an installed package:
// install-modules.mjs <home folder> <installed share folder>.
import { cpSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const [home, share] = /** @type {[string, string]} */ (process.argv.slice(2));

/** @type {{ packages: Record<string, { dev?: boolean, devOptional?: boolean }> }} */
const lock = JSON.parse(readFileSync(join(home, 'node_modules', '.package-lock.json'), 'utf8'));
const target = join(process.env.DESTDIR ?? '', share, 'node_modules');

rmSync(target, { recursive: true, force: true });
for (const [path, { dev }] of Object.entries(lock.packages)) {
  const isNested = path.lastIndexOf('node_modules/') > 0;
  if (dev || isNested || !existsSync(join(home, path))) continue;
  cpSync(join(home, path), join(target, path.slice('node_modules/'.length)), {
    recursive: true,
    filter: isForLinux,
  });
}
writeFileSync(join(target, 'COLCON_IGNORE'), '');

/**
 * Leaves out the libraries of other systems and of other processors, which are most of onnxruntime-node.
 * @param {string} path
 */
function isForLinux(path) {
  const system = /onnxruntime-node\/bin\/napi-v\d+\/(\w+)(?:\/(\w+))?/.exec(path);
  if (!system) return !path.includes('/rclnodejs/build/Release/obj');
  const [, platform, processor] = system;
  return platform === 'linux' && (processor === undefined || processor === process.arch);
}

import { closeSync, openSync, writeFileSync, writeSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { telloCamera } from './camera.ts';
import { randomShots } from './random-scene.ts';
import { renderCamera } from './render-camera.ts';

/**
 * Writes a labelled set of pictures for models/train: `PREFIX.rgb` holds count × 240 × 320 × 3 bytes, `PREFIX.json` one list
 * of boxes per picture (see TrueBox).
 *
 *   node dist/sim/world/render-dataset.js --seed N --count N --out PREFIX
 */
function main(): void {
  const { values } = parseArgs({
    options: { seed: { type: 'string' }, count: { type: 'string' }, out: { type: 'string' } },
  });
  const seed = Number(values.seed);
  const count = Number(values.count);
  if (!Number.isInteger(seed) || !(count > 0) || values.out === undefined) {
    process.stderr.write('usage: render-dataset --seed N --count N --out PREFIX\n');
    process.exitCode = 2;
    return;
  }
  const camera = telloCamera(320, 240);
  const shots = randomShots(seed, camera);
  const data = new Uint8Array(camera.width * camera.height * 3);
  const pictures = openSync(`${values.out}.rgb`, 'w');
  const boxes = Array.from({ length: count }, () => {
    const { scene, eye } = shots.next().value;
    const found = renderCamera(camera, eye, scene, data);
    writeSync(pictures, data);
    return found;
  });
  closeSync(pictures);
  writeFileSync(
    `${values.out}.json`,
    JSON.stringify({ width: camera.width, height: camera.height, seed, boxes }),
  );
}

main();

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { telloCamera } from '../sim/world/camera.ts';
import { randomShots } from '../sim/world/random-scene.ts';
import { renderCamera } from '../sim/world/render-camera.ts';
import type { Network } from '../src/io/inference/index.ts';
import { DetectionTally } from './detection-score.ts';
import type { MeasuredModel, TrainedModel } from './model-card.ts';

/** Everyone counts as a person; only those with a vest count as such. */
function labelsFor(label: string): string[] {
  return label === 'person' ? ['person', 'hazard_vest'] : [label];
}

/** Runs a network on held-out rendered scenes: how often it is right, and what a picture costs. */
export async function measureModel(
  network: Network,
  trained: TrainedModel,
  shots: number,
  folder: string,
): Promise<MeasuredModel> {
  const camera = telloCamera(320, 240);
  const data = new Uint8Array(camera.width * camera.height * 3);
  const scenes = randomShots(trained.training.seeds.heldOut, camera);
  const labels = labelsFor(network.manifest.labels[0] as string);
  const demand = { labels, leastVisible: 0.4, nearestM: 2, farthestM: 8 };
  const all = new DetectionTally(demand);
  const bands = [2, 4, 6].map((nearestM) => {
    const farthestM = nearestM + 2;
    return {
      range: `${nearestM}–${farthestM} m`,
      tally: new DetectionTally({ ...demand, nearestM, farthestM }),
    };
  });
  const wallMs: number[] = [];
  let cpuUs = 0;
  let renderMs = 0;
  for (let shot = 0; shot < shots; shot++) {
    const { scene, eye } = scenes.next().value;
    const beforeMs = performance.now();
    const truth = renderCamera(camera, eye, scene, data);
    renderMs += performance.now() - beforeMs;
    const input = network.prepare({ width: camera.width, height: camera.height, data });
    const cpu = process.cpuUsage();
    const { detections, inferenceMs } = await network.inferInput(input);
    const used = process.cpuUsage(cpu);
    cpuUs += used.user + used.system;
    wallMs.push(inferenceMs);
    all.add(detections, truth);
    for (const { tally } of bands) tally.add(detections, truth);
  }
  wallMs.sort((a, b) => a - b);
  return {
    trained,
    bytes: readFileSync(join(folder, network.manifest.file)).length,
    shots,
    score: all.score(),
    bands: bands.map(({ range, tally }) => ({ range, recall: tally.score().recall })),
    wallMs: { p50: wallMs[Math.floor(shots / 2)]!, p95: wallMs[Math.floor(shots * 0.95)]! },
    cpuMs: cpuUs / 1000 / shots,
    renderMs: renderMs / shots,
  };
}

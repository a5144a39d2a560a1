import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { seededRandom } from '../../src/core/random.ts';
import { detectCgroup } from '../../src/io/platform/cgroup/detect.ts';
import { KillScenario } from './kill-scenario.ts';
import { LiveGraph } from './live-graph.ts';

/** `./trimtab bench kill-tuner 50` does the same more often. */
const kills = 6;
const seed = Number(process.env.TRIMTAB_SEED ?? Math.floor(Date.now() / 1000) % 100_000);

const support = detectCgroup();
const graph = new LiveGraph();
let scenario: KillScenario | undefined;

beforeAll(async () => {
  if (support.writable) scenario = await KillScenario.open(graph);
});
afterAll(async () => {
  const left = await scenario?.close();
  await graph.close();
  expect(left ?? []).toEqual([]);
});

describe('a robot whose tuner is killed while it turns its knobs', () => {
  const random = seededRandom(seed);

  it.for(Array.from({ length: kills }, (_, i) => i))(
    `ends in its last good configuration, groups included, with nothing left behind (seed ${seed}, kill %d)`,
    async (_, context) => {
      if (!scenario) return context.skip(support.reason);
      const { during, ended } = await scenario.strike(random);
      if (during === 'trial') expect(ended).toBe('before');
      else expect(['before', 'wanted']).toContain(ended);
    },
  );
});

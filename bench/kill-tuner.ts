/**
 * Kills the tuner (SIGKILL) at random moments, between two writes of a transaction and in the middle of trials, and
 * measures how long it takes until the robot is in its last good configuration again, CPU groups included, with
 * nothing of the tuner left.
 *
 *   ./trimtab bench kill-tuner [kills = 50] [seed = 1]
 *
 * Prints one line per kill, a table, and last one line of JSON. Exit code 1 when a robot did not get there.
 */

import { summarizeLatencies } from '../src/core/measure/latency-stats.ts';
import { seededRandom } from '../src/core/random.ts';
import { KillScenario, type Strike } from '../test/ros/kill-scenario.ts';
import { LiveGraph } from '../test/ros/live-graph.ts';

const kills = Number(process.argv[2] ?? 50);
const seed = Number(process.argv[3] ?? 1);
const random = seededRandom(seed);

let interrupted = false;
process.once('SIGINT', () => {
  interrupted = true;
});

const graph = new LiveGraph();
const strikes: Strike[] = [];
const failures: string[] = [];
const scenario = await KillScenario.open(graph);
try {
  console.log(`seed ${seed}, ${kills} kills`);
  for (let i = 0; i < kills && !interrupted; i++) {
    try {
      const strike = await scenario.strike(random);
      strikes.push(strike);
      const { during, afterMs, wasChanged, restarted, restoredMs, ended } = strike;
      const when = `${during} killed after ${Math.round(afterMs)} ms, ${wasChanged ? 'changed' : 'unchanged'}`;
      const next = restarted ? ', the next tuner started at once' : '';
      console.log(`${i}: ${when}${next}: configuration as ${ended}, after ${Math.round(restoredMs)} ms`);
    } catch (error) {
      failures.push(String(error));
      console.log(`${i}: FAILED: ${error}`);
    }
  }
} finally {
  failures.push(...(await scenario.close()));
  await graph.close();
}

const rows = (['transaction', 'trial'] as const).map((during) => {
  const own = strikes.filter((strike) => strike.during === during);
  const { p50Ms, maxMs } = summarizeLatencies(own.map(({ restoredMs }) => restoredMs));
  const before = own.filter(({ ended }) => ended === 'before').length;
  return {
    'killed during': during,
    kills: own.length,
    'found changed': own.filter(({ wasChanged }) => wasChanged).length,
    'as before': before,
    'as wanted': own.length - before,
    'median ms': Math.round(p50Ms),
    'max ms': Math.round(maxMs),
  };
});
console.table(rows);
console.log(JSON.stringify({ seed, kills, failures: failures.length, rows }));
process.exitCode = failures.length > 0 ? 1 : 0;

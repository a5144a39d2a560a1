import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { policyIds } from '../../src/core/schedule/index.ts';
import { fleetFigures } from './figures.ts';
import { parseScenario } from './parse-scenario.ts';
import type { Scenario } from './scenario.ts';
import { simulate } from './simulate.ts';

const head = 'duration_s: 40\nmodels: [HV, MD, DEO]\nedges: [{count: 2, drones: 2}]\n';

function scenarioOf(text: string): Scenario {
  const result = parseScenario(text, 'test.yaml', 'test');
  if (!result.ok) throw new Error(JSON.stringify(result.refusals));
  return result.value;
}

const run = (text: string, policy: (typeof policyIds)[number] = 'trim', seed = 1) =>
  simulate(scenarioOf(text), { policy, reading: 'corrected', seed });

/** A scenario with a model of its own, which stands in line 3. */
function oneModel(times: string): string {
  const rest = 'benefit: 9, edge_cost: 1, cloud_cost: 2';
  return `duration_s: 40\nmodels:\n  - {id: A, deadline_ms: 500, ${times}, ${rest}}\nedges: [{drones: 1}]\n`;
}

describe('simulate', () => {
  it('is the same bit by bit for the same seed, and another for another', () => {
    const noisy = `${head}segment: {jitter_ms: 30}\nedge_overhead: {p50_ms: 3, p95_ms: 9}\n`;
    for (const policy of policyIds) {
      const first = JSON.stringify(run(noisy, policy));
      expect(JSON.stringify(run(noisy, policy))).toBe(first);
      expect(JSON.stringify(run(noisy, policy, 2))).not.toBe(first);
    }
  });

  it('gives every task one end, and earns no more than the bound', () => {
    for (const policy of policyIds) {
      const { summary, bound } = run(head, policy);
      const ends = Object.values(summary.fates).reduce((sum, count) => sum + count, 0);
      // 4 drones, 3 models, 40 segments; a drone's first comes within its first second.
      expect(summary.ended).toBe(4 * 3 * 40);
      expect(ends).toBe(summary.ended);
      expect(summary.utility).toBeLessThanOrEqual(bound);
    }
  });

  it('earns no more than the bound where jitter brings a task more into the time that counts', () => {
    const light = 'duration_s: 20\nwarm_up_s: 10\nmodels: [HV]\nsegment: {jitter_ms: 400}\n';
    for (let seed = 1; seed <= 20; seed++) {
      const { summary, bound } = run(`${light}edges: [{drones: 1}]\n`, 'edf-edge', seed);
      expect(summary.utility).toBeLessThanOrEqual(bound);
    }
  });

  it('leaves the warm-up out of the count', () => {
    expect(run(`${head}warm_up_s: 10\n`).summary.ended).toBe(4 * 3 * 30);
  });

  it('loses nothing in an outage: what was under way fails, and the cloud is used again afterwards', () => {
    const { summary, seconds } = run(`${head}network: [{from_s: 10, to_s: 20, outage: true}]\n`);
    expect(summary.fates['failed-cloud']).toBeGreaterThan(0);
    expect(summary.ended).toBe(4 * 3 * 40);
    const cloudIn = (from: number, to: number) =>
      seconds.slice(from, to).reduce((sum, { cloud }) => sum + cloud, 0);
    expect(cloudIn(12, 20)).toBe(0);
    expect(cloudIn(25, 35)).toBeGreaterThan(0.8 * cloudIn(0, 10));
  });

  it('waits for the last tasks as long as their deadlines leave them', () => {
    const slow =
      'duration_s: 10\nmodels: [{id: A, deadline_ms: 60000, edge_ms: 70000, cloud_ms: 50000, benefit: 9, edge_cost: 1, cloud_cost: 1}]\nedges: [{drones: 1}]\n';
    expect(run(slow, 'dem').summary.fates).toEqual({ 'on-time-cloud': 10 });
  });

  it('lets an edge fail and a drone be silent for a while', () => {
    const failures =
      'failures: [{edge: edge1, from_s: 10, to_s: 20}, {drone: edge0/drone1, from_s: 5, to_s: 15}]\n';
    const { summary } = run(head + failures, 'edf-edge');
    expect(summary.fates['failed-edge']).toBeGreaterThan(0);
    expect(summary.byDrone['edge0/drone1']?.ended).toBe(3 * 30);
    expect(summary.byDrone['edge0/drone0']?.ended).toBe(3 * 40);
  });

  it('delays calls by latency and by bandwidth', () => {
    const late = (network: string) => run(head + network, 'cloud-only').summary.fates['late-cloud'] ?? 0;
    expect(late('')).toBe(0);
    expect(late('network: [{from_s: 0, to_s: 40, latency_ms: 300}]\n')).toBeGreaterThan(100);
    // 100 kB over 2 Mbit/s take 400 ms.
    expect(late('payload_kb: 100\nnetwork: [{from_s: 0, to_s: 40, bandwidth_mbps: 2}]\n')).toBeGreaterThan(
      100,
    );
    expect(late('payload_kb: 100\nswing: {low_mbps: 2, high_mbps: 200, period_s: 20}\n')).toBeGreaterThan(10);
    expect(late('network: [{from_s: 0, to_s: 40, edge: edge1, latency_ms: 300}]\n')).toBeLessThan(
      late('network: [{from_s: 0, to_s: 40, latency_ms: 300}]\n'),
    );
  });

  it('scores the quantiles of a policy that predicts any', () => {
    expect(run(head, 'dems').calibration).toEqual([]);
    const { calibration, cloudCalls } = run(`${head}edge_overhead: {p50_ms: 3, p95_ms: 9}\n`);
    const cloud = calibration.filter(({ place }) => place === 'cloud');
    expect(cloud.map(({ share }) => share)).toEqual([0.5, 0.9, 0.98]);
    for (const { held, of } of cloud) expect([held, of]).toEqual([cloudCalls, cloudCalls]);
    for (const { place, share, held, of } of calibration)
      if (place === 'edge' && share === 0.98) expect(held / of).toBeGreaterThan(0.8);
  });

  it('makes calls wait for a pool that is full, and counts cold starts and the price', () => {
    const cloud = 'cloud: {concurrency: 1, cold_start_ms: 100, keep_warm_s: 0.1, price_per_call: 0.5}\n';
    const { cloudCalls, coldStarts, price, summary } = run(head + cloud, 'cloud-only');
    // One call at a time does at most two or three a second; the scheduler gives the others up.
    const { 'on-time-cloud': onTime = 0, 'failed-cloud': failed = 0 } = summary.fates;
    expect(failed).toBeGreaterThan(100);
    expect(onTime).toBeGreaterThan(0);
    expect(coldStarts).toBeGreaterThan(0);
    expect(price).toBe(0.5 * cloudCalls);
  });

  it('uses more accelerators', () => {
    const one = run('duration_s: 40\nmodels: [DEO]\nedges: [{drones: 2}]\n', 'edf-edge');
    const two = run('duration_s: 40\nmodels: [DEO]\nedges: [{drones: 2, accelerators: 2}]\n', 'edf-edge');
    expect(two.summary.onTimePercent).toBeGreaterThan(1.5 * one.summary.onTimePercent);
  });

  it('runs variants in the cloud as long as they take, with inputs of their own size, and says what they were worth', () => {
    const model = (size: string) =>
      `{id: A, deadline_ms: 500, variants: [${size}], benefit: 100, edge_cost: 1, cloud_cost: 10}`;
    const text = (size: string, network = '') =>
      `duration_s: 40\nmodels:\n  - ${model(size)}\nedges: [{drones: 2}]\n${network}`;
    const large = 'id: l, edge_ms: 2000, cloud_ms: 450, quality: 1';
    const small = 'id: s, edge_ms: 2000, cloud_ms: 200, quality: 0.5';
    const slow = 'network: [{from_s: 0, to_s: 40, bandwidth_mbps: 2}]\n';
    expect(run(text(`{${large}}, {${small}}`)).summary).toMatchObject({ onTimePercent: 100, meanQuality: 1 });
    // 40 kB over 2 Mbit/s take 160 ms, 100 kB 400 ms.
    const slower = run(text(`{${large}}, {${small}}`, slow)).summary;
    expect(slower.meanQuality).toBeLessThan(0.6);
    expect(slower.onTimePercent).toBeGreaterThan(90);
    const heavy = run(text(`{${small}, payload_kb: 100}`, slow), 'cloud-only').summary;
    expect(heavy.fates['late-cloud']).toBe(80);
    const fixed = run(text(`{${small}}, {${large}}`), 'dems').summary;
    expect(fixed).toMatchObject({ onTimePercent: 100, meanQuality: 0.5 });
  });

  it('runs batches on the edge and in the cloud, and pays a batch as one call', () => {
    const batch = 'batch: {most: 4, fixed_share: 0.8}';
    const model =
      '{id: A, deadline_ms: 900, edge_ms: 300, cloud_ms: 300, benefit: 9, edge_cost: 1, cloud_cost: 2}';
    const text = (edge: string, cloud: string) =>
      `duration_s: 40\nmodels:\n  - ${model}\nedges: [{drones: 9${edge}}]\ncloud: {threads_per_edge: 1, price_per_call: 1${cloud}}\n`;
    const none = run(text('', ''));
    const onEdge = run(text(`, ${batch}`, ''));
    const inCloud = run(text('', `, ${batch}`));
    expect([none.batched, onEdge.batched > 50, inCloud.batched > 10]).toEqual([0, true, true]);
    expect(onEdge.summary.utility).toBeGreaterThan(1.1 * none.summary.utility);
    expect(inCloud.summary.utility).toBeGreaterThan(none.summary.utility);
    const { 'on-time-cloud': onTime = 0, 'late-cloud': late = 0 } = inCloud.summary.fates;
    expect(inCloud.price).toBeLessThan(onTime + late);
    for (const { summary, bound } of [none, onEdge, inCloud]) {
      expect(summary.ended).toBe(9 * 40);
      expect(summary.utility).toBeLessThanOrEqual(bound);
    }
    expect(run(text(`, ${batch}`, `, ${batch}`), 'dems').batched).toBe(0);
  });

  it('earns no more with variants than the bound, and more than with any of them alone', () => {
    const model = (sizes: string) =>
      `{id: A, deadline_ms: 600, variants: [${sizes}], benefit: 100, edge_cost: 1, cloud_cost: 90}`;
    const of = (sizes: string) =>
      run(`duration_s: 40\nmodels:\n  - ${model(sizes)}\nedges: [{drones: 1}, {drones: 5}]\n`);
    const sizes = [
      '{id: l, edge_ms: 500, cloud_ms: 700, quality: 1}',
      '{id: m, edge_ms: 250, cloud_ms: 600, quality: 0.8}',
      '{id: s, edge_ms: 150, cloud_ms: 400, quality: 0.6}',
    ];
    const all = of(sizes.join(', '));
    expect(all.summary.utility).toBeLessThanOrEqual(all.bound);
    for (const size of sizes) expect(of(size).summary.utility).toBeLessThan(all.summary.utility);
  });

  it('is drawn as figures that say what they show', () => {
    const figures = fleetFigures([run(head, 'dems'), run(head)], 20);
    expect(figures.map(({ name }) => name)).toEqual([
      'test-utility',
      'test-dems-fates',
      'test-trim-fates',
      'test-dems-queues',
      'test-trim-queues',
      'test-qoe',
    ]);
    for (const { svg } of figures) expect(svg).toMatch(/^<svg [^>]*><style>.*<\/svg>\n$/s);
  });
});

describe('recorded networks', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'trimtab-network-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const parse = (csv: string, more = '') => {
    writeFileSync(join(folder, 'link.csv'), csv);
    return parseScenario(
      `${head}network_traces: [{file: link.csv${more}}]\n`,
      join(folder, 'test.yaml'),
      'test',
    );
  };

  it('act as phases of the same latencies, bandwidths and outages do', () => {
    const scenario = parse(
      'time_s,latency_ms,bandwidth_mbps\n0,0,\n10,300,2\n20,,0\n30,0,\n',
      ', edge: edge1',
    );
    if (!scenario.ok) throw new Error(JSON.stringify(scenario.refusals));
    const phases =
      'network: [{from_s: 10, to_s: 20, edge: edge1, latency_ms: 300, bandwidth_mbps: 2}, {from_s: 20, to_s: 30, edge: edge1, outage: true}]\n';
    const traced = simulate(scenario.value, { policy: 'dems-a', reading: 'corrected', seed: 1 });
    expect(JSON.stringify(traced)).toBe(JSON.stringify(run(head + phases, 'dems-a')));
    expect(JSON.stringify(traced)).not.toBe(JSON.stringify(run(head, 'dems-a')));
  });

  it('are refused with their own file and line, and with the scenario’s where there is none', () => {
    const damaged = parse('time_s,latency_ms\n0,0\n1,soon\n');
    expect(damaged.ok ? [] : damaged.refusals).toMatchObject([
      { code: 'TT_NETWORK_TRACE', place: { file: join(folder, 'link.csv'), line: 3 }, found: 'soon' },
    ]);
    rmSync(join(folder, 'link.csv'));
    const file = join(folder, 'test.yaml');
    const missing = parseScenario(`${head}network_traces: [{file: link.csv}]\n`, file, 'test');
    expect(missing.ok ? [] : missing.refusals).toMatchObject([
      { code: 'TT_FILE_MISSING', place: { file, line: 4 } },
    ]);
  });
});

describe('parseScenario', () => {
  it.each([
    [`${head}network: [{from_s: 0, to_s: 9, edge: edge7}]\n`, 4, 'TT_SPEC_RANGE', 'edge7'],
    [`${head}failures: [{from_s: 0, to_s: 9, drone: edge0/drone2}]\n`, 4, 'TT_SPEC_RANGE', 'edge0/drone2'],
    [`${head}network: [{from_s: 9, to_s: 9}]\n`, 4, 'TT_SPEC_RANGE', '9 s to 9 s'],
    [`${head}segment: {period_ms: -5}\n`, 4, 'TT_SPEC_RANGE', '-5'],
    [`${head}segmant: {period_ms: 5}\n`, 4, 'TT_SPEC_UNKNOWN_KEY', 'segmant'],
    ['duration_s: 40\nmodels: [XX]\nedges: [{drones: 1}]\n', 2, 'TT_TASK_MODEL', 'XX'],
    ['duration_s: 40\nmodels: [{id: A}]\nedges: [{drones: 1}]\n', 2, 'TT_SPEC_MISSING_KEY', undefined],
    ['duration_s: 40\nmodels: [HV]\n', 1, 'TT_SPEC_MISSING_KEY', undefined],
    [
      'duration_s: 40\nmodels: [HV]\nedges: [{name: a, drones: 1}, {name: a, drones: 1}]\n',
      3,
      'TT_SPEC_DUPLICATE',
      'a',
    ],
    [oneModel('variants: []'), 3, 'TT_SPEC_RANGE', 'an empty list'],
    [oneModel('variants: [{id: n, edge_ms: 1, cloud_ms: 1, quality: 0}]'), 3, 'TT_SPEC_RANGE', '0'],
    [oneModel('variants: [{id: n, edge_ms: 1, cloud_ms: 1, quality: 1.1}]'), 3, 'TT_SPEC_RANGE', '1.1'],
    [oneModel('variants: [{id: n, edge_ms: -1, cloud_ms: 1, quality: 1}]'), 3, 'TT_SPEC_RANGE', '-1'],
    [oneModel('variants: [{id: n, edge_ms: 1, cloud_ms: 1}]'), 3, 'TT_SPEC_MISSING_KEY', undefined],
    [
      oneModel('variants: [{id: n, edge_ms: 1, cloud_ms: 1, quality: 1, accuracy: 1}]'),
      3,
      'TT_SPEC_UNKNOWN_KEY',
      'accuracy',
    ],
    [
      oneModel(`variants: [${'{id: n, edge_ms: 1, cloud_ms: 1, quality: 1}, '.repeat(2)}]`),
      3,
      'TT_SPEC_DUPLICATE',
      'n',
    ],
    [
      oneModel('edge_ms: 5, variants: [{id: n, edge_ms: 1, cloud_ms: 1, quality: 1}]'),
      3,
      'TT_SPEC_DUPLICATE',
      'variants, edge_ms',
    ],
    [`${head}cloud: {batch: {most: 8, fixed_share: -0.2}}\n`, 4, 'TT_SPEC_RANGE', '-0.2'],
    [`${head}cloud: {batch: {most: 8, fixed_share: 1.2}}\n`, 4, 'TT_SPEC_RANGE', '1.2'],
    [`${head}cloud: {batch: {most: 0, fixed_share: 0.2}}\n`, 4, 'TT_SPEC_RANGE', '0'],
    [`${head}cloud: {batch: {most: 8}}\n`, 4, 'TT_SPEC_MISSING_KEY', undefined],
    [
      `${head}cloud: {batch: {most: 8, fixed_share: 0.5, fixed_ms: 3}}\n`,
      4,
      'TT_SPEC_UNKNOWN_KEY',
      'fixed_ms',
    ],
    ['duration_s: a while\nmodels: [HV]\nedges: [{drones: 1}]\n', 1, 'TT_SPEC_TYPE', 'a while'],
    ['duration_s: [\n', 2, 'TT_SPEC_SYNTAX', undefined],
    ['', 1, 'TT_SPEC_MISSING_KEY', undefined],
    ['duration_s: 40\nmodels: []\nedges: [{drones: 1}]\n', 2, 'TT_SPEC_RANGE', 'an empty list'],
    ['duration_s: 40\nmodels: [HV, MD, HV]\nedges: [{drones: 1}]\n', 2, 'TT_SPEC_DUPLICATE', 'HV'],
    ['duration_s: 40\nmodels: [HV]\nedges: []\n', 3, 'TT_SPEC_RANGE', 'an empty list'],
    ['duration_s: 40\nmodels: [HV]\nedges: [{drones: 0}]\n', 3, 'TT_SPEC_RANGE', '0'],
    ['duration_s: 40\nmodels: [HV]\nedges: [{drones: 1.5}]\n', 3, 'TT_SPEC_RANGE', '1.5'],
    ['duration_s: 40\nmodels: [HV]\nedges: [{drones: 1, accelerators: 1.5}]\n', 3, 'TT_SPEC_RANGE', '1.5'],
    [
      'duration_s: 40\nmodels: [HV]\nedges: [{drones: 1, count: 1.0e+10}]\n',
      3,
      'TT_SPEC_RANGE',
      '10000000000',
    ],
    [
      'duration_s: 40\nmodels: [HV]\nedges: [{drones: 9000, count: 12}]\n',
      3,
      'TT_SPEC_RANGE',
      '108000 drones',
    ],
    [
      'duration_s: 40\nmodels: [HV]\nedges: [{name: edge0, drones: 1}, {drones: 1}]\n',
      3,
      'TT_SPEC_DUPLICATE',
      'edge0',
    ],
    [`duration_s: 40\nmodels: [HV]\nedges: [{name: "", drones: 1}]\n`, 3, 'TT_SPEC_TYPE', undefined],
    [`name: ../x\n${head}`, 1, 'TT_SPEC_RANGE', '../x'],
    [`${head}warm_up_s: 40\n`, 4, 'TT_SPEC_RANGE', '40 s of 40 s'],
    [`${head}segment: {jitter_ms: 1001}\n`, 4, 'TT_SPEC_RANGE', '1001'],
    [`${head}edge_overhead: {p50_ms: 10, p95_ms: 1}\n`, 4, 'TT_SPEC_RANGE', '1'],
    [`${head}swing: {low_mbps: 20, high_mbps: 1, period_s: 10}\n`, 4, 'TT_SPEC_RANGE', '1'],
    [`${head}cloud: {concurrency: 1.5}\n`, 4, 'TT_SPEC_RANGE', '1.5'],
    [`${head}failures: [{from_s: 0, to_s: 9, drone: edge0/drone01}]\n`, 4, 'TT_SPEC_RANGE', 'edge0/drone01'],
  ])('refuses %j with line and code', (text, line, code, found) => {
    const result = parseScenario(text, 'bad.yaml', 'bad');
    const [first] = result.ok ? [] : result.refusals;
    expect(first).toMatchObject({ code, place: { file: 'bad.yaml', line } });
    expect(first?.found).toBe(found);
  });
});

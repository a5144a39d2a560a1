import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type NetworkRow, profileNetwork } from './index.ts';
import { writeOpenBatchNetwork } from './open-batch-network.fixture.ts';

const models = fileURLToPath(new URL('../../../models/', import.meta.url));

/** How many processes have this one as their parent, those that nobody has waited for left out. */
function childrenOf(pid: number): number {
  return readdirSync('/proc').filter((name) => {
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
      const [state, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      return Number(parent) === pid && state !== 'Z';
    } catch {
      return false;
    }
  }).length;
}

describe('profileNetwork', () => {
  it('measures cold, warm, throughput and memory in a fresh process', async () => {
    const told: NetworkRow[] = [];
    const profile = await profileNetwork({
      manifestFile: join(models, 'vest.json'),
      batches: [1, 2],
      threads: [1],
      seconds: 0.2,
      onRow: (row) => told.push(row),
    });
    if (!profile.ok) throw new Error(JSON.stringify(profile.refusals));
    const { network, rows } = profile.value;
    expect(network).toBe('vest');
    expect(told).toEqual(rows);
    const [single, pair] = rows.filter(({ backEnd }) => backEnd === 'CPU');
    if (!single || !('cost' in single)) throw new Error(JSON.stringify(rows));
    const { loadMs, firstMs, count, p50Ms, p95Ms, p99Ms, perSecond, peakBytes } = single.cost;
    expect(count).toBeGreaterThanOrEqual(20);
    expect(loadMs).toBeGreaterThan(0);
    expect(firstMs).toBeGreaterThan(0);
    expect([p50Ms, p95Ms, p99Ms]).toEqual([p50Ms, p95Ms, p99Ms].toSorted((a, b) => a - b));
    // The median time and the throughput are measured apart and must tell the same story.
    expect(perSecond).toBeLessThan((2 * 1000) / p50Ms);
    // The network has 343,705 weights of four bytes.
    expect(peakBytes).toBeGreaterThan(343_705 * 4);
    expect(pair).toMatchObject({ batch: 2, reason: expect.stringContaining('batch of 1') });
  });

  it('has one process at a time, gone before the next row and before it ends', async () => {
    const running: number[] = [];
    const count = () => running.push(childrenOf(process.pid));
    const manifestFile = join(models, 'vest.json');
    const settings = { manifestFile, batches: [1], threads: [1, 2], seconds: 0.01 };
    expect(await profileNetwork({ ...settings, onRow: count })).toMatchObject({ ok: true });
    expect(running.length).toBeGreaterThanOrEqual(2);
    expect(Math.max(...running)).toBe(0);
  });

  it('measures every batch where the model leaves it open', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'trimtab-network-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const manifestFile = writeOpenBatchNetwork(folder);
    const profile = await profileNetwork({ manifestFile, batches: [1, 8], threads: [1], seconds: 0.05 });
    if (!profile.ok) throw new Error(JSON.stringify(profile.refusals));
    const onCpu = profile.value.rows.filter(({ backEnd }) => backEnd === 'CPU');
    expect(onCpu.map((row) => ('cost' in row ? row.batch : row.reason))).toEqual([1, 8]);
  });

  it('says of every back end that it was measured or why it is absent', async () => {
    const manifestFile = join(models, 'vest.json');
    const profile = await profileNetwork({
      manifestFile,
      batches: [1],
      threads: [1, cpus().length],
      seconds: 0.01,
    });
    if (!profile.ok) throw new Error(JSON.stringify(profile.refusals));
    const { rows, absent } = profile.value;
    const named = new Set([...rows, ...absent].map(({ backEnd }) => backEnd));
    expect([...named].sort()).toEqual(['CPU', 'CUDA', 'DLA', 'TensorRT', 'WebGPU']);
    for (const { reason } of absent) expect(reason).not.toBe('');
    expect(rows.filter(({ backEnd }) => backEnd === 'CPU').map(({ threads }) => threads)).toEqual([
      1,
      cpus().length,
    ]);
  });

  it('refuses a network that is not there', async () => {
    const manifestFile = join(models, 'none.json');
    expect(await profileNetwork({ manifestFile, batches: [1], threads: [1], seconds: 1 })).toMatchObject({
      refusals: [{ code: 'TT_MODEL_MISSING' }],
    });
  });
});

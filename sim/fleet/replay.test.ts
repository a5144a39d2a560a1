import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { policyIds } from '../../src/core/schedule/index.ts';
import { replay } from './replay.ts';
import { parseTrace, readTrace, type Trace, type TraceTask } from './trace.ts';

/** A small recording of the published kind: one drone, three models, 20 s of which the first 5 do not count. */
function recording(change: (json: Record<string, unknown>) => void = () => {}): string {
  const models = {
    HAZARD_VEST: [174, 398, 650],
    MASK_DETECTION: [142, 589, 850],
    BODY_POSE_ESTIMATION: [244, 542, 900],
  };
  const tasks = Array.from({ length: 20 }, (_, second) =>
    Object.entries(models).map(([model, [, , deadlineMs = 0]], i) => ({
      t_arrival_ms: 1000 * second,
      t_sched_ms: 1000 * second + i,
      drone: 'drone0',
      model,
      deadline_ms: 1000 * second + deadlineMs,
    })),
  ).flat();
  const times = (index: number) =>
    Object.fromEntries(Object.entries(models).map(([model, values]) => [model, values[index]]));
  const json = {
    policy: 'dems',
    measure_from_ms: 5000,
    service_model: {
      edge_ms: times(0),
      cloud_ms: times(1),
      edge_servers: 1,
      cloud_concurrency: 32,
      edge_rpc_overhead_ms: { p50: 4, p95: 10 },
      cloud_http_overhead_ms: { p50: null, p95: null },
      cloud_extra_latency_ms: { extra: 300, from_ms: 10_000, to_ms: 15_000 },
    },
    real_outcome: { created: 45, on_edge: 45, stolen: 0, on_cloud: 0, utility: 3540 },
    tasks,
  };
  change(json);
  return JSON.stringify(json, undefined, 1);
}

function traceOf(text: string): Trace {
  const trace = parseTrace(text, 'test.json');
  if (!trace.ok) throw new Error(JSON.stringify(trace.refusals));
  return trace.value;
}

describe('replay', () => {
  it.each(policyIds)('gives each task that counts one fate under %s, in both readings', (policy) => {
    for (const reading of ['as-published', 'corrected'] as const) {
      const { created, fates, onTimePercent } = replay(traceOf(recording()), { policy, reading });
      expect(created).toBe(45);
      expect(Object.values(fates).reduce((sum, count) => sum + count, 0)).toBe(45);
      const onTime = (fates['on-time-edge'] ?? 0) + (fates['on-time-cloud'] ?? 0);
      expect(onTimePercent).toBeCloseTo((100 * onTime) / 45);
    }
  });

  it('lets executions take what it is told on top of their times', () => {
    const trace = traceOf(recording());
    const onTime = (edgeOverheadMs: number) =>
      replay(trace, { policy: 'edf-edge', reading: 'as-published', edgeOverheadMs }).onTimePercent;
    expect(onTime(0)).toBe(100);
    expect(onTime(400)).toBeLessThan(70);
  });

  it('delays the cloud in the recorded span only', () => {
    const { fates } = replay(traceOf(recording()), {
      policy: 'cloud-only',
      reading: 'as-published',
      cloudOverheadMs: 0,
    });
    // HV and MD of 5 of the 15 seconds that count; BP never pays there.
    expect(fates).toEqual({ 'on-time-cloud': 20, 'late-cloud': 10, 'dropped-cost': 15 });
  });

  it('takes a recording of more tasks than a call may have arguments', () => {
    const one = traceOf(recording());
    const [task] = one.tasks as [TraceTask];
    const tasks = Array.from({ length: 200_000 }, (_, i) => {
      const arrivalMs = 5000 + i;
      return { ...task, arrivalMs, submitMs: arrivalMs, deadlineMs: arrivalMs + 650 };
    });
    const outcome = replay({ ...one, tasks }, { policy: 'edf-edge', reading: 'corrected' });
    expect(outcome.created).toBe(200_000);
  });

  it('draws the same overheads for the same seed', () => {
    const trace = traceOf(recording());
    const run = (seed: number) => replay(trace, { policy: 'dem', reading: 'as-published', seed });
    expect(run(3)).toEqual(run(3));
  });
});

describe('readTrace', () => {
  it('reads JSON and gzipped JSON', () => {
    const folder = mkdtempSync(join(tmpdir(), 'trimtab-trace-'));
    try {
      writeFileSync(join(folder, 'a.json'), recording());
      writeFileSync(join(folder, 'b.json.gz'), gzipSync(recording()));
      const [plain, zipped] = ['a.json', 'b.json.gz'].map((file) => readTrace(join(folder, file)));
      expect(plain?.ok).toBe(true);
      expect(zipped).toEqual(plain);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it.each<[string, string, (json: Record<string, unknown>) => void]>([
    [
      'TT_TASK_MODEL',
      '"model": "UNKNOWN"',
      (json) => Object.assign((json.tasks as object[])[4] as object, { model: 'UNKNOWN' }),
    ],
    [
      'TT_TASK_TIME',
      '"t_arrival_ms": -1',
      (json) => Object.assign((json.tasks as object[])[4] as object, { t_arrival_ms: -1 }),
    ],
    [
      'TT_TASK_TIME',
      '"deadline_ms": 1',
      (json) => Object.assign((json.tasks as object[])[4] as object, { deadline_ms: 1 }),
    ],
    [
      'TT_TASK_TIME',
      '"t_sched_ms": 10',
      (json) => Object.assign((json.tasks as object[])[4] as object, { t_sched_ms: 10 }),
    ],
  ])('refuses with %s and the line of %s', (code, excerpt, change) => {
    const text = recording(change);
    const result = parseTrace(text, 'bad.json');
    const [refusal] = result.ok ? [] : result.refusals;
    expect(refusal).toMatchObject({ code, place: { file: 'bad.json' } });
    const line = text.split('\n').findIndex((each) => each.trim().replace(',', '') === excerpt) + 1;
    // A task takes seven lines; what is wrong stands in the one that is named or in the few after it.
    expect(line - (refusal?.place?.line ?? 0)).toBeGreaterThanOrEqual(0);
    expect(line - (refusal?.place?.line ?? 0)).toBeLessThan(7);
  });

  it.each<[string[], unknown, string?]>([
    [['measure_from_ms'], '5000'],
    [['measure_from_ms'], -1],
    [['service_model', 'edge_servers'], 0],
    [['service_model', 'edge_servers'], 1.5],
    [['service_model', 'cloud_concurrency'], 'many'],
    [['service_model', 'edge_rpc_overhead_ms'], 4],
    [['service_model', 'edge_rpc_overhead_ms', 'p50'], -4],
    [['service_model', 'cloud_extra_latency_ms', 'extra'], '300'],
    [['service_model', 'edge_ms', 'HAZARD_VEST'], -174, 'TT_TASK_MODEL'],
    [['real_outcome', 'on_edge'], 'all'],
    [['tasks', '4', 'drone'], undefined],
    [['tasks', '4', 'model'], undefined, 'TT_TASK_MODEL'],
    [['tasks', '4'], null, 'TT_TASK_MODEL'],
  ])('refuses %j of %j, and says where', (path, value, code = 'TT_TRACE') => {
    const text = recording((json) => {
      const holder = path.slice(0, -1).reduce((part, key) => part[key] as Record<string, unknown>, json);
      holder[path.at(-1) as string] = value;
    });
    const result = parseTrace(text, 'bad.json');
    const [refusal] = result.ok ? [] : result.refusals;
    expect(refusal).toMatchObject({ code, place: { file: 'bad.json' } });
    expect(refusal?.place?.line).toBeGreaterThan(1);
  });

  it.each([
    ['{', 'TT_TRACE'],
    ['{}', 'TT_TRACE'],
    ['[]', 'TT_TRACE'],
  ])('refuses %s', (text, code) => {
    const result = parseTrace(text, 'bad.json');
    expect(result.ok ? [] : result.refusals.map((refusal) => refusal.code)).toEqual([code]);
  });

  it('refuses a file that is not there', () => {
    const result = readTrace('/nowhere/trace.json');
    expect(result.ok ? [] : result.refusals.map(({ code }) => code)).toEqual(['TT_FILE_MISSING']);
  });
});

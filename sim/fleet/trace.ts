import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { LineCounter, parseDocument } from 'yaml';
import { accept, type Refusal, type Result, refuse } from '../../src/core/refusal.ts';
import type { ModelProfile } from '../../src/core/schedule/index.ts';
import type { Overhead } from './overhead.ts';
import { publishedModels } from './published-models.ts';

/** One task of a recorded workload, in milliseconds since the load began. */
export type TraceTask = {
  source: string;
  model: string;
  arrivalMs: number;
  submitMs: number;
  deadlineMs: number;
};

/** A recorded workload of the authors' program, and what became of it there. */
export type Trace = {
  policy: string;
  models: ModelProfile[];
  tasks: TraceTask[];
  /** Tasks that arrived before this are replayed but not counted. */
  measureFromMs: number;
  edgeServers: number;
  cloudConcurrency: number;
  /** What the mock back ends took on top of the models' times; 0 where no task ran there. */
  edgeOverhead: Overhead;
  cloudOverhead: Overhead;
  cloudExtra: { extraMs: number; fromMs: number; toMs: number };
  recorded: { created: number; onTime: number; utility: number } | undefined;
};

type Json = Record<string, unknown>;

/**
 * Reads a recorded workload, JSON or gzipped JSON. Refuses with TT_FILE_MISSING, TT_TRACE, TT_TASK_MODEL and
 * TT_TASK_TIME, with the line where one is at fault.
 */
export function readTrace(file: string): Result<Trace> {
  let text: string;
  try {
    const bytes = readFileSync(file);
    const zipped = bytes[0] === 0x1f && bytes[1] === 0x8b;
    text = (zipped ? gunzipSync(bytes) : bytes).toString('utf8');
  } catch (error) {
    const accepted = 'a readable .json or .json.gz file';
    const reason = `The recorded workload cannot be read: ${(error as Error).message}.`;
    return refuse({ code: 'TT_FILE_MISSING', reason, found: file, accepted });
  }
  return parseTrace(text, file);
}

/** Reads a recorded workload from its JSON text; `file` is only named in refusals. */
export function parseTrace(text: string, file: string): Result<Trace> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    return refuse({ code: 'TT_TRACE', reason: `Not JSON: ${(error as Error).message}.`, found: file });
  }
  const refusals: Refusal[] = [];
  const complain = (path: (string | number)[], refusal: Refusal) => {
    // A file with many faults would flood the terminal.
    if (refusals.length < 10) refusals.push({ ...refusal, ...placeOf(text, file, path) });
  };
  const trace = traceOf(json, complain);
  return refusals.length > 0 || trace === undefined ? refuse(...refusals) : accept(trace);
}

type Complain = (path: (string | number)[], refusal: Refusal) => void;

function traceOf(json: unknown, complain: Complain): Trace | undefined {
  const trace = objectOf(json);
  const service = objectOf(trace.service_model);
  const tasks = Array.isArray(trace.tasks) ? trace.tasks : undefined;
  if (tasks === undefined || tasks.length === 0) {
    complain([], { code: 'TT_TRACE', reason: 'There are no tasks.', accepted: 'a list "tasks"' });
    return undefined;
  }
  const names = new Set(tasks.map((task) => String(objectOf(task).model)));
  const models = [...names].flatMap((name) => modelOf({ name, service, tasks, complain }));
  const known = new Set(models.map(({ id }) => id));
  const extra = objectOf(service.cloud_extra_latency_ms);
  return {
    policy: String(trace.policy),
    models,
    tasks: tasks.flatMap((task, index) => taskOf({ task: objectOf(task), index, known, complain })),
    measureFromMs: number(trace.measure_from_ms, 0),
    edgeServers: number(service.edge_servers, 1),
    cloudConcurrency: number(service.cloud_concurrency, 32),
    edgeOverhead: overheadOf(service.edge_rpc_overhead_ms),
    cloudOverhead: overheadOf(service.cloud_http_overhead_ms),
    cloudExtra: {
      extraMs: number(extra.extra, 0),
      fromMs: number(extra.from_ms, 0),
      toMs: number(extra.to_ms, 0),
    },
    recorded: recordedOf(objectOf(trace.real_outcome)),
  };
}

/** A model's times come from the recording, its benefit and costs from the published table. */
function modelOf(options: {
  name: string;
  service: Json;
  tasks: unknown[];
  complain: Complain;
}): ModelProfile[] {
  const { name, service, tasks, complain } = options;
  const edgeMs = objectOf(service.edge_ms)[name];
  const cloudMs = objectOf(service.cloud_ms)[name];
  const published = publishedModels.find(({ recordedName, id }) => name === recordedName || name === id);
  const index = tasks.findIndex((task) => objectOf(task).model === name);
  if (published === undefined || typeof edgeMs !== 'number' || typeof cloudMs !== 'number') {
    const reason = 'A model without published utility or without times in service_model.';
    const accepted = publishedModels.map(({ recordedName }) => recordedName).join(', ');
    complain(['tasks', index, 'model'], { code: 'TT_TASK_MODEL', reason, found: name, accepted });
    return [];
  }
  const { deadline_ms, t_arrival_ms } = objectOf(tasks[index]);
  const { recordedName: _name, qoeBonus: _bonus, ...profile } = published;
  return [{ ...profile, id: name, edgeMs, cloudMs, deadlineMs: Number(deadline_ms) - Number(t_arrival_ms) }];
}

function taskOf(options: {
  task: Json;
  index: number;
  known: ReadonlySet<string>;
  complain: Complain;
}): TraceTask[] {
  const { task, index, known, complain } = options;
  const { t_arrival_ms: arrivalMs, t_sched_ms: submitMs = arrivalMs, deadline_ms: deadlineMs } = task;
  const times = [arrivalMs, submitMs, deadlineMs].every(
    (value): value is number => typeof value === 'number' && Number.isFinite(value) && value >= 0,
  );
  if (!times || Number(submitMs) < Number(arrivalMs) || Number(deadlineMs) <= Number(arrivalMs)) {
    complain(['tasks', index], {
      code: 'TT_TASK_TIME',
      reason: 'The times of a task make no sense.',
      found: `t_arrival_ms ${arrivalMs}, t_sched_ms ${submitMs}, deadline_ms ${deadlineMs}`,
      accepted: 'numbers with 0 <= t_arrival_ms <= t_sched_ms and t_arrival_ms < deadline_ms',
    });
    return [];
  }
  if (!known.has(String(task.model))) return [];
  return [
    {
      source: String(task.drone),
      model: String(task.model),
      arrivalMs: Number(arrivalMs),
      submitMs: Number(submitMs),
      deadlineMs: Number(deadlineMs),
    },
  ];
}

function overheadOf(value: unknown): Overhead {
  const { p50, p95 } = objectOf(value);
  return { p50Ms: number(p50, 0), p95Ms: number(p95, 0) };
}

function number(value: unknown, otherwise: number): number {
  return typeof value === 'number' ? value : otherwise;
}

function recordedOf(outcome: Json): Trace['recorded'] {
  const { created, on_edge, stolen, on_cloud, utility } = outcome;
  if (typeof created !== 'number' || typeof utility !== 'number') return undefined;
  return { created, onTime: Number(on_edge) + Number(stolen ?? 0) + Number(on_cloud), utility };
}

/** Where something stands in the text. JSON is YAML, whose parser knows lines; it is slow, so it is asked only then. */
function placeOf(text: string, file: string, path: (string | number)[]): Pick<Refusal, 'place'> {
  const lineCounter = new LineCounter();
  const node = parseDocument(text, { lineCounter }).getIn(path, true) as { range?: [number] } | undefined;
  const { line, col } = lineCounter.linePos(node?.range?.[0] ?? 0);
  return { place: { file, line, column: col } };
}

function objectOf(value: unknown): Json {
  return typeof value === 'object' && value !== null ? (value as Json) : {};
}

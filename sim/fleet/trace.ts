import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { LineCounter, parseDocument } from 'yaml';
import { accept, type Place, type Refusal, type Result, refuse } from '../../src/core/refusal.ts';
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
  let placeOf: PlaceOf | undefined;
  const complain: Complain = (path, refusal) => {
    // A file with many faults would flood the terminal.
    if (refusals.length >= 10) return;
    placeOf ??= placesIn(text, file);
    refusals.push({ ...refusal, place: placeOf(path) });
  };
  const trace = traceOf(json, complain);
  return refusals.length > 0 || trace === undefined ? refuse(...refusals) : accept(trace);
}

type Path = readonly (string | number)[];
type Complain = (path: Path, refusal: Refusal) => void;
type PlaceOf = (path: Path) => Place;

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
  const setting = (path: string[], otherwise: number, range: Range = {}) =>
    settingOf({ trace, path, otherwise, range, complain });
  const overhead = (name: string): Overhead => ({
    p50Ms: setting(['service_model', name, 'p50'], 0),
    p95Ms: setting(['service_model', name, 'p95'], 0),
  });
  const extra = (name: string) => setting(['service_model', 'cloud_extra_latency_ms', name], 0);
  const someOf = { least: 1, whole: true };
  return {
    policy: String(trace.policy),
    models,
    tasks: tasks.flatMap((task, index) => taskOf({ task: objectOf(task), index, known, complain })),
    measureFromMs: setting(['measure_from_ms'], 0),
    edgeServers: setting(['service_model', 'edge_servers'], 1, someOf),
    cloudConcurrency: setting(['service_model', 'cloud_concurrency'], 32, someOf),
    edgeOverhead: overhead('edge_rpc_overhead_ms'),
    cloudOverhead: overhead('cloud_http_overhead_ms'),
    cloudExtra: { extraMs: extra('extra'), fromMs: extra('from_ms'), toMs: extra('to_ms') },
    recorded: recordedOf(trace, setting),
  };
}

/** What a number may be; 0 or more if nothing else is said. */
type Range = { least?: number; whole?: boolean };

/** A number that stands somewhere in the recording; what is not there, or null, is `otherwise`. */
function settingOf(options: {
  trace: Json;
  path: string[];
  otherwise: number;
  range: Range;
  complain: Complain;
}): number {
  const { trace, path, otherwise, range, complain } = options;
  const { least = 0, whole = false } = range;
  let value: unknown = trace;
  for (const [depth, key] of path.entries()) {
    value = (value as Json)[key] ?? undefined;
    if (value === undefined) return otherwise;
    const isLast = depth === path.length - 1;
    if (isLast || (typeof value === 'object' && !Array.isArray(value))) continue;
    complain(path.slice(0, depth + 1), misfit(key, value, 'a map'));
    return otherwise;
  }
  const fits = typeof value === 'number' && value >= least && (!whole || Number.isInteger(value));
  if (fits) return value as number;
  const accepted = `a${whole ? ' whole' : ''} number of ${least} or more`;
  complain(path, misfit(path.at(-1) as string, value, accepted));
  return otherwise;
}

function misfit(key: string, value: unknown, accepted: string): Refusal {
  const found = typeof value === 'string' ? value : String(JSON.stringify(value));
  return { code: 'TT_TRACE', reason: `${key} makes no sense.`, found, accepted };
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
  const index = tasks.findIndex((task) => String(objectOf(task).model) === name);
  if (published === undefined || !isTime(edgeMs) || !isTime(cloudMs)) {
    const reason = 'A model without published utility or without times above 0 in service_model.';
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
  if (typeof task.drone !== 'string' && typeof task.drone !== 'number') {
    complain(['tasks', index, 'drone'], misfit('drone', task.drone, 'the name of a drone'));
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

function isTime(value: unknown): value is number {
  return typeof value === 'number' && value > 0;
}

/** What became of the workload where it was recorded, if the recording says so. */
function recordedOf(
  { real_outcome: outcome }: Json,
  setting: (path: string[], otherwise: number, range?: Range) => number,
): Trace['recorded'] {
  if (outcome === undefined || outcome === null) return undefined;
  const count = (name: string, range?: Range) => setting(['real_outcome', name], 0, range);
  const created = count('created');
  const utility = count('utility', { least: Number.NEGATIVE_INFINITY });
  // Without tasks there is no share of them.
  if (created === 0) return undefined;
  return { created, onTime: count('on_edge') + count('stolen') + count('on_cloud'), utility };
}

/** Finds where something stands in the text, or what it would stand in. JSON is YAML, whose parser knows lines; it is slow, so it is asked only where something is wrong. */
function placesIn(text: string, file: string): PlaceOf {
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { lineCounter });
  return (path) => {
    let found: { range?: [number] } | undefined;
    for (let length = path.length; found === undefined && length >= 0; length--)
      found = document.getIn(path.slice(0, length), true) as typeof found;
    const { line, col } = lineCounter.linePos(found?.range?.[0] ?? 0);
    return { file, line, column: col };
  };
}

function objectOf(value: unknown): Json {
  return typeof value === 'object' && value !== null ? (value as Json) : {};
}

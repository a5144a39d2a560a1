/**
 * Problems for bench/tuner.ts, in the form of the ask/tell protocol, with the truth that no designer sees: the
 * robots and measured tables of a folder of tunebench, and variants of those robots that nobody has tuned for.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { normal, type Random, seededRandom } from '../src/core/random.ts';
import { contentionProblem } from '../src/core/tune/testing/contention.ts';
import { bestFound, valueAt } from './tuner-oracle.ts';

export type Value = number | string;
export type Settings = Record<string, Value>;
export type Metrics = Record<string, number>;
export type Knob = {
  name: string;
  type: 'float' | 'int' | 'ordinal' | 'categorical';
  low?: number;
  high?: number;
  scale?: 'log';
  values?: Value[];
  default?: Value;
};
export type Constraint = { metric: string; op: '<=' | '>='; value: number };

/** One problem. */
export type BenchProblem = {
  name: string;
  /** The `problem` of the protocol's first message. */
  message: {
    name: string;
    knobs: Knob[];
    objective: { metric: string; goal: 'min' | 'max'; scale: number };
    constraints: Constraint[];
    metrics: string[];
    noise: Record<string, number>;
    default?: Settings;
  };
  truth(settings: Settings): Metrics;
  /** Standard normal deviate of one measurement: the same for every designer. */
  luck(seed: number, step: number, metric: number): number;
  /** The best feasible objective that is known. */
  oracle: number;
};

type RobotSpec = {
  name: string;
  knobs: Knob[];
  objective: { metric: string; goal: 'min' | 'max' };
  constraints: Constraint[];
  noise: { order: string[]; sigma: Record<string, number> };
  oracle: { value: number };
  [part: string]: unknown;
};
type RobotModel = {
  evaluate(spec: RobotSpec, settings: Settings): Metrics;
  gauss(seed: number, step: number, metric: number): number;
};

/** Whether the true metrics meet every constraint. */
export function isTrulyFeasible({ message }: BenchProblem, metrics: Metrics): boolean {
  return message.constraints.every(({ metric, op, value }) =>
    op === '<=' ? metrics[metric]! <= value : metrics[metric]! >= value,
  );
}

/** `robot8` and the like, from tunebench's folder `spec`. */
export async function robot(specFolder: string, name: string): Promise<BenchProblem> {
  const model = await modelOf(specFolder);
  return robotProblem(model, readSpec(specFolder, name));
}

/**
 * Another robot of the same make: every cost, weight and capacity of `base` times a log-normal factor (deviation
 * 0.35), some knobs fixed, and limits put where about `share` of all configurations meets all of them and the
 * default meets not.
 */
export async function robotVariant(
  specFolder: string,
  base: string,
  seed: number,
  share = 0.02,
): Promise<BenchProblem> {
  const model = await modelOf(specFolder);
  const random = seededRandom(7000 + seed);
  const spec = structuredClone(readSpec(specFolder, base));
  vary(spec, { deviation: 0.35, nodeKeys: [...costKeys, 'weight', 'ref_hz'], random });
  fixSomeKnobs(spec, random.next);
  const settings = Array.from({ length: 1500 }, () => drawn(spec.knobs, random.next));
  const outcomes = settings.map((one) => model.evaluate(spec, one));
  spec.constraints = limitsFor(spec.constraints, outcomes, share);
  spec.name = `${base}-v${seed}`;
  const problem = robotProblem(model, spec);
  return { ...problem, oracle: bestFound(problem, random.next) };
}

/**
 * A robot as a model of it would have it that knows each of its costs and capacities only within a log-normal factor of this
 * deviation; what is wanted of it is the same.
 */
export async function robotLikeness(
  specFolder: string,
  name: string,
  options: { seed: number; deviation: number },
): Promise<BenchProblem> {
  const model = await modelOf(specFolder);
  const spec = readSpec(specFolder, name);
  vary(spec, {
    deviation: options.deviation,
    nodeKeys: costKeys,
    random: seededRandom(9000 + options.seed),
  });
  return robotProblem(model, spec);
}

/** A made-up robot of src/core/tune/testing/contention.ts. Its margins stand for metrics with a bound of 1. */
export function contention(seed: number): BenchProblem {
  const { problem, inForce, truth } = contentionProblem(seed);
  const knobs = problem.space.map(({ name, domain }): Knob => {
    const value = inForce[name] as Value;
    if (domain.type === 'ordinal') return { name, type: 'ordinal', values: domain.values, default: value };
    if (domain.type === 'categorical') {
      return { name, type: 'categorical', values: domain.values.map(String), default: value };
    }
    const type = domain.type === 'real' ? 'float' : 'int';
    return { name, type, low: domain.low, high: domain.high, default: value };
  });
  const metrics = ['objective', ...problem.constraints];
  const unsearched: BenchProblem = {
    name: `contention-${seed}`,
    message: {
      name: `contention-${seed}`,
      knobs,
      objective: { metric: 'objective', goal: 'max', scale: 1 },
      constraints: problem.constraints.map((metric) => ({ metric, op: '>=', value: 1 })),
      metrics,
      noise: Object.fromEntries(metrics.map((metric) => [metric, contentionNoise])),
      default: inForce as Settings,
    },
    truth: (settings) => {
      const { objective = 0, margins } = truth(settings);
      const values = problem.constraints.map((name) => [name, 1 + margins[name]!]);
      return { objective, ...Object.fromEntries(values) };
    },
    luck: (runSeed, step, metric) => normal(seededRandom(runSeed * 1_000_003 + step * 101 + metric)),
    oracle: 0,
  };
  return { ...unsearched, oracle: bestFound(unsearched, seededRandom(7).next) };
}

/** `tx2-time`, `tx2-energy` or `cure-turtlebot3`, from the folder of measured tables. */
export function table(dataFolder: string, name: string): BenchProblem {
  if (name.startsWith('tx2')) return tx2(dataFolder, name === 'tx2-time' ? 'time' : 'energy');
  return cure(dataFolder, name.slice('cure-'.length));
}

/** The same problem with `times` the noise, which is also what designers are told. */
export function withNoise(problem: BenchProblem, times: number): BenchProblem {
  const noise = Object.entries(problem.message.noise).map(([metric, one]) => [metric, times * one]);
  return { ...problem, message: { ...problem.message, noise: Object.fromEntries(noise) } };
}

async function modelOf(specFolder: string): Promise<RobotModel> {
  return (await import(pathToFileURL(join(specFolder, 'robot-contention.mjs')).href)) as RobotModel;
}

function readSpec(specFolder: string, name: string): RobotSpec {
  return JSON.parse(readFileSync(join(specFolder, `${name}.json`), 'utf8')) as RobotSpec;
}

function robotProblem(model: RobotModel, spec: RobotSpec): BenchProblem {
  const { name, knobs, constraints, noise } = spec;
  return {
    name,
    message: {
      name,
      knobs,
      objective: { ...spec.objective, scale: 100 },
      constraints,
      metrics: noise.order,
      noise: noise.sigma,
      default: Object.fromEntries(knobs.map((knob) => [knob.name, knob.default!])),
    },
    truth: (settings) => model.evaluate(spec, settings),
    luck: model.gauss,
    oracle: spec.oracle.value,
  };
}

const costKeys = ['cpu_ms', 'gpu_ms', 'mem_mb', 'msg_mb'];

/** Multiplies costs and capacities, each by a log-normal factor of its own. */
function vary(
  spec: RobotSpec,
  { deviation, nodeKeys, random }: { deviation: number; nodeKeys: string[]; random: Random },
): void {
  const varyOf = (holder: Record<string, unknown>, keys: string[]) => {
    for (const key of keys) {
      if (typeof holder[key] === 'number') holder[key] *= Math.exp(deviation * normal(random));
    }
  };
  const board = spec.board as Record<string, unknown>;
  varyOf(board, ['mem_mb_per_s', 'mem_stretch', 'p95_factor', 'schedutil_ramp_ms']);
  const powerKeys = ['idle', 'cpu_lin', 'cpu_cub', 'gpu_static', 'gpu_lin', 'gpu_cub', 'dla'];
  varyOf(board.power as Record<string, unknown>, powerKeys);
  for (const node of spec.nodes as Record<string, unknown>[]) {
    varyOf(node, nodeKeys);
    const table = (node.dnn as { table: Record<string, Record<string, unknown>> } | undefined)?.table ?? {};
    for (const row of Object.values(table)) varyOf(row, ['cpu_ms', 'gpu_ms', 'dla_ms', 'mem_mb']);
  }
}

function fixSomeKnobs(spec: RobotSpec, next: () => number): void {
  const fixed = Object.fromEntries(
    spec.knobs.filter(() => next() < 0.15).map((knob) => [knob.name, valueAt(knob, 0.3 + 0.4 * next())]),
  );
  const resolved = JSON.parse(JSON.stringify(spec), (_, value: unknown) => {
    const name =
      typeof value === 'object' && value !== null && 'knob' in value ? String(value.knob) : undefined;
    return name !== undefined && name in fixed ? fixed[name] : value;
  }) as RobotSpec;
  Object.assign(spec, resolved, { knobs: spec.knobs.filter(({ name }) => !(name in fixed)) });
}

/** Share by which a limit is looser than the quantile it comes from, so that none sits exactly on a plateau. */
const slack = 0.1;

/** Limits near one common quantile of each metric, so chosen that `share` of the outcomes meets them all. */
function limitsFor(constraints: Constraint[], outcomes: Metrics[], share: number): Constraint[] {
  const at = (quantile: number) =>
    constraints.map((one) => {
      const sorted = outcomes.map((outcome) => outcome[one.metric]!).sort((a, b) => a - b);
      const q = one.op === '<=' ? quantile : 1 - quantile;
      const value = sorted[Math.min(Math.floor(q * sorted.length), sorted.length - 1)]!;
      return { ...one, value: value * (one.op === '<=' ? 1 + slack : 1 - slack) };
    });
  const met = (limits: Constraint[]) =>
    outcomes.filter((outcome) =>
      limits.every(({ metric, op, value }) =>
        op === '<=' ? outcome[metric]! <= value : outcome[metric]! >= value,
      ),
    ).length / outcomes.length;
  let [low, high] = [0, 1];
  for (let i = 0; i < 12; i++) {
    const middle = (low + high) / 2;
    if (met(at(middle)) < share) low = middle;
    else high = middle;
  }
  return at(high);
}

function drawn(knobs: Knob[], next: () => number): Settings {
  return Object.fromEntries(knobs.map((knob) => [knob.name, valueAt(knob, next())]));
}

/** Relative deviation of a measurement on the contention problem. */
const contentionNoise = 0.03;

type Row = { settings: Settings; metrics: Metrics };

const tx2Knobs = [
  'core1_status',
  'core2_status',
  'core3_status',
  'core_freq',
  'gpu_freq',
  'emc_freq',
  'scheduler.policy',
  'vm.swappiness',
  'vm.vfs_cache_pressure',
];

function tx2(dataFolder: string, wanted: 'time' | 'energy'): BenchProblem {
  const byKey = new Map<string, Record<string, string>[]>();
  for (const line of readCsv(join(dataFolder, 'unicorn', 'tx2-xception.csv'))) {
    const key = tx2Knobs.map((knob) => Number(line[knob])).join(' ');
    byKey.set(key, [...(byKey.get(key) ?? []), line]);
  }
  const mean = (lines: Record<string, string>[], column: string) =>
    lines.reduce((sum, line) => sum + Number(line[column]), 0) / lines.length;
  const rows = [...byKey.values()].map((lines): Row => {
    const settings = Object.fromEntries(tx2Knobs.map((knob) => [knob, Number(lines[0]![knob])]));
    const metrics = {
      inference_time: mean(lines, 'inference_time'),
      total_energy_consumption: mean(lines, 'total_energy_consumption'),
    };
    return { settings, metrics };
  });
  const knobs = tx2Knobs.map((name): Knob => {
    const values = [...new Set(rows.map(({ settings }) => settings[name] as number))].sort((a, b) => a - b);
    return { name, type: name === 'scheduler.policy' ? 'categorical' : 'ordinal', values };
  });
  const [objective, limited, scale] =
    wanted === 'time'
      ? (['inference_time', 'total_energy_consumption', 1] as const)
      : (['total_energy_consumption', 'inference_time', 10000] as const);
  const sorted = rows.map(({ metrics }) => metrics[limited]!).sort((a, b) => a - b);
  const i = Math.floor(0.3 * (sorted.length - 1));
  const value = (sorted[i]! + sorted[i + 1]!) / 2;
  return tableProblem(
    `tx2-${wanted}`,
    knobs,
    { metric: objective, goal: 'min', scale },
    [{ metric: limited, op: '<=', value }],
    rows,
  );
}

const cureMetrics = [
  'Planner_failed',
  'Recovery_executed',
  'Positional_error',
  'Traveled_distance',
  'Mission_time',
  'Obstacle_distance',
  'Energy',
  'Task_success_rate',
];

function cure(dataFolder: string, robotName: string): BenchProblem {
  const lines = readCsv(join(dataFolder, 'cure', `${robotName}_1000.csv`));
  const names = Object.keys(lines[0]!).filter((name) => !cureMetrics.includes(name));
  const rows = lines.map((line): Row => {
    const pick = (columns: string[]) =>
      Object.fromEntries(columns.map((column) => [column, Number(line[column])]));
    return { settings: pick(names), metrics: pick(cureMetrics) };
  });
  const knobs = names.map((name): Knob => {
    const values = rows.map(({ settings }) => settings[name] as number);
    const type = values.every(Number.isInteger) ? 'int' : 'float';
    return { name, type, low: Math.min(...values), high: Math.max(...values) };
  });
  return tableProblem(
    `cure-${robotName}`,
    knobs,
    { metric: 'Energy', goal: 'min', scale: 3 },
    [
      { metric: 'Task_success_rate', op: '>=', value: 0.8 },
      { metric: 'Obstacle_distance', op: '>=', value: 0.25 },
    ],
    rows,
  );
}

/** Answers with the row nearest to what is asked, as tunebench's README defines it. */
function tableProblem(
  name: string,
  knobs: Knob[],
  objective: { metric: string; goal: 'min' | 'max'; scale: number },
  constraints: Constraint[],
  rows: Row[],
): BenchProblem {
  const placeOf = ({ type, values, low = 0, high = 0 }: Knob, value: Value) => {
    if (type === 'categorical') return values!.indexOf(value);
    if (type === 'ordinal') return values!.length > 1 ? values!.indexOf(value) / (values!.length - 1) : 0;
    return high > low ? ((value as number) - low) / (high - low) : 0;
  };
  const places = ({ settings }: { settings: Settings }) =>
    knobs.map((knob) => placeOf(knob, settings[knob.name]!));
  const codes = rows.map(places);
  const distance = (a: number[], b: number[]) =>
    a.reduce((sum, u, i) => {
      const difference = u - b[i]!;
      return sum + (knobs[i]!.type === 'categorical' ? Number(difference !== 0) : difference ** 2);
    }, 0);
  const metrics = [objective.metric, ...constraints.map(({ metric }) => metric)];
  const problem: BenchProblem = {
    name,
    message: {
      name,
      knobs,
      objective,
      constraints,
      metrics,
      noise: Object.fromEntries(metrics.map((m) => [m, 0])),
    },
    truth: (settings) => {
      const code = places({ settings });
      const distances = codes.map((one) => distance(code, one));
      return rows[distances.indexOf(Math.min(...distances))]!.metrics;
    },
    luck: () => 0,
    oracle: 0,
  };
  const feasible = rows.filter((row) => isTrulyFeasible(problem, row.metrics));
  const values = feasible.map((row) => row.metrics[objective.metric]!);
  return { ...problem, oracle: objective.goal === 'min' ? Math.min(...values) : Math.max(...values) };
}

function readCsv(path: string): Record<string, string>[] {
  const [head, ...lines] = readFileSync(path, 'utf8').trim().split(/\r?\n/);
  const columns = head!.split(',');
  return lines.map((line) => Object.fromEntries(line.split(',').map((cell, i) => [columns[i]!, cell])));
}

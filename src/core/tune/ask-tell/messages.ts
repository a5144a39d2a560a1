import type { KnobDomain, KnobValue } from '../../knobs/knob.ts';
import { accept, type Result } from '../../refusal.ts';
import type { SearchDimension } from '../designer.ts';
import { isObject, MessageReader } from './reader.ts';

/** One knob of a problem. */
export type ProtocolKnob = {
  dimension: SearchDimension;
  /** Categories as the other side writes them, by their text; empty for other knobs. */
  categories: ReadonlyMap<string, string | number | boolean>;
};

/** `y op value` must hold; equality does. */
export type ProtocolConstraint = { metric: string; op: '<=' | '>='; value: number };

/** What is to be optimised: the `problem` of the first message. */
export type ProtocolProblem = {
  knobs: ProtocolKnob[];
  objective: { metric: string; goal: 'min' | 'max' };
  constraints: ProtocolConstraint[];
  /** Relative standard deviation of one observation by metric, where it is given. */
  noise: Record<string, number>;
};

/** A range that is wider or narrower than this cannot be cut into steps by numbers of double precision. */
const widths = { least: 1e-90, most: 1e300 };
/** Each ask that waits is believed by the models: more would be slow, and no program runs so many. */
const mostParallel = 100;

/** The first message. */
export type Opening = {
  problem: ProtocolProblem;
  seed: number;
  budget: number;
  /** How many asks wait for their answer at once. */
  parallel: number;
};

/** Any later message; `id` is that of the ask it answers, where there are several; `config` holds what was run other than asked, categories as text. */
export type Reply =
  | { type: 'tell'; id?: number; values: Record<string, number>; config: Record<string, KnobValue> }
  | { type: 'end' };

/** Reads the first line: `{"problem": …, "seed": …, "budget": …}`, perhaps with `"parallel": …`; TT_PROTOCOL_SYNTAX or TT_PROTOCOL_MESSAGE. */
export function readOpening(text: string, line: number): Result<Opening> {
  const reader = new MessageReader(line);
  const message = parseLine(text, reader);
  const problem = message && readProblem(message.problem, reader);
  const seed = message && reader.whole(message.seed, 'seed', 0);
  const budget = message && reader.whole(message.budget, 'budget', 1);
  const parallel =
    message?.parallel === undefined ? 1 : reader.whole(message.parallel, 'parallel', 1, mostParallel);
  const isRead = problem && seed !== undefined && budget !== undefined && parallel !== undefined;
  if (!isRead || reader.refusals.length > 0) return { ok: false, refusals: reader.refusals };
  return accept({ problem, seed, budget, parallel });
}

/**
 * Reads a later line: `{"tell": {metric: number, …}, "config": {knob: value, …}}` or `{"end": true}`. A metric that is
 * absent or null was not measured; knobs that `config` leaves out, or all without it, were run as asked.
 */
export function readReply(text: string, line: number, { knobs }: ProtocolProblem): Result<Reply> {
  const reader = new MessageReader(line);
  const message = parseLine(text, reader);
  if (message?.end === true) return accept({ type: 'end' });
  const told = message && reader.object(message.tell, 'tell');
  const values = new Map<string, number>();
  for (const [metric, value] of Object.entries(told ?? {})) {
    if (value === null) continue;
    const number = reader.number(value, `tell.${metric}`);
    if (number !== undefined) values.set(metric, number);
  }
  const id = message?.id === undefined ? undefined : reader.whole(message.id, 'id', 1);
  const config = readSettings(message?.config ?? {}, { knobs, path: 'config', mayLack: true }, reader);
  if (reader.refusals.length > 0) return { ok: false, refusals: reader.refusals };
  return accept({
    type: 'tell',
    values: Object.fromEntries(values),
    config,
    ...(id !== undefined && { id }),
  });
}

function parseLine(text: string, reader: MessageReader): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : reader.refuse('the message', value, 'a JSON object');
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    // What Python's json writes, unless it is told not to.
    const isPython = /[:,[]\s*(NaN|-?Infinity)\b/.test(text);
    const hint = isPython ? ', which has no NaN or Infinity; null is what was not measured' : '';
    return reader.refuse(
      'the message',
      text,
      `one line of JSON${hint}: ${error.message}`,
      'TT_PROTOCOL_SYNTAX',
    );
  }
}

function readProblem(value: unknown, reader: MessageReader): ProtocolProblem | undefined {
  const fields = reader.object(value, 'problem');
  if (!fields) return undefined;
  const knobs = (reader.array(fields.knobs, 'problem.knobs') ?? []).flatMap((knob, i) => {
    return readKnob(knob, `problem.knobs[${i}]`, reader) ?? [];
  });
  const constraints = (reader.array(fields.constraints, 'problem.constraints') ?? []).flatMap((one, i) => {
    return readConstraint(one, `problem.constraints[${i}]`, reader) ?? [];
  });
  const objective = readObjective(fields.objective, reader);
  const noise = readNoise(fields.noise, reader);
  refuseTwins(knobs, reader);
  refuseContradictions(constraints, reader);
  if (!objective || reader.refusals.length > 0) return undefined;
  // Nothing is done with it, but a default that does not fit says that the knobs are not what was meant.
  if (fields.default !== undefined) readSettings(fields.default, { knobs, path: 'problem.default' }, reader);
  return { knobs, objective, constraints, noise };
}

function readKnob(value: unknown, path: string, reader: MessageReader): ProtocolKnob | undefined {
  const fields = reader.object(value, path);
  if (!fields) return undefined;
  const name = reader.string(fields.name, `${path}.name`);
  const type = reader.word(fields.type, `${path}.type`, ['float', 'int', 'ordinal', 'categorical']);
  if (name === undefined || type === undefined) return undefined;
  if (type === 'categorical') {
    const values = reader.array(fields.values, `${path}.values`);
    if (!values) return undefined;
    const categories = new Map(values.filter(isCategory).map((value) => [String(value), value]));
    if (categories.size === 0 || categories.size < values.length) {
      const accepted = 'one or more different strings, numbers or booleans';
      return reader.refuse(`${path}.values`, values, accepted);
    }
    return { dimension: { name, domain: { type, values: [...categories.keys()] } }, categories };
  }
  const domain =
    type === 'ordinal' ? readOrdinal(fields, path, reader) : readRange(fields, type, path, reader);
  if (!domain) return undefined;
  const scale =
    fields.scale === undefined ? 'linear' : reader.word(fields.scale, `${path}.scale`, ['linear', 'log']);
  if (!scale) return undefined;
  if (scale === 'log' && 'low' in domain && domain.low <= 0)
    return reader.refuse(`${path}.low`, domain.low, 'a number > 0, as the scale is logarithmic');
  if (scale === 'log' && 'low' in domain && domain.high / domain.low > widths.most) {
    const accepted = `at most ${widths.most} times low, which is ${domain.low}`;
    return reader.refuse(`${path}.high`, domain.high, accepted);
  }
  return { dimension: { name, domain, scale }, categories: new Map() };
}

function isCategory(value: unknown): value is string | number | boolean {
  return ['string', 'number', 'boolean'].includes(typeof value);
}

function readOrdinal(
  fields: Record<string, unknown>,
  path: string,
  reader: MessageReader,
): KnobDomain | undefined {
  const items = reader.array(fields.values, `${path}.values`) ?? [];
  const values = items.map((item, i) => reader.number(item, `${path}.values[${i}]`));
  if (values.includes(undefined)) return undefined;
  const numbers = values as number[];
  const ascending = numbers.every((number, i) => i === 0 || number > numbers[i - 1]!);
  if (numbers.length === 0 || !ascending)
    return reader.refuse(`${path}.values`, fields.values, 'one or more ascending numbers');
  return { type: 'ordinal', values: numbers };
}

function readRange(
  fields: Record<string, unknown>,
  type: 'float' | 'int',
  path: string,
  reader: MessageReader,
): KnobDomain | undefined {
  const low = reader.number(fields.low, `${path}.low`);
  const high = reader.number(fields.high, `${path}.high`);
  if (low === undefined || high === undefined) return undefined;
  const width = high - low;
  if (width > widths.most || (width > 0 && width < widths.least)) {
    const accepted = `low, which is ${low}, or from ${widths.least} to ${widths.most} above it`;
    return reader.refuse(`${path}.high`, high, accepted);
  }
  if (type === 'float') {
    if (high >= low) return { type: 'real', low, high };
    return reader.refuse(`${path}.high`, high, `a number >= low, which is ${low}`);
  }
  const whole = { low: Math.ceil(low), high: Math.floor(high) };
  if (whole.high >= whole.low) return { type: 'integer', ...whole };
  return reader.refuse(`${path}.high`, high, `bounds with a whole number between them; low is ${low}`);
}

function readConstraint(value: unknown, path: string, reader: MessageReader): ProtocolConstraint | undefined {
  const fields = reader.object(value, path);
  if (!fields) return undefined;
  const metric = reader.string(fields.metric, `${path}.metric`);
  const op = reader.word(fields.op, `${path}.op`, ['<=', '>=']);
  const bound = reader.number(fields.value, `${path}.value`);
  if (metric === undefined || op === undefined || bound === undefined) return undefined;
  return { metric, op, value: bound };
}

function readObjective(value: unknown, reader: MessageReader): ProtocolProblem['objective'] | undefined {
  const fields = reader.object(value, 'problem.objective');
  if (!fields) return undefined;
  const metric = reader.string(fields.metric, 'problem.objective.metric');
  const goal = reader.word(fields.goal, 'problem.objective.goal', ['min', 'max']);
  if (metric === undefined || goal === undefined) return undefined;
  return { metric, goal };
}

/** One number for every metric, or one by name. */
function readNoise(value: unknown, reader: MessageReader): Record<string, number> {
  if (value === undefined) return {};
  const noise: Record<string, number> = {};
  for (const [metric, share] of Object.entries(reader.object(value, 'problem.noise') ?? {})) {
    const number = reader.number(share, `problem.noise.${metric}`);
    if (number === undefined) continue;
    if (number < 0) reader.refuse(`problem.noise.${metric}`, share, 'a number >= 0');
    else noise[metric] = number;
  }
  return noise;
}

/** A value for every knob that is there, categories as text; with `mayLack` some may be missing. */
function readSettings(
  value: unknown,
  { knobs, path, mayLack = false }: { knobs: ProtocolKnob[]; path: string; mayLack?: boolean },
  reader: MessageReader,
): Record<string, KnobValue> {
  const fields = reader.object(value, path) ?? {};
  const entries = knobs.flatMap(({ dimension: { name, domain } }): [string, KnobValue][] => {
    const found = Object.hasOwn(fields, name) ? fields[name] : undefined;
    if (found === undefined && mayLack) return [];
    if (domain.type !== 'categorical') {
      const number = reader.number(found, `${path}.${name}`);
      return number === undefined ? [] : [[name, number]];
    }
    if (isCategory(found) && domain.values.includes(String(found))) return [[name, String(found)]];
    reader.refuse(`${path}.${name}`, found, domain.values.join(', '));
    return [];
  });
  return Object.fromEntries(entries);
}

function refuseTwins(knobs: ProtocolKnob[], reader: MessageReader): void {
  const names = knobs.map(({ dimension }) => dimension.name);
  if (names.length === 0 && reader.refusals.length === 0)
    reader.refuse('problem.knobs', [], 'one or more knobs');
  for (const [i, name] of names.entries()) {
    if (names.indexOf(name) < i) reader.refuse(`problem.knobs[${i}].name`, name, 'each name once');
  }
}

function refuseContradictions(constraints: ProtocolConstraint[], reader: MessageReader): void {
  for (const { metric, op, value } of constraints) {
    if (op !== '>=') continue;
    const opposite = constraints.find((one) => one.metric === metric && one.op === '<=' && one.value < value);
    if (opposite)
      reader.refuse(
        'problem.constraints',
        `${metric} >= ${value} and ${metric} <= ${opposite.value}`,
        'constraints that some value meets',
      );
  }
}

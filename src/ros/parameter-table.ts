import { accept, formatRefusal, type Refusal, type Result, refuse } from '../core/refusal.ts';

/** rcl_interfaces/msg/ParameterType. */
export const parameterType = {
  bool: 1,
  integer: 2,
  double: 3,
  string: 4,
  'integer-array': 7,
  'double-array': 8,
  'string-array': 9,
} as const;

/** A parameter's type by name. */
export type ParameterTypeName = keyof typeof parameterType;

/** The values parameters hold; integers are plain numbers here and bigints only on the wire. */
export type ParameterValue = boolean | number | string | number[] | string[];

/**
 * One declaration of a parameter. It gives the ROS declaration, the descriptor's range (sliders in
 * rqt_reconfigure), the reason of a refusal, the defaults file and the table in the docs.
 */
export type ParameterDeclaration = {
  type: ParameterTypeName;
  default: ParameterValue;
  /** What it does; the unit stands in the name or here. */
  description: string;
  range?: { from: number; to: number };
  oneOf?: string[];
  /** True when it acts at start only. */
  readOnly?: boolean;
};

/** All parameters of a node by name. */
export type ParameterTable = Record<string, ParameterDeclaration>;

/** An immutable snapshot of a node's parameters. */
export type ParameterValues = Readonly<Record<string, ParameterValue>>;

/** What is accepted, in words, for messages, descriptors and docs. */
export function describeAccepted(declaration: ParameterDeclaration): string {
  const { type, range, oneOf } = declaration;
  if (oneOf) return `one of ${oneOf.join(', ')}`;
  if (range) return `${type} from ${range.from} to ${range.to}`;
  return type;
}

/**
 * Checks one value. Integers are taken for doubles and whole doubles for integers, as `ros2 param set`
 * guesses the type from how a number is written.
 */
export function checkParameter(table: ParameterTable, name: string, value: unknown): Result<ParameterValue> {
  const declaration = table[name];
  if (!declaration) {
    return refuse({
      code: 'TT_PARAM_UNKNOWN',
      reason: `there is no parameter ${name}`,
      found: name,
      accepted: Object.keys(table).join(', '),
    });
  }
  const converted = convert(declaration.type, value);
  if (converted === undefined) {
    return refuse(refusal('TT_PARAM_TYPE', name, `has the wrong type`, value, declaration));
  }
  const { range, oneOf } = declaration;
  const outside = (entry: unknown) =>
    (range && (entry as number) < range.from) ||
    (range && (entry as number) > range.to) ||
    (oneOf && !oneOf.includes(entry as string));
  const entries = Array.isArray(converted) ? converted : [converted];
  if (entries.some(outside)) {
    return refuse(refusal('TT_PARAM_RANGE', name, 'is out of range', value, declaration));
  }
  return accept(converted);
}

/** Checks a value that is to be set while the node runs; a read-only parameter keeps what it got at start. */
export function checkChange(table: ParameterTable, name: string, value: unknown): Result<ParameterValue> {
  const checked = checkParameter(table, name, value);
  if (!checked.ok || !table[name]?.readOnly) return checked;
  return refuse({
    code: 'TT_PARAM_READ_ONLY',
    reason: `parameter ${name} can be set only at start`,
    found: String(value),
  });
}

function refusal(
  code: Refusal['code'],
  name: string,
  what: string,
  value: unknown,
  declaration: ParameterDeclaration,
): Refusal {
  return {
    code,
    reason: `parameter ${name} ${what}`,
    found: String(value),
    accepted: describeAccepted(declaration),
  };
}

function convert(type: ParameterTypeName, value: unknown): ParameterValue | undefined {
  switch (type) {
    case 'bool':
      return typeof value === 'boolean' ? value : undefined;
    case 'string':
      return typeof value === 'string' ? value : undefined;
    case 'integer':
      return toInteger(value);
    case 'double':
      return toDouble(value);
    case 'integer-array':
      return convertAll(value, toInteger);
    case 'double-array':
      return convertAll(value, toDouble);
    case 'string-array':
      return convertAll(value, (entry) => (typeof entry === 'string' ? entry : undefined));
  }
}

function toInteger(value: unknown): number | undefined {
  const number = typeof value === 'bigint' ? Number(value) : value;
  return typeof number === 'number' && Number.isInteger(number) ? number : undefined;
}

function toDouble(value: unknown): number | undefined {
  const number = typeof value === 'bigint' ? Number(value) : value;
  return typeof number === 'number' && !Number.isNaN(number) ? number : undefined;
}

function convertAll<T>(value: unknown, one: (entry: unknown) => T | undefined): T[] | undefined {
  if (!isList(value)) return undefined;
  const converted = Array.from(value, one);
  return converted.some((entry) => entry === undefined) ? undefined : (converted as T[]);
}

function isList(value: unknown): value is ArrayLike<unknown> {
  return Array.isArray(value) || (ArrayBuffer.isView(value) && 'length' in value);
}

/** Defaults overlaid with overrides; every bad override is refused by name. */
export function resolveParameters(
  table: ParameterTable,
  overrides: ReadonlyMap<string, unknown>,
): Result<ParameterValues> {
  const values: Record<string, ParameterValue> = {};
  for (const [name, declaration] of Object.entries(table)) values[name] = declaration.default;
  const refusals: Refusal[] = [];
  for (const [name, value] of overrides) {
    if (name === 'use_sim_time' || name.startsWith('qos_overrides.')) continue;
    const checked = checkParameter(table, name, value);
    if (checked.ok) values[name] = checked.value;
    else refusals.push(...checked.refusals);
  }
  return refusals.length > 0 ? refuse(...refusals) : accept(values);
}

/** Refusals as the one-line reason of a SetParametersResult. */
export function refusalText(refusals: Refusal[]): string {
  return refusals.map(formatRefusal).join('; ');
}

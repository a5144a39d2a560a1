/** Where a value stands within one that was read from a file. */
export type Path = readonly (string | number)[];

/** What stands at a place is not what should. */
export class Fault extends Error {
  readonly path: Path;
  readonly found: unknown;

  constructor(path: Path, found: unknown, wanted: string) {
    super(`${path.join('.') || 'what stands there'} is not ${wanted}`);
    this.path = path;
    this.found = found;
  }
}

/** Each of these returns the value at a path as what it should be, and throws a `Fault` where it is something else. */
export function mapAt(value: unknown, path: Path): Record<string, unknown> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return value as Record<string, unknown>;
  throw new Fault(path, value, 'a map');
}

export function listAt(value: unknown, path: Path): unknown[] {
  if (Array.isArray(value)) return value;
  throw new Fault(path, value, 'a list');
}

export function textAt(value: unknown, path: Path): string {
  if (typeof value === 'string') return value;
  throw new Fault(path, value, 'text');
}

export function numberAt(value: unknown, path: Path): number {
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  throw new Fault(path, value, 'a number');
}

export function flagAt(value: unknown, path: Path): boolean {
  if (typeof value === 'boolean') return value;
  throw new Fault(path, value, 'true or false');
}

export function settingAt(value: unknown, path: Path): number | string | boolean {
  if (['number', 'string', 'boolean'].includes(typeof value)) return value as number | string | boolean;
  throw new Fault(path, value, 'a value of a knob');
}

/** A map of any names, each value read. */
export function mapped<T>(
  value: unknown,
  path: Path,
  read: (value: unknown, path: Path) => T,
): Record<string, T> {
  const entries = Object.entries(mapAt(value, path));
  return Object.fromEntries(entries.map(([key, item]) => [key, read(item, [...path, key])]));
}

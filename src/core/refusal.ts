import type { ErrorCode } from './error-codes.ts';

/** Where in a file something was found; line and column count from 1. */
export type Place = { file: string; line: number; column: number };

/**
 * An expected "no": bad input, a knob that is not there, a goal that comes too early.
 * Refusals are returned as values; exceptions are left for bugs.
 */
export type Refusal = {
  /** Stable code, listed in docs/errors.md. */
  code: ErrorCode;
  /** One sentence a person can act on. */
  reason: string;
  place?: Place;
  /** What was found, as written. */
  found?: string;
  /** What would be accepted instead. */
  accepted?: string;
};

/** A value, or all the reasons why there is none. */
export type Result<T> = { ok: true; value: T } | { ok: false; refusals: Refusal[] };

/** Wraps a value. */
export function accept<T>(value: T): Result<T> {
  return { ok: true, value };
}

/** Wraps one or more refusals. */
export function refuse(...refusals: Refusal[]): { ok: false; refusals: Refusal[] } {
  return { ok: false, refusals };
}

/** `file:line:column: reason (found …; accepted: …) [CODE]`, the form every command prints. */
export function formatRefusal(refusal: Refusal): string {
  const { code, reason, place, found, accepted } = refusal;
  const where = place ? `${place.file}:${place.line}:${place.column}: ` : '';
  const details = [
    found === undefined ? undefined : `found ${JSON.stringify(found)}`,
    accepted === undefined ? undefined : `accepted: ${accepted}`,
  ].filter((detail) => detail !== undefined);
  const suffix = details.length > 0 ? ` (${details.join('; ')})` : '';
  return `${where}${reason}${suffix} [${code}]`;
}

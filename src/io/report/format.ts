import type { Measured } from './demo-report.ts';

/** Stands for a value that could not be measured. */
export const notMeasured = 'n/a';

/** True for a number that can be shown and drawn. */
export function isMeasured(value: Measured | undefined): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}

/** A number with about three significant digits and no exponent: 0.41, 7.25, 13.2, 412, 51,240. */
export function formatNumber(value: Measured): string {
  if (!isMeasured(value)) return notMeasured;
  if (Math.abs(value) >= 10_000) return Math.round(value).toLocaleString('en-US');
  return value.toFixed(decimalsOf(value));
}

/** A number with its unit: `13.2 Hz`. */
export function formatQuantity(value: Measured, unit: string): string {
  return isMeasured(value) ? withUnit(formatNumber(value), unit) : notMeasured;
}

/**
 * Like formatQuantity, with as many more digits as it takes to tell the value from its bound, so that
 * 19.97 Hz against `>= 20 Hz` is never shown as 20.0 Hz.
 */
export function formatAgainstBound(value: Measured, bound: number, unit: string): string {
  if (!isMeasured(value)) return notMeasured;
  let decimals = decimalsOf(value);
  while (value !== bound && Number(value.toFixed(decimals)) === bound && decimals < 6) decimals++;
  return withUnit(value.toFixed(decimals), unit);
}

/** A fraction of 1 as a percentage: `41 %`. */
export function formatPercent(fraction: Measured): string {
  if (!isMeasured(fraction)) return notMeasured;
  const percent = 100 * fraction;
  return `${percent !== 0 && Math.abs(percent) < 9.95 ? percent.toFixed(1) : percent.toFixed(0)} %`;
}

/** The relative change from one value to another: `+38 %`; empty where it has no meaning. */
export function formatChange(from: Measured, to: Measured): string {
  if (!isMeasured(from) || !isMeasured(to) || from === 0) return '';
  const percent = Math.round((100 * (to - from)) / Math.abs(from));
  if (percent > 999) return `× ${formatNumber(to / from)}`;
  return `${percent > 0 ? '+' : percent < 0 ? '−' : '±'}${Math.abs(percent)} %`;
}

/** A duration to the tenth of a second: `4.2 s`. */
export function formatSeconds(seconds: number): string {
  return `${seconds.toFixed(1)} s`;
}

/** A knob's value with its unit; text and booleans as they are. */
export function formatSetting(value: number | string | boolean, unit: string): string {
  return typeof value === 'number' ? formatQuantity(value, unit) : String(value);
}

/** What a knob came to: a number gets the knob's unit, text stays, nothing is `n/a`. */
export function formatAchieved(achieved: string, unit: string): string {
  if (achieved.trim() === '') return notMeasured;
  return Number.isFinite(Number(achieved)) ? formatQuantity(Number(achieved), unit) : achieved;
}

/** `1 trial`, `2 trials`. */
export function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

function decimalsOf(value: number): number {
  const size = Math.abs(value);
  if (size >= 100 || Number.isInteger(value)) return 0;
  return size >= 10 ? 1 : 2;
}

function withUnit(text: string, unit: string): string {
  if (unit === '') return text;
  return `${text} ${unit === 'C' ? '°C' : unit}`;
}

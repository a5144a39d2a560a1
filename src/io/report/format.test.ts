import { describe, expect, it } from 'vitest';
import {
  formatAchieved,
  formatAgainstBound,
  formatChange,
  formatNumber,
  formatPercent,
  formatQuantity,
  formatSetting,
  notMeasured,
} from './format.ts';

describe('formatNumber', () => {
  it.each([
    [0, '0'],
    [0.412, '0.41'],
    [7.254, '7.25'],
    [13.24, '13.2'],
    [412.4, '412'],
    [30, '30'],
    [51_240.4, '51,240'],
    [-0.5, '-0.50'],
  ])('writes %s as %s', (value, text) => {
    expect(formatNumber(value)).toBe(text);
  });

  it.each([null, Number.NaN, Number.POSITIVE_INFINITY])('says that %s was not measured', (value) => {
    expect(formatNumber(value)).toBe(notMeasured);
    expect(formatQuantity(value, 'Hz')).toBe(notMeasured);
    expect(formatPercent(value)).toBe(notMeasured);
    expect(formatAgainstBound(value, 20, 'Hz')).toBe(notMeasured);
    expect(formatChange(value, 1)).toBe('');
    expect(formatChange(1, value)).toBe('');
  });
});

describe('formatAgainstBound', () => {
  it('never rounds a value onto the bound that it misses', () => {
    expect(formatAgainstBound(19.97, 20, 'Hz')).toBe('19.97 Hz');
    expect(formatAgainstBound(120.0004, 120, 'ms')).toBe('120.0004 ms');
  });

  it('rounds where rounding does not mislead', () => {
    expect(formatAgainstBound(24.6123, 20, 'Hz')).toBe('24.6 Hz');
    expect(formatAgainstBound(20, 20, 'Hz')).toBe('20 Hz');
  });
});

describe('formatChange', () => {
  it('gives the relative change', () => {
    expect(formatChange(10, 13.8)).toBe('+38 %');
    expect(formatChange(2, 0.5)).toBe('−75 %');
    expect(formatChange(5, 5)).toBe('±0 %');
  });

  it('has nothing to say from zero, and uses a factor for leaps', () => {
    expect(formatChange(0, 5)).toBe('');
    expect(formatChange(1, 40)).toBe('× 40');
  });
});

describe('formatSetting', () => {
  it('gives numbers their unit and leaves the rest', () => {
    expect(formatSetting(15, 'Hz')).toBe('15 Hz');
    expect(formatSetting('edge', '')).toBe('edge');
    expect(formatSetting(false, '')).toBe('false');
  });
});

describe('formatAchieved', () => {
  it('gives numbers the unit, keeps text, and says when nothing was seen', () => {
    expect(formatAchieved('24.912345', 'Hz')).toBe('24.9 Hz');
    expect(formatAchieved('edge', '')).toBe('edge');
    expect(formatAchieved('', 'Hz')).toBe(notMeasured);
  });
});

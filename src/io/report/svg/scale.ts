/** An axis: data to pixels, and where its ticks are. */
export type Scale = { toPixel: (value: number) => number; ticks: number[] };

/** A linear axis over `low` to `high`, both widened to the next tick; `start` and `end` are its pixels. */
export function linearScale(options: {
  low: number;
  high: number;
  start: number;
  end: number;
  tickCount?: number;
}): Scale {
  const { low, high, start, end, tickCount = 5 } = options;
  const span = high > low ? high - low : Math.abs(high) || 1;
  const step = niceStep(span / tickCount);
  const first = Math.floor(low / step + 1e-9);
  const last = Math.max(first + 1, Math.ceil((low + span) / step - 1e-9));
  const ticks = Array.from({ length: last - first + 1 }, (_, index) => round((first + index) * step));
  return {
    toPixel: (value) => start + ((value - first * step) / ((last - first) * step)) * (end - start),
    ticks,
  };
}

/** A linear axis that ends exactly at `low` and `high`, with ticks inside: for time. */
export function exactScale(options: {
  low: number;
  high: number;
  start: number;
  end: number;
  tickCount?: number;
}): Scale {
  const { low, start, end, tickCount = 8 } = options;
  const high = options.high > low ? options.high : low + 1;
  const step = niceStep((high - low) / tickCount);
  const ticks: number[] = [];
  for (let index = Math.ceil(low / step - 1e-9); index * step <= high + step * 1e-9; index++)
    ticks.push(round(index * step));
  return { toPixel: (value) => start + ((value - low) / (high - low)) * (end - start), ticks };
}

/** A logarithmic axis with ticks at 1, 2, 5 times a power of ten; values below `low` lie on its edge. `low` > 0. */
export function logScale(options: { low: number; high: number; start: number; end: number }): Scale {
  const { start, end } = options;
  const ticks: number[] = [];
  const lowest = Math.floor(Math.log10(options.low));
  const highest = Math.ceil(Math.log10(options.high));
  for (let power = lowest; power <= highest; power++)
    ticks.push(...[1, 2, 5].map((digit) => round(digit * 10 ** power)));
  const first = ticks.findLastIndex((tick) => tick <= options.low);
  const last = ticks.findIndex((tick) => tick >= options.high);
  const used = ticks.slice(Math.max(0, first), last + 1);
  const low = Math.log(used[0] as number);
  const high = Math.log(used.at(-1) as number);
  const toPixel = (value: number) =>
    start + ((Math.max(Math.log(value), low) - low) / (high - low || 1)) * (end - start);
  return { toPixel, ticks: used };
}

/** The 1, 2, 5 times a power of ten that is not below `rough`. */
function niceStep(rough: number): number {
  const power = 10 ** Math.floor(Math.log10(rough));
  return ([1, 2, 5].find((digit) => digit * power >= rough * (1 - 1e-9)) ?? 10) * power;
}

/** Takes away the noise of binary fractions. */
function round(value: number): number {
  return Number(value.toPrecision(12));
}

import type { Metric, Requirement } from './spec.ts';

/** A number for people: at most `digits` significant digits, no trailing zeros. */
export function formatNumber(value: number, digits = 4): string {
  return String(Number(value.toPrecision(digits)));
}

/** A metric as a person would say it: `cmd_vel rate`, `camera/image_raw -> cmd_vel latency p95`. */
export function describeMetric(metric: Metric): string {
  switch (metric.kind) {
    case 'topic-rate':
      return `${metric.topic} rate`;
    case 'topic-age':
      return `${metric.topic} age ${metric.statistic}`;
    case 'path-latency':
      return `${metric.path.join(' -> ')} latency ${metric.statistic}`;
    case 'process-cpu':
      return `${metric.process} cpu`;
    case 'platform':
      return `platform ${metric.quantity}`;
  }
}

/** What a requirement asks for, without its subject: `>= 20 Hz`, `>= 0.95 × baseline`. */
export function describeBound({
  comparison,
  bound,
  ofBaseline,
  unit,
}: Pick<Requirement, 'comparison' | 'bound' | 'ofBaseline' | 'unit'>): string {
  return `${comparison} ${formatNumber(bound, 6)} ${ofBaseline ? '× baseline' : unit}`;
}

import type { Configuration, KnobDeclaration, KnobValue } from '../knobs/knob.ts';
import type { Metric, Spec } from '../spec/spec.ts';

/**
 * Everything that no requirement measures turned down to its least, the rest as it is: where a robot is
 * overloaded, the likeliest configuration to meet its requirements, and the natural first thing to try.
 * Rates, throttles and CPU limits grow with load; choices and switches are left alone.
 */
export function economical(spec: Spec, inForce: Configuration): Configuration {
  const required = new Set(spec.requirements.flatMap(({ metric }) => topicsOf(metric)));
  const settings = spec.knobs.flatMap((knob): [string, KnobValue][] => {
    const current = inForce[knob.name];
    const least = feeds(knob, required) ? undefined : leastOf(knob);
    const value = least ?? current;
    return value === undefined ? [] : [[knob.name, value]];
  });
  return Object.fromEntries(settings);
}

/** Whether a knob sets the pace of something that a requirement measures. */
function feeds({ target, confirm }: KnobDeclaration, required: ReadonlySet<string>): boolean {
  if (confirm?.metric === 'topic-rate' && required.has(confirm.topic)) return true;
  return target.kind === 'throttle' && required.has(target.to);
}

function leastOf({ domain, target }: KnobDeclaration): KnobValue | undefined {
  if (target.kind === 'power-mode' || domain.type === 'categorical') return undefined;
  return domain.type === 'ordinal' ? Math.min(...domain.values) : domain.low;
}

function topicsOf(metric: Metric): string[] {
  if ('topic' in metric) return [metric.topic];
  return 'path' in metric ? metric.path : [];
}

import type { Confirmation, KnobDeclaration, KnobTarget } from '../knobs/knob.ts';
import type { Metric, Spec } from './spec.ts';

/** A name as ROS expands it: relative to `namespace` (`/`, `/drone1`) unless it is absolute. */
export function resolveName(name: string, namespace: string): string {
  if (name.startsWith('/')) return name;
  return `${namespace === '/' ? '' : namespace}/${name}`;
}

/**
 * The spec with every topic and node name absolute, as the graph and the profiler know them. What
 * requirements, objectives and knobs are called does not change.
 */
export function resolveNames(spec: Spec, namespace: string): Spec {
  const resolve = (name: string) => resolveName(name, namespace);
  return {
    ...spec,
    requirements: spec.requirements.map((item) => ({ ...item, metric: resolveMetric(item.metric, resolve) })),
    objectives: spec.objectives.map((item) => ({ ...item, metric: resolveMetric(item.metric, resolve) })),
    knobs: spec.knobs.map((knob) => resolveKnob(knob, resolve)),
  };
}

type Resolve = (name: string) => string;

function resolveMetric(metric: Metric, resolve: Resolve): Metric {
  if ('topic' in metric) return { ...metric, topic: resolve(metric.topic) };
  if ('path' in metric) return { ...metric, path: metric.path.map(resolve) };
  return metric;
}

function resolveKnob(knob: KnobDeclaration, resolve: Resolve): KnobDeclaration {
  const target = resolveTarget(knob.target, resolve);
  return knob.confirm === undefined
    ? { ...knob, target }
    : { ...knob, target, confirm: resolveConfirmation(knob.confirm, resolve) };
}

function resolveTarget(target: KnobTarget, resolve: Resolve): KnobTarget {
  if (target.kind === 'placement') return { ...target, node: resolve(target.node) };
  if (target.kind === 'parameter') {
    const { owner } = target;
    return {
      ...target,
      node: resolve(target.node),
      ...(owner !== undefined && { owner: resolve(owner) }),
    };
  }
  if (target.kind === 'service') return { ...target, service: resolve(target.service) };
  if (target.kind === 'throttle') return { ...target, from: resolve(target.from), to: resolve(target.to) };
  return target;
}

function resolveConfirmation(confirm: Confirmation, resolve: Resolve): Confirmation {
  return 'topic' in confirm ? { ...confirm, topic: resolve(confirm.topic) } : confirm;
}

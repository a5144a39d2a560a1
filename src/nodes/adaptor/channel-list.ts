import { forbiddenTarget } from '../../core/knobs/forbidden.ts';
import { gateUnlimited } from '../../core/knobs/rate-gate.ts';
import { accept, type Refusal, type Result, refuse } from '../../core/refusal.ts';
import type { ParameterValues } from '../../ros/index.ts';

/** A channel as its parameters say. Topics are as written: whoever opens them applies remappings, once. */
export type ChannelSettings = { name: string; from: string; to: string; rateHz: number };

/** A topic's fully qualified name, remappings applied; undefined when ROS would not take it. */
export type ResolveTopic = (topic: string) => string | undefined;

/** The names in `channels`, those without topics included. */
export function channelNames(values: ParameterValues): string[] {
  return values.channels as string[];
}

/**
 * The channels that have both topics. Refuses TT_PARAM_RANGE (names, topics, rates, two channels into one
 * topic), TT_KNOB_FORBIDDEN for a topic that is never touched, and TT_CHANNEL_LOOP.
 */
export function readChannels(values: ParameterValues, resolve: ResolveTopic): Result<ChannelSettings[]> {
  const refusals: Refusal[] = badNames(channelNames(values));
  const channels: ChannelSettings[] = [];
  const routes: Route[] = [];
  for (const name of channelNames(values)) {
    // A name that has just come in has no parameters yet.
    const rateHz = (values[`channels.${name}.rate`] ?? gateUnlimited) as number;
    const topic = (end: 'from' | 'to') => (values[`channels.${name}.${end}`] ?? '') as string;
    const [from, to] = [topic('from'), topic('to')];
    refusals.push(...badRate(name, rateHz), ...badTopics(name, { from, to }, resolve));
    if (from === '' || to === '') continue;
    channels.push({ name, from, to, rateHz });
    routes.push({ name, from: resolve(from) ?? from, to: resolve(to) ?? to });
  }
  refusals.push(...routes.flatMap(forbidden), ...sharedOutputs(routes), ...loops(routes));
  return refusals.length > 0 ? refuse(...refusals) : accept(channels);
}

/** A channel's ends by their fully qualified names. */
type Route = { name: string; from: string; to: string };

function badNames(names: string[]): Refusal[] {
  const isBad = (name: string, i: number) => !/^[\w-]+$/.test(name) || names.indexOf(name) !== i;
  return names.filter(isBad).map((name) => ({
    code: 'TT_PARAM_RANGE',
    reason: 'not the name of a channel',
    found: name,
    accepted: 'letters, digits, _ and -, each name once',
  }));
}

/** Between -1 (unlimited) and 0 (off) no rate means anything. */
function badRate(name: string, rateHz: number): Refusal[] {
  if (rateHz >= 0 || rateHz === gateUnlimited) return [];
  return [
    {
      code: 'TT_PARAM_RANGE',
      reason: `parameter channels.${name}.rate is out of range`,
      found: String(rateHz),
      accepted: '-1 (unlimited), 0 (off) or a rate in Hz',
    },
  ];
}

function badTopics(name: string, ends: { from: string; to: string }, resolve: ResolveTopic): Refusal[] {
  return Object.entries(ends)
    .filter(([, topic]) => topic !== '' && resolve(topic) === undefined)
    .map(([end, topic]) => ({
      code: 'TT_PARAM_RANGE',
      reason: `parameter channels.${name}.${end} is not the name of a topic`,
      found: topic,
      accepted: 'a ROS name such as "image_raw" or "/robot/image_raw"',
    }));
}

function forbidden({ from, to }: Route): Refusal[] {
  const refusal = forbiddenTarget({ kind: 'throttle', from, to });
  return refusal ? [refusal] : [];
}

/** Two types on one topic, or rates that add up: nobody wants either. */
function sharedOutputs(routes: Route[]): Refusal[] {
  return routes
    .filter(({ to }, i) => routes.findIndex((other) => other.to === to) !== i)
    .map(({ name, to }) => ({
      code: 'TT_PARAM_RANGE',
      reason: `channel ${name} publishes a topic that another channel publishes`,
      found: to,
      accepted: 'an output of its own for each channel',
    }));
}

function loops(routes: Route[]): Refusal[] {
  const refusals: Refusal[] = [];
  const reported = new Set<string>();
  for (const route of routes) {
    const circle = circleThrough(route, routes);
    if (circle === undefined || reported.has(route.to)) continue;
    for (const topic of circle) reported.add(topic);
    refusals.push({
      code: 'TT_CHANNEL_LOOP',
      reason: `channel ${route.name} feeds itself`,
      found: circle.join(' -> '),
      accepted: 'channels whose output does not come back to their source',
    });
  }
  return refusals;
}

/** The topics from a channel's output back to it; undefined when its source does not come from itself. */
function circleThrough(route: Route, routes: Route[]): string[] | undefined {
  const upstream = [route.to];
  let topic = route.from;
  for (let steps = 0; steps < routes.length; steps++) {
    upstream.unshift(topic);
    if (topic === route.to) return upstream;
    const feeder = routes.find(({ to }) => to === topic);
    if (feeder === undefined) return undefined;
    topic = feeder.from;
  }
  return undefined;
}

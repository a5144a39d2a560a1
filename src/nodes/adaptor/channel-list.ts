import { forbiddenTarget } from '../../core/knobs/forbidden.ts';
import { gateUnlimited } from '../../core/knobs/rate-gate.ts';
import { accept, type Refusal, type Result, refuse } from '../../core/refusal.ts';
import type { ParameterValues } from '../../ros/index.ts';

/** A channel as its parameters say; topics are fully qualified. */
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
  for (const name of channelNames(values)) {
    // A name that has just come in has no parameters yet.
    const rateHz = (values[`channels.${name}.rate`] ?? gateUnlimited) as number;
    refusals.push(...badRate(name, rateHz));
    const [from, to] = (['from', 'to'] as const).map((end) => {
      const topic = (values[`channels.${name}.${end}`] ?? '') as string;
      if (topic === '') return undefined;
      const resolved = resolve(topic);
      if (resolved === undefined) refusals.push(badTopic(`channels.${name}.${end}`, topic));
      return resolved;
    });
    if (from !== undefined && to !== undefined) channels.push({ name, from, to, rateHz });
  }
  refusals.push(...channels.flatMap(forbidden), ...sharedOutputs(channels), ...loops(channels));
  return refusals.length > 0 ? refuse(...refusals) : accept(channels);
}

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

function badTopic(parameter: string, topic: string): Refusal {
  return {
    code: 'TT_PARAM_RANGE',
    reason: `parameter ${parameter} is not the name of a topic`,
    found: topic,
    accepted: 'a ROS name such as "image_raw" or "/robot/image_raw"',
  };
}

function forbidden({ from, to }: ChannelSettings): Refusal[] {
  const refusal = forbiddenTarget({ kind: 'throttle', from, to });
  return refusal ? [refusal] : [];
}

/** Two types on one topic, or rates that add up: nobody wants either. */
function sharedOutputs(channels: ChannelSettings[]): Refusal[] {
  return channels
    .filter(({ to }, i) => channels.findIndex((other) => other.to === to) !== i)
    .map(({ name, to }) => ({
      code: 'TT_PARAM_RANGE',
      reason: `channel ${name} publishes a topic that another channel publishes`,
      found: to,
      accepted: 'an output of its own for each channel',
    }));
}

function loops(channels: ChannelSettings[]): Refusal[] {
  const refusals: Refusal[] = [];
  const reported = new Set<string>();
  for (const channel of channels) {
    const circle = circleThrough(channel, channels);
    if (circle === undefined || reported.has(channel.to)) continue;
    for (const topic of circle) reported.add(topic);
    refusals.push({
      code: 'TT_CHANNEL_LOOP',
      reason: `channel ${channel.name} feeds itself`,
      found: circle.join(' -> '),
      accepted: 'channels whose output does not come back to their source',
    });
  }
  return refusals;
}

/** The topics from a channel's output back to it; undefined when its source does not come from itself. */
function circleThrough(channel: ChannelSettings, channels: ChannelSettings[]): string[] | undefined {
  const upstream = [channel.to];
  let topic = channel.from;
  for (let steps = 0; steps < channels.length; steps++) {
    upstream.unshift(topic);
    if (topic === channel.to) return upstream;
    const feeder = channels.find(({ to }) => to === topic);
    if (feeder === undefined) return undefined;
    topic = feeder.from;
  }
  return undefined;
}

import { stripVTControlCharacters } from 'node:util';
import type { LatencyStats, Profile, TopicStats } from '../../core/measure/profile.ts';
import { unitOfReading } from '../../core/measure/system-units.ts';
import { type Cell, type Style, wrap } from '../terminal/index.ts';
import { fitColumns, type NamedRow } from './fit-columns.ts';

/** A topic that loses more than this share of its messages is shown as bad. */
const badLoss = 0.01;
const none = '-';

/** A profile for people, in lines no wider than `width`: topics, paths, processes, groups, readings, and what to know of them. */
export function profileView(profile: Profile, { width, style }: { width: number; style: Style }): string[] {
  const table = (headers: [string, ...string[]], rows: NamedRow[]) =>
    rows.length === 0 ? [] : ['', ...fitColumns({ headers, rows, width, paintHeader: style.bold })];
  return [
    ...headline(profile).flatMap((line) => wrap(line, width)),
    ...table(
      ['topic', 'Hz', 'age p95 ms', 'jitter ms', 'lost', 'MB/s', 'gap ms'],
      profile.topics.map((topic) => ({ name: plain(topic.topic), cells: topicCells(topic, style) })),
    ),
    ...table(
      ['path', 'p95 ms', 'p50 ms', 'max ms', 'samples'],
      profile.paths.map(({ path, latency }) => ({
        name: plain(path.join(' -> ')),
        cells: latencyCells(latency),
      })),
    ),
    ...table(
      ['process', 'cores', 'MB', 'threads', 'switches/s'],
      profile.processes.map((process) => ({
        name: plain(process.nodes.length > 0 ? `${process.name}: ${process.nodes.join(' ')}` : process.name),
        cells: [
          process.cpuCores.toFixed(2),
          megabytes(process.rssBytes),
          process.threads > 0 ? String(process.threads) : none,
          (process.voluntarySwitchesHz + process.involuntarySwitchesHz).toFixed(0),
        ],
      })),
    ),
    ...table(
      ['group', 'cores', 'limit', 'throttled', 'MB'],
      profile.cgroups.map((group) => ({
        name: plain(group.name),
        cells: [
          group.cpuCores.toFixed(2),
          group.limitCores?.toFixed(2) ?? none,
          percent(group.throttledShare),
          megabytes(group.memoryBytes),
        ],
      })),
    ),
    ...notes(profile).flatMap((note) => ['', ...wrap(plain(note), width)]),
  ];
}

function headline({ windowMs, platform }: Profile): string[] {
  const readings = Object.entries(platform).map(([name, value]) =>
    `${name} ${Number(value.toPrecision(3))} ${unitOfReading(name)}`.trimEnd(),
  );
  return [[`window ${(windowMs / 1000).toFixed(1)} s`, ...readings].join(', ')];
}

function topicCells(topic: TopicStats, style: Style): Cell[] {
  const silent = topic.count === 0;
  const share = topic.lost / Math.max(1, topic.count + topic.lost);
  const lost = topic.lost === 0 ? none : `${topic.lost} (${percent(share)})`;
  const rate = `${topic.rateHz.toFixed(2)}${topic.rateErrorHz > 0 ? ` ±${topic.rateErrorHz.toFixed(2)}` : ''}`;
  return [
    silent ? { text: 'silent', paint: style.warn } : rate,
    topic.age ? topic.age.p95Ms.toFixed(1) : none,
    silent ? none : topic.periodJitterMs.toFixed(1),
    share > badLoss ? { text: lost, paint: style.bad } : lost,
    (topic.bytesPerSecond / 1e6).toFixed(3),
    topic.maxGapMs.toFixed(0),
  ];
}

function latencyCells({ count, p50Ms, p95Ms, maxMs }: LatencyStats): string[] {
  const numbers = count === 0 ? [none, none, none] : [p95Ms, p50Ms, maxMs].map((ms) => ms.toFixed(1));
  return [...numbers, String(count)];
}

/** What the numbers do not contain, so that nobody takes them for more than they are. */
function notes({ topics, paths, unmappedNodes }: Profile): string[] {
  return [
    ...topics.filter(({ loss }) => loss !== '').map(({ topic, loss }) => `${topic}: ${loss}`),
    ...paths
      .filter(({ unseen }) => unseen.length > 0)
      .map(({ path, unseen }) => `${path.join(' -> ')}: not seen: ${unseen.join('; ')}`),
    ...paths
      .filter(({ unmatched }) => unmatched > 0)
      .map(({ path, unmatched }) => `${path.join(' -> ')}: ${unmatched} arrivals without a known start`),
    ...(unmappedNodes.length > 0 ? [`nodes whose process is not known: ${unmappedNodes.join(', ')}`] : []),
  ];
}

/** Names come from the graph and could hold anything; control characters would break the screen. */
function plain(text: string): string {
  return stripVTControlCharacters(text).replace(/\p{Cc}/gu, '');
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(0);
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

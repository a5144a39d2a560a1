import type { Node } from 'yaml';
import { describeBound, describeMetric } from './describe.ts';
import { Entry } from './entry.ts';
import { readBound, readDirection, readQuantity, statistics } from './expression.ts';
import { readRosName } from './names.ts';
import { acceptedNames } from './nearest.ts';
import type { Metric, Objective, Requirement, Statistic } from './spec.ts';
import { type KeyGroup, keysOf } from './spec-keys.ts';
import type { SpecSource, Token } from './spec-source.ts';
import { refuseWeight, type TradeOff } from './trade-off-entry.ts';
import { platformQuantity, platformReadings, type Quantity, quantities, quantityOf } from './units.ts';

/** What can be measured of each subject. */
const measures = {
  topic: ['rate', 'age'],
  path: ['latency'],
  process: ['cpu'],
  platform: ['value'],
} as const;

type Subject = keyof typeof measures;
const subjects = Object.keys(measures) as Subject[];

const requirementExample = '{topic: cmd_vel, rate: ">= 20 Hz"}';
const objectiveExample = '{topic: detections, rate: maximize}';

/** What requirements and objectives share; the metric is undefined when its subject was refused. */
type Measured = { entry: Entry; metric: Metric | undefined; quantity: Quantity; expression: Token };

/** One entry of `require`; undefined when refused. */
export function readRequirement(source: SpecSource, node: Node): Requirement | undefined {
  const measured = readMeasured(source, node, 'A requirement', 'requirement', requirementExample);
  if (measured === undefined) return undefined;
  const { entry, metric, quantity, expression } = measured;
  const wanted = readBound(source, expression, quantity);
  const name = entry.text('name');
  if (metric === undefined || wanted === undefined || entry.refused('name', name)) return undefined;
  const requirement = {
    metric: withStatistic(metric, wanted.statistic),
    comparison: wanted.comparison,
    bound: wanted.bound,
    ...(wanted.ofBaseline && { ofBaseline: wanted.ofBaseline }),
    unit: quantities[quantity].canonical,
  };
  const generated = `${describeMetric(requirement.metric)} ${describeBound(requirement)}`;
  return { name: name?.text ?? generated, ...requirement };
}

/** One entry of `improve`; undefined when refused. */
export function readObjective(source: SpecSource, node: Node, tradeOff: TradeOff): Objective | undefined {
  const measured = readMeasured(source, node, 'An objective', 'objective', objectiveExample);
  if (measured === undefined) return undefined;
  const { entry, metric, quantity, expression } = measured;
  const wanted = readDirection(source, expression, quantity);
  const name = entry.text('name');
  const weight = tradeOff === 'pareto' ? refuseWeight(entry) : readWeight(entry);
  const enough = readEnough(entry, quantity);
  if (metric === undefined || wanted === undefined || entry.refused('name', name)) return undefined;
  if (entry.refused('weight', weight) || entry.refused('enough', enough)) return undefined;
  const settled = withStatistic(metric, wanted.statistic);
  return {
    name: name?.text ?? describeMetric(settled),
    metric: settled,
    direction: wanted.direction,
    weight: weight ?? 1,
    unit: quantities[quantity].canonical,
    ...(enough !== undefined && { enough }),
  };
}

function readMeasured(
  source: SpecSource,
  node: Node,
  what: string,
  own: KeyGroup,
  example: string,
): Measured | undefined {
  const entry = Entry.at(source, node, what, example);
  const subject = entry?.oneOf(subjects) as Subject | undefined;
  entry?.allowOnly(keysOf(...(subject === undefined ? subjects : [subject]), own));
  if (entry === undefined || subject === undefined) return undefined;
  const measure = entry.oneOf(measures[subject]);
  const metric = readMetric(entry, subject, measure);
  const expression = measure === undefined ? undefined : entry.expression(measure, example);
  const quantity = metric === undefined ? measuredQuantity(measure) : quantityOf(metric);
  if (expression === undefined || quantity === undefined) return undefined;
  return { entry, metric, quantity, expression };
}

/** What an expression is about when its subject could not be read, so that it is checked all the same. */
function measuredQuantity(measure: string | undefined): Quantity | undefined {
  if (measure === 'age') return 'latency';
  return measure === 'rate' || measure === 'latency' || measure === 'cpu' ? measure : undefined;
}

/** The metric with a placeholder statistic, which its expression names. */
function readMetric(entry: Entry, subject: Subject, measure: string | undefined): Metric | undefined {
  const statistic = statistics[0] as Statistic;
  switch (subject) {
    case 'topic': {
      const token = entry.text('topic');
      const topic = token && readRosName(entry.source, token);
      if (topic === undefined) return undefined;
      return measure === 'age' ? { kind: 'topic-age', topic, statistic } : { kind: 'topic-rate', topic };
    }
    case 'path': {
      const path = readPath(entry);
      return path && { kind: 'path-latency', path, statistic };
    }
    case 'process': {
      const process = entry.text('process')?.text;
      return process === undefined ? undefined : { kind: 'process-cpu', process };
    }
    case 'platform':
      return readPlatformMetric(entry);
  }
}

function readPath(entry: Entry): string[] | undefined {
  const tokens = entry.texts('path');
  if (tokens === undefined) return undefined;
  const topics = tokens.map((token) => readRosName(entry.source, token));
  if (topics.some((topic) => topic === undefined)) return undefined;
  if (topics.length >= 2) return topics as string[];
  return entry.source.refuse({
    code: 'TT_SPEC_RANGE',
    reason: 'A path has at least two topics.',
    at: entry.value('path') as Node,
    accepted: '[camera/image_raw, cmd_vel]',
  });
}

function readPlatformMetric(entry: Entry): Metric | undefined {
  const token = entry.text('platform');
  if (token === undefined) return undefined;
  if (platformQuantity(token.text) !== undefined) {
    return { kind: 'platform', quantity: token.text };
  }
  return entry.source.refuse({
    code: 'TT_SPEC_EXPRESSION',
    reason: 'No such platform reading.',
    at: token,
    found: token.text,
    accepted: acceptedNames(token.text, Object.keys(platformReadings)),
  });
}

function readWeight(entry: Entry): number | undefined {
  const weight = entry.number('weight');
  if (weight === undefined || weight > 0) return weight;
  return entry.source.refuse({
    code: 'TT_SPEC_RANGE',
    reason: 'A weight must be greater than 0.',
    at: entry.value('weight') as Node,
    found: String(weight),
    accepted: 'a weight > 0',
  });
}

function readEnough(entry: Entry, quantity: Quantity): number | undefined {
  const token = entry.expression('enough', `10 ${quantities[quantity].canonical}`);
  return token && readQuantity(entry.source, token, quantity);
}

function withStatistic(metric: Metric, statistic: Statistic | undefined): Metric {
  return 'statistic' in metric && statistic !== undefined ? { ...metric, statistic } : metric;
}

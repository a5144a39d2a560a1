import { describeDomain, describeTarget, formatKnobValue } from '../core/knobs/knob-value.ts';
import { formatRefusal } from '../core/refusal.ts';
import { describeBound, describeMetric, formatNumber } from '../core/spec/describe.ts';
import type { ContextFeature, Objective, Requirement, Spec } from '../core/spec/spec.ts';
import { rangeLabels } from '../core/tune/library/context.ts';
import { readSpecFile } from '../io/spec-file.ts';
import { renderTable } from './terminal/table.ts';

/** How it is called. */
export const usage = 'trimtab check SPEC';

/**
 * `trimtab check SPEC`: prints what a performance spec says, or every reason why it cannot be used.
 * Exit code 0 when it can, else 1; 2 for a command line that cannot be understood.
 */
export async function run(args: string[]): Promise<number> {
  const [file, ...rest] = args;
  if (file === undefined || rest.length > 0) {
    const found = args.join(' ');
    const reason = 'check reads one performance spec.';
    const refusal = { code: 'TT_USAGE' as const, reason, found, accepted: usage };
    console.error(formatRefusal(refusal));
    return 2;
  }
  const result = readSpecFile(file);
  if (!result.ok) {
    for (const refusal of result.refusals) console.error(formatRefusal(refusal));
    return 1;
  }
  console.log(describeSpec(result.value));
  return 0;
}

function describeSpec(spec: Spec): string {
  const head = [`robot ${spec.robot ?? '-'}`, `platform ${spec.platform ?? '-'}`];
  if (spec.tradeOff) head.push(`trade-off ${spec.tradeOff}`);
  if (spec.context.length > 0) head.push(`context ${spec.context.map(describeFeature).join(', ')}`);
  const requirements = spec.requirements.map((item) => [subject(item), describeBound(item)]);
  const objectives = spec.objectives.map((item) => [
    subject(item),
    item.direction,
    spec.tradeOff ? '-' : formatNumber(item.weight),
    describeEnough(item),
  ]);
  const knobs = spec.knobs.map((knob) => [
    knob.name,
    describeTarget(knob.target),
    describeDomain(knob),
    knob.default === undefined ? 'as found' : formatKnobValue(knob, knob.default),
    knob.takesEffect,
    describeConfirmation(knob.confirm),
  ]);
  return [
    head.join(', '),
    table(['requirement', 'required'], requirements),
    table(['objective', 'wanted', 'weight', 'enough'], objectives),
    table(['knob', 'turns', 'values', 'starts at', 'takes effect', 'confirmed by'], knobs),
  ].join('\n\n');
}

/** `battery_percent (below 20, 20 to 50, from 50)`. */
function describeFeature({ name, edges }: ContextFeature): string {
  return edges ? `${name} (${rangeLabels(edges).join(', ')})` : name;
}

/** What is measured, after the name a person gave it. */
function subject({ name, metric }: Requirement | Objective): string {
  const measured = describeMetric(metric);
  return name.startsWith(measured) ? measured : `${name}: ${measured}`;
}

function describeEnough({ enough, unit }: Objective): string {
  return enough === undefined ? '-' : `${formatNumber(enough)} ${unit}`;
}

function describeConfirmation(confirm: Spec['knobs'][number]['confirm']): string {
  if (confirm === undefined) return 'read-back only';
  return confirm.metric === 'topic-rate'
    ? `rate of ${confirm.topic} (${confirm.relation})`
    : `cpu of ${confirm.process} (${confirm.relation})`;
}

function table(headers: string[], rows: string[][]): string {
  const columns = headers.map((header, i) => ({ header, flexible: i > 0 }));
  return renderTable({ columns, rows, width: process.stdout.columns ?? 120 });
}

import type { Configuration, KnobDeclaration, KnobValue } from '../../core/knobs/knob.ts';
import {
  describeTarget,
  formatDomain,
  formatKnobValue,
  parseKnobValue,
  unknownKnob,
} from '../../core/knobs/knob-value.ts';
import type { Plan, TransactionReport } from '../../core/knobs/transaction.ts';
import { accept, formatRefusal, type Refusal, type Result, refuse } from '../../core/refusal.ts';
import { describeBound, formatNumber } from '../../core/spec/describe.ts';
import type { SpecEvaluation } from '../../core/spec/evaluate.ts';
import type { Requirement } from '../../core/spec/spec.ts';
import type { Context } from '../../core/tune/library/context.ts';
import { type Message, msToStamp } from '../../ros/index.ts';
import type { TrialOutcome } from './trial-runner.ts';
import type { TuneFrontPoint } from './tune-run.ts';

/** A configuration as trimtab_msgs/KnobSetting[]. */
export function settingsToMessage(configuration: Configuration): Message[] {
  return Object.entries(configuration).map(([name, value]) => ({ name, value: String(value) }));
}

/** A context as trimtab_msgs/ContextFeature[]; one that is not known has no features. */
export function contextToMessage(context: Context | undefined): Message[] {
  return Object.entries(context ?? {}).map(([name, value]) => ({ name, value }));
}

/** trimtab_msgs/KnobSetting[] as a configuration; every unknown name and bad value is refused. */
export function settingsFromMessage(
  declarations: readonly KnobDeclaration[],
  settings: Message[],
): Result<Configuration> {
  const configuration: Record<string, KnobValue> = {};
  const refusals: Refusal[] = [];
  for (const { name, value } of settings) {
    const declaration = declarations.find((known) => known.name === name);
    const parsed = declaration
      ? parseKnobValue(declaration, value)
      : refuse(
          unknownKnob(
            name,
            declarations.map((known) => known.name),
          ),
        );
    if (parsed.ok) configuration[name] = parsed.value;
    else refusals.push(...parsed.refusals);
  }
  return refusals.length > 0 ? refuse(...refusals) : accept(configuration);
}

/** Verdicts as trimtab_msgs/KnobVerdict[]. */
export function verdictsToMessage(verdicts: TrialOutcome['verdicts']): Message[] {
  return verdicts.map(({ name, requested, verdict }) => ({
    name,
    requested,
    achieved: 'achieved' in verdict ? String(verdict.achieved) : '',
    outcome: verdict.outcome,
    reason: 'evidence' in verdict ? verdict.evidence : verdict.reason,
  }));
}

/** What became of every knob of a wanted configuration, as trimtab_msgs/KnobVerdict[]; one that held its value already was left alone. */
export function writesToMessage(
  wanted: Configuration,
  held: Configuration,
  { writes }: TransactionReport,
): Message[] {
  const written = writes.map(({ name, requested, verdict }) => ({
    name,
    requested: String(requested),
    verdict,
  }));
  const untouched = Object.entries(wanted)
    .filter(([name, value]) => held[name] === value)
    .map(([name, value]) => {
      const evidence = 'the target held it already';
      const achieved = String(held[name]);
      return {
        name,
        requested: String(value),
        verdict: { outcome: 'accepted', achieved, evidence } as const,
      };
    });
  return verdictsToMessage([...written, ...untouched]);
}

/** What a plan would write, in its order, as trimtab_msgs/KnobVerdict[] with the outcome `planned`. */
export function plannedToMessage({ writes }: Plan): Message[] {
  return writes.flatMap((step, i) =>
    step.map(({ declaration, from, to }) => ({
      name: declaration.name,
      requested: String(to),
      achieved: String(from),
      outcome: 'planned',
      reason: `step ${i + 1} of ${writes.length}: ${formatKnobValue(declaration, from)} -> ${formatKnobValue(declaration, to)}`,
    })),
  );
}

/** Requirements and objectives as measured, as trimtab_msgs/Margin[]. */
export function marginsToMessage(evaluation: SpecEvaluation): Message[] {
  const requirements = evaluation.requirements.map(
    ({ requirement, bound, measured, margin, met, confidence }) => ({
      name: requirement.name,
      kind: 'requirement',
      required: requiredText(requirement, bound),
      measured: measured ?? Number.NaN,
      unit: requirement.unit,
      margin: margin ?? Number.NaN,
      met,
      confidence: confidence ?? Number.NaN,
    }),
  );
  const objectives = evaluation.objectives.map(({ objective, measured }) => ({
    name: objective.name,
    kind: 'objective',
    required: '',
    measured: measured ?? Number.NaN,
    unit: objective.unit,
    margin: Number.NaN,
    met: measured !== undefined,
    confidence: Number.NaN,
  }));
  return [...requirements, ...objectives];
}

/** A share of the baseline with what that comes to: `>= 0.95 × baseline, 19 Hz`. */
function requiredText(requirement: Requirement, bound: number | undefined): string {
  const text = describeBound(requirement);
  if (!requirement.ofBaseline || bound === undefined) return text;
  return `${text}, ${formatNumber(bound)} ${requirement.unit}`;
}

/** A trial as trimtab_msgs/Trial; without an outcome only its number and reason are told. */
export function trialToMessage(
  { number, nowMs, reason }: { number: number; nowMs: number; reason: string },
  outcome: TrialOutcome | undefined,
): Message {
  return {
    header: { stamp: msToStamp(nowMs), frame_id: '' },
    number,
    configuration: settingsToMessage(outcome?.configuration ?? {}),
    verdicts: verdictsToMessage(outcome?.verdicts ?? []),
    margins: outcome ? marginsToMessage(outcome.evaluation) : [],
    feasible: outcome?.evaluation.met ?? false,
    cut_short: outcome?.cut !== undefined,
    violation_seconds: (outcome?.violationMs ?? 0) / 1000,
    score: outcome?.evaluation.score ?? 0,
    reason,
  };
}

/** A front as trimtab_msgs/FrontPoint[]. */
export function frontToMessage(front: readonly TuneFrontPoint[]): Message[] {
  return front.map(({ number, configuration, objectives, knee, inForce }) => ({
    trial: number,
    configuration: settingsToMessage(configuration),
    objectives: objectives.map(({ name, value = Number.NaN, unit }) => ({ name, value, unit })),
    knee,
    in_force: inForce,
  }));
}

/** A knob as trimtab_msgs/Knob. */
export function knobToMessage(declaration: KnobDeclaration, value: KnobValue | undefined): Message {
  return {
    name: declaration.name,
    target: describeTarget(declaration.target),
    domain: formatDomain(declaration.domain),
    unit: declaration.unit,
    takes_effect: declaration.takesEffect,
    value: value === undefined ? '' : String(value),
  };
}

/** The success, code and message fields that every answer has. */
export function answer(refusals: Refusal[]): { success: boolean; code: string; message: string } {
  const [first] = refusals;
  return { success: !first, code: first?.code ?? '', message: refusals.map(formatRefusal).join('\n') };
}

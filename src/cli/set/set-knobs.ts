import { setTimeout as sleep } from 'node:timers/promises';
import { forbiddenTarget } from '../../core/knobs/forbidden.ts';
import type { Configuration, KnobDeclaration, KnobValue, Verdict } from '../../core/knobs/knob.ts';
import { parseKnobValue } from '../../core/knobs/knob-value.ts';
import { judgeUnknownEffect } from '../../core/knobs/unknown-effect.ts';
import { judge } from '../../core/knobs/verdict.ts';
import { type ParameterDescription, wildcardKnob } from '../../core/knobs/wildcard.ts';
import type { Profile } from '../../core/measure/profile.ts';
import { accept, type Refusal, type Result, refuse } from '../../core/refusal.ts';
import { resolveName, resolveNames } from '../../core/spec/resolve-names.ts';
import { readSpecFile } from '../../io/spec-file.ts';
import { carryOut, planFromHeld, refusalsOf } from '../../nodes/tuner/apply-configuration.ts';
import { KnobSet } from '../../nodes/tuner/knob-set.ts';
import { KnownProcesses } from '../../nodes/tuner/known-processes.ts';
import { plannedToMessage, verdictsToMessage, writesToMessage } from '../../nodes/tuner/messages.ts';
import { defaultStateDir } from '../../nodes/tuner/parameters.ts';
import { SafetyNet } from '../../nodes/tuner/safety-net.ts';
import { type ClientSession, type Message, RemoteParameters } from '../../ros/index.ts';
import type { SetRequest } from './arguments.ts';
import { EffectWatch, ratesOf } from './effect-watch.ts';
import { asRefusal, RunningTuner } from './running-tuner.ts';

const windowMs = 2000;

/** What became of each knob, as trimtab_msgs/KnobVerdict, and every refusal. */
export type SetOutcome = { verdicts: Message[]; refusals: Refusal[] };

/**
 * Sets knobs as one transaction: through the tuner where one runs that turns them, else with its code in this process.
 * What was written is measured afterwards, as far as a topic can show it.
 */
export async function setKnobs(session: ClientSession, request: SetRequest): Promise<SetOutcome> {
  const tuner = await RunningTuner.find(session, request.tuner);
  const isTuners = tuner !== undefined && request.settings.every(({ name }) => tuner.knobs.includes(name));
  const declared = await declarationsFor(session, request, isTuners ? tuner : undefined);
  if (!declared.ok) return { verdicts: [], refusals: declared.refusals };
  const backends = {
    node: session.node,
    adaptorNode: '/adaptor',
    cpuBudget: undefined,
    processes: new KnownProcesses(),
  };
  const { knobs, absent } = KnobSet.open(declared.value, backends);
  try {
    if (isTuners) return await throughTuner(session, request, tuner, knobs);
    const objections = (await tuner?.objections()) ?? [];
    if (objections.length > 0) return { verdicts: [], refusals: objections };
    const concerned = absent.filter(({ found }) => request.settings.some(({ name }) => name === found));
    if (concerned.length > 0) return { verdicts: [], refusals: concerned };
    return await directly(session, request, knobs);
  } finally {
    knobs.close();
  }
}

/** From the spec that was named, else from the tuner's, else from what the nodes say of their parameters. */
async function declarationsFor(
  session: ClientSession,
  { specFile, settings }: SetRequest,
  tuner: RunningTuner | undefined,
): Promise<Result<KnobDeclaration[]>> {
  if (specFile !== undefined) {
    const spec = readSpecFile(specFile);
    return spec.ok ? accept(resolveNames(spec.value, '/').knobs) : spec;
  }
  if (tuner) return accept(await tuner.declarations());
  const knobs: KnobDeclaration[] = [];
  const refusals: Refusal[] = [];
  for (const { name } of settings) {
    const knob = await describeWildcard(session, name);
    if (knob.ok) knobs.push({ ...knob.value, name });
    else refusals.push(...knob.refusals);
  }
  return refusals.length > 0 ? refuse(...refusals) : accept(knobs);
}

async function describeWildcard(session: ClientSession, name: string): Promise<Result<KnobDeclaration>> {
  const [node, parameter, ...rest] = name.split(/\s+/);
  if (node === undefined || parameter === undefined || rest.length > 0) {
    const accepted =
      'a knob of the running tuner, a knob of --spec, or a node and its parameter: "/camera fps"';
    return refuse({ code: 'TT_PARAM_UNKNOWN', reason: 'No such knob.', found: name, accepted });
  }
  const nodeName = resolveName(node, '/');
  const forbidden = forbiddenTarget({ kind: 'parameter', node: nodeName, parameter });
  if (forbidden) return refuse(forbidden);
  const remote = new RemoteParameters({ node: session.node, nodeName });
  const described = await remote.describe(parameter);
  remote.close();
  return described.ok ? wildcardKnob(nodeName, parameter, asDescription(described.value)) : described;
}

function asDescription({
  type,
  read_only,
  floating_point_range,
  integer_range,
}: Message): ParameterDescription {
  const [range] = [...(floating_point_range ?? []), ...(integer_range ?? [])];
  const bounds = range && { low: Number(range.from_value), high: Number(range.to_value) };
  return { type: Number(type), readOnly: read_only === true, ...(bounds && { range: bounds }) };
}

async function throughTuner(
  session: ClientSession,
  request: SetRequest,
  tuner: RunningTuner,
  knobs: KnobSet,
): Promise<SetOutcome> {
  const names = request.settings.map(({ name }) => name);
  const watched = knobs.declarations.filter(({ name }) => names.includes(name));
  const watch = await EffectWatch.open(session, request.dryRun ? [] : watched);
  const before = watch.isSilent ? undefined : await watch.measure(windowMs);
  const answer = await tuner.apply(request.settings, request.dryRun);
  if (!answer.ok) return { verdicts: [], refusals: answer.refusals };
  const { success, verdicts } = answer.value;
  if (!success) return { verdicts, refusals: [asRefusal(answer.value)] };
  const wanted = readSettings(watched, request);
  if (request.dryRun || !wanted.ok || watched.length < names.length) return { verdicts, refusals: [] };
  return { verdicts: await measured({ request, knobs, watch, before, wanted: wanted.value }), refusals: [] };
}

async function directly(session: ClientSession, request: SetRequest, knobs: KnobSet): Promise<SetOutcome> {
  const wanted = readSettings(knobs.declarations, request);
  const planned = wanted.ok ? await planFromHeld(knobs, wanted.value) : wanted;
  if (!wanted.ok || !planned.ok) return { verdicts: [], refusals: planned.ok ? [] : planned.refusals };
  const { plan, held } = planned.value;
  if (request.dryRun) return { verdicts: plannedToMessage(plan), refusals: [] };
  const turned = knobs.declarations.filter(({ name }) => Object.hasOwn(wanted.value, name));
  const watch = await EffectWatch.open(session, turned);
  const before = watch.isSilent ? undefined : await watch.measure(windowMs);
  const safety = new SafetyNet(defaultStateDir());
  try {
    const spread = await safety.spread({
      declarations: knobs.declarations,
      held,
      adaptorNode: '/adaptor',
      cpuGroup: '',
      processes: new KnownProcesses(),
    });
    if (!spread.ok) return { verdicts: [], refusals: spread.refusals };
    const report = await carryOut(knobs, plan);
    safety.gather();
    const refusals = refusalsOf(report);
    if (refusals.length > 0) return { verdicts: writesToMessage(wanted.value, held, report), refusals };
  } finally {
    await safety.close();
  }
  return { verdicts: await measured({ request, knobs, watch, before, wanted: wanted.value }), refusals: [] };
}

function readSettings(
  declarations: readonly KnobDeclaration[],
  { settings }: SetRequest,
): Result<Configuration> {
  const wanted: Configuration = {};
  const refusals: Refusal[] = [];
  for (const { name, text } of settings) {
    const declaration = declarations.find((each) => each.name === name);
    const value: Result<KnobValue> = declaration
      ? parseKnobValue(declaration, text)
      : refuse({ code: 'TT_PARAM_UNKNOWN', reason: 'No such knob.', found: name });
    if (value.ok) wanted[name] = value.value;
    else refusals.push(...value.refusals);
  }
  return refusals.length > 0 ? refuse(...refusals) : accept(wanted);
}

async function measured(options: {
  request: SetRequest;
  knobs: KnobSet;
  watch: EffectWatch;
  before: Profile | undefined;
  wanted: Configuration;
}): Promise<Message[]> {
  const { request, knobs, watch, before, wanted } = options;
  if (!watch.isSilent) await sleep(request.settleMs);
  const after = await watch.measure(watch.isSilent ? 0 : windowMs);
  const verdicts: { name: string; requested: string; verdict: Verdict }[] = [];
  for (const declaration of knobs.declarations) {
    const { name, target, takesEffect, confirm } = declaration;
    const requested = wanted[name];
    if (requested === undefined) continue;
    const held = await knobs.actuators.get(name)?.read();
    const seen = judge(declaration, requested, held, after);
    const isUnknown = takesEffect === 'unknown' && confirm === undefined && seen.outcome === 'accepted';
    const topics = target.kind === 'parameter' ? watch.topicsOf(target.node) : [];
    const verdict =
      isUnknown && before
        ? judgeUnknownEffect({
            declaration,
            requested,
            before: ratesOf(before, topics),
            after: ratesOf(after, topics),
            windowMs,
          })
        : seen;
    verdicts.push({ name, requested: String(requested), verdict });
  }
  return verdictsToMessage(verdicts);
}

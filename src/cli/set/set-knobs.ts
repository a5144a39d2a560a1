import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Configuration, nodeParameter, type Verdict } from '../../core/knobs/knob.ts';
import { judgeUnknownEffect } from '../../core/knobs/unknown-effect.ts';
import { judge } from '../../core/knobs/verdict.ts';
import type { Profile } from '../../core/measure/profile.ts';
import type { Refusal } from '../../core/refusal.ts';
import { defaultStateDir } from '../../nodes/state-dir.ts';
import { carryOut, planFromHeld, refusalsOf } from '../../nodes/tuner/apply-configuration.ts';
import { KnobSet } from '../../nodes/tuner/knob-set.ts';
import { KnownProcesses } from '../../nodes/tuner/known-processes.ts';
import { plannedToMessage, verdictsToMessage, writesToMessage } from '../../nodes/tuner/messages.ts';
import { recover } from '../../nodes/tuner/recover.ts';
import { SafetyNet } from '../../nodes/tuner/safety-net.ts';
import type { ClientSession, Message } from '../../ros/index.ts';
import type { SetRequest } from './arguments.ts';
import { declarationsFor, readSettings } from './declarations.ts';
import { EffectWatch, ratesOf } from './effect-watch.ts';
import { asRefusal, RunningTuner } from './running-tuner.ts';

const windowMs = 2000;
/** For the graph to tell of a tuner: shortly where nobody needs one, as it is asked again before anything is written. */
const discoveryMs = 2000;
/** On a busy machine the graph tells of a node only after seconds. */
const patientDiscoveryMs = 10_000;
/** For what a command left changed that was killed, when its watchdog could not reach the node. */
const recoveryMs = 5000;

/** What became of each knob, as trimtab_msgs/KnobVerdict, and every refusal. */
export type SetOutcome = { verdicts: Message[]; refusals: Refusal[] };

/**
 * Sets knobs as one transaction: through the tuner where one runs that turns them, else with its code in this process.
 * What was written is measured afterwards, as far as a topic can show it.
 */
export async function setKnobs(session: ClientSession, request: SetRequest): Promise<SetOutcome> {
  const found = await RunningTuner.find(
    session,
    request.tuner,
    needsTuner(request) ? patientDiscoveryMs : discoveryMs,
  );
  if (!found.ok) return { verdicts: [], refusals: found.refusals };
  const tuner = found.value;
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
    const concerned = absent.filter(({ found }) => request.settings.some(({ name }) => name === found));
    if (concerned.length > 0) return { verdicts: [], refusals: concerned };
    return await directly(session, request, knobs);
  } finally {
    knobs.close();
  }
}

/** What is no parameter by its form, and of no spec that was named, only a tuner can know. */
function needsTuner({ specFile, settings }: SetRequest): boolean {
  return specFile === undefined && settings.some(({ name }) => !/\s/.test(name));
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
  // Not the tuner's own folder: what it holds for good is of its spec, and not for a command to replace.
  const safety = new SafetyNet(join(defaultStateDir(), 'set'));
  const recovery = await recover(safety.files, session.node, performance.now() + recoveryMs);
  if (!recovery.ok) return { verdicts: [], refusals: recovery.refusals };
  const wanted = readSettings(knobs.declarations, request);
  const planned = wanted.ok ? await planFromHeld(knobs, wanted.value) : wanted;
  if (!wanted.ok || !planned.ok) return { verdicts: [], refusals: planned.ok ? [] : planned.refusals };
  const { plan, held } = planned.value;
  if (request.dryRun) return { verdicts: plannedToMessage(plan), refusals: [] };
  const turned = knobs.declarations.filter(({ name }) => Object.hasOwn(wanted.value, name));
  const watch = await EffectWatch.open(session, turned);
  const before = watch.isSilent ? undefined : await watch.measure(windowMs);
  try {
    const objections = await objectionsOfTuner(session, request);
    if (objections.length > 0) return { verdicts: [], refusals: objections };
    const spread = await safety.spread({
      declarations: knobs.declarations,
      held,
      adaptorNode: '/adaptor',
      cpuGroup: '',
      processes: new KnownProcesses(),
      levels: await knobs.levels(Object.keys(held)),
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

/** Asked last, when even a tuner that the graph was slow to tell of is known: a person may hold it. */
async function objectionsOfTuner(session: ClientSession, { tuner }: SetRequest): Promise<Refusal[]> {
  const found = await RunningTuner.find(session, tuner, discoveryMs);
  if (!found.ok) return found.refusals;
  return (await found.value?.objections()) ?? [];
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
    const node = nodeParameter(target)?.node;
    const topics = node === undefined ? [] : watch.topicsOf(node);
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

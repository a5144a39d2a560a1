import { join } from 'node:path';
import { type Configuration, nodeParameter, type Verdict } from '../../core/knobs/knob.ts';
import type { OutcomeCounts } from '../../core/knobs/table/learned-effect.ts';
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
import { EffectMemory } from './effect-memory.ts';
import { EffectWatch, ratesOf } from './effect-watch.ts';
import { asRefusal, RunningTuner } from './running-tuner.ts';

const windowMs = 2000;
/** For the graph to tell of a tuner: shortly where nobody needs one, as it is asked again before anything is written. */
const discoveryMs = 2000;
/** On a busy machine the graph tells of a node only after seconds. */
const patientDiscoveryMs = 10_000;
/** For what a command left changed that was killed, when its watchdog could not reach the node. */
const recoveryMs = 5000;

/** What became of each knob, as trimtab_msgs/KnobVerdict, and every refusal. `warnings`: what could not be looked up or remembered. */
export type SetOutcome = { verdicts: Message[]; refusals: Refusal[]; warnings: Refusal[] };

type Told = Omit<SetOutcome, 'warnings'>;

/**
 * Sets knobs as one transaction: through the tuner where one runs that turns them, else with its code in this process.
 * What was written is measured afterwards, as far as a topic can show it, in the light of what was measured before, and
 * remembered.
 */
export async function setKnobs(session: ClientSession, request: SetRequest): Promise<SetOutcome> {
  const memory = new EffectMemory(defaultStateDir());
  const told = await turn(session, request, memory);
  return { ...told, warnings: memory.warnings };
}

async function turn(session: ClientSession, request: SetRequest, memory: EffectMemory): Promise<Told> {
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
    if (isTuners) return await throughTuner({ session, request, knobs, memory }, tuner);
    const concerned = absent.filter(({ found }) => request.settings.some(({ name }) => name === found));
    if (concerned.length > 0) return { verdicts: [], refusals: concerned };
    return await directly({ session, request, knobs, memory });
  } finally {
    knobs.close();
  }
}

/** What is no parameter by its form, and of no spec that was named, only a tuner can know. */
function needsTuner({ specFile, settings }: SetRequest): boolean {
  return specFile === undefined && settings.some(({ name }) => !/\s/.test(name));
}

type Work = { session: ClientSession; request: SetRequest; knobs: KnobSet; memory: EffectMemory };

async function throughTuner(work: Work, tuner: RunningTuner): Promise<Told> {
  const { session, request, knobs, memory } = work;
  const names = request.settings.map(({ name }) => name);
  const watched = knobs.declarations.filter(({ name }) => names.includes(name));
  const watch = await EffectWatch.open(session, request.dryRun ? [] : watched);
  const before = watch.isSilent ? undefined : await watch.measure(windowMs);
  const held = await knobs.read(watched.map(({ name }) => name));
  const answer = await tuner.apply(request.settings, request.dryRun);
  if (!answer.ok) return { verdicts: [], refusals: answer.refusals };
  const { success, verdicts } = answer.value;
  if (request.dryRun && success) return { verdicts: memory.tellBefore(watched, verdicts), refusals: [] };
  if (!success) {
    rememberRefused(work, held.ok ? held.value : {}, verdicts);
    return { verdicts, refusals: [asRefusal(answer.value)] };
  }
  const wanted = readSettings(watched, request);
  if (!wanted.ok || !held.ok || watched.length < names.length) return { verdicts, refusals: [] };
  return {
    verdicts: await measured(work, { watch, before, held: held.value, wanted: wanted.value }),
    refusals: [],
  };
}

async function directly(work: Work): Promise<Told> {
  const { session, request, knobs, memory } = work;
  // Not the tuner's own folder: what it holds for good is of its spec, and not for a command to replace.
  const safety = new SafetyNet(join(defaultStateDir(), 'set'));
  const recovery = await recover(safety.files, session.node, performance.now() + recoveryMs);
  if (!recovery.ok) return { verdicts: [], refusals: recovery.refusals };
  const wanted = readSettings(knobs.declarations, request);
  const planned = wanted.ok ? await planFromHeld(knobs, wanted.value) : wanted;
  if (!wanted.ok || !planned.ok) return { verdicts: [], refusals: planned.ok ? [] : planned.refusals };
  const { plan, held } = planned.value;
  if (request.dryRun)
    return { verdicts: memory.tellBefore(knobs.declarations, plannedToMessage(plan)), refusals: [] };
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
    if (refusals.length > 0) {
      const verdicts = writesToMessage(wanted.value, held, report);
      rememberRefused(work, held, verdicts);
      return { verdicts, refusals };
    }
  } finally {
    await safety.close();
  }
  return { verdicts: await measured(work, { watch, before, held, wanted: wanted.value }), refusals: [] };
}

/** Of a transaction that was put back, only what refused its value was measured. */
function rememberRefused({ knobs, memory }: Work, held: Configuration, verdicts: readonly Message[]): void {
  const refused = verdicts
    .filter(({ outcome }) => outcome === 'rejected')
    .map(({ name, requested }) => ({ name, requested, verdict: { outcome: 'rejected' as const } }));
  memory.remember(knobs.declarations, held, refused);
}

/** Asked last, when even a tuner that the graph was slow to tell of is known: a person may hold it. */
async function objectionsOfTuner(session: ClientSession, { tuner }: SetRequest): Promise<Refusal[]> {
  const found = await RunningTuner.find(session, tuner, discoveryMs);
  if (!found.ok) return found.refusals;
  return (await found.value?.objections()) ?? [];
}

async function measured(
  { request, knobs, memory }: Work,
  change: { watch: EffectWatch; before: Profile | undefined; held: Configuration; wanted: Configuration },
): Promise<Message[]> {
  const { watch, before, held, wanted } = change;
  if (!watch.isSilent) await watch.pass(request.settleMs);
  const after = await watch.measure(watch.isSilent ? 0 : windowMs);
  const shown: { name: string; requested: string; verdict: Verdict }[] = [];
  const learnt: typeof shown = [];
  for (const declaration of knobs.declarations) {
    const { name, target, takesEffect, confirm } = declaration;
    const requested = wanted[name];
    if (requested === undefined) continue;
    const readBack = await knobs.actuators.get(name)?.read();
    const seen = judge(declaration, requested, readBack, after);
    const isUnknown = takesEffect === 'unknown' && confirm === undefined && seen.outcome === 'accepted';
    const node = nodeParameter(target)?.node;
    const topics = node === undefined ? [] : watch.topicsOf(node);
    const judged = (learned: OutcomeCounts | undefined): Verdict =>
      isUnknown && before && hasHeard(before)
        ? judgeUnknownEffect({
            declaration,
            requested,
            before: ratesOf(before, topics),
            after: ratesOf(after, topics),
            windowMs,
            learned,
          })
        : seen;
    // A value that was there already had no effect to show. What was learnt before is no measurement of today.
    const isChange = held[name] !== requested;
    const said = { name, requested: String(requested) };
    shown.push({ ...said, verdict: judged(isChange ? memory.about(declaration) : undefined) });
    learnt.push({ ...said, verdict: judged(undefined) });
  }
  memory.remember(knobs.declarations, held, learnt);
  return verdictsToMessage(shown);
}

/** Not where the time stood still. */
function hasHeard({ topics }: Profile): boolean {
  return topics.length > 0;
}

import { setTimeout as sleep } from 'node:timers/promises';
import type { Configuration } from '../../core/knobs/knob.ts';
import { describeDomain, describeTarget, formatKnobValue } from '../../core/knobs/knob-value.ts';
import type { Profile } from '../../core/measure/profile.ts';
import { formatRefusal, type Refusal, type Result } from '../../core/refusal.ts';
import { evaluate, type SpecEvaluation } from '../../core/spec/evaluate.ts';
import { resolveNames } from '../../core/spec/resolve-names.ts';
import { silentRefusals } from '../../core/spec/silent.ts';
import type { Spec } from '../../core/spec/spec.ts';
import { economical } from '../../core/tune/economical.ts';
import { KnobSet } from '../../nodes/tuner/knob-set.ts';
import { KnownProcesses } from '../../nodes/tuner/known-processes.ts';
import { marginsToMessage } from '../../nodes/tuner/messages.ts';
import { ProfilerClient, watchedFor } from '../../nodes/tuner/profiler-client.ts';
import type { ClientSession } from '../../ros/index.ts';
import { openProfileSource } from '../profile/profile-source.ts';
import { renderTable, widthOf } from '../terminal/index.ts';
import type { TuneOptions } from './options.ts';
import { resultTables } from './trial-text.ts';

const windowMs = 2500;
/** A new subscription is silent until DDS has connected it, which is not its topic's silence. */
const connectingMs = 1500;

/**
 * What a search would begin with, without changing anything: what each knob holds, what the first trial after the
 * configuration in force would set, and how the robot stands to the spec now. Exit code 0 when all of it could be read and measured, else 1.
 */
export async function dryRun(session: ClientSession, written: Spec, { json }: TuneOptions): Promise<number> {
  const spec = resolveNames(written, '/');
  const processes = new KnownProcesses();
  const backends = { node: session.node, adaptorNode: '/adaptor', cpuBudget: undefined, processes };
  const { knobs, absent } = KnobSet.open(spec.knobs, backends);
  try {
    const profile = await measure(session, spec);
    const { held, refusals: unread } = await readAll(knobs);
    const evaluation = profile.ok ? evaluate(spec, profile.value) : undefined;
    const silent = profile.ok ? silentRefusals(spec, profile.value) : profile.refusals;
    const refusals = [...absent, ...unread, ...silent];
    const first = economical({ ...spec, knobs: knobs.declarations }, held);
    if (json)
      console.log(
        JSON.stringify({ held, first, margins: evaluation && marginsToMessage(evaluation), refusals }),
      );
    else print({ knobs, held, first, evaluation, refusals });
    return refusals.length === 0 ? 0 : 1;
  } finally {
    knobs.close();
  }
}

async function measure(session: ClientSession, spec: Spec): Promise<Result<Profile>> {
  const source = await openProfileSource(session, watchedFor(spec), undefined, console.error);
  if (!source.ok) return source;
  try {
    await sleep(connectingMs + windowMs);
    return await new ProfilerClient({ node: session.node, nodeName: source.value.nodeName }).snapshot(
      windowMs,
    );
  } finally {
    await source.value.close();
  }
}

async function readAll(knobs: KnobSet): Promise<{ held: Configuration; refusals: Refusal[] }> {
  const held: Configuration = {};
  const refusals: Refusal[] = [];
  for (const name of knobs.actuators.keys()) {
    const read = await knobs.read([name]);
    if (read.ok) Object.assign(held, read.value);
    else refusals.push(...read.refusals);
  }
  return { held, refusals };
}

function print({
  knobs,
  held,
  first,
  evaluation,
  refusals,
}: {
  knobs: KnobSet;
  held: Configuration;
  first: Configuration;
  evaluation: SpecEvaluation | undefined;
  refusals: Refusal[];
}): void {
  const width = widthOf(process.stdout);
  const value = (configuration: Configuration, knob: KnobSet['declarations'][number]) => {
    const found = configuration[knob.name];
    return found === undefined ? '-' : formatKnobValue(knob, found);
  };
  console.log(
    renderTable({
      columns: [
        { header: 'knob', flexible: true },
        { header: 'turns', flexible: true },
        { header: 'values', flexible: true },
        { header: 'now', align: 'right' },
        { header: 'tried first', align: 'right' },
      ],
      rows: knobs.declarations.map((knob) => [
        knob.name,
        describeTarget(knob.target),
        describeDomain(knob),
        value(held, knob),
        value(first, knob),
      ]),
      width,
    }),
  );
  if (evaluation) {
    const measured = { configuration: [], before: [], margins: marginsToMessage(evaluation) };
    for (const table of resultTables(measured, width)) console.log(`\n${table}`);
  }
  for (const refusal of refusals) console.error(formatRefusal(refusal));
}

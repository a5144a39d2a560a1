import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { accept, type Result, refuse } from '../../core/refusal.ts';
import type { Spec } from '../../core/spec/spec.ts';
import { ProcessGroup } from '../../io/process/process-group.ts';
import { type RosProcess, rosProcess } from '../../io/process/ros-process.ts';
import { channelName } from '../../nodes/tuner/knob-set.ts';
import { type ClientSession, graphNodes } from '../../ros/index.ts';
import { RunningTuner } from '../set/running-tuner.ts';

/** The tuner that carries out a goal: one that runs, or one that is started for as long as it is needed. */
export type TunerSource = {
  tuner: RunningTuner;
  /** Settles when the tuner has ended, with the last words of our own. */
  ended: Promise<string>;
  /** Ends what was started. */
  close(): Promise<void>;
};

const discoveryMs = 3000;
const startTimeoutMs = 30_000;
/** Discovery may lose sight of a node for a moment. */
const lookMs = 1000;
const looksWithout = 5;
/** A tuner that is asked to end puts everything back first. */
const endMs = 8000;

const scriptOf = (node: string) => fileURLToPath(new URL(`../../nodes/${node}.js`, import.meta.url));

/**
 * Finds the tuner of this name, else starts one, with a profiler and, for the throttles of the spec, an adaptor where none
 * runs. `say` is told what is started and what of it does not outlive the command.
 */
export async function openTuner(
  session: ClientSession,
  { name, spec }: { name: string; spec: Spec },
  say: (text: string) => void,
): Promise<Result<TunerSource>> {
  say(`looking for ${name} for up to ${discoveryMs / 1000} s`);
  const found = await RunningTuner.find(session, name, discoveryMs);
  if (!found.ok) return found;
  if (found.value) {
    const objections = await found.value.objections();
    if (objections.length > 0) return refuse(...objections);
    return accept({ tuner: found.value, ...watch(session, name) });
  }
  return startOwn(session, spec, say);
}

/** Another's tuner is seen to end when the graph has forgotten it, some 20 s after a crash. */
function watch({ node }: ClientSession, name: string): Pick<TunerSource, 'ended' | 'close'> {
  let timer: NodeJS.Timeout | undefined;
  const ended = new Promise<string>((resolve) => {
    let missed = 0;
    timer = setInterval(() => {
      missed = graphNodes(node).includes(name) ? 0 : missed + 1;
      if (missed >= looksWithout) resolve(`${name} is no longer on the graph`);
    }, lookMs);
  });
  return { ended, close: async () => clearInterval(timer) };
}

async function startOwn(
  session: ClientSession,
  spec: Spec,
  say: (text: string) => void,
): Promise<Result<TunerSource>> {
  const logDir = mkdtempSync(join(tmpdir(), 'trimtab-tune-'));
  const group = new ProcessGroup({ logDir });
  const close = async () => {
    await group.stop(endMs);
    rmSync(logDir, { recursive: true, force: true });
  };
  const present = graphNodes(session.node);
  const helpers: { node: string; parameters: NonNullable<RosProcess['parameters']> }[] = [];
  if (!present.includes('/profiler')) helpers.push({ node: 'profiler', parameters: {} });
  const channels = channelsOf(spec);
  if (channels.length > 0 && !present.includes('/adaptor')) {
    helpers.push({ node: 'adaptor', parameters: channelParameters(channels) });
    say('the adaptor is started for this command, so its throttles end with it');
  }
  if (spec.knobs.some(({ target }) => target.kind === 'cgroup'))
    say('CPU groups that are made for this search end with it');
  say(`there is none: starting ${[...helpers.map(({ node }) => node), 'tuner'].join(', ')}`);
  const own = Object.fromEntries(helpers.map(({ node }) => [node, ownName(node)]));
  const started = [...helpers, { node: 'tuner', parameters: own }].map(({ node, parameters }) => {
    const running = group.start({
      ...rosProcess({ name: ownName(node), program: scriptOf(node), parameters }),
      env: { RCUTILS_LOGGING_USE_STDOUT: '1' },
    });
    return {
      running,
      active: running.line((line) => line.includes(`${running.name} active`), startTimeoutMs),
    };
  });
  for (const { running, active } of started) {
    if ((await active) !== undefined) continue;
    const lastWords = group.tail(running.name);
    await close();
    return refuse({ code: 'TT_STATE', reason: `${running.name} could not be started`, found: lastWords });
  }
  const found = await RunningTuner.find(session, `/${ownName('tuner')}`, startTimeoutMs);
  if (!found.ok || !found.value) {
    await close();
    return found.ok
      ? refuse({ code: 'TT_STATE', reason: 'the tuner that was started is not on the graph' })
      : found;
  }
  const ended = started.at(-1)!.running.ended.then(() => group.tail(ownName('tuner')));
  return accept({ tuner: found.value, ended, close });
}

function ownName(node: string): string {
  return `trimtab_${node}_${process.pid}`;
}

function channelsOf({ knobs }: Spec): { from: string; to: string }[] {
  return knobs.flatMap(({ target }) => (target.kind === 'throttle' ? [target] : []));
}

function channelParameters(channels: { from: string; to: string }[]): NonNullable<RosProcess['parameters']> {
  const topics = channels.flatMap(({ from, to }) => {
    const channel = `channels.${channelName(to)}`;
    return [
      [`${channel}.from`, from],
      [`${channel}.to`, to],
    ];
  });
  return { channels: channels.map(({ to }) => channelName(to)), ...Object.fromEntries(topics) };
}

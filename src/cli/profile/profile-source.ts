import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { accept, formatRefusal, type Result, refuse } from '../../core/refusal.ts';
import { resolveName } from '../../core/spec/resolve-names.ts';
import { ProcessGroup } from '../../io/process/process-group.ts';
import { rosProcess } from '../../io/process/ros-process.ts';
import { type ClientSession, graphNodes, RemoteParameters } from '../../ros/index.ts';

/** Where profiles come from: a profiler that runs, or one that is started for as long as it is needed. */
export type ProfileSource = {
  /** Fully qualified name of the profiler node. */
  nodeName: string;
  /** Whether it was started for this. */
  isOwn: boolean;
  /** Takes back what a running profiler was told to watch, or ends our own. */
  close(): Promise<void>;
};

/** What a profiler is to watch, by its parameters. */
type Watched = { topics: string[]; paths: string[] };

const profilerScript = fileURLToPath(new URL('../../nodes/profiler.js', import.meta.url));
/** Longer than discovery takes on a busy machine. */
const discoveryMs = 3000;
const discoveryPollMs = 50;
const startTimeoutMs = 30_000;
const answerTimeoutMs = 5000;
/** The profiler's own pattern for every topic of the robot, as it appears. */
const everyTopic = '/**';

/**
 * Opens the profiler that is named, or `profiler` where it is there, else starts one. A running one is told to
 * watch what is wanted as well; our own watches that, or every topic as it appears when none is named,
 * by the simulation's time where somebody publishes /clock. Refused
 * when the named one does not answer, when it will not watch what is wanted, or when our own does not start.
 * `say` is told what is being waited for, and what could not be taken back in the end.
 */
export async function openProfileSource(
  client: ClientSession,
  wanted: Watched,
  name: string | undefined,
  say: (text: string) => void,
): Promise<Result<ProfileSource>> {
  const running = resolveName(name ?? 'profiler', '/');
  say(`looking for ${running} for up to ${discoveryMs / 1000} s`);
  if (await isOnGraph(client, running)) return useRunning(client, wanted, running, say);
  if (name === undefined) {
    const isSimulated = client.isSimulated;
    say(`there is none: starting one${isSimulated ? ', by the time of /clock' : ''}`);
    return startOwn(wanted, isSimulated);
  }
  const accepted = 'the name of a running profiler, or none to start one';
  return refuse({ code: 'TT_PROFILE_TIMEOUT', reason: 'there is no such node', found: running, accepted });
}

async function isOnGraph({ node }: ClientSession, nodeName: string): Promise<boolean> {
  const deadlineMs = performance.now() + discoveryMs;
  while (performance.now() < deadlineMs) {
    if (graphNodes(node).includes(nodeName)) return true;
    await delay(discoveryPollMs);
  }
  return false;
}

async function useRunning(
  client: ClientSession,
  wanted: Watched,
  nodeName: string,
  say: (text: string) => void,
): Promise<Result<ProfileSource>> {
  const parameters = new RemoteParameters({ node: client.node, nodeName, timeoutMs: answerTimeoutMs });
  const held = await parameters.getLists(['topics', 'paths']);
  if (!held.ok) return held;
  const added = (list: keyof Watched) => wanted[list].filter((entry) => !held.value[list]?.includes(entry));
  const additions = { topics: added('topics'), paths: added('paths') };
  const isUnchanged = additions.topics.length + additions.paths.length === 0;
  const watched = isUnchanged ? accept(undefined) : await parameters.addToLists(additions);
  if (!watched.ok) return watched;
  const close = async () => {
    const removed = isUnchanged ? accept(undefined) : await parameters.removeFromLists(additions);
    parameters.close();
    if (!removed.ok) say(removed.refusals.map(formatRefusal).join('\n'));
  };
  return accept({ nodeName, isOwn: false, close });
}

async function startOwn({ topics, paths }: Watched, isSimulated: boolean): Promise<Result<ProfileSource>> {
  const logDir = mkdtempSync(join(tmpdir(), 'trimtab-profile-'));
  const group = new ProcessGroup({ logDir });
  const name = `trimtab_profiler_${process.pid}`;
  const parameters = {
    topics: topics.length === 0 ? [everyTopic] : topics,
    // ROS cannot tell the type of an empty list.
    ...(paths.length > 0 && { paths }),
    ...(isSimulated && { use_sim_time: true }),
  };
  const node = group.start({
    ...rosProcess({ name, program: profilerScript, parameters }),
    env: { RCUTILS_LOGGING_USE_STDOUT: '1' },
  });
  const end = async () => {
    await group.stop();
    rmSync(logDir, { recursive: true, force: true });
  };
  const active = await node.line((line) => line.includes(`${name} active`), startTimeoutMs);
  if (active === undefined) {
    const found = group.tail(name);
    await end();
    const reason = 'a profiler could not be started';
    return refuse({ code: 'TT_PROFILE_TIMEOUT', reason, found, accepted: 'a profiler that becomes active' });
  }
  return accept({ nodeName: `/${name}`, isOwn: true, close: end });
}

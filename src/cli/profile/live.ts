import { setTimeout as delay } from 'node:timers/promises';
import { accept, type Result, refuse } from '../../core/refusal.ts';
import { recordProfiles } from '../../nodes/profiler/record-profiles.ts';
import { type ClientSession, profileFromMessage } from '../../ros/index.ts';
import type { ProfileOptions } from './options.ts';
import { csvOutput, jsonOutput, liveOutput, type ProfileOutput, plainOutput } from './outputs.ts';
import { openProfileSource, type ProfileSource } from './profile-source.ts';
import { WriteFaults } from './write-faults.ts';

type Closer = () => Promise<void> | void;
type Show = (message: Parameters<typeof profileFromMessage>[0]) => void;

const defaultOnceSeconds = 3;
/** A new subscription is silent until DDS has connected it, which is not its topic's silence. */
const connectingSeconds = 1.5;
const firstAnswerMs = 1500;
const snapshotTimeoutMs = 5000;

/**
 * Shows and records profiles until `stopped` settles, nobody reads the output any more, the time is over, or the one that
 * was asked for is there. Refused where the output or a file cannot be written to its end. Whatever happens, nothing is
 * left behind: no node, no changed list, no half-drawn screen.
 */
export async function profileLive(
  client: ClientSession,
  options: ProfileOptions,
  stopped: Promise<void>,
): Promise<Result<void>> {
  const { topics, paths, profiler } = options;
  const source = await openProfileSource(client, { topics, paths }, profiler, console.error);
  if (!source.ok) return source;
  const faults = new WriteFaults({ output: process.stdout, stopped });
  const closers: Closer[] = [() => source.value.close()];
  let done: Result<void>;
  try {
    const recording = openRecording(client, source.value, options, faults);
    if (!recording.ok) return recording;
    closers.push(...recording.value);
    const outputs = openOutputs(source.value, options, faults);
    if (!outputs.ok) return outputs;
    closers.push(...outputs.value.map((output) => output.close));
    let isOver = false;
    closers.push(() => {
      isOver = true;
    });
    const show: Show = (message) => {
      // Profiles go on coming while the rest is closed.
      if (isOver) return;
      const profile = profileFromMessage(message);
      for (const output of outputs.value) output.show(profile);
    };
    done = options.once
      ? await showOne(client, source.value, options, faults.ended, show)
      : await showAll(client, source.value, options, faults.ended, show);
  } finally {
    await closeAll(closers);
  }
  // Only now, as a recording writes its last part when it is closed.
  return faults.refusal ? refuse(faults.refusal) : done;
}

/** The last one first, and each of them even if another one fails. */
async function closeAll(closers: Closer[]): Promise<void> {
  const close = closers.pop();
  if (!close) return;
  try {
    await close();
  } finally {
    await closeAll(closers);
  }
}

async function showAll(
  client: ClientSession,
  { nodeName }: ProfileSource,
  { seconds }: ProfileOptions,
  stopped: Promise<void>,
  show: Show,
): Promise<Result<void>> {
  client.subscribe('trimtab_msgs/msg/Profile', `${nodeName}/profile`, 'event', show);
  await (seconds === undefined ? stopped : within(seconds, stopped));
  return accept(undefined);
}

async function showOne(
  client: ClientSession,
  { nodeName }: ProfileSource,
  { seconds = defaultOnceSeconds }: ProfileOptions,
  stopped: Promise<void>,
  show: Show,
): Promise<Result<void>> {
  if (await within(connectingSeconds + seconds, stopped)) return accept(undefined);
  const ask = (timeoutMs: number) =>
    client.call('trimtab_msgs/srv/Snapshot', `${nodeName}/snapshot`, { window_s: seconds }, timeoutMs);
  const first = await ask(firstAnswerMs);
  // DDS loses an answer when the server has not discovered our end yet.
  const answer = first.ok ? first : await ask(snapshotTimeoutMs);
  if (!answer.ok) return answer;
  const { success, code, message, profile } = answer.value;
  if (!success) return refuse({ code, reason: message });
  show(profile);
  return accept(undefined);
}

/** True when `stopped` came before the time was over. */
async function within(seconds: number, stopped: Promise<void>): Promise<boolean> {
  const timer = new AbortController();
  const over = delay(seconds * 1000, false, { signal: timer.signal }).catch(() => false);
  const wasStopped = await Promise.race([stopped.then(() => true), over]);
  timer.abort();
  return wasStopped;
}

/** Returns what closes the recording, if there is one. */
function openRecording(
  { rcl, node }: ClientSession,
  { nodeName }: ProfileSource,
  { mcapFile }: ProfileOptions,
  faults: WriteFaults,
): Result<Closer[]> {
  if (mcapFile === undefined) return accept([]);
  const recording = recordProfiles({
    rcl,
    node,
    clock: { nowMs: () => Date.now() },
    profileTopic: `${nodeName}/profile`,
    path: mcapFile,
    onError: (error) => faults.note(mcapFile, error),
  });
  return recording.ok ? accept([recording.value.close]) : recording;
}

function openOutputs(
  { nodeName, isOwn }: ProfileSource,
  { form, once, csvFile }: ProfileOptions,
  faults: WriteFaults,
): Result<ProfileOutput[]> {
  const csv = csvFile === undefined ? undefined : csvOutput(csvFile, (error) => faults.note(csvFile, error));
  if (csv?.ok === false) return csv;
  const title = isOwn ? 'profiler started for this command' : `profiler ${nodeName}`;
  const files = csv ? [csv.value] : [];
  if (form === 'table' && !once && process.stdout.isTTY === true) {
    return accept([...files, liveOutput(process.stdout, title)]);
  }
  console.error(title);
  return accept([...files, form === 'json' ? jsonOutput(process.stdout) : plainOutput(process.stdout)]);
}

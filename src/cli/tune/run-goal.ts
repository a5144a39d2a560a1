import { accept, type Result, refuse } from '../../core/refusal.ts';
import { goalToMessage } from '../../nodes/tuner/tune-goal.ts';
import type { ClientSession, Message } from '../../ros/index.ts';
import type { TuneOptions } from './options.ts';
import type { TunerSource } from './tuner-source.ts';

const goalTimeoutMs = 10_000;
const cancelledMessage = 'the goal was cancelled';

/** How a goal ended: the action's result, and whether it was cancelled. */
export type GoalEnd = { result: Message; wasCancelled: boolean };

/**
 * Has a tuner search, to the end of its goal. When `stopped` settles first the goal is cancelled, and its end is waited for, as
 * the tuner then puts everything back. Refused where the goal was not taken, or the tuner ended in the middle of it.
 */
export async function runGoal(
  session: ClientSession,
  { tuner, ended }: TunerSource,
  options: TuneOptions,
  {
    onFeedback,
    stopped,
    onCancel,
  }: {
    onFeedback: (feedback: Message) => void;
    stopped: Promise<void>;
    onCancel: () => void;
  },
): Promise<Result<GoalEnd>> {
  const goal = goalToMessage(options);
  const sent = await session.sendGoal('trimtab_msgs/action/Tune', `${tuner.name}/tune`, goal, {
    onFeedback,
    timeoutMs: goalTimeoutMs,
  });
  if (!sent.ok) return sent;
  const { cancel, result } = sent.value;
  let wasCancelled = false;
  void stopped.then(() => {
    wasCancelled = true;
    onCancel();
    return cancel().catch(() => undefined);
  });
  const end = await Promise.race([result, ended]);
  if (typeof end !== 'string') return accept({ result: end.result, wasCancelled });
  const reason = `the tuner ended in the middle of the search${wasCancelled ? `, when ${cancelledMessage}` : ''}; its watchdog puts everything back`;
  return refuse({ code: 'TT_STATE', reason, found: end });
}

import type { Profile } from '../../core/measure/profile.ts';
import { accept, type Refusal, type Result, refuse } from '../../core/refusal.ts';
import { type AskedGoal, goalToMessage } from '../../nodes/tuner/tune-goal.ts';
import { ClientSession, type Message, profileFromMessage, stampToMs } from '../../ros/index.ts';
import { RunRecorder } from './run-recorder.ts';

/** Conditions of the modelled link to the cloud. */
export type LinkConditions = { delay_ms: number; jitter_ms: number; loss: number; bandwidth_mbps: number };

const callTimeoutMs = 8000;

/** The demo's view of the ROS graph: listens, and asks the nodes for what it needs. */
export class DemoGraph {
  readonly #session: ClientSession;
  #recorder: RunRecorder | undefined;
  #stats: Message | undefined;

  private constructor(session: ClientSession) {
    this.#session = session;
    session.subscribe('std_msgs/msg/Float64', 'camera/tracking_error', 'sensor-data', ({ data }) =>
      this.#recorder?.trackingError(Date.now(), data),
    );
    session.subscribe('std_msgs/msg/Bool', 'camera/person_in_view', 'sensor-data', ({ data }) =>
      this.#recorder?.personInView(data),
    );
    session.subscribe('geometry_msgs/msg/TwistStamped', 'cmd_vel', 'event', ({ header }) =>
      this.#recorder?.command(Date.now(), stampToMs(header.stamp)),
    );
    session.subscribe('trimtab_msgs/msg/SchedulerStats', 'scheduler/stats', 'state', (stats) => {
      this.#stats = stats;
      this.#recorder?.fateTotals(Date.now(), fateCounts(stats));
    });
  }

  static async open(): Promise<DemoGraph> {
    return new DemoGraph(await ClientSession.open('trimtab_demo'));
  }

  /** The walk begins again, the same as before, with the drone at its ideal place. */
  async restartWalk(): Promise<Result<void>> {
    const reset = await this.#session.call('std_srvs/srv/Trigger', 'camera/reset', {}, callTimeoutMs);
    return reset.ok ? accept(undefined) : reset;
  }

  /** Starts a new recording. */
  startRun(): RunRecorder {
    this.#recorder = new RunRecorder(Date.now());
    return this.#recorder;
  }

  /** Ends the recording; what happens from now on belongs to no run. */
  endRun(): void {
    this.#recorder = undefined;
  }

  /** The profile of the last seconds. */
  async profile(windowS: number): Promise<Result<Profile>> {
    const response = await this.#session.call(
      'trimtab_msgs/srv/Snapshot',
      'profiler/snapshot',
      { window_s: windowS },
      callTimeoutMs,
    );
    if (!response.ok) return response;
    const { success, code, message, profile } = response.value;
    return success ? accept(profileFromMessage(profile)) : refuse({ code, reason: message });
  }

  /** Names, units and values of the knobs, as the tuner reads them. */
  async knobs(): Promise<Result<{ name: string; unit: string; value: string }[]>> {
    const response = await this.#session.call(
      'trimtab_msgs/srv/ListKnobs',
      'tuner/list_knobs',
      {},
      callTimeoutMs,
    );
    if (!response.ok) return response;
    const { success, code, message, knobs } = response.value;
    return success ? accept(knobs) : refuse({ code, reason: message });
  }

  /** Changes the link while it runs. */
  async setLink(conditions: LinkConditions): Promise<Result<void>> {
    const parameters = Object.entries(conditions).map(([name, value]) => ({
      name,
      value: {
        ...this.#session.rcl.createMessageObject('rcl_interfaces/msg/ParameterValue'),
        type: 3,
        double_value: value,
      },
    }));
    const response = await this.#session.call(
      'rcl_interfaces/srv/SetParametersAtomically',
      'link/set_parameters_atomically',
      { parameters },
      callTimeoutMs,
    );
    if (!response.ok) return response;
    const { successful, reason } = response.value.result;
    return successful ? accept(undefined) : refuse({ code: 'TT_KNOB_REJECTED', reason });
  }

  /** Runs the tune action to its end. */
  async tune(
    goal: AskedGoal,
    onFeedback: (feedback: Message) => void,
    signal: AbortSignal,
  ): Promise<Result<Message>> {
    const sent = await this.#session.sendGoal('trimtab_msgs/action/Tune', 'tuner/tune', goalToMessage(goal), {
      onFeedback,
      timeoutMs: callTimeoutMs,
    });
    if (!sent.ok) return sent;
    signal.addEventListener('abort', () => void sent.value.cancel(), { once: true });
    const { result } = await sent.value.result;
    return accept(result);
  }

  /** The scheduler's totals as last published. */
  get schedulerStats(): Message | undefined {
    return this.#stats;
  }

  close(): void {
    this.#session.close();
  }
}

/** Fates by name from a SchedulerStats message. */
export function fateCounts(stats: Message): Map<string, number> {
  return new Map(stats.fates.map(({ fate, count }: Message) => [fate, Number(count)]));
}

/** Refusals of a failed step, with the step named. */
export function during(step: string, refusals: Refusal[]): Refusal[] {
  return refusals.map((refusal) => ({ ...refusal, reason: `${step}: ${refusal.reason}` }));
}

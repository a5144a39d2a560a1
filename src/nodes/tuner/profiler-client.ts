import type { Profile } from '../../core/measure/profile.ts';
import { accept, type Result, refuse } from '../../core/refusal.ts';
import type { Metric, Spec } from '../../core/spec/spec.ts';
import { type Message, profileFromMessage, type RclNode, RemoteParameters } from '../../ros/index.ts';

const timeoutMs = 3000;
/** Long enough to meet a profiler that runs, short enough for where there is none. */
const discoveryMs = 1000;
const processWindowMs = 500;

/** The topics and paths that a spec's requirements, objectives and knobs are seen by. */
export function watchedFor(spec: Spec): { topics: string[]; paths: string[] } {
  const metrics: Metric[] = [...spec.requirements, ...spec.objectives].map(({ metric }) => metric);
  const confirmed = spec.knobs.flatMap(({ confirm }) =>
    confirm?.metric === 'topic-rate' ? [confirm.topic] : [],
  );
  const topics = metrics.flatMap((metric) => ('topic' in metric ? [metric.topic] : []));
  const sources = spec.knobs.flatMap(({ target }) => (target.kind === 'throttle' ? [target.from] : []));
  const paths = metrics.flatMap((metric) => ('path' in metric ? [metric.path.join(' -> ')] : []));
  return { topics: [...topics, ...confirmed, ...sources], paths };
}

/** The profiler as the tuner uses it: tells it what to watch, asks for the profile of the last seconds. */
export class ProfilerClient {
  readonly #client;
  readonly #parameters: RemoteParameters;
  readonly #nodeName: string;

  constructor({ node, nodeName }: { node: RclNode; nodeName: string }) {
    this.#nodeName = nodeName;
    this.#client = node.createClient('trimtab_msgs/srv/Snapshot', `${nodeName}/snapshot`);
    this.#parameters = new RemoteParameters({ node, nodeName, timeoutMs });
  }

  /** Has the profiler watch every topic and path that the spec measures. Names must be resolved. */
  async watch(spec: Spec): Promise<Result<void>> {
    return this.#parameters.addToLists(watchedFor(spec));
  }

  /** The profile of the last `windowMs`. */
  async snapshot(windowMs: number): Promise<Result<Profile>> {
    const response = await this.#request({ window_s: windowMs / 1000 });
    if (!response) {
      return refuse({
        code: 'TT_PROFILE_TIMEOUT',
        reason: `${this.#nodeName} did not answer within ${timeoutMs} ms`,
        found: this.#nodeName,
        accepted: 'an active profiler',
      });
    }
    if (!response.success) return refuse({ code: response.code, reason: response.message });
    return accept(profileFromMessage(response.profile));
  }

  /** The processes that the profiler knows by a name; none when it is not there. */
  async pidsOf(process: string): Promise<number[]> {
    if (!(await this.#client.waitForService(discoveryMs))) return [];
    const profile = await this.snapshot(processWindowMs);
    if (!profile.ok) return [];
    return profile.value.processes.find(({ name }) => name === process)?.pids ?? [];
  }

  async #request(request: Message): Promise<Message | undefined> {
    if (!(await this.#client.waitForService(timeoutMs))) return undefined;
    try {
      return await this.#client.sendRequestAsync(request, { timeout: timeoutMs });
    } catch {
      return undefined;
    }
  }
}

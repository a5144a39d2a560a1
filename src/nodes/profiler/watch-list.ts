import { isTopicName, parseTopicRequest, type TopicRequest } from '../../core/measure/topic-pattern.ts';
import { accept, type Result, refuse } from '../../core/refusal.ts';
import type { ProcessMatcher } from '../../io/platform/process-sampler.ts';
import type { ParameterValues } from '../../ros/index.ts';

/** What the profiler's parameters name; topics as written. */
export type WatchList = { topics: TopicRequest[]; paths: string[][]; processes: ProcessMatcher[] };

/** Reads the parameters topics, paths and processes; TT_PARAM_RANGE for every entry that is none. */
export function parseWatchList(values: ParameterValues): Result<WatchList> {
  const topics = (values.topics as string[]).map(parseTopic);
  const paths = (values.paths as string[]).map(parsePath);
  const processes = (values.processes as string[]).map(parseProcess);
  const refusals = [...topics, ...paths, ...processes].flatMap((entry) => (entry.ok ? [] : entry.refusals));
  if (refusals.length > 0) return refuse(...refusals);
  return accept({ topics: taken(topics), paths: taken(paths), processes: taken(processes) });
}

function taken<T>(results: Result<T>[]): T[] {
  return results.flatMap((result) => (result.ok ? [result.value] : []));
}

function parseTopic(text: string): Result<TopicRequest> {
  const request = parseTopicRequest(text);
  if (request) return accept(request);
  return refuse({
    code: 'TT_PARAM_RANGE',
    reason: 'neither a topic nor a pattern of topics',
    found: text,
    accepted:
      'a name such as "cmd_vel" or "/robot/odom", a pattern such as "/camera/**" or "*_raw", or "type:sensor_msgs/msg/Image"',
  });
}

/** A chain of topics written `a -> b -> c`; two at least. */
function parsePath(text: string): Result<string[]> {
  const topics = text.split('->').map((topic) => topic.trim());
  if (topics.length >= 2 && topics.every(isTopicName)) return accept(topics);
  return refuse({
    code: 'TT_PARAM_RANGE',
    reason: 'not a path',
    found: text,
    accepted: 'two topics or more, such as "image_raw -> cmd_vel"',
  });
}

/** A process to watch, written `name=pattern`. */
function parseProcess(text: string): Result<ProcessMatcher> {
  const at = text.indexOf('=');
  if (at > 0 && at < text.length - 1) {
    try {
      return accept({ name: text.slice(0, at), pattern: new RegExp(text.slice(at + 1)) });
    } catch {
      // Falls through to the refusal: the pattern is no regular expression.
    }
  }
  return refuse({
    code: 'TT_PARAM_RANGE',
    reason: 'not a process to watch',
    found: text,
    accepted: 'name=pattern, the pattern a regular expression on the command line',
  });
}

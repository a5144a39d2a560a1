import { accept, type Result, refuse } from '../../core/refusal.ts';
import type { ProcessMatcher } from '../../io/platform/process-sampler.ts';

/** A chain of topics written `a -> b -> c`; two at least. */
export function parsePath(text: string): Result<string[]> {
  const topics = text.split('->').map((topic) => topic.trim());
  if (topics.length >= 2 && topics.every((topic) => /^[~/A-Za-z][\w/~]*$/.test(topic))) return accept(topics);
  return refuse({
    code: 'TT_PARAM_RANGE',
    reason: 'not a path',
    found: text,
    accepted: 'two topics or more, such as "image_raw -> cmd_vel"',
  });
}

/** A process to watch, written `name=pattern`. */
export function parseProcess(text: string): Result<ProcessMatcher> {
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

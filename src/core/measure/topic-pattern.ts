/** What is to be watched: one topic by name, or all that a pattern of names or of types fits. */
export type TopicRequest =
  | { kind: 'name'; name: string }
  | { kind: 'pattern'; text: string; pattern: RegExp }
  | { kind: 'type'; text: string; pattern: RegExp };

const typePrefix = 'type:';
const word = '[A-Za-z0-9_?*]+';
/** Topics of ROS 2 itself; a pattern never means them. */
const infrastructure = /^(\/parameter_events|\/rosout|\/clock|\/diagnostics)$|\/_/;

/**
 * Reads one entry of the profiler's `topics`: a name (`cmd_vel`, `/robot/odom`, `~/profile`), a pattern of
 * names (`/camera/**`, `*_raw`) or of types (`type:sensor_msgs/msg/Image`). In a pattern `*` stands for any
 * characters but a slash, `**` for any at all, `?` for one character but a slash; one that does not begin
 * with a slash fits the end of a name. Undefined for anything else.
 */
export function parseTopicRequest(text: string): TopicRequest | undefined {
  if (text.startsWith(typePrefix)) {
    const type = text.slice(typePrefix.length);
    if (!new RegExp(`^${word}(/${word})*$`).test(type)) return undefined;
    return { kind: 'type', text, pattern: glob(type, '^') };
  }
  if (isTopicName(text)) return { kind: 'name', name: text };
  if (!new RegExp(`^/?${word}(/${word})*$`).test(text) || !/[?*]/.test(text)) return undefined;
  return { kind: 'pattern', text, pattern: glob(text, text.startsWith('/') ? '^' : '(?:^|/)') };
}

/** What rcl takes for the name of a topic, without substitutions. */
export function isTopicName(text: string): boolean {
  return /^(~\/|\/)?[A-Za-z_]\w*(\/[A-Za-z_]\w*)*$/.test(text) && !text.includes('__');
}

/** Whether a pattern means the topic; hidden topics (a part begins with `_`) and those of ROS itself it never does. */
export function fits(request: TopicRequest, topic: { name: string; types: readonly string[] }): boolean {
  if (request.kind === 'name' || infrastructure.test(topic.name)) return false;
  if (request.kind === 'pattern') return request.pattern.test(topic.name);
  return topic.types.some((type) => request.pattern.test(type));
}

function glob(text: string, start: string): RegExp {
  const body = text.replace(
    /\*\*|[*?]/g,
    (sign) => ({ '**': '.*', '*': '[^/]*', '?': '[^/]' })[sign] as string,
  );
  return new RegExp(`${start}${body}$`);
}

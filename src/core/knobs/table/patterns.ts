/** Whether a node's own name fits one of the patterns; `*` stands for any letters. */
export function fitsNode(patterns: readonly string[], nodeName: string): boolean {
  const own = ownName(nodeName);
  return patterns.some((pattern) => expression(pattern, '[^/]*').test(own));
}

/** The last part of a node's fully qualified name: `camera` of `/robot_1/camera`. */
export function ownName(nodeName: string): string {
  return nodeName.slice(nodeName.lastIndexOf('/') + 1);
}

/**
 * A name that a table gives relative to a node's namespace, `..` being the one above: `../controller_server` of
 * `/robot/local_costmap/local_costmap` is `/robot/controller_server`. Undefined where the namespace is not that deep.
 */
export function besideNode(nodeName: string, relative: string): string | undefined {
  const parts = nodeName.split('/').slice(0, -1);
  for (const part of relative.split('/')) {
    if (part !== '..') parts.push(part);
    else if (parts.length === 0 || parts.at(-1) === '') return undefined;
    else parts.pop();
  }
  return parts.join('/');
}

/** Whether a parameter's name fits; `*` stands for one part between dots. */
export function fitsParameter(pattern: string, parameter: string): boolean {
  return expression(pattern, '[^.]+').test(parameter);
}

/** Whether a topic's or service's name fits; `*` stands for any letters but the slash. */
export function fitsName(pattern: string, name: string): boolean {
  return expression(pattern, '[^/]*').test(name);
}

/** How much a pattern leaves open; the more exact of two that fit is the one that counts. */
export function openness(pattern: string): number {
  return pattern.split('*').length - 1;
}

/** What `*` stands for when a parameter fits, in order; undefined when it does not. */
export function bindParameter(pattern: string, parameter: string): string[] | undefined {
  return expression(pattern, '([^.]+)').exec(parameter)?.slice(1);
}

/** The pattern with the parts put in for its `*`; undefined when there are fewer parts than `*`. */
export function fillParameter(pattern: string, parts: readonly string[]): string | undefined {
  if (openness(pattern) > parts.length) return undefined;
  let next = 0;
  return pattern.replace(/\*/g, () => parts[next++] as string);
}

function expression(pattern: string, wildcard: string): RegExp {
  const literal = pattern.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${literal.join(wildcard)}$`);
}

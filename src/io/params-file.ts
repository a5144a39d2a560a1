import { readFileSync } from 'node:fs';
import { type Document, isMap, isScalar, isSeq, parseDocument, Scalar, type YAMLMap } from 'yaml';
import type { KnobValue } from '../core/knobs/knob.ts';
import { parseList } from '../core/knobs/list-value.ts';
import { accept, type Result, refuse } from '../core/refusal.ts';

/** The text of a parameter file; refused where it cannot be read. */
export function readParamsFile(path: string): Result<string> {
  try {
    return accept(readFileSync(path, 'utf8'));
  } catch (error) {
    const reason = `cannot read ${path}: ${(error as Error).message}`;
    return refuse({ code: 'TT_FILE_MISSING', reason, found: path, accepted: 'a ROS 2 parameter YAML file' });
  }
}

/**
 * A ROS 2 parameter file with values of one node changed; comments and everything else stay. A value is changed
 * wherever the file gives it for the node, else it is added to the last section that holds for the node, else to a
 * section of its own at the end. `doubles` names the parameters that are written as 15.0, not 15: a node does not start
 * with an integer for a double. Refused when the text is not a map in YAML.
 */
export function withParameters(
  text: string,
  nodeName: string,
  values: ReadonlyMap<string, KnobValue>,
  doubles: ReadonlySet<string>,
): Result<string> {
  const document = parseDocument(text);
  if (document.errors.length > 0 || !(document.contents === null || isMap(document.contents))) {
    const reason = `not a parameter file: ${document.errors[0]?.message ?? 'no map'}`;
    return refuse({ code: 'TT_FILE_DAMAGED', reason, accepted: 'a ROS 2 parameter YAML file' });
  }
  const sections = isMap(document.contents) ? sectionsOf(document.contents, '', nodeName) : [];
  for (const [name, value] of values) {
    const places = sections.flatMap((section) => {
      const path = pathIn(section, name.split('.'));
      return path ? [{ section, path }] : [];
    });
    const last = sections.at(-1) ?? newSection(document, nodeName, sections);
    if (places.length === 0) places.push({ section: last, path: [name] });
    for (const { section, path } of places) put(section, path, value, doubles.has(name));
  }
  return accept(String(document));
}

/** The `ros__parameters` maps that hold for a node: under its name, bare or with its namespace, and under the wildcard for all. */
function sectionsOf(map: YAMLMap, prefix: string, nodeName: string): YAMLMap[] {
  return map.items.flatMap(({ key, value }) => {
    const name = isScalar(key) ? String(key.value) : '';
    if (!isMap(value)) return [];
    if (name === 'ros__parameters') return matches(prefix, nodeName) ? [value] : [];
    return sectionsOf(
      value,
      prefix === '' ? name : `${prefix.replace(/\/$/, '')}/${name.replace(/^\//, '')}`,
      nodeName,
    );
  });
}

function matches(pattern: string, nodeName: string): boolean {
  const bare = nodeName.slice(nodeName.lastIndexOf('/') + 1);
  return pattern === '/**' || pattern.replace(/^\//, '') === nodeName.slice(1) || pattern === bare;
}

/** Where a section gives a parameter: under its dotted name, or nested. */
function pathIn(section: YAMLMap, parts: readonly string[]): string[] | undefined {
  for (let count = parts.length; count > 0; count--) {
    const head = parts.slice(0, count).join('.');
    if (!section.has(head)) continue;
    const rest = parts.slice(count);
    const inner = section.get(head);
    if (rest.length === 0) return isMap(inner) ? undefined : [head];
    const path = isMap(inner) ? pathIn(inner, rest) : undefined;
    if (path) return [head, ...path];
  }
  return undefined;
}

/** In the scalar or the list that is there, which keeps its comment. */
function put(section: YAMLMap, path: string[], value: KnobValue, isDouble: boolean): void {
  const there = section.getIn(path, true);
  const items = isSeq(there) && typeof value === 'string' ? parseList(value) : undefined;
  if (isSeq(there) && items !== undefined) {
    const areDoubles = there.items.some((item) => isScalar(item) && item.source?.includes('.'));
    there.items = items.map((item) =>
      Object.assign(new Scalar(item), areDoubles && { minFractionDigits: 1 }),
    );
    return;
  }
  const scalar = isScalar(there) ? there : new Scalar(value);
  scalar.value = value;
  if (isDouble) scalar.minFractionDigits = 1;
  if (scalar !== there) section.setIn(path, scalar);
}

function newSection(document: Document, nodeName: string, sections: YAMLMap[]): YAMLMap {
  document.setIn([nodeName, 'ros__parameters'], document.createNode({}));
  const section = document.getIn([nodeName, 'ros__parameters']) as YAMLMap;
  sections.push(section);
  return section;
}

import { readFileSync } from 'node:fs';
import { parse as parseYaml } from 'yaml';
import { accept, type Refusal, type Result, refuse } from '../core/refusal.ts';

/** What a ROS command line says about one node. */
export type RosArguments = {
  name?: string;
  namespace?: string;
  logLevel?: string;
  /** Parameter rules in the order given; later ones win. */
  overrides: { nodePattern: string; parameter: string; value: unknown }[];
};

/**
 * Reads the `--ros-args` part of a command line: `-r __node:=`, `-r __ns:=`, `-p name:=value`,
 * `--params-file FILE`, `--log-level LEVEL`. rcl reads it too, for remappings; we read it because
 * rclnodejs loses overrides under a namespace (launch_ros writes the key as `/ns/name`).
 */
export function parseRosArguments(argv: string[]): Result<RosArguments> {
  const result: RosArguments = { overrides: [] };
  const refusals: Refusal[] = [];
  let inRosArguments = false;
  for (let i = 0; i < argv.length; i++) {
    const argument = argv[i] as string;
    if (argument === '--ros-args') inRosArguments = true;
    else if (argument === '--') inRosArguments = false;
    else if (inRosArguments) {
      const value = argv[i + 1];
      if (value === undefined) continue;
      if (argument === '-r' || argument === '--remap') {
        readRemap(value, result);
        i++;
      } else if (argument === '-p' || argument === '--param') {
        readParameter(value, result);
        i++;
      } else if (argument === '--params-file') {
        const file = readParametersFile(value);
        if (file.ok) result.overrides.push(...file.value);
        else refusals.push(...file.refusals);
        i++;
      } else if (argument === '--log-level') {
        // `name:=level` sets another logger; only the bare form is the node's own.
        if (!value.includes(':=')) result.logLevel = value;
        i++;
      }
    }
  }
  return refusals.length > 0 ? refuse(...refusals) : accept(result);
}

function readRemap(rule: string, result: RosArguments): void {
  const [from, to] = splitRule(rule);
  if (to === undefined) return;
  if (from === '__node' || from === '__name') result.name = to;
  else if (from === '__ns') result.namespace = to;
}

function readParameter(rule: string, result: RosArguments): void {
  const [left, right] = splitRule(rule);
  if (right === undefined) return;
  const colon = left.indexOf(':');
  const nodePattern = colon < 0 ? '/**' : left.slice(0, colon);
  result.overrides.push({ nodePattern, parameter: left.slice(colon + 1), value: parseYaml(right) });
}

function splitRule(rule: string): [string, string | undefined] {
  const at = rule.indexOf(':=');
  return at < 0 ? [rule, undefined] : [rule.slice(0, at), rule.slice(at + 2)];
}

function readParametersFile(file: string): Result<RosArguments['overrides']> {
  let document: unknown;
  try {
    document = parseYaml(readFileSync(file, 'utf8'));
  } catch (error) {
    return refuse({
      code: 'TT_FILE_MISSING',
      reason: `the parameter file ${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`,
      found: file,
      accepted: 'a ROS 2 parameter YAML file',
    });
  }
  const overrides: RosArguments['overrides'] = [];
  collectNodes(document, '', overrides);
  return accept(overrides);
}

/** Namespaces may be nested keys (`ns: {node: {ros__parameters: …}}`) or part of the key (`/ns/node`). */
function collectNodes(value: unknown, prefix: string, overrides: RosArguments['overrides']): void {
  if (!isMapping(value)) return;
  for (const [key, child] of Object.entries(value)) {
    if (key === 'ros__parameters') collectParameters(child, '', prefix, overrides);
    else collectNodes(child, joinNames(prefix, key), overrides);
  }
}

function collectParameters(
  value: unknown,
  prefix: string,
  nodePattern: string,
  overrides: RosArguments['overrides'],
): void {
  if (!isMapping(value)) return;
  for (const [key, child] of Object.entries(value)) {
    const parameter = prefix === '' ? key : `${prefix}.${key}`;
    if (isMapping(child)) collectParameters(child, parameter, nodePattern, overrides);
    else overrides.push({ nodePattern, parameter, value: child });
  }
}

function joinNames(prefix: string, key: string): string {
  return `${prefix.replace(/\/$/, '')}/${key.replace(/^\//, '')}`;
}

function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The values that hold for a node, by parameter name; the last matching rule wins, as in rcl. */
export function overridesFor(
  fullyQualifiedName: string,
  overrides: RosArguments['overrides'],
): Map<string, unknown> {
  const values = new Map<string, unknown>();
  for (const { nodePattern, parameter, value } of overrides) {
    if (matchesNode(nodePattern, fullyQualifiedName)) values.set(parameter, value);
  }
  return values;
}

/** `*` stands for one name, `**` for any number of them; a bare name matches the node in any namespace, as rcl does for `-p node:x:=`. */
function matchesNode(pattern: string, fullyQualifiedName: string): boolean {
  if (!pattern.slice(1).includes('/') && !pattern.includes('*')) {
    const bare = pattern.replace(/^\//, '');
    return fullyQualifiedName === pattern || fullyQualifiedName.endsWith(`/${bare}`);
  }
  const expression = pattern
    .replace(/[.+?^${}()|[\]\\]/g, '\\$&')
    .replace(/\/\*\*/g, '(/.+)?')
    .replace(/(?<!\))\*/g, '[^/]+');
  return new RegExp(`^${expression}$`).test(fullyQualifiedName);
}

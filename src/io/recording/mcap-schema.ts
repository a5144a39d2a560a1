import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { accept, type Result, refuse } from '../../core/refusal.ts';

const separator = '='.repeat(80);
const primitives = new Set(
  'bool byte char float32 float64 int8 uint8 int16 uint16 int32 uint32 int64 uint64 string wstring'.split(
    ' ',
  ),
);

/**
 * The definition of a message type such as `std_msgs/msg/Header` in the form that MCAP calls `ros2msg`: its own
 * text, then that of every type it uses, at any depth, each once. It is read from the `.msg` files below
 * `prefixes`, which are those of AMENT_PREFIX_PATH. Refused for a type that is not installed (TT_FILE_MISSING).
 */
export function ros2MessageSchema(type: string, prefixes: readonly string[]): Result<string> {
  const texts = new Map<string, string>();
  const wanted = [type];
  for (let next = wanted.pop(); next !== undefined; next = wanted.pop()) {
    if (texts.has(next)) continue;
    const text = readDefinition(next, prefixes);
    if (text === undefined) {
      const reason = `The message type ${next} is not installed.`;
      const accepted = 'a type with a .msg file in AMENT_PREFIX_PATH';
      return refuse({ code: 'TT_FILE_MISSING', reason, found: next, accepted });
    }
    texts.set(next, text.trimEnd());
    wanted.push(...typesUsed(text, packageOf(next)));
  }
  const [own, ...others] = [...texts.values()];
  const names = [...texts.keys()].slice(1);
  const sections = others.map((text, i) => `${separator}\nMSG: ${shortName(names[i] as string)}\n${text}`);
  return accept(`${[own, ...sections].join('\n')}\n`);
}

function readDefinition(type: string, prefixes: readonly string[]): string | undefined {
  for (const prefix of prefixes) {
    try {
      const [packageName, folder, name] = type.split('/') as [string, string, string];
      return readFileSync(join(prefix, 'share', packageName, folder, `${name}.msg`), 'utf8');
    } catch {
      // Not in this prefix; the next one may have it.
    }
  }
  return undefined;
}

/** The message types of a definition's fields; constants and comments have none. */
function typesUsed(text: string, ownPackage: string): string[] {
  return text.split('\n').flatMap((line) => {
    const [field = ''] = line.replace(/#.*/, '').trim().split(/\s+/);
    const type = field.replace(/\[.*$/, '').replace(/<=\d+$/, '');
    if (type === '' || primitives.has(type)) return [];
    const parts = type.split('/');
    return [parts.length === 1 ? `${ownPackage}/msg/${type}` : `${parts[0]}/msg/${parts.at(-1)}`];
  });
}

function packageOf(type: string): string {
  return type.split('/')[0] as string;
}

/** `std_msgs/Header`, as the form names the types within it. */
function shortName(type: string): string {
  return type.replace('/msg/', '/');
}

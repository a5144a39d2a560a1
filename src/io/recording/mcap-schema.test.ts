import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ros2MessageSchema } from './mcap-schema.ts';

const separator = '='.repeat(80);
let prefix: string;

function define(type: string, text: string): void {
  const [packageName, name] = type.split('/') as [string, string];
  const folder = join(prefix, 'share', packageName, 'msg');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${name}.msg`), text);
}

beforeAll(() => {
  prefix = mkdtempSync(join(tmpdir(), 'trimtab-schema-'));
  define('base_msgs/Time', 'int32 sec\nuint32 nanosec\n');
  define('base_msgs/Header', '# of anything\nTime stamp\nstring<=20 frame # Not a type: Ghost\n');
  define(
    'robot_msgs/Report',
    'uint8 OK=0\nstring NAME="Ghost one"\nbase_msgs/Header header\nPart[] parts\nPart[<=3] few\nPart[2] two\nbase_msgs/Time at\n',
  );
  define('robot_msgs/Part', 'float64 value 0.5\n\nbase_msgs/Time[] times\n');
  define('robot_msgs/Broken', 'robot_msgs/Missing part\n');
});
afterAll(() => rmSync(prefix, { recursive: true }));

describe('ros2MessageSchema', () => {
  it('is the own text of a type that uses no other', () => {
    expect(ros2MessageSchema('base_msgs/msg/Time', ['/nowhere', prefix])).toEqual({
      ok: true,
      value: 'int32 sec\nuint32 nanosec\n',
    });
  });

  it('has every type that is used, at any depth, once', () => {
    const schema = ros2MessageSchema('robot_msgs/msg/Report', [prefix]);
    if (!schema.ok) throw new Error(JSON.stringify(schema.refusals));
    const [own, ...sections] = schema.value.split(`${separator}\n`);
    expect(own).toMatch(/^uint8 OK=0\n/);
    expect(sections.map((text) => text.split('\n')[0]).sort()).toEqual([
      'MSG: base_msgs/Header',
      'MSG: base_msgs/Time',
      'MSG: robot_msgs/Part',
    ]);
    expect(schema.value).toContain('MSG: base_msgs/Time\nint32 sec\nuint32 nanosec\n');
  });

  it('refuses a type that is not installed, also as a part', () => {
    const found = 'robot_msgs/msg/Missing';
    expect(ros2MessageSchema('robot_msgs/msg/Broken', [prefix])).toMatchObject({
      refusals: [{ code: 'TT_FILE_MISSING', found }],
    });
  });
});

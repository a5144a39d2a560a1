import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { setupModule } from './setup-modules.ts';

const { readContext } = await setupModule('context');
const { applyEnvironment, environmentOf, writeEnvironmentScript } = await setupModule('environment');

const x64 = { arch: 'x64', platform: 'linux' };
const arm64 = { arch: 'arm64', platform: 'linux' };

let folder: string;
let home: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "trimtab-it's-"));
  home = join(folder, 'home');
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('where ROS 2 comes from', () => {
  it('is the wheels where none is sourced', () => {
    const { ros } = readContext({ TRIMTAB_HOME: home }, x64);
    expect(ros).toEqual({ kind: 'wheels', distro: 'kilted', prefixes: [join(home, 'ros')] });
  });

  it.each(['humble', 'jazzy', 'kilted', 'lyrical'])('is a sourced %s', (distro) => {
    const env = { TRIMTAB_HOME: home, ROS_DISTRO: distro, AMENT_PREFIX_PATH: folder };
    expect(readContext(env, arm64).ros).toEqual({ kind: 'sourced', distro, prefixes: [folder] });
  });

  it('is the wheels in a shell that has our own environment', () => {
    mkdirSync(join(home, 'ros'), { recursive: true });
    const context = readContext({ TRIMTAB_HOME: home }, x64);
    const env = applyEnvironment(environmentOf(context), { TRIMTAB_HOME: home });
    expect(readContext(env, x64).ros.kind).toBe('wheels');
  });

  it('is refused, with what to install, where there is none and no wheels fit', () => {
    expect(() => readContext({ TRIMTAB_HOME: home }, arm64)).toThrow(/arm64/);
    try {
      readContext({ TRIMTAB_HOME: home }, arm64);
    } catch (failure) {
      expect((failure as { cure: string }).cure).toMatch(/install .*ROS 2|apt install ros-/);
    }
  });

  it('is refused when it is a ROS 2 that we do not know', () => {
    const env = { TRIMTAB_HOME: home, ROS_DISTRO: 'foxy', AMENT_PREFIX_PATH: folder };
    expect(() => readContext(env, x64)).toThrow(/foxy/);
  });
});

describe('the environment', () => {
  /** The variables of a shell that sourced env.sh. */
  function sourced(env: Record<string, string>): Record<string, string> {
    const output = execFileSync('/bin/sh', ['-c', '. "$0"; env -0', join(home, 'env.sh')], {
      env: { PATH: '/usr/bin:/bin', ...env },
      encoding: 'utf8',
    });
    return Object.fromEntries(output.split('\0').map((line) => line.split(/=([\s\S]*)/, 2)));
  }

  it('is the same from env.sh as for our own programs', () => {
    const sitePackages = join(home, 'ros', 'lib', 'python3.11', 'site-packages');
    mkdirSync(join(sitePackages, 'ros_rcl.libs'), { recursive: true });
    const interpreter = join(folder, 'python3.11');
    writeFileSync(interpreter, '');
    writeFileSync(join(home, 'ros', 'pyvenv.cfg'), `home = ${folder}\nversion = 3.11.7\n`);
    const context = readContext({ TRIMTAB_HOME: home }, x64);
    writeEnvironmentScript(context);
    const given = { PATH: '/usr/bin:/bin', LD_LIBRARY_PATH: '/theirs' };
    const applied = applyEnvironment(environmentOf(context), given);
    expect(applied.LD_LIBRARY_PATH).toBe(
      [
        join(home, 'install', 'lib'),
        join(home, 'ros', 'lib'),
        join(sitePackages, 'ros_rcl.libs'),
        '/theirs',
      ].join(':'),
    );
    expect(sourced(given)).toMatchObject(applied);
  });

  it("leaves the user's own choice of transports and discovery alone", () => {
    writeEnvironmentScript(readContext({ TRIMTAB_HOME: home }, x64));
    const own = {
      FASTDDS_BUILTIN_TRANSPORTS: 'UDPv4',
      FASTDDS_DEFAULT_PROFILES_FILE: '/own.xml',
      ROS_AUTOMATIC_DISCOVERY_RANGE: 'SUBNET',
    };
    expect(sourced(own)).toMatchObject(own);
    expect(sourced({}).ROS_AUTOMATIC_DISCOVERY_RANGE).toBe('LOCALHOST');
    expect(existsSync(sourced({}).FASTDDS_DEFAULT_PROFILES_FILE ?? '')).toBe(true);
  });

  it.each([{ FASTDDS_BUILTIN_TRANSPORTS: 'UDPv4' }, { FASTRTPS_DEFAULT_PROFILES_FILE: '/own.xml' }])(
    'does not set profiles above what the user chose: %j',
    (own: Record<string, string>) => {
      const context = readContext({ TRIMTAB_HOME: home }, x64);
      writeEnvironmentScript(context);
      expect(sourced(own)).not.toHaveProperty('FASTDDS_DEFAULT_PROFILES_FILE');
      expect(applyEnvironment(environmentOf(context), own)).not.toHaveProperty(
        'FASTDDS_DEFAULT_PROFILES_FILE',
      );
    },
  );

  it('gives Fast DDS 2 no profiles that it cannot read', () => {
    const humble = { ROS_DISTRO: 'humble', AMENT_PREFIX_PATH: folder, TRIMTAB_HOME: home };
    const { defaults } = environmentOf(readContext(humble, x64));
    expect(defaults).not.toHaveProperty('FASTDDS_DEFAULT_PROFILES_FILE');
    expect(defaults.FASTDDS_BUILTIN_TRANSPORTS).toContain('LARGE_DATA');
  });

  it('finds the Node that runs first', () => {
    writeEnvironmentScript(readContext({ TRIMTAB_HOME: home }, x64));
    const [first] = sourced({}).PATH?.split(':') ?? [];
    expect(realpathSync(join(first ?? '', 'node'))).toBe(realpathSync(process.execPath));
  });

  it('is a file that says how it came about', () => {
    writeEnvironmentScript(readContext({ TRIMTAB_HOME: home }, x64));
    expect(readFileSync(join(home, 'env.sh'), 'utf8')).toContain('./trimtab setup');
  });
});

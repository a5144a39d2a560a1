import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { probeBroker } from './broker.ts';
import { probeCgroup } from './cgroup.ts';
import { probeInference } from './inference.ts';
import { probeJetson } from './jetson.ts';
import type { Part } from './part.ts';
import { probeLaunch, probeMessages, probeRmw, probeRos, probeRos2Cli } from './ros.ts';
import { probeGazebo, probeMininetWifi, probeNs3 } from './simulators.ts';

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'trimtab-probe-'));
});

afterEach(() => rmSync(root, { recursive: true, force: true }));

function put(...paths: string[]): void {
  for (const path of paths) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), '');
    chmodSync(join(root, path), 0o755);
  }
}

const states = (parts: Part[]) => parts.map(({ state }) => state);

describe('on a machine that has nothing', () => {
  it('every part is absent, and says what that costs; the bundled broker is there', () => {
    const machine = { env: {}, root };
    const parts = [
      probeRos(machine),
      probeRmw(machine),
      probeMessages(machine),
      probeRos2Cli(machine),
      probeLaunch(machine),
      ...probeInference(machine, join(root, 'onnxruntime')),
      ...probeJetson(machine),
      probeGazebo(machine),
      probeNs3(machine),
      probeMininetWifi(machine),
    ];
    for (const part of parts) {
      expect(part.state).toBe('absent');
      expect(part.cost, `${part.part} says what its absence costs`).toMatch(/\w+ \w+/);
    }
    expect(probeBroker(machine).found).toContain('aedes');
  });
});

describe('on a Jetson with everything', () => {
  it('every part is real', () => {
    const library = `onnxruntime/bin/napi-v6/${process.platform}/${process.arch}`;
    put(
      'opt/lib/librmw_cyclonedds_cpp.so',
      'opt/share/trimtab_msgs/package.xml',
      'opt/share/ros2cli/package.xml',
      'opt/share/launch_ros/package.xml',
      `${library}/libonnxruntime.so.1`,
      `${library}/libonnxruntime_providers_cuda.so`,
      `${library}/libonnxruntime_providers_tensorrt.so`,
      'usr/lib/x86_64-linux-gnu/libvulkan.so.1',
      'dev/nvhost-nvdla0',
      'etc/nv_tegra_release',
      'usr/sbin/nvpmodel',
      'usr/sbin/mosquitto',
      'sys/bus/i2c/drivers/ina3221/1-0040/name',
      'sys/class/devfreq/17000000.gpu/cur_freq',
      'bin/gz',
      'usr/include/ns3.41/ns3/core-module.h',
      'usr/local/lib/python3.10/dist-packages/mn_wifi/net.py',
    );
    const env = {
      ROS_DISTRO: 'humble',
      RMW_IMPLEMENTATION: 'rmw_cyclonedds_cpp',
      AMENT_PREFIX_PATH: join(root, 'opt'),
      PATH: join(root, 'bin'),
    };
    const machine = { env, root };
    expect(probeRos(machine).found).toBe('humble, sourced');
    expect(probeRmw(machine).found).toBe('rmw_cyclonedds_cpp');
    expect(probeBroker(machine).found).toBe(join(root, 'usr/sbin/mosquitto'));
    const parts = [
      probeMessages(machine),
      probeRos2Cli(machine),
      probeLaunch(machine),
      ...probeInference(machine, join(root, 'onnxruntime')),
      ...probeJetson(machine),
      probeGazebo(machine),
      probeNs3(machine),
      probeMininetWifi(machine),
    ];
    // onnxruntime is built with it for x64 only.
    const others = parts.filter(({ part }) => part !== 'inference: WebGPU');
    expect(new Set(states(others))).toEqual(new Set(['real']));
    const webGpu = parts.find(({ part }) => part === 'inference: WebGPU');
    expect(webGpu?.state).toBe(process.arch === 'x64' ? 'real' : 'absent');
  });
});

describe('a middleware that is asked for but not installed', () => {
  it('is absent', () => {
    put('opt/lib/librmw_fastrtps_cpp.so');
    const env = { AMENT_PREFIX_PATH: join(root, 'opt'), RMW_IMPLEMENTATION: 'rmw_zenoh_cpp' };
    expect(probeRmw({ env, root }).state).toBe('absent');
    expect(probeRmw({ env: { ...env, RMW_IMPLEMENTATION: '' }, root }).state).toBe('real');
  });
});

describe('cgroup rights', () => {
  const support = { writable: true, version: 2, mount: '/', home: '/', reason: 'v2' } as const;

  it('are real where a group can be made, which is taken away again', () => {
    expect(probeCgroup({ ...support, base: root }).state).toBe('real');
    expect(probeCgroup({ ...support, base: root }).state).toBe('real');
  });

  it('are absent where it cannot, whatever the files promise', () => {
    expect(probeCgroup({ ...support, base: join(root, 'not', 'there') }).state).toBe('absent');
  });
});

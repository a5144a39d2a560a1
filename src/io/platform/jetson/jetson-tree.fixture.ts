import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** What of a Jetson a test wants to see. */
export type JetsonBoard = {
  /** Rails by INA3221 device and channel: label, mV and mA; `NC` for a channel that is not connected. */
  monitors: Record<string, (readonly [label: string, mV: number, mA: number])[]>;
  gpu?: { name: string; hz: number; permille: number };
  emcHz?: number;
  /** Devices of the accelerators by their place, with the time for which they were on. */
  dlas?: Record<string, { activeMs: number; hz?: number }>;
  /** mC by the kernel's name of the zone; a string stands for what an unreadable zone holds. */
  zones?: Record<string, number | string>;
  /** kHz by CPU that is on. */
  cpus?: Record<number, number>;
  mode?: { id: number; names: string[] };
};

const host1x = {
  jetpack5: 'sys/devices/platform/13e40000.host1x',
  jetpack6: 'sys/devices/platform/bus@0/13e00000.host1x',
};

/** An AGX Orin 64 GB with JetPack 5 in its 30 W mode: formats as published, values made up. */
export const agxOrin: JetsonBoard = {
  monitors: {
    '1-0040': [
      ['VDD_GPU_SOC', 19_824, 320],
      ['VDD_CPU_CV', 19_824, 80],
      ['VIN_SYS_5V0', 4968, 800],
    ],
    '1-0041': [
      ['NC', 0, 0],
      ['VDDQ_VDD2_1V8AO', 4968, 200],
      ['NC', 0, 0],
    ],
  },
  gpu: { name: '17000000.ga10b', hz: 612_000_000, permille: 437 },
  emcHz: 3_199_000_000,
  dlas: {
    [`${host1x.jetpack5}/15880000.nvdla0`]: { activeMs: 1200, hz: 1_369_600_000 },
    [`${host1x.jetpack5}/158c0000.nvdla1`]: { activeMs: 0 },
  },
  zones: {
    'CPU-therm': 48_125,
    'GPU-therm': 44_500,
    'CV0-therm': -256_000,
    'SOC0-therm': 45_031,
    'tj-therm': 48_625,
    Tboard_tegra: 37_000,
  },
  cpus: { 0: 1_728_000, 1: 1_728_000, 2: 729_600, 3: 729_600 },
  mode: { id: 2, names: ['MAXN', 'MODE_15W', 'MODE_30W', 'MODE_50W'] },
};

/** An Orin Nano 8 GB with JetPack 6: no accelerator, an input rail, a zone that cannot be read while its part is off. */
export const orinNano: JetsonBoard = {
  monitors: {
    '1-0040': [
      ['VDD_IN', 4960, 1200],
      ['VDD_CPU_GPU_CV', 4960, 240],
      ['VDD_SOC', 4960, 320],
    ],
  },
  gpu: { name: '17000000.gpu', hz: 306_000_000, permille: 0 },
  emcHz: 2_133_000_000,
  zones: { 'cpu-thermal': 51_062, 'gpu-thermal': 50_406, 'cv0-thermal': '', 'tj-thermal': 51_343 },
  cpus: { 0: 1_510_400, 1: 1_510_400, 2: 729_600, 3: 729_600, 4: 729_600, 5: 729_600 },
  mode: { id: 0, names: ['15W', '7W'] },
};

/** A file tree that looks like a Jetson's sysfs, debugfs and nvpmodel files, for tests. */
export class JetsonTree {
  readonly root = mkdtempSync(join(tmpdir(), 'trimtab-jetson-'));

  constructor(board: JetsonBoard) {
    chmodSync(this.root, 0o755);
    for (const [device, rails] of Object.entries(board.monitors)) this.#putMonitor(device, rails);
    if (board.gpu) {
      const folder = `sys/class/devfreq/${board.gpu.name}`;
      this.put(`${folder}/cur_freq`, board.gpu.hz);
      this.put(`${folder}/device/load`, board.gpu.permille);
    }
    if (board.emcHz !== undefined) this.put('sys/kernel/debug/bpmp/debug/clk/emc/rate', board.emcHz);
    for (const [device, { activeMs, hz }] of Object.entries(board.dlas ?? {})) {
      this.put(`${device}/power/runtime_active_time`, activeMs);
      this.put(`${device}/power/runtime_status`, 'suspended');
      const name = device.slice(-4);
      if (hz !== undefined) this.put(`sys/kernel/debug/clk/${name}_core/clk_rate`, hz);
    }
    for (const [index, [type, temp]] of Object.entries(board.zones ?? {}).entries()) {
      this.put(`sys/class/thermal/thermal_zone${index}/type`, type);
      this.put(`sys/class/thermal/thermal_zone${index}/temp`, temp);
    }
    for (const [cpu, kHz] of Object.entries(board.cpus ?? {}))
      this.put(`sys/devices/system/cpu/cpu${cpu}/cpufreq/scaling_cur_freq`, kHz);
    if (board.cpus) this.put('sys/devices/system/cpu/online', Object.keys(board.cpus).join(','));
    if (board.mode) {
      this.put('var/lib/nvpmodel/status', `pmode:${String(board.mode.id).padStart(4, '0')}`);
      const models = board.mode.names.map(
        (name, id) => `< POWER_MODEL ID=${id} NAME=${name} >\nCPU_ONLINE CORE_0 1\n`,
      );
      this.put('etc/nvpmodel.conf', `# a comment\n${models.join('\n')}\n< PM_CONFIG DEFAULT=2 >`);
    }
  }

  put(path: string, value: number | string): void {
    mkdirSync(dirname(join(this.root, path)), { recursive: true });
    writeFileSync(join(this.root, path), `${value}\n`);
  }

  take(path: string): void {
    rmSync(join(this.root, path), { recursive: true });
  }

  /** Leaves a file or folder to its owner alone, as debugfs is left to root. */
  forbid(path: string): void {
    chmodSync(join(this.root, path), 0o700);
  }

  remove(): void {
    rmSync(this.root, { recursive: true });
  }

  #putMonitor(device: string, rails: JetsonBoard['monitors'][string]): void {
    const folder = `sys/bus/i2c/drivers/ina3221/${device}/hwmon/hwmon${device.slice(-1)}`;
    this.put(`${folder}/name`, 'ina3221');
    this.put(`${folder}/in7_label`, 'sum of shunt voltages');
    for (const [index, [label, mV, mA]] of rails.entries()) {
      this.put(`${folder}/in${index + 1}_label`, label);
      this.put(`${folder}/in${index + 1}_input`, mV);
      this.put(`${folder}/curr${index + 1}_input`, mA);
    }
  }
}

import { describe, expect, it, onTestFinished } from 'vitest';
import { PlatformSensors, Sysfs, sensorKinds } from '../sensors/index.ts';
import { agxOrin, type JetsonBoard, JetsonTree, orinNano } from './jetson-tree.fixture.ts';

/** A user who owns nothing. */
const nobody = 65_534;
const monitor0 = 'sys/bus/i2c/drivers/ina3221/1-0040/hwmon/hwmon0';

function tree(board: JetsonBoard): JetsonTree {
  const files = new JetsonTree(board);
  onTestFinished(() => files.remove());
  return files;
}

const read = (files: JetsonTree) => new PlatformSensors(new Sysfs(files.root)).read();

/** What a kind of sensor was found as, or why it was not. */
function found(files: JetsonTree, part: string): string | undefined {
  const sensor = sensorKinds.find((kind) => kind.part === part)?.find(new Sysfs(files.root));
  return typeof sensor === 'string' ? sensor : sensor?.found;
}

describe('an AGX Orin with JetPack 5', () => {
  it('tells power, temperatures, clocks and loads', () => {
    const { gauges, counters } = read(tree(agxOrin));
    const expected = {
      power_gpu_soc: 6.34368,
      power_cpu_cv: 1.58592,
      power_sys_5v0: 3.9744,
      power_vddq_vdd2_1v8ao: 0.9936,
      gpu_load: 43.7,
      gpu_clock_mhz: 612,
      emc_clock_mhz: 3199,
      dla0_clock_mhz: 1369.6,
      temperature: 48.625,
      temperature_cpu: 48.125,
      temperature_gpu: 44.5,
      temperature_soc0: 45.031,
      temperature_tj: 48.625,
      temperature_tboard: 37,
      cpu_clock_mhz: 1228.8,
      cpus_online: 4,
      power_mode: 2,
    };
    for (const [name, value] of Object.entries(expected)) expect(gauges[name], name).toBeCloseTo(value, 6);
    expect(Object.keys(gauges).sort()).toEqual([...Object.keys(expected), 'power'].sort());
    expect(counters).toEqual({ dla0_load: 120_000, dla1_load: 0 });
  });

  it('counts a rail that another one feeds once in the total', () => {
    expect(read(tree(agxOrin)).gauges.power).toBeCloseTo(6.34368 + 1.58592 + 3.9744, 6);
  });

  it('gives no total while a rail cannot be read', () => {
    const files = tree(agxOrin);
    files.take(`${monitor0}/curr2_input`);
    const { gauges } = read(files);
    expect(gauges.power_gpu_soc).toBeCloseTo(6.34368, 6);
    expect(gauges).not.toHaveProperty('power_cpu_cv');
    expect(gauges).not.toHaveProperty('power');
  });

  it('names its power mode', () => {
    expect(found(tree(agxOrin), 'Jetson power mode in force')).toBe('mode 2, MODE_30W');
  });
});

describe('an Orin Nano with JetPack 6', () => {
  it('tells what it has, the total by its input rail', () => {
    const { gauges, counters } = read(tree(orinNano));
    expect(gauges.power).toBeCloseTo(5.952, 6);
    expect(gauges.power_cpu_gpu_cv).toBeCloseTo(1.1904, 6);
    expect(gauges).toMatchObject({
      temperature: 51.343,
      gpu_load: 0,
      gpu_clock_mhz: 306,
      cpus_online: 6,
      power_mode: 0,
    });
    expect(counters).toEqual({});
  });

  it('says that it has no accelerator', () => {
    expect(found(tree(orinNano), 'Jetson DLA')).toBe('no device *.nvdla*');
  });

  it('reads a zone again once its part is on', () => {
    const files = tree(orinNano);
    const sensors = new PlatformSensors(new Sysfs(files.root));
    expect(sensors.read().gauges).not.toHaveProperty('temperature_cv0');
    files.put('sys/class/thermal/thermal_zone2/temp', 49_000);
    expect(sensors.read().gauges.temperature_cv0).toBe(49);
  });

  it('takes the hottest zone where there is no junction', () => {
    const files = tree(orinNano);
    files.put('sys/class/thermal/thermal_zone3/temp', '');
    expect(read(files).gauges.temperature).toBe(51.062);
  });

  it('finds the accelerators of an Orin NX where JetPack 6 has them', () => {
    const place = 'sys/devices/platform/bus@0/13e00000.host1x/15880000.nvdla0';
    const files = tree({ ...orinNano, dlas: { [place]: { activeMs: 50 } } });
    expect(read(files).counters).toEqual({ dla0_load: 5000 });
  });
});

describe('every reading', () => {
  const documented = sensorKinds.flatMap(({ readings }) => Object.keys(readings));
  const forms = documented.map((name) => new RegExp(`^${name.replace(/<\w+>/, '\\w+')}$`));

  it.each(Object.entries({ agxOrin, orinNano }))(
    'of an %s is one that its kind of sensor lists',
    (_, board) => {
      const { gauges, counters } = read(tree(board));
      for (const name of [...Object.keys(gauges), ...Object.keys(counters)])
        expect(
          forms.some((form) => form.test(name)),
          name,
        ).toBe(true);
    },
  );
});

describe('a part that is absent or cannot be read', () => {
  it('is found by another way where the kernel has one', () => {
    const files = tree(orinNano);
    files.take('sys/class/devfreq/17000000.gpu/device');
    files.put('sys/devices/platform/gpu.0/load', 250);
    expect(read(files).gauges.gpu_load).toBe(25);
  });

  it('leaves the clock of a GPU whose load cannot be read', () => {
    const files = tree(orinNano);
    files.take('sys/class/devfreq/17000000.gpu/device');
    expect(read(files).gauges).toMatchObject({ gpu_clock_mhz: 306 });
    expect(read(files).gauges).not.toHaveProperty('gpu_load');
    expect(found(files, 'Jetson GPU')).toBe('17000000.gpu, without a load that can be read');
  });

  it('is left out when it goes while it is watched', () => {
    const files = tree(agxOrin);
    const sensors = new PlatformSensors(new Sysfs(files.root));
    for (const path of [
      'sys/kernel',
      'sys/class/thermal',
      'sys/bus',
      'var',
      'sys/devices',
      'sys/class/devfreq',
    ])
      files.take(path);
    expect(sensors.read()).toEqual({ gauges: {}, counters: {} });
  });

  it('does not read a number out of what is none', () => {
    const files = tree(agxOrin);
    files.put('sys/class/devfreq/17000000.ga10b/cur_freq', 'N/A');
    files.put('sys/kernel/debug/bpmp/debug/clk/emc/rate', '');
    files.put('var/lib/nvpmodel/status', 'unknown');
    const { gauges } = read(files);
    for (const name of ['gpu_clock_mhz', 'emc_clock_mhz', 'power_mode'])
      expect(gauges).not.toHaveProperty(name);
  });

  it('is said to be forbidden where only root may read it', (context) => {
    context.skip(process.getuid?.() !== 0, 'only root can become somebody who may not');
    const files = tree(agxOrin);
    files.forbid('sys/kernel/debug');
    process.seteuid?.(nobody);
    try {
      const path = '/sys/kernel/debug/bpmp/debug/clk/emc/rate';
      expect(found(files, 'Jetson memory clock (EMC)')).toBe(`no permission to read ${path}`);
      const { gauges } = read(files);
      expect(gauges).toMatchObject({ gpu_clock_mhz: 612, power_mode: 2 });
      expect(gauges).not.toHaveProperty('emc_clock_mhz');
      expect(gauges).not.toHaveProperty('dla0_clock_mhz');
    } finally {
      process.seteuid?.(0);
    }
  });

  it('is nowhere on another machine', () => {
    const files = tree({ monitors: {} });
    expect(read(files)).toEqual({ gauges: {}, counters: {} });
    for (const { part, cost } of sensorKinds) {
      expect(found(files, part), part).toMatch(/^no /);
      expect(cost).not.toBe('');
    }
  });
});

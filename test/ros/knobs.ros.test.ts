import { appendFileSync } from 'node:fs';
import { getPriority } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ProcessReport } from '../../src/core/knobs/process-report.ts';
import type { KnobReport, NodeReport } from '../../src/core/knobs/table/graph-report.ts';
import type { RunningProcess } from '../../src/io/process/process-group.ts';
import { LearnedEffectsFile } from '../../src/io/recording/learned-effects.ts';
import { LiveGraph } from './live-graph.ts';
import { PeerParameters } from './peer-parameters.ts';
import { waitFor } from './wait-for.ts';

const graph = new LiveGraph();
const targets = ['/hung', '/lidar', '/robot_1/controller_server', '/robot_1/front'];

let peer: RunningProcess;
beforeAll(async () => {
  peer = await graph.startPeer('knob_targets');
});
afterAll(() => graph.close());

/** What the command prints as JSON, once it has discovered all targets and all but the hung one have answered. */
function knobs(...args: string[]): Promise<Map<string, NodeReport>> {
  return waitFor('all targets in the report', async () => {
    const { code, output } = await graph.runCommand('knobs', '--json', '--distro', 'kilted', ...args);
    expect(code).toBe(0);
    const { nodes } = JSON.parse(output.slice(output.indexOf('{'))) as { nodes: NodeReport[] };
    const report = new Map(nodes.map((node) => [node.node, node]));
    const silent = targets.filter((name) => report.get(name)?.silent !== false);
    return silent.length === 1 && targets.every((name) => report.has(name)) ? report : undefined;
  });
}

function knobOf(report: Map<string, NodeReport>, node: string, name: string): KnobReport | undefined {
  return report.get(node)?.knobs.find((knob) => knob.name === name);
}

describe('trimtab knobs on a live graph', () => {
  let report: Map<string, NodeReport>;
  const stateDir = join(graph.dir, 'state');
  beforeAll(async () => {
    report = await knobs('--state-dir', stateDir);
  });

  it('knows nodes by name and by their parameters, in any namespace', () => {
    const kinds = (node: string) => report.get(node)?.kinds.join('; ');
    expect(kinds('/robot_1/controller_server')).toBe(
      'Navigation2: controller server; Navigation2: controller server with MPPI',
    );
    expect(kinds('/robot_1/front')).toBe('usb_cam: camera');
    expect(kinds('/lidar')).toBe('');
  });

  it('says what each knob holds, takes, and when it acts', () => {
    expect(knobOf(report, '/robot_1/controller_server', 'controller_frequency')).toMatchObject({
      state: 'there',
      value: 20,
      values: '[1, 100] Hz',
      takesEffect: 'reconfigure',
    });
    expect(knobOf(report, '/robot_1/controller_server', 'FollowPath.batch_size')).toMatchObject({
      value: 2000,
      takesEffect: 'immediate',
    });
    expect(knobOf(report, '/robot_1/front', 'framerate')).toMatchObject({
      value: 30,
      takesEffect: 'restart',
    });
    expect(knobOf(report, '/robot_1/front', 'gain')).toMatchObject({ value: -1, takesEffect: 'immediate' });
  });

  it('says what a table expects and the node lacks', () => {
    expect(knobOf(report, '/robot_1/controller_server', 'costmap_update_timeout')?.state).toBe('missing');
    expect(knobOf(report, '/robot_1/front', 'exposure')?.state).toBe('missing');
  });

  it('finds services and topics that turn something', () => {
    expect(knobOf(report, '/robot_1/front', '/robot_1/set_capture {data: $value}')?.takesEffect).toBe(
      'service',
    );
    expect(knobOf(report, '/robot_1/front', '/robot_1/image_raw')?.kind).toBe('throttle');
  });

  it('shows what of the process behind the nodes can be turned', async () => {
    const ofPeer = await waitFor('the process of all targets', async () => {
      const { output } = await graph.runCommand('knobs', '--json', '--state-dir', stateDir);
      const { processes } = JSON.parse(output.slice(output.indexOf('{'))) as { processes: ProcessReport[] };
      return processes.find(
        ({ pid, nodes }) => pid === peer.pid && targets.every((name) => nodes.includes(name)),
      );
    });
    const held = Object.fromEntries(ofPeer.knobs.map(({ kind, name, value }) => [`${kind} ${name}`, value]));
    expect(held).toMatchObject({ 'process nice': getPriority(peer.pid), 'process policy': 'other' });
    expect(Object.keys(held)).toEqual(expect.arrayContaining(['cgroup cpu', 'cgroup weight', 'cgroup cpus']));
    const { output } = await graph.runCommand('knobs', '--state-dir', stateDir);
    expect(output).toMatch(
      /^nodes +pid +cgroup cpu +cgroup weight +cgroup cpus +process nice +process policy/m,
    );
  });

  it('shows a node that never answers as silent, and all others', () => {
    expect(report.get('/hung')).toMatchObject({ silent: true, knobs: [] });
  });

  it('lists parameters without a table only when asked, and says which can never be turned', async () => {
    expect(report.get('/lidar')).toMatchObject({ knobs: [], unlisted: 4 });
    const all = await knobs('--all', '--state-dir', stateDir);
    const states = all.get('/lidar')?.knobs.map(({ name, state }) => [name, state]);
    expect(Object.fromEntries(states ?? [])).toEqual({
      angles: 'list',
      estop_timeout: 'forbidden',
      model: 'read-only',
      rate: 'there',
    });
    expect(knobOf(all, '/lidar', 'rate')).toMatchObject({ values: '[5, 20]', takesEffect: 'unknown' });
  });

  it('checks couplings against what the node holds now', async () => {
    const keep = 'FollowPath.model_dt >= 1 / controller_frequency';
    const holds = (seen: Map<string, NodeReport>) =>
      seen.get('/robot_1/controller_server')?.couplings.find((coupling) => coupling.keep === keep)?.holds;
    expect(holds(report)).toBe(true);
    const parameters = new PeerParameters(await graph.openClient(), '/robot_1/controller_server');
    expect(await parameters.set('controller_frequency', { double: 10 })).toMatchObject({ successful: true });
    expect(holds(await knobs('--state-dir', stateDir))).toBe(false);
    await parameters.set('controller_frequency', { double: 20 });
  });

  it('shows what measurements have said, and refuses a damaged record of it', async () => {
    const file = new LearnedEffectsFile(join(stateDir, 'learned-effects.jsonl'));
    const effect = { node: 'lidar', parameter: 'rate', distro: 'kilted', firstMs: 1, lastMs: 2 };
    expect(file.add([{ ...effect, counts: { 'no-effect': 3, accepted: 1 } }])).toMatchObject({ ok: true });
    const learned = knobOf(await knobs('--state-dir', stateDir), '/lidar', 'rate')?.learned;
    expect(learned).toEqual({ verdict: 'no-effect', counts: { 'no-effect': 3, accepted: 1 } });
    await waitFor('the same for people', async () => {
      const { output } = await graph.runCommand('knobs', '--distro', 'kilted', '--state-dir', stateDir);
      return (
        /rate +10 .*unknown +no effect \(3 of 4\)/.test(output) && /No answer from .*\/hung/.test(output)
      );
    });
    appendFileSync(file.path, 'not a record\n');
    const refused = await graph.runCommand('knobs', '--state-dir', stateDir);
    expect(refused.code).toBe(1);
    expect(refused.output).toMatch(/learned-effects\.jsonl:2:1: .*\[TT_FILE_DAMAGED\]/);
  });
});

import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ProcessGroup, type RunningProcess } from '../../src/io/process/process-group.ts';
import { RosPeer } from './ros-peer.ts';
import { removeSegments, segmentsOf } from './shared-segments.ts';

/** The compiled tree that this file is part of. */
export const distRoot = fileURLToPath(new URL('../../', import.meta.url));
/** The repository, with models, config and the rclpy peers. */
export const repository = process.env.TRIMTAB_ROOT ?? process.cwd();

const readyTimeoutMs = 60_000;
const endTimeoutMs = 60_000;

/** One of our nodes, as a ROS command line starts it. */
export type NodeSpec = {
  name: string;
  /** Relative to the compiled tree. */
  script: string;
  namespace?: string;
  parameters?: Record<string, string | number | boolean | string[] | number[]>;
  remappings?: Record<string, string>;
  /** More of what stands after --ros-args. */
  rosArguments?: string[];
};

/**
 * A ROS domain from 20 to 99: the runner's pid keeps two runs on one machine apart, the worker's number two files of one run.
 */
function freeDomainId(): number {
  const worker = Number(process.env.VITEST_POOL_ID ?? 0) % 2;
  return 20 + 2 * (process.ppid % 40) + worker;
}

/** How a process ended, and what it wrote. */
export type Ending = { code: number | null; output: string };

/**
 * A live ROS graph for one test file, in a domain of its own: our nodes as processes, rclpy programs as
 * independent peers. close() ends all of it.
 */
export class LiveGraph {
  readonly dir = mkdtempSync(join(tmpdir(), 'trimtab-graph-'));
  readonly #group: ProcessGroup;
  readonly #env: Record<string, string>;
  readonly #peers: RosPeer[] = [];
  /** What stays in memory of processes that a test kills, or that end without their destructors. */
  readonly #segments: string[] = [];

  constructor() {
    const domainId = freeDomainId();
    this.#env = { ROS_DOMAIN_ID: String(domainId), PYTHONUNBUFFERED: '1', RCUTILS_LOGGING_USE_STDOUT: '1' };
    this.#group = new ProcessGroup({
      logDir: join(this.dir, 'logs'),
      onUnexpectedEnd: (name, how) => {
        if (how !== 'exit code 0') console.error(`${name} ended (${how}):\n${this.log(name)}`);
      },
    });
  }

  /** What separates this graph from others; for clients in the caller's own process. */
  get domainId(): string {
    return this.#env.ROS_DOMAIN_ID as string;
  }

  /** Starts a node and waits until it says that it is active. */
  async startNode(spec: NodeSpec): Promise<RunningProcess> {
    const node = this.spawnNode(spec);
    await this.#awaitLine(node, (line) => line.includes(`${spec.name} active`));
    return node;
  }

  /** Starts a node without waiting. */
  spawnNode(spec: NodeSpec): RunningProcess {
    return this.#group.start({
      name: spec.name,
      command: process.execPath,
      args: nodeArguments(spec),
      env: this.#env,
    });
  }

  /** Starts a node as the child of another process, waits until it is active, and returns its pid with its parent. */
  async startNodeInParent(spec: NodeSpec): Promise<{ parent: RunningProcess; pid: number }> {
    const script = `
      const { spawn } = require('node:child_process');
      const node = spawn(process.execPath, JSON.parse(process.argv[1]), { stdio: 'pipe' });
      node.stdout.on('data', (chunk) => String(chunk).includes(' active') && console.log(node.pid + ' active'));
    `;
    const parent = this.#group.start({
      name: `parent of ${spec.name}`,
      command: process.execPath,
      args: ['-e', script, JSON.stringify(nodeArguments(spec))],
      env: this.#env,
    });
    const line = await this.#awaitLine(parent, (text) => text.endsWith(' active'));
    return { parent, pid: Number.parseInt(line, 10) };
  }

  /** Runs a node that is expected to end by itself. */
  runNode(spec: NodeSpec): Promise<Ending> {
    return this.#run(nodeArguments(spec));
  }

  /** Runs a command of the command line to its end. */
  runCommand(...args: string[]): Promise<Ending> {
    return this.#run([join(distRoot, 'src/cli/main.js'), ...args]);
  }

  /** Starts a command of ours that runs until it is stopped, and returns the JSON line it prints when ready. */
  async startCommand<T>(name: string, ...args: string[]): Promise<{ process: RunningProcess; ready: T }> {
    const command = this.#group.start({
      name,
      command: process.execPath,
      args: [join(distRoot, 'src/cli/main.js'), name, ...args],
      env: this.#env,
    });
    const line = await this.#awaitLine(command, (text) => text.startsWith('{'));
    return { process: command, ready: JSON.parse(line) as T };
  }

  /** Starts an rclpy program of the folder peers and waits for its "ready". */
  async startPeer(name: string, ...args: string[]): Promise<RunningProcess> {
    const peer = this.#group.start({
      name: [name, ...args].join('-').replaceAll('/', '_'),
      command: 'python3',
      args: [peerScript(name), ...args],
      env: this.#env,
    });
    await this.#awaitLine(peer, (line) => line === 'ready');
    return peer;
  }

  /** Joins the graph as an independent ROS client. */
  async openClient(): Promise<RosPeer> {
    const peer = await RosPeer.open(peerScript('client'), { ...process.env, ...this.#env });
    this.#peers.push(peer);
    return peer;
  }

  /** Writes a file into the test's folder and returns its path. */
  file(name: string, text: string): string {
    const path = join(this.dir, name);
    writeFileSync(path, text);
    return path;
  }

  /** What a process has written. */
  log(name: string, lines = 20): string {
    return this.#group.tail(name, lines);
  }

  /** Ends every process, and removes the folder and what killed ones left in shared memory. */
  async close(): Promise<void> {
    await Promise.all([this.#group.stop(), ...this.#peers.map((peer) => peer.close())]);
    removeSegments(this.#segments);
    rmSync(this.dir, { recursive: true, force: true });
  }

  async #awaitLine(started: RunningProcess, matches: (line: string) => boolean): Promise<string> {
    const line = await started.line(matches, readyTimeoutMs);
    if (line === undefined) throw new Error(`${started.name} did not get ready:\n${this.log(started.name)}`);
    this.#segments.push(...segmentsOf(started.pid));
    return line;
  }

  #run(args: string[]): Promise<Ending> {
    return new Promise((resolve) => {
      execFile(
        process.execPath,
        args,
        { env: { ...process.env, ...this.#env }, timeout: endTimeoutMs },
        (error, stdout, stderr) =>
          resolve({
            code: error ? (typeof error.code === 'number' ? error.code : null) : 0,
            output: stdout + stderr,
          }),
      );
    });
  }
}

function nodeArguments({
  name,
  script,
  namespace,
  parameters,
  remappings,
  rosArguments,
}: NodeSpec): string[] {
  const args = [join(distRoot, script), '--ros-args', '-r', `__node:=${name}`];
  if (namespace !== undefined) args.push('-r', `__ns:=${namespace}`);
  for (const [from, to] of Object.entries(remappings ?? {})) args.push('-r', `${from}:=${to}`);
  for (const [key, value] of Object.entries(parameters ?? {}))
    args.push('-p', `${key}:=${JSON.stringify(value)}`);
  return [...args, ...(rosArguments ?? [])];
}

function peerScript(name: string): string {
  return join(repository, 'test', 'ros', 'peers', `${name}.py`);
}

import { type ProcessInfo, Procfs } from '../procfs.ts';
import { type FastDdsProcess, readFastDdsGuid } from './fast-dds-guid.ts';
import { installedProgram, namedNodes } from './node-arguments.ts';

/** A node on the graph and the identity that the middleware gave to an endpoint of it. */
export type NodeEndpoint = { node: string; gid: readonly number[] };

/** A process of this machine that nodes live in, and how that is known. */
export type NodeProcess = { pid: number; startTicks: number; nodes: string[]; evidence: string };

type Home = { pid: number; startTicks: number; evidence: string };

/** Fast DDS as every process that uses it has it mapped. */
const fastDdsLibrary = /\/libfast(dds|rtps)[^/\n]*\.so/;

/**
 * Finds the process of each node by evidence: first by the pid in the identities that Fast DDS gives to endpoints,
 * confirmed by the library in that process; then by the name that a command line gives to its node. What either leaves
 * open, or finds twice, is not located.
 */
export class NodeLocator {
  readonly #procfs: Procfs;
  readonly #self: { node: string; pid: number };
  /** Homes of processes by their Fast DDS key, looked for once. */
  readonly #homes = new Map<string, Home>();
  /** By node: its homes, more than one when nodes of the same name run. */
  #located = new Map<string, Home[]>();

  /** `self` is a node of this very process, which tells what this machine is called in identities. */
  constructor({ self, procfs = new Procfs() }: { self: { node: string; pid: number }; procfs?: Procfs }) {
    this.#self = self;
    this.#procfs = procfs;
  }

  /** Looks again at which nodes there are and where. */
  update(nodes: readonly string[], endpoints: readonly NodeEndpoint[]): void {
    const processes = this.#procfs.list();
    this.#forgetEnded();
    this.#findHomes(endpoints, processes);
    this.#located = new Map(
      nodes.map((node) => {
        const byIdentity = this.#homesByIdentity(node, endpoints);
        return [node, byIdentity.length > 0 ? byIdentity : this.#homeByCommandLine(node, processes)];
      }),
    );
  }

  /** Each process that a node was found in, with all of its nodes; those that ended meanwhile are left out. */
  processes(): NodeProcess[] {
    const found = new Map<number, NodeProcess>();
    for (const [node, homes] of this.#located) {
      for (const { pid, startTicks, evidence } of homes) {
        if (!this.#isAlive({ pid, startTicks })) continue;
        const process = found.get(pid) ?? { pid, startTicks, nodes: [], evidence };
        process.nodes.push(node);
        found.set(pid, process);
      }
    }
    return [...found.values()];
  }

  #findHomes(endpoints: readonly NodeEndpoint[], processes: readonly ProcessInfo[]): void {
    const makers = endpoints.map(({ node, gid }) => ({ node, maker: readFastDdsGuid(gid) }));
    const isOurs = (maker: FastDdsProcess | undefined) => maker?.pidLow === this.#self.pid % 0x10000;
    const hostId = makers.find(({ node, maker }) => node === this.#self.node && isOurs(maker))?.maker?.hostId;
    const unknown = makers.flatMap(({ maker }) =>
      maker?.hostId === hostId && maker !== undefined && !this.#homes.has(maker.key) ? maker : [],
    );
    if (unknown.length === 0) return;
    const withPids = processes.map((process) => ({ process, ownPid: this.#procfs.ownPid(process.pid) }));
    for (const { key, pidLow } of unknown) {
      const candidates = withPids
        .filter(({ ownPid = -1 }) => ownPid % 0x10000 === pidLow)
        .filter(({ process }) => this.#procfs.hasMapped(process.pid, fastDdsLibrary));
      const [only] = candidates;
      if (only === undefined || candidates.length > 1) continue;
      this.#homes.set(key, homeAt(only.process, `Fast DDS identity of pid ${only.ownPid}`));
    }
  }

  #homesByIdentity(node: string, endpoints: readonly NodeEndpoint[]): Home[] {
    const keys = new Set(
      endpoints.filter((endpoint) => endpoint.node === node).map(({ gid }) => readFastDdsGuid(gid)?.key),
    );
    return [...keys].flatMap((key) => (key === undefined ? [] : (this.#homes.get(key) ?? [])));
  }

  #homeByCommandLine(node: string, processes: readonly ProcessInfo[]): Home[] {
    const named = processes.filter(
      ({ pid, commandLine }) => namedNodes(commandLine).includes(node) && this.#isInOurDomain(pid),
    );
    // A copy that a program made of itself has its command line, but not its nodes.
    const originals = named.filter(
      ({ parentPid, commandLine }) =>
        !named.some((other) => other.pid === parentPid && other.commandLine === commandLine),
    );
    // `ros2 run` and shells carry the arguments of the program that they started.
    const programs = originals.filter(({ pid }) => !originals.some(({ parentPid }) => parentPid === pid));
    const [only] = programs;
    return only === undefined || programs.length > 1 ? [] : [homeAt(only, 'name on the command line')];
  }

  /** Another robot's simulation may run on this machine under the same names, in a domain of its own. */
  #isInOurDomain(pid: number): boolean {
    const domain = (of: number) => {
      const value = this.#procfs.variable(of, 'ROS_DOMAIN_ID');
      return value === '' ? '0' : value;
    };
    return domain(pid) !== undefined && domain(pid) === domain(this.#self.pid);
  }

  #forgetEnded(): void {
    for (const [key, home] of this.#homes) if (!this.#isAlive(home)) this.#homes.delete(key);
  }

  #isAlive({ pid, startTicks }: { pid: number; startTicks: number }): boolean {
    return this.#procfs.info(pid)?.startTicks === startTicks;
  }
}

function homeAt({ pid, startTicks, commandLine }: ProcessInfo, how: string): Home {
  const program = installedProgram(commandLine);
  return { pid, startTicks, evidence: program === undefined ? how : `${how}; ${program}` };
}

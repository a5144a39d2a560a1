import { type FastDdsProcess, readFastDdsGuid } from '../../../core/fast-dds-guid.ts';
import { type ProcessInfo, Procfs } from '../procfs.ts';
import { installedProgram, namedNodes } from './node-arguments.ts';
import { isInDomain } from './ros-domain.ts';

/** A node on the graph and the identity that the middleware gave to an endpoint of it. */
export type NodeEndpoint = { node: string; gid: readonly number[] };

/** A process of this machine that nodes live in, and how that is known. */
export type NodeProcess = { pid: number; startTicks: number; nodes: string[]; evidence: string };

/** A node of this very process, which tells what this machine is called in identities; `domain` as in ROS_DOMAIN_ID. */
export type Self = { node: string; pid: number; domain: string | undefined };

type Home = { pid: number; startTicks: number; evidence: string };
/** A node and the process that an endpoint of it says it is of. */
type Claim = { node: string; maker: FastDdsProcess };

/** Fast DDS as every process that uses it has it mapped. */
const fastDdsLibrary = /\/libfast(dds|rtps)[^/\n]*\.so/;

/**
 * Finds the process of each node by evidence: first by the pid in the identities that Fast DDS gives to endpoints,
 * confirmed by domain and library of that process; then by the name that a command line gives to its node. What either
 * leaves open, or finds twice, is not located.
 */
export class NodeLocator {
  readonly #procfs: Procfs;
  readonly #self: Self;
  /** Homes of processes by their Fast DDS key, looked for once. */
  readonly #homes = new Map<string, Home>();
  /** By node: its homes, more than one when nodes of the same name run. */
  #located = new Map<string, Home[]>();

  constructor({ self, procfs = new Procfs() }: { self: Self; procfs?: Procfs }) {
    this.#self = self;
    this.#procfs = procfs;
  }

  /** Looks again at which nodes there are and where. */
  update(nodes: readonly string[], endpoints: readonly NodeEndpoint[]): void {
    const processes = this.#procfs.list();
    const claims = endpoints.flatMap(({ node, gid }) => {
      const maker = readFastDdsGuid(gid);
      return maker === undefined ? [] : { node, maker };
    });
    this.#forgetEnded();
    this.#findHomes(this.#onThisHost(claims), processes);
    const disputed = this.#disputedPids(claims);
    this.#located = new Map(
      nodes.map((node) => {
        const byIdentity = this.#homesByIdentity(node, claims).filter(({ pid }) => !disputed.has(pid));
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

  /** The makers that call their machine what this very process calls it. */
  #onThisHost(claims: readonly Claim[]): FastDdsProcess[] {
    const { node, pid } = this.#self;
    const own = claims.find((claim) => claim.node === node && claim.maker.pidLow === pid % 0x10000)?.maker;
    if (own === undefined) return [];
    return claims.map(({ maker }) => maker).filter(({ hostId }) => hostId === own.hostId);
  }

  #findHomes(makers: readonly FastDdsProcess[], processes: readonly ProcessInfo[]): void {
    const unknown = makers.filter(({ key }) => !this.#homes.has(key));
    if (unknown.length === 0) return;
    const withPids = processes.map((process) => ({ process, ownPid: this.#procfs.ownPid(process.pid) }));
    for (const { key, pidLow } of unknown) {
      const candidates = withPids.filter(
        ({ process: { pid }, ownPid = -1 }) =>
          ownPid % 0x10000 === pidLow &&
          this.#procfs.hasMapped(pid, fastDdsLibrary) &&
          this.#isInOurDomain(pid),
      );
      const [only] = candidates;
      if (only === undefined || candidates.length > 1) continue;
      this.#homes.set(key, homeAt(only.process, `Fast DDS identity of pid ${only.ownPid}`));
    }
  }

  /**
   * Processes that two makers claim to be: containers that share the network but not the pids use the same pids, and
   * which of the makers is the process that is seen here cannot be told.
   */
  #disputedPids(claims: readonly Claim[]): Set<number> {
    const claimants = new Map<number, string>();
    const disputed = new Set<number>();
    for (const { key } of claims.map(({ maker }) => maker)) {
      const pid = this.#homes.get(key)?.pid;
      if (pid === undefined) continue;
      if (claimants.has(pid) && claimants.get(pid) !== key) disputed.add(pid);
      claimants.set(pid, key);
    }
    return disputed;
  }

  #homesByIdentity(node: string, claims: readonly Claim[]): Home[] {
    const keys = new Set(claims.filter((claim) => claim.node === node).map(({ maker }) => maker.key));
    return [...keys].flatMap((key) => this.#homes.get(key) ?? []);
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

  #isInOurDomain(pid: number): boolean {
    return isInDomain(pid, this.#self.domain, this.#procfs);
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

/**
 * A set-up that cannot go on, in words for the person in front of it: what is missing, and the package or command that cures it.
 */
export class SetupFailure extends Error {
  /**
   * @param {{ what: string, cure: string, log?: string }} parts `log` is the file that holds the failed step's output
   */
  constructor({ what, cure, log }) {
    super(what);
    this.name = 'SetupFailure';
    this.cure = cure;
    this.log = log;
  }

  /** The whole of it, for a terminal. */
  describe() {
    const lines = [this.message, `  cure: ${this.cure}`];
    if (this.log) lines.push(`  log:  ${this.log}`);
    return lines.join('\n');
  }
}

/**
 * The common causes of a failed step, recognised in its output.
 * @type {{ sign: RegExp, what: string, cure: string }[]}
 */
const CAUSES = [
  {
    sign: /EAI_AGAIN|ENOTFOUND|ETIMEDOUT|ECONNREFUSED|ECONNRESET|ENETUNREACH|ENOTCACHED|network (request|timeout)/,
    what: 'the npm registry cannot be reached',
    cure: 'check the network (or "npm config get registry" and its proxy settings), then start again: finished steps are kept',
  },
  {
    sign: /Temporary failure in name resolution|Failed to establish a new connection|Connection refused|Read timed out|No matching distribution found|ProxyError/,
    what: 'the Python package index cannot be reached, or lacks a wheel for this Python',
    cure: 'check the network (or "pip config list"), use CPython 3.10 to 3.13, then start again: finished steps are kept',
  },
  {
    sign: /ENOSPC|No space left on device/,
    what: 'the disk is full',
    cure: 'free 2 GB, or set TRIMTAB_HOME to a folder on another disk',
  },
  {
    sign: /EACCES|Permission denied/,
    what: 'a folder may not be written',
    cure: 'set TRIMTAB_HOME to a folder that you own',
  },
  {
    sign: /node\.h: No such file|node_api\.h: No such file|response downloading .*headers/,
    what: "Node's C headers are missing",
    cure: 'install them ("sudo apt install libnode-dev", or Node from https://nodejs.org, which carries them), then start again',
  },
  {
    sign: /Python\.h: No such file|Python3?_INCLUDE_DIR|Development\.Module/,
    what: "Python's C headers are missing",
    cure: 'sudo apt install python3-dev',
  },
  {
    sign: /internal compiler error: Killed|Killed signal terminated program cc1plus/,
    what: 'the compiler ran out of memory',
    cure: 'free memory or add swap, then start again',
  },
  {
    sign: /No CMAKE_CXX_COMPILER|g\+\+: (command )?not found|make: g\+\+/,
    what: 'there is no C++ compiler',
    cure: 'sudo apt install g++ make',
  },
  {
    sign: /not found: make|make: not found|CMAKE_MAKE_PROGRAM is not set/,
    what: 'make is missing',
    cure: 'sudo apt install make',
  },
  {
    sign: /ModuleNotFoundError: No module named '(em|lark|numpy|catkin_pkg)'/,
    what: 'a Python module that ROS 2 builds with is missing',
    cure: 'sudo apt install python3-empy python3-lark python3-numpy python3-catkin-pkg',
  },
];

/**
 * Explains a failed command by what it printed.
 * @param {{ title: string, output: string, log: string }} failed
 * @returns {SetupFailure}
 */
export function explainFailure({ title, output, log }) {
  const cause = CAUSES.find(({ sign }) => sign.test(output));
  if (cause) return new SetupFailure({ what: cause.what, cure: cause.cure, log });
  const lastLines = output.trimEnd().split('\n').slice(-12).join('\n');
  return new SetupFailure({
    what: `"${title}" failed:\n${lastLines}`,
    cure: 'see the log, cure the cause and start again: finished steps are kept',
    log,
  });
}

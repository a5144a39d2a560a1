import { spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';

/** @type {Set<number>} */
const groups = new Set();

/**
 * Runs a command in a process group of its own, its output appended to a log file.
 * @param {string} command
 * @param {string[]} args
 * @param {{ cwd: string, env: NodeJS.ProcessEnv, log: string }} options
 * @returns {Promise<{ code: number, output: string }>} the exit code (127 when it could not be started) and all it printed
 */
export async function runLogged(command, args, { cwd, env, log }) {
  const file = createWriteStream(log, { flags: 'a' });
  let output = '';
  const keep = (/** @type {Buffer | string} */ chunk) => {
    output += chunk;
    file.write(chunk);
  };
  file.write(`$ ${command} ${args.join(' ')}\n`);
  const code = await new Promise((done) => {
    const child = spawn(command, args, { cwd, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
    const group = child.pid;
    if (group !== undefined) groups.add(group);
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.on('error', (error) => {
      keep(`${error.message}\n`);
      done(127);
    });
    child.on('close', (status, signal) => {
      if (group !== undefined) groups.delete(group);
      done(status ?? (signal ? 130 : 1));
    });
  });
  await new Promise((done) => file.end(() => done(undefined)));
  return { code: /** @type {number} */ (code), output };
}

/**
 * Ends every command that still runs, with all it started.
 * @param {NodeJS.Signals} signal
 */
export function endCommands(signal) {
  for (const group of groups) {
    try {
      process.kill(-group, signal);
    } catch {
      // It ended by itself in the meantime.
    }
  }
}

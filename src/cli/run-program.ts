import { spawn } from 'node:child_process';

/** Exit code of a shell for a program that cannot be started. */
const notFound = 127;

/**
 * Runs a program in the foreground, with this process's terminal and environment. Ctrl-C reaches it from the
 * terminal, other signals are passed on. Returns its exit code.
 */
export function runProgram(command: string, args: string[], cwd = process.cwd()): Promise<number> {
  return new Promise((resolve) => {
    const child = spawn(command, args, { stdio: 'inherit', cwd });
    const pass = (signal: NodeJS.Signals) => child.kill(signal);
    const ignore = () => undefined;
    process.on('SIGINT', ignore).on('SIGTERM', pass).on('SIGHUP', pass);
    const finish = (code: number) => {
      process.off('SIGINT', ignore).off('SIGTERM', pass).off('SIGHUP', pass);
      resolve(code);
    };
    child.on('error', (error) => {
      console.error(error.message);
      finish(notFound);
    });
    child.on('exit', (code) => finish(code ?? 1));
  });
}

import { rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { formatRefusal } from '../core/refusal.ts';
import { runProgram } from './run-program.ts';

/**
 * `trimtab shell [-c COMMAND]`: an interactive shell, or one command, with ROS 2 and Trimtab in the environment.
 * Returns its exit code.
 */
export async function run(args: string[]): Promise<number> {
  const [option, ...words] = args;
  if (option === '-c' && words.length > 0) return runProgram('/bin/sh', ['-c', ...words]);
  if (option !== undefined) {
    const reason = 'the arguments of shell cannot be understood';
    const accepted = 'trimtab shell [-c COMMAND]';
    console.error(formatRefusal({ code: 'TT_USAGE', reason, found: args.join(' '), accepted }));
    return 2;
  }
  const shell = process.env.SHELL || '/bin/sh';
  return basename(shell) === 'bash' ? runBash(shell) : runProgram(shell, []);
}

/** A user's .bashrc often puts folders in front of PATH, so the environment is set once more after it. */
async function runBash(bash: string): Promise<number> {
  const home = process.env.TRIMTAB_HOME ?? '';
  const startup = join(home, `shell-${process.pid}.bashrc`);
  const lines = ['[ -f ~/.bashrc ] && . ~/.bashrc', `. '${join(home, 'env.sh')}'`, 'PS1="(trimtab) $PS1"'];
  writeFileSync(startup, `${lines.join('\n')}\n`);
  try {
    return await runProgram(bash, ['--rcfile', startup, '-i']);
  } finally {
    rmSync(startup, { force: true });
  }
}

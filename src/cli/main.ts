import { formatRefusal } from '../core/refusal.ts';
import { commands } from './commands.ts';

/** Exit code of a command line that cannot be understood. */
const usageExitCode = 2;

function usage(): string {
  const entries = [
    ['setup', 'set this machine up; any command does so first where it is due'] as const,
    ...Object.entries(commands).map(([name, { summary }]) => [name, summary] as const),
  ];
  const width = Math.max(...entries.map(([name]) => name.length));
  const lines = entries.map(([name, summary]) => `  ${name.padEnd(width)}  ${summary}`);
  return ['trimtab COMMAND [arguments]', '', ...lines, ''].join('\n');
}

function asksForHelp(arg: string | undefined): boolean {
  return arg === '--help' || arg === '-h';
}

async function main([name, ...args]: string[]): Promise<number> {
  if (asksForHelp(name) || name === 'help') {
    console.log(usage());
    return 0;
  }
  const command = name === undefined || !Object.hasOwn(commands, name) ? undefined : commands[name];
  if (command === undefined) {
    const reason = name === undefined ? 'no command was given' : 'there is no such command';
    const accepted = ['setup', ...Object.keys(commands)].join(', ');
    const refusal = { code: 'TT_USAGE' as const, reason, accepted };
    console.error(formatRefusal(name === undefined ? refusal : { ...refusal, found: name }));
    return usageExitCode;
  }
  const { run, usage: ownUsage } = await command.load();
  if (ownUsage === undefined || !args.some(asksForHelp)) return run(args);
  console.log(`${command.summary}\n\n${ownUsage.trimEnd()}`);
  return 0;
}

process.exitCode = await main(process.argv.slice(2));

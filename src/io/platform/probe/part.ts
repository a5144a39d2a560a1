/** One part of the system as it was found on this machine. */
export type Part = {
  part: string;
  /** Real: the genuine thing is here. Absent: it is not. Stale: it is here, full of what others left. */
  state: 'real' | 'absent' | 'stale';
  /** What was found, or where it was looked for. */
  found: string;
  /** What its absence or its staleness costs; absent where nothing is wrong. */
  cost?: string;
  /** The command that puts it right. */
  cure?: string;
  /** Whether Trimtab cannot run without it. */
  required?: true;
};

/** The machine as the probes see it: its variables, and its files below a root folder. */
export type Machine = { env: Readonly<Record<string, string | undefined>>; root: string };

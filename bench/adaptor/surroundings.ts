/** What the processes of a run find in their environment; undefined takes a variable away. */
export type Surroundings = {
  name: string;
  isAsSetUp: boolean;
  variables: Record<string, string | undefined>;
};

/** As Trimtab sets it up, and as it is without: see "Variables" in docs/setup.md. */
export const allSurroundings: Surroundings[] = [
  { name: 'as set up', isAsSetUp: true, variables: {} },
  {
    name: 'without',
    isAsSetUp: false,
    variables: {
      FASTDDS_DEFAULT_PROFILES_FILE: undefined,
      MALLOC_MMAP_THRESHOLD_: undefined,
      MALLOC_TRIM_THRESHOLD_: undefined,
    },
  },
];

/** Runs with the variables set for every process that is started meanwhile. */
export async function within<T>({ variables }: Surroundings, act: () => Promise<T>): Promise<T> {
  const before = Object.fromEntries(Object.keys(variables).map((name) => [name, process.env[name]]));
  assign(variables);
  try {
    return await act();
  } finally {
    assign(before);
  }
}

function assign(variables: Surroundings['variables']): void {
  for (const [name, value] of Object.entries(variables)) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
}

/** A command of the command line; its file is loaded only when it is used. */
export type Command = {
  summary: string;
  load: () => Promise<{
    run(args: string[]): Promise<number>;
    /** How it is called; absent where the command hands `--help` on. */
    usage?: string;
  }>;
};

/** Every command by its name. `setup` is the launcher's own. */
export const commands: Record<string, Command> = {
  demo: { summary: 'an overloaded robot, and how Trimtab rescues it', load: () => import('./demo.ts') },
  test: {
    summary: 'run the tests: all, or the groups unit, ros, demo, setup',
    load: () => import('./test.ts'),
  },
  doctor: {
    summary: 'what is real on this machine, what is absent, what that costs',
    load: () => import('./doctor.ts'),
  },
  profile: {
    summary: 'watch a robot live: topics, paths, processes; or measure a network',
    load: () => import('./profile.ts'),
  },
  check: {
    summary: 'read a performance spec back, or say what is wrong with it',
    load: () => import('./check.ts'),
  },
  knobs: {
    summary: 'what of the live robot can be turned, and what would act',
    load: () => import('./knobs.ts'),
  },
  tune: {
    summary: 'search a configuration that meets a spec, on the running robot',
    load: () => import('./tune.ts'),
  },
  explain: {
    summary: 'why the tuner chose what it chose, which knobs matter, what to expect',
    load: () => import('./explain.ts'),
  },
  set: { summary: 'turn knobs, and say what became of each', load: () => import('./set.ts') },
  library: {
    summary: 'what the tuner knows of each context: list, show, forget',
    load: () => import('./library.ts'),
  },
  'ask-tell': {
    summary: 'optimise an outside program over standard input and output',
    load: () => import('./ask-tell.ts'),
  },
  shell: { summary: 'a shell with ROS 2 and Trimtab in its environment', load: () => import('./shell.ts') },
  ros2: { summary: 'the ros2 command in that environment', load: () => import('./ros2.ts') },
  broker: { summary: 'an MQTT broker for this machine', load: () => import('./broker.ts') },
  'cloud-worker': {
    summary: 'execute inference tasks that come over MQTT',
    load: () => import('./cloud-worker.ts'),
  },
  fleet: { summary: 'simulate fleets under scheduling policies', load: () => import('./fleet.ts') },
  bench: {
    summary: 'measure: demo-seeds, nodes, profiler, adaptor, tuner, kill-tuner, fleet, scheduler, models',
    load: () => import('./bench.ts'),
  },
  docs: { summary: 'check the generated tables of the documentation', load: () => import('./docs.ts') },
  lint: { summary: 'check style and types', load: () => import('./lint.ts') },
};

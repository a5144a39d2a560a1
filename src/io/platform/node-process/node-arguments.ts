/** The nodes that a command line names by ROS arguments (`-r __node:=camera -r __ns:=/robot`), fully qualified. */
export function namedNodes(commandLine: string): string[] {
  // Most processes are no nodes, and whoever looks goes through all of them.
  if (!commandLine.includes('__n')) return [];
  const names = new Map<string, string>();
  const namespaces = new Map<string, string>();
  for (const word of commandLine.split(/\s+/)) {
    // A rule for one node of several is written `original_name:__node:=new_name`.
    const [, of = '', what, value = ''] = /^(?:(\w+):)?__(node|name|ns):=(\S+)$/.exec(word) ?? [];
    if (what === 'ns') namespaces.set(of, value);
    else if (what !== undefined) names.set(of, value);
  }
  return [...names].map(([of, name]) => {
    const namespace = (namespaces.get(of) ?? namespaces.get('') ?? '/').replace(/^\/*|\/+$/g, '');
    return namespace === '' ? `/${name}` : `/${namespace}/${name}`;
  });
}

/** `package/executable` of a program that stands where ROS installs programs, `<prefix>/lib/<package>/<executable>`. */
export function installedProgram(commandLine: string): string | undefined {
  const [program = '', script = ''] = commandLine.split(/\s+/);
  for (const path of [program, script]) {
    const [, name] = /^\/.*\/lib\/([a-z]\w*\/[^/]+)$/.exec(path) ?? [];
    if (name !== undefined) return name;
  }
  return undefined;
}

/** Levenshtein distance between two words. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitution = (row[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min((row[j] as number) + 1, (next[j - 1] as number) + 1, substitution));
    }
    row = next;
  }
  return row[b.length] as number;
}

/** The name a person most likely meant, or undefined when none is close (more than a third of the letters differ). */
function nearestName(found: string, names: readonly string[]): string | undefined {
  const limit = Math.max(1, Math.floor(found.length / 3));
  const ranked = names
    .map((name) => ({ name, distance: editDistance(found.toLowerCase(), name.toLowerCase()) }))
    .filter(({ distance }) => distance <= limit)
    .sort((a, b) => a.distance - b.distance);
  return ranked[0]?.name;
}

/** The accepted names for a refusal, the likely one first: `rate? All of: topic, rate, age`. */
export function acceptedNames(found: string, names: readonly string[]): string {
  const nearest = nearestName(found, names);
  const all = names.join(', ');
  return nearest === undefined ? all : `${nearest}? All of: ${all}`;
}

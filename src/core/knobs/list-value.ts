/** What a parameter's list holds. */
export type ListItem = number | boolean | string;

/**
 * A list as the value of a knob: its text, `[640, 480]`, as values are compared, journalled and typed as text. Undefined for a
 * list whose text could not be read back: one of words with commas, brackets or blanks around.
 */
export function formatList(items: readonly ListItem[]): string | undefined {
  const isPlain = (item: ListItem) =>
    typeof item !== 'string' || (item !== '' && item === item.trim() && !/[[\],]/.test(item));
  return items.every(isPlain) ? `[${items.join(', ')}]` : undefined;
}

/** The items of a list's text, numbers and truth values as such; undefined when it is no list. */
export function parseList(text: string): ListItem[] | undefined {
  const inner = /^\[([^[\]]*)\]$/.exec(text.trim())?.[1]?.trim();
  if (inner === undefined) return undefined;
  const items = inner === '' ? [] : inner.split(',').map((item) => item.trim());
  return items.includes('') ? undefined : items.map(asItem);
}

function asItem(text: string): ListItem {
  if (text === 'true' || text === 'false') return text === 'true';
  return Number.isFinite(Number(text)) ? Number(text) : text;
}

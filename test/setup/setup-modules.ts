/** A module of the launcher, which is JavaScript because it runs before there is a compiler. */
export function setupModule(name: string) {
  return import(new URL(`../../setup/${name}.mjs`, import.meta.url).href);
}

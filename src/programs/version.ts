import { readFile } from 'node:fs/promises'

/** The version in the package's own package.json, from the sources and from the built package alike. */
export async function version(): Promise<string> {
  const file = new URL('../../package.json', import.meta.url)
  return (JSON.parse(await readFile(file, 'utf8')) as { version: string }).version
}

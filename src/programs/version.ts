import { readFile } from 'node:fs/promises'

/** The version in package.json of this package, whether it runs from the sources or was built. */
export async function version(): Promise<string> {
  const file = new URL('../../package.json', import.meta.url)
  return (JSON.parse(await readFile(file, 'utf8')) as { version: string }).version
}

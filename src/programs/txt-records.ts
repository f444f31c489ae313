import { Resolver } from 'node:dns/promises'
import { refuse } from '../core/refusal.ts'

export interface TxtOptions {
  /** Name servers as ADDRESS:PORT. The system's when absent. */
  readonly servers?: readonly string[]
  /** Milliseconds that one query may take, and how often it is tried. */
  readonly timeout?: number
  readonly tries?: number
}

/** Returns the TXT records of a DNS name, each with its strings joined. Refuses `busy` if no name server answers. */
export async function txtRecords(
  name: string,
  { servers, timeout = 3000, tries = 2 }: TxtOptions = {},
): Promise<readonly string[]> {
  const resolver = new Resolver({ timeout, tries })
  if (servers) resolver.setServers(servers)
  try {
    const records = await resolver.resolveTxt(name)
    return records.map((strings) => strings.join(''))
  } catch (thrown) {
    if (['ENOTFOUND', 'ENODATA'].includes((thrown as NodeJS.ErrnoException).code ?? '')) return []
    return refuse('busy', `The DNS servers do not answer for '${name}'; try again.`)
  }
}

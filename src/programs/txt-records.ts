import { Resolver } from 'node:dns/promises'
import { refuse } from '../core/refusal.ts'

/** Milliseconds that one query may take, and how often it is tried. */
const TIMEOUT = 3000
const TRIES = 2

/** The TXT records of a DNS name, as the system's name servers answer them. Refuses `busy` when they do not answer. */
export async function txtRecords(name: string): Promise<readonly string[]> {
  try {
    const records = await new Resolver({ timeout: TIMEOUT, tries: TRIES }).resolveTxt(name)
    return records.map((parts) => parts.join(''))
  } catch (thrown) {
    if (['ENOTFOUND', 'ENODATA'].includes((thrown as NodeJS.ErrnoException).code ?? '')) return []
    return refuse('busy', `The DNS servers do not answer for '${name}'; try again.`)
  }
}

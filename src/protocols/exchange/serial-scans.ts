import type { TenantId } from '../../core/ids.ts'
import { Lane } from '../../core/concurrency.ts'
import { refuse } from '../../core/refusal.ts'
import type { Directory } from '../../domain/directory/types.ts'

/** With so many mailboxes, looking through all of them takes no time to speak of. */
const FEW = 2000
const MOST_WAITING = 10

/** Runs scans of all objects of a tenant one after another, so that many scans take no more memory than one. */
export interface SerialScans {
  /** Refuses `busy` where too many wait already. */
  run<T>(tenant: TenantId, work: () => Promise<T>): Promise<T>
}

export function serialScans({ mailboxes }: { readonly mailboxes: Pick<Directory['mailboxes'], 'count'> }): SerialScans {
  const line = oneByOne()
  return {
    run: async (tenant, work) => ((await mailboxes.count(tenant)) <= FEW ? work() : line.run(tenant, work)),
  }
}

/** One after another in each tenant, however large it is. */
export function oneByOne(): SerialScans {
  const lines = new Map<TenantId, { readonly lane: Lane; waiting: number }>()
  return {
    async run(tenant, work) {
      const line = lines.get(tenant) ?? { lane: new Lane(), waiting: 0 }
      if (line.waiting >= MOST_WAITING) {
        // Scripts look for the beginning.
        refuse(
          'busy',
          'You have reached the maximum number of concurrent requests per tenant. Please wait and try again.',
        )
      }
      lines.set(tenant, line)
      line.waiting++
      try {
        return await line.lane.run(work)
      } finally {
        if (--line.waiting === 0) lines.delete(tenant)
      }
    },
  }
}

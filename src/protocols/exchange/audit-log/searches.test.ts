import { expect, it } from 'vitest'
import { TestWorld } from '../../../../test/support/world.ts'
import { guid, type TenantId } from '../../../core/ids.ts'
import type { DirectoryAudit } from '../../../domain/directory/types.ts'
import { auditSearches } from './searches.ts'

const tenant = guid<TenantId>('6f3a2c1e-0a3f-4a55-9c34-1a0a4f6f1f00')

const audit = (at: number): DirectoryAudit => ({
  id: guid(`6f3a2c1e-0a3f-4a55-9c34-1a0a4f6f1f0${at}`),
  tenant,
  at,
  activity: 'Set-Mailbox',
  category: 'Exchange',
  operation: 'Update',
  actor: { kind: 'server' },
  correlation: guid('6f3a2c1e-0a3f-4a55-9c34-1a0a4f6f1f99'),
  targets: [],
  changes: [],
  command: undefined,
  refused: undefined,
})

/** Searches in three records, and how many looked into them at once at most. */
function opened() {
  const counts = { together: 0, most: 0 }
  const page = async () => {
    counts.most = Math.max(counts.most, ++counts.together)
    await Promise.resolve()
    counts.together--
    return [audit(3), audit(2), audit(1)]
  }
  const searches = auditSearches({
    directory: { audits: { page } },
    signIns: { page: async () => [] },
    world: new TestWorld(),
  })
  const question = { from: 0, until: 10, fits: () => true, size: 1, again: false }
  return { searches, question, counts }
}

it('searches in one tenant run one after another; beyond a limit they are refused as busy', async () => {
  const { searches, question, counts } = opened()
  const asked = await Promise.allSettled(
    Array.from({ length: 30 }, () => searches.next(tenant, { ...question, session: undefined })),
  )
  expect(counts.most).toBe(1)
  const refused = asked.filter((it) => it.status === 'rejected')
  expect(refused).toHaveLength(20)
  for (const { reason } of refused) expect(reason).toMatchObject({ reason: 'busy' })
})

it('calls in one session that come together get a page each, and none twice', async () => {
  const { searches, question } = opened()
  const session = { id: 'one', command: 'ReturnLargeSet' } as const
  const pages = await Promise.all([1, 2, 3, 4].map(() => searches.next(tenant, { ...question, session })))
  expect(pages.map(({ entries }) => entries.map(({ at }) => at))).toEqual([[3], [2], [1], []])
})

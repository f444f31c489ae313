import { expect, it } from 'vitest'
import { guid } from '../../core/ids.ts'
import type { TenantId } from '../../core/ids.ts'
import { serialScans } from './serial-scans.ts'

const tenant = guid<TenantId>('6f3a2c1e-0a3f-4a55-9c34-1a0a4f6f1f00')

/** How many of 20 looks at once ran together at most, and how many were told to come again. */
async function crowd(mailboxes: number) {
  const looks = serialScans({ mailboxes: { count: async () => mailboxes } })
  let [together, most, told] = [0, 0, 0]
  const look = async () => {
    most = Math.max(most, ++together)
    await Promise.resolve()
    together--
  }
  const asked = Array.from({ length: 20 }, () => looks.run(tenant, look).catch(() => void told++))
  await Promise.all(asked)
  await looks.run(tenant, look)
  return { most, told }
}

it('in a large tenant one looks after another, and those who would wait long are told to come again', async () => {
  expect(await crowd(100_000)).toEqual({ most: 1, told: 10 })
})

it('in a small one all look at once', async () => {
  expect(await crowd(1000)).toEqual({ most: 20, told: 0 })
})

it('one that fails holds nobody up', async () => {
  const looks = serialScans({ mailboxes: { count: async () => 100_000 } })
  await expect(looks.run(tenant, () => Promise.reject(new Error('lost')))).rejects.toThrow('lost')
  expect(await looks.run(tenant, async () => 'found')).toBe('found')
})

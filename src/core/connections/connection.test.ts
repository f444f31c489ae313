import { expect, it } from 'vitest'
import { TestWorld } from '../../../test/support/world.ts'
import { FairShare } from './connection.ts'

/** Takes work again and again. Returns how much of it the network got. */
const takes = (share: FairShare, network: string, times: number): number =>
  Array.from({ length: times }, () => share.take(network)).filter(Boolean).length

it('holds a network to 500 above the average while the server keeps up', () => {
  const share = new FairShare(new TestWorld(), () => false)
  expect(takes(share, 'one', 10)).toBe(10)
  expect(takes(share, 'other', 5000)).toBe(1010)
  expect(takes(share, 'one', 500)).toBe(500)
})

it('limits nobody who is alone', () => {
  const share = new FairShare(new TestWorld(), () => true)
  expect(takes(share, 'alone', 5000)).toBe(5000)
})

it('holds a network to 50 above the average of the active ones while the server is behind', () => {
  const world = new TestWorld()
  const share = new FairShare(world, () => true)
  expect(takes(share, 'normal', 75)).toBe(75)
  expect(takes(share, 'abusive', 5000)).toBe(175)
  expect(takes(share, 'normal', 100)).toBe(100)
  world.advance(1000)
  // It comes first in this second, and the other was active in the one before.
  expect(takes(share, 'abusive', 5000)).toBe(100)
  expect(takes(share, 'normal', 75)).toBe(75)
})

it('forgets a network that has been quiet for a second', () => {
  const world = new TestWorld()
  const share = new FairShare(world, () => true)
  share.take('quiet')
  world.advance(2000)
  expect(takes(share, 'alone', 500)).toBe(500)
})

it('holds several abusive networks at once', () => {
  const share = new FairShare(new TestWorld(), () => true)
  takes(share, 'normal', 60)
  const got = Array.from({ length: 1000 }, () => ['first', 'second'].map((network) => Number(share.take(network))))
  const sums = [0, 1].map((at) => got.reduce((sum, one) => sum + one[at]!, 0))
  expect(Math.max(...sums)).toBeLessThanOrEqual(210)
})

import { expect, it } from 'vitest'
import { TestWorld } from '../../../../test/support/world.ts'
import type { AppId } from '../../../core/ids.ts'
import { SessionApps } from './browser-request.ts'

it('remembers twenty apps of ten thousand sessions, the latest ones', () => {
  const world = new TestWorld()
  const visited = new SessionApps()
  const [first, second] = [world.guid(), world.guid()]
  const apps = Array.from({ length: 21 }, () => world.guid<AppId>())
  for (const app of [...apps, apps[20]!]) visited.note(first, app)
  expect(visited.of(first)).toEqual(apps.slice(1).toReversed())
  visited.note(second, apps[0]!)
  for (let session = 0; session < 9_999; session++) visited.note(world.guid(), apps[0]!)
  expect(visited.of(first)).toEqual([])
  expect(visited.of(second)).toEqual([apps[0]])
  visited.forget(second)
  expect(visited.of(second)).toEqual([])
})

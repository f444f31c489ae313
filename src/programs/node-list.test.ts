import { expect, it } from 'vitest'
import { postern } from '../../test/support/command-line.ts'
import { temporaryDirectory } from '../../test/support/disk.ts'

it('a server with files of its own has no nodes to list, and the command says so', async () => {
  const { code, out, err } = await postern(['nodes', '--data', temporaryDirectory()])
  expect({ code, out }).toEqual({ code: 1, out: '' })
  expect(err).toContain('store.engine is sqlite: one server has this store for itself')
})

it.each([
  ['no URI of a database', 'database', 'postgres.url is not a connection URI'],
  ['a database that cannot be reached', 'postgres://me:Violet-Harbour-7@127.0.0.1:1/x', 'PostgreSQL cannot be used'],
])('%s is refused, without the password', async (_, url, sentence) => {
  const env = { POSTERN_STORE_ENGINE: 'postgres', POSTERN_POSTGRES_URL: url }
  const { code, err } = await postern(['nodes', '--data', temporaryDirectory(), '--json'], { env })
  expect(code).toBe(1)
  expect(JSON.parse(err)).toMatchObject({ error: { code: 'NotListed' } })
  expect(err).toContain(sentence)
  expect(err).not.toContain('Violet-Harbour-7')
})

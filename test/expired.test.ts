import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { connect } from 'node:tls'
import { expect, it } from 'vitest'
import { MINUTE } from '../src/core/time.ts'
import { silentLog } from '../src/core/log.ts'
import { realWorld, type World } from '../src/core/world.ts'
import type { SignIn } from '../src/domain/audit/types.ts'
import { readConfig } from '../src/programs/config.ts'
import { type ServerReady, startServer } from '../src/programs/server.ts'
import { postern } from './support/command-line.ts'
import { temporaryDirectory } from './support/disk.ts'

/** The longest that a token is good by default. */
const LONGEST = 90 * MINUTE

/** The real world, whose clock can be put forward. */
let ahead = 0
const world: World = { ...realWorld, now: () => realWorld.now() + ahead }

/** Returns IMAP's answer to a token, over TLS. */
const signIn = ({ ports, ca }: ServerReady, token: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const socket = connect({ host: 'localhost', port: ports.imaps!, ca: readFileSync(ca) })
    const payload = Buffer.from(`user=info@contoso.test\x01auth=Bearer ${token}\x01\x01`).toString('base64')
    let heard = ''
    socket.on('error', reject).on('data', (chunk: Buffer) => {
      heard += chunk
      if (heard.includes('\r\na ')) socket.end(() => resolve(/^a (.*)\r$/m.exec(heard)![1]!))
    })
    socket.write(`a AUTHENTICATE XOAUTH2 ${payload}\r\n`)
  })

it('a token that was good a while ago is refused, and the explanation says when it ended', async () => {
  const data = path.join(temporaryDirectory(), 'data')
  const settings = readConfig({ flags: { port_base: 'auto', profile: 'exchange-online' } })
  const server = await startServer({ dataDir: data, settings, world, log: silentLog })
  writeFileSync(path.join(data, 'server.json'), JSON.stringify(server.ready))
  const run = async (...words: string[]): Promise<string> => {
    const outcome = await postern([...words, '--data', data])
    expect(outcome.err).toBe('')
    return outcome.out.trim()
  }
  try {
    await run('New-Mailbox', '-Shared', '-Name', 'Info', '-PrimarySmtpAddress', 'info@contoso.test')
    const token = await run('token', '--raw')
    expect(await signIn(server.ready, token)).toBe('NO AUTHENTICATE failed.')
    expect((JSON.parse(await run('explain', '--json')) as SignIn).failed).toBe('role')

    ahead = LONGEST + 1000
    expect(await signIn(server.ready, token)).toBe('NO AUTHENTICATE failed.')
    const why = JSON.parse(await run('explain', '--json')) as SignIn
    expect(why).toMatchObject({ failed: 'token', outcome: 'refused', wire: 'NO AUTHENTICATE failed.' })
    expect(why.checks[0]!.evidence).toMatch(/(expired|ended) .*\d{4}-\d\d-\d\dT/)
  } finally {
    await server.close()
  }
})

import { readFileSync, statSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ServerProcess, run } from './support/server-process.ts'

const executable = path.resolve(import.meta.dirname, '../bin/postern.js')

/** Starts a server that is expected not to start. */
const serve = (...words: string[]) => run(process.execPath, [executable, 'serve', '--port-base', 'auto', ...words])

describe('postern serve', () => {
  let checkout: ServerProcess
  beforeAll(async () => {
    checkout = await ServerProcess.start([], { POSTERN_IMAP_IDEL_MINUTES: '30' })
  })
  afterAll(() => checkout.close())

  it('warns of a variable that looks like a setting but is not', () => {
    expect(checkout.log).toContain('POSTERN_IMAP_IDEL_MINUTES')
  })

  it('tells by the ready object what a client has to know', () => {
    const { ready, folder } = checkout
    expect(Object.keys(ready)).toEqual([
      'version',
      'profile',
      'pid',
      'tenant',
      'https',
      'local_url',
      'ca',
      'ports',
      'admin',
    ])
    expect(ready.https).toBe(`https://localhost:${ready.ports.https}`)
    expect(ready.tenant.domain).toBe('contoso.test')
    expect(Object.keys(ready.ports)).toEqual(['https', 'imap', 'imaps', 'pop3', 'pop3s', 'submission', 'submissions'])
    expect(JSON.parse(readFileSync(path.join(folder, 'data', 'server.json'), 'utf8'))).toEqual(ready)
    const secret = readFileSync(ready.admin.client_secret_file, 'utf8')
    expect(secret).not.toContain('\n')
    expect(statSync(ready.admin.client_secret_file).mode & 0o777).toBe(0o600)
  })

  it('says that it is well, to clients that trust its authority and to no others', async () => {
    const { ready } = checkout
    const get = (trust: string) =>
      run(
        process.execPath,
        ['-e', `fetch('${ready.https}/health').then(async (it) => console.log(it.status, await it.text()))`],
        {
          env: trust === '' ? {} : { NODE_EXTRA_CA_CERTS: trust },
        },
      )
    expect((await get(ready.ca)).stdout.trim()).toBe('200 {"status":"ok"}')
    expect((await get('')).code).not.toBe(0)
  })

  it('refuses a second server on its data directory, and says who holds it', async () => {
    const second = await serve('--data', checkout.data)
    expect(second.code).toBe(1)
    expect(second.stderr).toContain(String(checkout.ready.pid))
    expect(second.stderr.trim().split('\n')).toHaveLength(1)
  })

  it('keeps the administrator’s secret from being reset while it runs', async () => {
    const before = readFileSync(checkout.ready.admin.client_secret_file, 'utf8')
    const reset = await checkout.postern('reset-admin')
    expect(reset).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining(String(checkout.ready.pid)) })
    expect(readFileSync(checkout.ready.admin.client_secret_file, 'utf8')).toBe(before)
  })
})

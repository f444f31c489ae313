import { readFileSync } from 'node:fs'
import { get } from 'node:https'
import { connect } from 'node:tls'
import { expect, it, onTestFinished } from 'vitest'
import type { ListedNode } from '../src/programs/node-list.ts'
import { postern } from './support/command-line.ts'
import { ServerProcess } from './support/server-process.ts'
import { SharedStore } from './support/shared-store.ts'

/** The state that a node tells balancers. */
const readiness = (node: ServerProcess): Promise<string> =>
  new Promise((resolve, reject) => {
    const { local_url: url, ca } = node.ready
    get(`${url}/health/ready`, { ca: readFileSync(ca), agent: false }, (answer) => {
      let body = ''
      answer.on('data', (chunk: Buffer) => (body += chunk.toString()))
      answer.on('end', () => resolve(`${answer.statusCode} ${body}`))
    }).on('error', reject)
  })

it('on SIGTERM a node tells balancers and clients, stores its packs and gives its leases back', async () => {
  const store = await SharedStore.open()
  onTestFinished(() => store.close())
  const config = store.config('a', { drain_seconds: 3 })
  const node = await ServerProcess.start(['--config', config])
  onTestFinished(() => node.close())
  const nodes = async () => JSON.parse((await postern(['nodes', '--config', config, '--json'])).out) as ListedNode[]
  await postern(['New-Mailbox', '-Shared', '-Name', 'info', '--data', node.data])
  const message = store.file('hello.eml', `Subject: hello\r\n\r\n${'x'.repeat(4000)}\r\n`)
  const imported = await postern(['import', 'info@contoso.test', message, '--data', node.data])
  expect(imported).toMatchObject({ code: 0 })
  expect(await readiness(node)).toBe('200 {"status":"ready"}')
  const [running] = await nodes()
  expect(running).toMatchObject({ name: 'a', state: 'ready', leases: expect.arrayContaining(['spool']) as string[] })
  expect(running!.spool.octets).toBeGreaterThan(4000)

  const { host, port, ca } = await node.imaps()
  const client = connect({ host, port, ca })
  onTestFinished(() => void client.destroy())
  let heard = ''
  client.on('data', (chunk: Buffer) => (heard += chunk.toString()))
  await expect.poll(() => heard, { timeout: 20_000 }).toContain('* OK')
  const began = performance.now()
  const ended = node.end('SIGTERM')
  // It still takes connections while balancers look.
  await expect.poll(() => readiness(node), { timeout: 20_000 }).toBe('503 {"status":"draining"}')
  expect((await nodes()).map(({ state }) => state)).toEqual(['draining'])
  expect(await ended).toBe(0)
  expect(performance.now() - began).toBeLessThan(10_000)
  expect(heard).toContain('* BYE')
  expect(await nodes()).toMatchObject([{ name: 'a', state: 'ended', leases: [], spool: { octets: 0, lag: 0 } }])
}, 60_000)

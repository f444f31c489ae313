import { once } from 'node:events'
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { connect as dial, createServer, type Socket } from 'node:net'
import { networkInterfaces } from 'node:os'
import path from 'node:path'
import { setImmediate as turn } from 'node:timers/promises'
import { connect } from 'node:tls'
import { afterEach, describe, expect, it } from 'vitest'
import { ServerProcess, run } from '../support/server-process.ts'

const executable = path.resolve(import.meta.dirname, '../../bin/postern.js')

/** Starts a server that is expected not to start. */
const serve = (...words: string[]) => run(process.execPath, [executable, 'serve', '--port-base', 'auto', ...words])

describe('postern serve, started again', () => {
  it('keeps its tenant, its administrator and its authority, also right after a kill -9', async () => {
    const checkout = await ServerProcess.start()
    try {
      const first = checkout.ready
      await checkout.json('New-Mailbox', '-Shared', '-Name', 'Info', '-PrimarySmtpAddress', 'info@contoso.test')
      await checkout.end('SIGKILL')
      await checkout.serve()
      expect(checkout.ready.tenant).toEqual(first.tenant)
      expect(checkout.ready.admin).toEqual(first.admin)
      const mailboxes = await checkout.json<{ PrimarySmtpAddress: string }[]>('Get-Mailbox')
      expect(mailboxes.map((it) => it.PrimarySmtpAddress)).toEqual(['info@contoso.test'])
      expect(await checkout.end('SIGTERM')).toBe(0)
      expect(existsSync(path.join(checkout.data, 'server.json'))).toBe(false)
      await checkout.serve(['--profile', 'exchange-online'])
      expect(checkout.ready.profile).toBe('exchange-online')
    } finally {
      await checkout.close()
    }
  })

  it('tells its IMAP clients goodbye when it stops, and ends within seconds', async () => {
    const checkout = await ServerProcess.start()
    try {
      const socket = connect({
        port: checkout.ready.ports.imaps!,
        host: 'localhost',
        ca: readFileSync(checkout.ready.ca),
      })
      let heard = ''
      socket.on('data', (chunk: Buffer) => (heard += chunk))
      await new Promise((resolve) => socket.once('data', resolve))
      const started = performance.now()
      expect(await checkout.end('SIGTERM')).toBe(0)
      expect(performance.now() - started).toBeLessThan(10_000)
      expect(heard).toMatch(/\* BYE /)
    } finally {
      await checkout.close()
    }
  })
})

const hasIPv6 = Object.values(networkInterfaces()).some((them) => them?.some(({ family }) => family === 'IPv6'))

describe.runIf(hasIPv6)('postern serve, on an IPv6 address', () => {
  it('is found and trusted there', async () => {
    const checkout = await ServerProcess.start(['--host', '::ffff:127.0.0.1'])
    try {
      expect(checkout.ready.https).toBe(`https://[::ffff:7f00:1]:${checkout.ready.ports.https}`)
      expect(await checkout.json('Get-Mailbox')).toEqual([])
    } finally {
      await checkout.close()
    }
  })
})

describe('postern serve, told to stop', () => {
  it('ends within 10 s with half a handshake, half a request and a client that reads nothing open', async () => {
    const checkout = await ServerProcess.start()
    try {
      const { ports, ca } = checkout.ready
      const silent = await Promise.all([ports.https!, ports.imaps!, ports.submissions!].map((port) => opened(port)))
      const trusting = { host: 'localhost', ca: readFileSync(ca) }
      const half = connect({ ...trusting, port: ports.https! })
      half.write('POST /contoso.test/oauth2/v2.0/token HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\ngrant')
      const deaf = connect({ ...trusting, port: ports.imaps! })
      deaf.pause().write('a1 NOOP\r\n'.repeat(20_000))
      await Promise.all([half, deaf].map((socket) => once(socket, 'secureConnect')))
      for (const socket of [...silent, half, deaf]) socket.on('error', () => {})
      const started = performance.now()
      expect(await checkout.end('SIGTERM')).toBe(0)
      // Past nine seconds it is cut short, and writes may be.
      expect(performance.now() - started).toBeLessThan(8_500)
      for (const socket of [...silent, half, deaf]) socket.destroy()
    } finally {
      await checkout.close()
    }
  })

  it('in the moment in which it is ready, or before, stops as cleanly as later', async () => {
    const checkout = await ServerProcess.start()
    await checkout.end()
    const file = path.join(checkout.data, 'server.json')
    const ended = run(process.execPath, [executable, '--json', '--data', checkout.data, 'serve', '--port-base', 'auto'])
    const { pid } = JSON.parse(await written(file)) as { pid: number }
    process.kill(pid, 'SIGTERM')
    const { code, stdout } = await ended
    expect(code).toBe(0)
    expect(existsSync(file)).toBe(false)
    // With --json the ready object is the result.
    expect(JSON.parse(stdout)).toMatchObject({ pid, tenant: checkout.ready.tenant })
    await checkout.close()
  })
})

/** A connection that says nothing. */
async function opened(port: number): Promise<Socket> {
  const socket = dial({ port, host: '127.0.0.1' })
  await once(socket, 'connect')
  return socket
}

/** The content of a file that another process is about to make. */
async function written(file: string): Promise<string> {
  while (!existsSync(file)) await turn()
  return readFileSync(file, 'utf8')
}

const sentence = (outcome: { code: number; stdout: string; stderr: string }): string => {
  expect(outcome.stdout).toBe('')
  expect(outcome.stderr.trim().split('\n')).toHaveLength(1)
  return outcome.stderr
}

describe('postern serve does not start, and says so in one sentence, when', () => {
  let checkout: ServerProcess
  afterEach(() => checkout?.close())
  const folder = async (): Promise<string> => {
    checkout = await ServerProcess.start()
    await checkout.end()
    return checkout.data
  }

  it('a port is in use: exit 4, with the listener and the number', async () => {
    const data = await folder()
    const holder = createServer()
    const port = await new Promise<number>((resolve) =>
      holder.listen(0, '127.0.0.1', () => resolve((holder.address() as { port: number }).port)),
    )
    const outcome = await run(process.execPath, [executable, 'serve', '--data', data, '--port-base', 'auto'], {
      env: { POSTERN_POP3S_PORT: String(port) },
    })
    holder.close()
    expect(outcome.code).toBe(4)
    expect(sentence(outcome)).toMatch(new RegExp(`pop3s, ${port} on 127\\.0\\.0\\.1, is in use`))
  })

  it.each(['203.0.113.9', 'nowhere.invalid'])('the host %s does not belong to this machine', async (host) => {
    const outcome = await serve('--data', await folder(), '--host', host)
    expect(outcome.code).toBe(1)
    expect(sentence(outcome)).toContain(`The setting host is '${host}'; expected a name or an address of this machine`)
  })

  it('and leaves no ready file of an earlier server that was killed', async () => {
    const data = await folder()
    const files = [path.join(data, 'server.json'), path.join(data, 'ready.json')]
    for (const file of files) writeFileSync(file, '{}')
    const outcome = await serve('--data', data, '--ready-file', files[1]!, '--host', 'nowhere.invalid')
    expect(outcome.code).not.toBe(0)
    expect(files.filter((file) => existsSync(file))).toEqual([])
  })

  it('the database is damaged', async () => {
    const data = await folder()
    writeFileSync(path.join(data, 'postern.db'), Buffer.alloc(65_536, 'not a database'))
    for (const name of readdirSync(data)) if (/-(wal|shm)$/.test(name)) writeFileSync(path.join(data, name), '')
    expect(sentence(await serve('--data', data))).toMatch(/postern\.db/)
  })

  it('the data directory cannot be used', async () => {
    const data = await folder()
    const blocked = path.join(data, 'file')
    writeFileSync(blocked, '')
    chmodSync(blocked, 0o600)
    const outcome = await serve('--data', path.join(blocked, 'inside'))
    expect(outcome.code).toBe(1)
    expect(sentence(outcome)).toContain('inside')
  })

  it.runIf(existsSync('/proc/self'))('nothing can be made where the data directory would be', async () => {
    const outcome = await serve('--data', '/proc/nope')
    expect(outcome.code).toBe(1)
    expect(sentence(outcome)).toContain('/proc/nope cannot be used: it does not exist and cannot be made')
  })

  it('a ready file cannot be written', async () => {
    const outcome = await serve('--data', await folder(), '--ready-file', '/dev/null/ready.json')
    expect(outcome.code).toBe(1)
    expect(sentence(outcome)).toContain("The ready file '/dev/null/ready.json'")
  })

  it('a setting is wrong, named with its value and what was expected', async () => {
    const data = await folder()
    mkdirSync(data, { recursive: true })
    writeFileSync(path.join(data, 'postern.yaml'), 'imap:\n  idle_minutes: forever\n')
    expect(sentence(await serve('--data', data))).toMatch(
      /imap\.idle_minutes is "forever"; expected a number of minutes/,
    )
  })

  it('a flag has a value that looks like a flag: exit 2; attached, it is a setting that is wrong', async () => {
    const data = await folder()
    const apart = await run(process.execPath, [executable, 'serve', '--data', data, '--port-base', '-5'])
    expect(apart.code).toBe(2)
    expect(sentence(apart)).toContain('--port-base needs a value')
    const attached = await run(process.execPath, [executable, 'serve', '--data', data, '--port-base=-5'])
    expect(attached.code).toBe(1)
    expect(sentence(attached)).toMatch(/port_base is "-5"; expected a whole number/)
  })

  it.each(['--ready-file=', '--config='])('a flag names no file: exit 2 for %s', async (flag) => {
    expect(await serve('--data', await folder(), flag)).toMatchObject({ code: 2, stdout: '' })
  })

  it('a flag is unknown: exit 2', async () => {
    const data = await folder()
    expect(await serve('--data', data, '--prot', '1')).toMatchObject({ code: 2, stdout: '' })
  })
})

import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ServerProcess, type Outcome, type Provisioned, provision, run } from '../support/server-process.ts'
import { available } from './browser.ts'

/** Debian's own Python, the one that Debian's packages install into. */
const python = '/usr/bin/python3'
const program = path.join(import.meta.dirname, 'clients', 'submission.py')
const hasPython = available('Python’s smtplib', python)

describe.runIf(hasPython).each(['exchange-online', 'standards'])('a program that sends mail (%s)', (profile) => {
  let checkout: ServerProcess
  let app: Provisioned
  let token: string

  beforeAll(async () => {
    checkout = await ServerProcess.start(['--profile', profile])
    app = await provision(checkout, 0)
    const words = ['token', '--client-id', app.clientId, '--client-secret', app.secret, '--raw']
    token = (await checkout.postern(...words, '--scope', 'https://outlook.office365.com/.default')).stdout.trim()
  })
  afterAll(() => checkout.close())

  const talk = (job: string): Promise<Outcome> => {
    const { ports, ca } = checkout.ready
    const env = {
      CA: ca,
      SUBMISSION: String(ports.submission),
      SUBMISSIONS: String(ports.submissions),
      MAILBOX: app.mailbox,
      RECIPIENT: app.other,
      TOKEN: token,
    }
    return run(python, [program, job], { env })
  }
  const said = async (job: string): Promise<unknown> => {
    const outcome = await talk(job)
    expect(outcome.stderr).toBe('')
    return JSON.parse(outcome.stdout)
  }

  it('reaches a mailbox of this server after STARTTLS', async () => {
    expect(await said('starttls')).toMatchObject({
      refused: {},
      extensions: expect.arrayContaining(['8bitmime', 'auth', 'binarymime', 'chunking', 'dsn', 'pipelining', 'size']),
    })
  })
  it('reaches it over TLS', async () => {
    expect(await said('tls')).toEqual({ refused: {} })
  })
  it('reaches it with curl', { skip: !available('curl', 'curl') }, async () => {
    const { ports, ca } = checkout.ready
    const file = path.join(checkout.folder, 'letter.eml')
    writeFileSync(file, `From: ${app.mailbox}\r\nSubject: By curl\r\n\r\n.\r\nText\r\n`)
    const server = `--silent --show-error --cacert ${ca} --url smtps://localhost:${ports.submissions}`
    const signIn = `--user ${app.mailbox} --oauth2-bearer ${token}`
    const mail = `--mail-from ${app.mailbox} --mail-rcpt ${app.other} --upload-file ${file}`
    const outcome = await run('curl', [server, signIn, mail].join(' ').split(' '))
    expect(outcome).toEqual({ code: 0, stdout: '', stderr: '' })
  })
  it('wrote what is there to be read', async () => {
    const folder = path.join(checkout.folder, 'exported')
    await checkout.json('export', app.other, folder)
    const texts = readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.eml'))
      .map((name) => readFileSync(path.join(folder, name), 'utf8'))
    expect(new Set(texts.map((text) => /^Subject: (.*)\r$/m.exec(text)?.[1]))).toEqual(
      new Set(['By STARTTLS', 'By TLS', 'By curl']),
    )
    for (const text of texts)
      expect(text).toMatch(/^Return-Path: <kim\.akers@.*>\r\nReceived: from .* with ESMTPSA id /s)
    expect(texts.find((text) => text.includes('By curl'))).toMatch(/\r\n\r\n\.\r\nText\r\n$/)
    // Blind copies of two of them, and what an Exchange mailbox keeps of all three.
    const own = await checkout.json('export', app.mailbox, path.join(checkout.folder, 'own'))
    expect(own).toMatchObject({ exported: profile === 'exchange-online' ? 5 : 2 })
  })
  it('hears what the real service says when it may not', async () => {
    const exchange = profile === 'exchange-online'
    expect(await said('refused')).toEqual({
      early: 530,
      password: exchange
        ? "(535, b'5.7.139 Authentication unsuccessful, basic authentication is disabled. [localhost]')"
        : 'No suitable authentication method found.',
      token: 535,
      forged: expect.stringContaining(exchange ? '5.2.252 SendAsDenied; ' : '5.7.1 '),
      astray: [550],
    })
    const explained = await checkout.json(
      'explain',
      '--protocol',
      'smtp',
      '--mailbox',
      app.other,
      '--app',
      app.clientId,
    )
    expect(explained).toMatchObject({ outcome: 'refused', failed: 'mailboxPermission' })
    expect(await checkout.json('explain')).toMatchObject({ protocol: 'smtp', failed: 'sendAs' })
    const onRecord = await checkout.json('Get-MgAuditLogSignIn')
    expect(onRecord).toContainEqual(
      expect.objectContaining({ posternDecision: expect.objectContaining({ protocol: 'smtp', failed: 'token' }) }),
    )
  })
})

import { execFileSync } from 'node:child_process'
import type { RunningServer } from '../support/command-line.ts'
import { SocketClient } from '../transcripts/socket-client.ts'

export type Protocol = 'imap' | 'pop3' | 'smtp'

/** docs/reference/protocols.md §1.2: over POP3 the response comes on a line of its own. */
const begun = { imap: 'a AUTHENTICATE XOAUTH2 ', pop3: '', smtp: 'AUTH XOAUTH2 ' } as const
const ports = { imap: 'imaps', pop3: 'pop3s', smtp: 'submissions' } as const

/** The same, whichever way one asks why. */
export interface Explanation {
  readonly signInId: string
  readonly outcome: 'granted' | 'refused'
  readonly protocol: string
  readonly mailbox: string | null
  readonly count: number
  readonly errorCode: number
  readonly checks: readonly { readonly name: string; readonly ok: boolean; readonly evidence: string }[]
  readonly failed: string
  readonly fix: readonly string[]
  readonly wire: string
}

/** Where somebody signs in over a protocol, asks why it was refused, and types what fixes it. */
export class ClientSetup {
  readonly server: RunningServer

  constructor(server: RunningServer) {
    this.server = server
  }

  /** Returns the answer to a token, and over IMAP4 also the answer to the next command. */
  async authenticate(protocol: Protocol, response: string): Promise<readonly string[]> {
    const talk = await this.connect(protocol)
    if (protocol === 'pop3') await ask(talk, 'AUTH XOAUTH2')
    const said = await ask(talk, `${begun[protocol]}${response}`)
    // RFC 7628 §3.2.3: what is told of the failure is acknowledged.
    const answer = /^(\+|334) /.test(said) ? await ask(talk, '') : said
    const next = protocol === 'imap' && answer.startsWith('a OK') ? [await ask(talk, 'b NAMESPACE')] : []
    talk.destroy()
    return [answer, ...next]
  }

  async connect(protocol: Protocol): Promise<SocketClient> {
    const talk = await SocketClient.connect(this.server.ready.ports[ports[protocol]]!, { tls: true })
    await talk.line()
    if (protocol === 'smtp') {
      talk.send('EHLO client.example\r\n')
      await talk.linesUntil((line) => line.startsWith('250 '))
    }
    return talk
  }

  /** Of the last sign-in that was refused. */
  explain(): Promise<Explanation> {
    return this.server.json<Explanation>('explain')
  }

  /** The record of a sign-in, as scripts read it: Graph's, with what is ours in it. */
  async recorded(signInId: string): Promise<Explanation> {
    const found = await this.server.json<{ posternDecision: Explanation }>('Get-MgAuditLogSignIn', signInId)
    return found.posternDecision
  }

  /** Does what explain names until the sign-in is granted: a check that is fixed may show the next. */
  async fixUntil(granted: () => Promise<boolean>): Promise<void> {
    for (let round = 0; round < 4; round++) {
      await this.type((await this.explain()).fix)
      if (await granted()) return
    }
    throw new Error(`It is not fixed: ${JSON.stringify(await this.explain())}`)
  }

  /** The values that a person types for placeholders. */
  get filledIn(): ReadonlyMap<string, string> {
    return new Map()
  }

  /** Answers what the last of them shows. */
  async type<T = unknown>(lines: readonly string[]): Promise<T> {
    let shown: unknown
    for (const line of lines) {
      const [, ...words] = execFileSync('/bin/sh', ['-c', `printf '%s\\0' ${line}`])
        .toString()
        .split('\0')
        .slice(0, -1)
      shown = await this.server.json(...words.map((word) => this.filledIn.get(word) ?? word))
    }
    return shown as T
  }
}

export async function ask(talk: SocketClient, line: string): Promise<string> {
  talk.send(`${line}\r\n`)
  const answer = await talk.line()
  if (answer === undefined) throw new Error(`Nothing was answered to ${line}`)
  return answer
}

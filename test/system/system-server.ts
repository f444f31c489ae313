import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { ServerProcess, type Provisioned, provision } from '../support/server-process.ts'
import { ImapClient } from '../support/imap-client.ts'
import { isList, parseResponse, type Value, textOf } from '../support/imap-response.ts'

const SCOPE = 'https://outlook.office365.com/.default'

/** A message in a folder. */
export interface Held {
  readonly uid: number
  /** In lower case, without `\Recent`. */
  readonly flags: readonly string[]
  /** Milliseconds since the epoch. */
  readonly received: number
}

/** A started server with letters in a mailbox, a token that opens it, and a look at what it holds. */
export class SystemServer {
  readonly checkout: ServerProcess
  readonly app: Provisioned
  readonly token: string
  /** A file with nothing but the token in it, as clients like it. */
  readonly tokenFile: string

  /** The server's name of the inbox. */
  readonly inbox: string

  private constructor(profile: string, checkout: ServerProcess, app: Provisioned, token: string) {
    this.inbox = profile === 'exchange-online' ? 'Inbox' : 'INBOX'
    this.checkout = checkout
    this.app = app
    this.token = token
    this.tokenFile = path.join(checkout.folder, 'token')
    writeFileSync(this.tokenFile, token)
  }

  static async open(profile: string, letters: number): Promise<SystemServer> {
    const checkout = await ServerProcess.start(['--profile', profile])
    const app = await provision(checkout, letters)
    const words = ['token', '--client-id', app.clientId, '--client-secret', app.secret, '--scope', SCOPE, '--raw']
    const { stdout } = await checkout.postern(...words)
    return new SystemServer(profile, checkout, app, stdout.trim())
  }

  get ca(): string {
    return this.checkout.ready.ca
  }

  get imaps(): number {
    return this.checkout.ready.ports.imaps!
  }

  close(): Promise<void> {
    return this.checkout.close()
  }

  /** Gives the answers to commands, all of which have to be OK. */
  async commands(commands: readonly string[], mailbox = this.app.mailbox): Promise<(readonly string[])[]> {
    const client = await ImapClient.signIn(await this.checkout.imaps(), mailbox, this.token)
    try {
      const answers: (readonly string[])[] = []
      for (const command of commands) {
        const { untagged, tagged } = await client.run(command)
        if (!tagged.startsWith('OK')) throw new Error(`${command}: ${tagged}`)
        answers.push(untagged)
      }
      return answers
    } finally {
      client.drop()
    }
  }

  async folders(mailbox = this.app.mailbox): Promise<string[]> {
    const [listed] = await this.commands(['LIST "" "*"'], mailbox)
    return listed!.map((line) => textOf(parseResponse(line)[3])).sort()
  }

  /** A folder's messages by their Message-ID. */
  async holds(folder: string, mailbox = this.app.mailbox): Promise<ReadonlyMap<string, Held>> {
    const items = '(UID FLAGS INTERNALDATE BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)])'
    const [, fetched] = await this.commands([`EXAMINE "${folder}"`, `UID FETCH 1:* ${items}`], mailbox)
    return new Map(fetched!.filter((line) => / FETCH /.test(line)).map(heldIn))
  }
}

function heldIn(line: string): [string, Held] {
  const items = parseResponse(line)[2] as readonly Value[]
  const item = (name: string): Value | undefined =>
    items[items.findIndex((each) => textOf(each).toUpperCase().startsWith(name)) + 1]
  const flags = item('FLAGS')
  return [
    /<(.*)>/.exec(textOf(item('BODY')))?.[1] ?? '',
    {
      uid: Number(textOf(item('UID'))),
      flags: (isList(flags) ? flags.map((flag) => textOf(flag).toLowerCase()) : [])
        .filter((flag) => flag !== '\\recent')
        .sort(),
      received: Date.parse(textOf(item('INTERNALDATE'))),
    },
  ]
}

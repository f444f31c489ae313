import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { type Outcome, run } from '../support/server-process.ts'
import type { IdentityServer } from './identity-server.ts'

export const python = '/usr/bin/python3'

const schemes = { imaps: 'imaps', pop3s: 'pop3s', submissions: 'smtps' }

/** Programs that sign in with a password and nothing else; what each says of it, or OK where it has what it wants. */
export class PasswordPrograms {
  readonly #stage: IdentityServer
  readonly #folder: string
  readonly #mbsync: string
  readonly #mpop: string
  readonly #curl: string
  readonly #letter: string

  constructor(stage: IdentityServer) {
    const folder = path.join(stage.checkout.folder, 'programs')
    for (const part of ['mbsync', 'mpop/cur', 'mpop/new', 'mpop/tmp']) {
      mkdirSync(path.join(folder, part), { recursive: true })
    }
    this.#stage = stage
    this.#folder = folder
    this.#mbsync = this.#settled('mbsync.rc', this.#mbsyncSettings())
    this.#mpop = this.#settled('mpop.rc', this.#mpopSettings())
    this.#letter = this.#settled('letter.eml', ['Subject: By curl', '', 'Text'])
    const { login, password } = stage.person
    this.#curl = this.#settled('curl.rc', [
      'silent',
      'show-error',
      `cacert = ${stage.env.CA}`,
      `user = ${login}:${password}`,
    ])
  }

  /** By name. Those that open the maildrop go one after another, as RFC 1939 has it; the others go beside them. */
  async run(): Promise<Readonly<Record<string, string>>> {
    const [mbsync, imap, smtp, pop] = await Promise.all([
      run('mbsync', ['--config', this.#mbsync, 'inbox']),
      this.#runCurl('imaps', 'INBOX'),
      this.#runCurl('submissions', 'billing.contoso.test'),
      this.#runOverPop(),
    ])
    return { mbsync: said(mbsync), 'curl over IMAP': said(imap), 'curl over SMTP': said(smtp), ...pop }
  }

  async #runOverPop(): Promise<Record<string, string>> {
    const mpop = said(await run('mpop', ['--quiet', `--file=${this.#mpop}`, 'postern']))
    const curl = said(await this.#runCurl('pop3s', ''))
    return { mpop, 'curl over POP': curl, ...(await this.#runPython()) }
  }

  #runCurl(listener: keyof typeof schemes, place: string): Promise<Outcome> {
    const url = `${schemes[listener]}://localhost:${this.#stage.checkout.ready.ports[listener]}/${place}`
    const { login } = this.#stage.person
    const mail = ['--mail-from', login, '--mail-rcpt', login, '--upload-file', this.#letter]
    const words = ['--config', this.#curl, '--verbose', '--url', url, ...(listener === 'submissions' ? mail : [])]
    return run('curl', words)
  }

  async #runPython(): Promise<Record<string, string>> {
    const { imaps, pop3s, submission } = this.#stage.checkout.ready.ports
    const ports = { IMAPS: String(imaps), POP3S: String(pop3s), SUBMISSION: String(submission) }
    const env = { ...this.#stage.env, ...ports, MAILBOX: this.#stage.person.login }
    const outcome = await run(python, [path.join(import.meta.dirname, 'clients', 'passwords.py')], { env })
    if (outcome.code !== 0) throw new Error(outcome.stderr)
    return JSON.parse(outcome.stdout) as Record<string, string>
  }

  #settled(name: string, lines: readonly string[]): string {
    const file = path.join(this.#folder, name)
    writeFileSync(file, `${lines.join('\n')}\n`)
    chmodSync(file, 0o600)
    return file
  }

  #mbsyncSettings(): readonly string[] {
    return [
      'IMAPAccount postern',
      'Host localhost',
      `Port ${this.#stage.checkout.ready.ports.imaps}`,
      `User ${this.#stage.person.login}`,
      `Pass ${this.#stage.person.password}`,
      'AuthMechs LOGIN',
      'TLSType IMAPS',
      `CertificateFile ${this.#stage.env.CA}`,
      '',
      'IMAPStore far',
      'Account postern',
      '',
      'MaildirStore near',
      `Path ${this.#folder}/mbsync/`,
      `Inbox ${this.#folder}/mbsync/INBOX`,
      '',
      'Channel inbox',
      'Far :far:',
      'Near :near:',
      'Patterns INBOX',
      'Create Near',
      'Sync Pull',
      `SyncState ${this.#folder}/mbsync-`,
    ]
  }

  #mpopSettings(): readonly string[] {
    return [
      'account postern',
      'host localhost',
      `port ${this.#stage.checkout.ready.ports.pop3s}`,
      'tls on',
      'tls_starttls off',
      `tls_trust_file ${this.#stage.env.CA}`,
      'auth user',
      `user ${this.#stage.person.login}`,
      `password ${this.#stage.person.password}`,
      `delivery maildir ${this.#folder}/mpop`,
      `uidls_file ${this.#folder}/uidls`,
      'keep on',
    ]
  }
}

const said = ({ code, stdout, stderr }: Outcome): string => (code === 0 ? 'OK' : stdout + stderr)

import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ServerProcess, type Outcome, type Provisioned, provision, run } from '../support/server-process.ts'
import { available } from './browser.ts'

interface Explanation {
  outcome: string
  failed: string
  checks: { name: string; ok: boolean; evidence: string }[]
  fix: string[]
  wire: string
}

const python = '/usr/bin/python3'
const program = path.join(import.meta.dirname, 'clients', 'standard_library.py')
const hasPython = available('Python’s imaplib and poplib', python)

describe.runIf(hasPython)(
  'a program that may not in hears what the real service says, and the administrator hears why',
  () => {
    let checkout: ServerProcess
    let app: Provisioned
    let good: string

    beforeAll(async () => {
      checkout = await ServerProcess.start(['--profile', 'exchange-online'])
      app = await provision(checkout, 3)
      good = await fetchToken('https://outlook.office365.com/.default')
    })
    afterAll(() => checkout.close())

    const fetchToken = async (scope: string): Promise<string> => {
      const words = ['token', '--client-id', app.clientId, '--client-secret', app.secret, '--scope', scope, '--raw']
      return (await checkout.postern(...words)).stdout.trim()
    }
    const talk = (job: string, env: Record<string, string>): Promise<Outcome> => {
      const { ports, ca } = checkout.ready
      const where = {
        CA: ca,
        IMAPS: String(ports.imaps),
        POP3S: String(ports.pop3s),
        MAILBOX: app.mailbox,
        TOKEN: good,
      }
      return run(python, [program, job], { env: { ...where, ...env } })
    }
    const refusal = async (env: Record<string, string>): Promise<{ imap: string; pop3: string; why: Explanation }> => {
      const outcome = await talk('refused', env)
      expect(outcome.stderr).toBe('')
      const why = await checkout.json<Explanation>('explain')
      expect(why.outcome).toBe('refused')
      return { ...(JSON.parse(outcome.stdout) as { imap: string; pop3: string }), why }
    }

    it('another mailbox: authenticated but not connected', async () => {
      const { imap, pop3, why } = await refusal({ MAILBOX: app.other })
      expect(imap).toContain('User is authenticated but not connected.')
      expect(pop3).toContain('-ERR')
      expect(why.failed).toBe('mailboxPermission')
      expect(why.fix.join('\n')).toContain(`Add-MailboxPermission -Identity ${app.other}`)
    })

    it('a tampered token', async () => {
      const [header, claims, signature] = good.split('.') as [string, string, string]
      const other = signature[9] === 'A' ? 'B' : 'A'
      const { imap, pop3, why } = await refusal({
        TOKEN: [header, claims, `${signature.slice(0, 9)}${other}${signature.slice(10)}`].join('.'),
      })
      expect(imap).toContain('AUTHENTICATE failed.')
      expect(pop3).toContain('Authentication failure: unknown user name or bad password.')
      expect(why.failed).toBe('token')
      expect(why.checks.at(-1)!.evidence).toMatch(/signature/i)
    })

    it('a token for Graph', async () => {
      const { imap, why } = await refusal({ TOKEN: await fetchToken('https://graph.microsoft.com/.default') })
      expect(imap).toContain('AUTHENTICATE failed.')
      expect(why.failed).toBe('audience')
      expect(why.checks.at(-1)!.evidence).toContain('https://graph.microsoft.com')
      expect(why.fix.join('\n')).toContain('https://outlook.office365.com/.default')
    })

    it('a password', async () => {
      const outcome = await talk('password', {})
      const said = JSON.parse(outcome.stdout) as { imap: string; pop3: string }
      expect(said.imap).toContain('LOGIN failed.')
      expect(said.pop3).toContain('Logon failure: unknown user name or bad password.')
      const why = await checkout.json<Explanation>('explain')
      expect(why.checks.at(-1)!.evidence).toMatch(/password/i)
    })

    it('a mailbox whose IMAP is switched off, named by the explanation before anybody tries', async () => {
      await checkout.json('Set-CASMailbox', '-Identity', app.mailbox, '-ImapEnabled', '$false')
      const simulated = await checkout.json<Explanation>(
        'explain',
        '--mailbox',
        app.mailbox,
        '--app',
        app.objectId,
        '--protocol',
        'imap',
      )
      expect(simulated).toMatchObject({ outcome: 'refused', failed: 'protocolEnabled' })
      expect(simulated.fix.join('\n')).toContain('Set-CASMailbox')
      const { imap } = await refusal({})
      expect(imap).toContain('User is authenticated but not connected.')
      await checkout.json('Set-CASMailbox', '-Identity', app.mailbox, '-ImapEnabled', '$true')
    })

    it('an app whose registration’s id was given to New-ServicePrincipal', async () => {
      await checkout.json('Remove-ServicePrincipal', '-Identity', app.servicePrincipal, '-Confirm:$false')
      await checkout.json('New-ServicePrincipal', '-AppId', app.clientId, '-ObjectId', app.objectId)
      const { imap, why } = await refusal({})
      expect(imap).toContain('AUTHENTICATE failed.')
      expect(why.failed).toBe('exchangeServicePrincipal')
      expect(why.checks.at(-1)!.evidence).toContain(app.objectId)
      for (const command of why.fix) {
        const words = command.match(/'[^']*'|\S+/g)!.slice(1)
        expect(await checkout.postern(...words.map((word) => word.replaceAll("'", '')))).toMatchObject({ code: 0 })
      }
      await checkout.json(
        'Add-MailboxPermission',
        '-Identity',
        app.mailbox,
        '-User',
        app.servicePrincipal,
        '-AccessRights',
        'FullAccess',
      )
      const outcome = await talk('refused', {})
      expect(JSON.parse(outcome.stdout)).toMatchObject({ imap: 'OK', pop3: 'signed in' })
    })
  },
)

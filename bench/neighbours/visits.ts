import { HttpsClient } from '../clients/https.ts'
import { ImapClient } from '../clients/imap.ts'
import { Pop3Client } from '../clients/pop3.ts'
import { SmtpClient } from '../clients/smtp.ts'
import { userName } from '../targets/target.ts'
import type { Neighbourhood } from '../targets/neighbourhood.ts'
import type { Timed, Visit } from './load.ts'
import { messageOf } from './message.ts'

export const ADDED = 'Added'
/** Messages in each INBOX that is read, and in each maildrop. */
export const IN_INBOX = 20

/** Ten mailboxes for each kind of visit; POP3 has one session for a maildrop at a time. */
const reader = (round: number): number => round % 10
const maildrop = (round: number): number => 10 + (round % 20)
export const writer = (round: number): number => 30 + (round % 10)
const sender = (round: number): number => 40 + (round % 10)
export const recipient = (round: number): number => 50 + (round % 10)

/** Every other message is larger than what a server may keep in reserve for small ones. */
const messageFrom = (user: number, round: number): Buffer =>
  messageOf(userName(user), round % 2 === 0 ? 8000 : 100_000, round)

/** The visits of other callers beside the abusive one. Each visit opens a connection. */
export function visitsOf(neighbourhood: Neighbourhood): Visit[] {
  const { places, credential, tenant, token } = neighbourhood
  const https = async (timed: Timed, kind: string, ask: (client: HttpsClient) => ReturnType<HttpsClient['ask']>) => {
    let client: HttpsClient | undefined
    try {
      await timed(kind, async () => {
        client = await HttpsClient.open(places.https)
        const { status, body } = await ask(client)
        if (status !== 200) throw new Error(`${status} ${body}`)
      })
    } finally {
      client?.close()
    }
  }
  const imap = async (timed: Timed, user: number, work: (client: ImapClient) => Promise<unknown>) => {
    const client = await timed('IMAP sign-in', () => ImapClient.signIn(places.imap, userName(user), token))
    try {
      await work(client)
    } finally {
      client.drop()
    }
  }
  const form = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: credential.clientId,
    client_secret: credential.clientSecret,
    scope: 'https://outlook.office365.com/.default',
  }).toString()
  return [
    {
      perSecond: 10,
      run: (timed) => https(timed, 'Token', (client) => client.postForm(`/${tenant}/oauth2/v2.0/token`, form)),
    },
    {
      perSecond: 10,
      run: (timed, round) =>
        imap(timed, reader(round), async (client) => {
          await timed('SELECT and FETCH', async () => {
            await client.run('SELECT INBOX')
            const fetched = await client.run(`FETCH 1:${IN_INBOX} (UID FLAGS ENVELOPE BODY.PEEK[])`)
            if (fetched.untagged < IN_INBOX) throw new Error(`FETCH: ${fetched.untagged} of ${IN_INBOX}`)
          })
          const sign = round % 20 < 10 ? '+' : '-'
          await timed('STORE', () => client.run(`STORE ${1 + (round % IN_INBOX)} ${sign}FLAGS (\\Flagged)`))
        }),
    },
    {
      perSecond: 6,
      run: (timed, round) =>
        imap(timed, writer(round), (client) =>
          timed('APPEND', () => client.append(ADDED, [messageFrom(writer(round), round)])),
        ),
    },
    { perSecond: 5, run: (timed, round) => timed('POP3 drain', () => drain(neighbourhood, maildrop(round))) },
    {
      perSecond: 6,
      run: (timed, round) =>
        timed('Submission', async () => {
          const from = userName(sender(round))
          const client = await SmtpClient.signIn(places.submission, from, token)
          await client.send(from, userName(recipient(round)), messageFrom(sender(round), round))
          await client.quit()
        }),
    },
    {
      perSecond: 5,
      run: (timed) =>
        https(timed, 'Graph request', (client) =>
          client.ask('GET', `/v1.0/applications(appId='${credential.clientId}')`, neighbourhood.graph),
        ),
    },
    {
      perSecond: 5,
      run: (timed, round) =>
        https(timed, 'Exchange cmdlet', (client) =>
          client.ask(
            'POST',
            `/adminapi/beta/${tenant}/InvokeCommand`,
            { ...neighbourhood.exchange, 'Content-Type': 'application/json' },
            JSON.stringify({
              CmdletInput: { CmdletName: 'Get-Mailbox', Parameters: { Identity: userName(reader(round)) } },
            }),
          ),
        ),
    },
  ]
}

async function drain({ places, token }: Neighbourhood, user: number): Promise<void> {
  const client = await Pop3Client.signIn(places.pop3, userName(user), token)
  const [, count] = (await client.run('STAT')).split(' ')
  if (Number(count) !== IN_INBOX) throw new Error(`STAT: ${count} of ${IN_INBOX}`)
  await client.runForMany('UIDL')
  for (let number = 1; number <= IN_INBOX; number += 1) await client.runForMany(`RETR ${number}`)
  await client.quit()
}

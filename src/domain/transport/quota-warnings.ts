import { HOUR, MINUTE } from '../../core/time.ts'
import type { Job } from '../../core/jobs.ts'
import type { Log } from '../../core/log.ts'
import type { World } from '../../core/world.ts'
import type { MailStore } from '../mail/store-types.ts'
import type { ResolvedRecipient } from './address-book.ts'
import type { Notice, Transport } from './types.ts'

/** From the start to the first look: a server that is started again within the hour looks too. */
const FIRST = 5 * MINUTE

interface Deps {
  readonly directory: { readonly mailboxes: { limited(): Promise<readonly ResolvedRecipient[]> } }
  readonly mail: Pick<MailStore, 'quotas' | 'isNearerToQuota'>
  readonly transport: Pick<Transport, 'notify'>
  readonly world: World
  readonly log: Log
}

/** How near to its limits a mailbox is. */
const FAR = 0
const WARNED = 1
const SENDS_NO_MORE = 2

/**
 * docs/reference/exchange-admin.md §3.2, IssueWarningQuota and ProhibitSendQuota: a mailbox that has come to hold as
 * much finds a notice in it, once, within an hour.
 */
export class QuotaWarnings implements Job {
  readonly first = FIRST
  readonly lease = 'quota warnings'
  readonly #deps: Deps

  constructor(deps: Deps) {
    this.#deps = deps
  }

  async run(): Promise<number> {
    await this.#look()
    return HOUR
  }

  async #look(): Promise<void> {
    const { directory, mail, log } = this.#deps
    try {
      const mailboxes = await directory.mailboxes.limited()
      const quotas = await mail.quotas(mailboxes.map(({ id }) => id))
      for (const mailbox of mailboxes) await this.#judge(mailbox, quotas.get(mailbox.id)!.used.octets)
    } catch (error) {
      log.warn({ error }, 'Nobody could be warned of a full mailbox')
    }
  }

  async #judge(mailbox: ResolvedRecipient, octets: number): Promise<void> {
    const { mail, transport, log } = this.#deps
    const level = levelOf(mailbox, octets)
    if (!(await mail.isNearerToQuota(mailbox.id, level))) return
    try {
      await transport.notify(mailbox.id, noticeOf(level, mailbox, octets))
      log.info({ tenant: mailbox.tenant, mailbox: mailbox.primarySmtpAddress, octets }, 'A mailbox was warned')
    } catch (error) {
      // There is no room for it any more, or it has gone: nothing is left to be said.
      log.warn({ error, tenant: mailbox.tenant, mailbox: mailbox.primarySmtpAddress }, 'A mailbox could not be warned')
    }
  }
}

function levelOf({ mailFlow: { sendQuota, warningQuota } }: ResolvedRecipient, octets: number): number {
  if (octets >= (sendQuota ?? Number.POSITIVE_INFINITY)) return SENDS_NO_MORE
  return octets >= (warningQuota ?? Number.POSITIVE_INFINITY) ? WARNED : FAR
}

function noticeOf(level: number, { mailFlow }: ResolvedRecipient, octets: number): Notice {
  const { sendQuota } = mailFlow
  const limit = sendQuota === undefined ? [] : [`It sends no more mail at ${mebibytes(sendQuota)}.`]
  return {
    subject: level === SENDS_NO_MORE ? 'Your mailbox is full' : 'Your mailbox is almost full',
    lines: [
      `Your mailbox holds ${mebibytes(octets)}.`,
      ...limit,
      '',
      'Delete what is no longer needed, and empty Deleted Items, to make room.',
    ],
  }
}

const mebibytes = (octets: number): string => `${(octets / 1024 ** 2).toFixed(2)} MB`

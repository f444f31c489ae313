import type { ResolvedRecipient } from '../../domain/transport/address-book.ts'
import { accountOf, type Standing, standingUnder } from '../../domain/transport/send-as.ts'
import type { Author } from '../../domain/transport/types.ts'
import type { AccessDeps } from '../access.ts'
import type { Step } from '../decide.ts'
import { senderOf, type Writer } from '../records/denied-sender.ts'
import { failed, type MailSubject, passed } from '../checks/check.ts'
import { judgeSender } from '../checks/send-as.ts'
import { printable } from '../records/printable.ts'

/** Behind all that opens a mailbox: whether mail could be sent through it under an address. */
export const senderStep = ({ directory }: AccessDeps, subject: MailSubject, from: string): Step => ({
  name: 'sendAs',
  async judge() {
    const own = await subject.mailbox()
    if (!own) return failed('The mailbox that was opened is gone.')
    const author: Author =
      subject.kind === 'user' ? { kind: 'user', id: subject.claims.oid } : { kind: 'app', appId: subject.claims.appid }
    const account = await accountOf(directory, own, author)
    const standing = await standingUnder(directory, { own, account, author }, from)
    if (standing) return passed(`Mail from ${printable(from)} would be taken: ${reasons[standing.how](standing.of)}.`)
    return judgeSender({ directory, tenant: own.tenant, ...(await senderOf(directory, writerOf(subject), own)) }, from)
  },
})

const writerOf = ({ kind, claims }: MailSubject): Writer =>
  kind === 'user'
    ? { kind, user: { id: claims.oid, userPrincipalName: claims.upn, displayName: claims.name } }
    : { kind, appId: claims.appid, servicePrincipal: claims.oid }

const reasons: Readonly<Record<Standing['how'], (of: ResolvedRecipient) => string>> = {
  own: ({ primarySmtpAddress }) => `it is an address of the mailbox ${primarySmtpAddress} itself`,
  'send-as': ({ primarySmtpAddress }) => `there is SendAs for the mailbox ${primarySmtpAddress}`,
  'on-behalf': ({ primarySmtpAddress }) =>
    `GrantSendOnBehalfTo of the mailbox ${primarySmtpAddress} lets others send on its behalf, and Sender says who did`,
}

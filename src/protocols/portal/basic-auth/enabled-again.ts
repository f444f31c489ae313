import type { MailProtocol } from '../../../access/types.ts'
import { DAY } from '../../../core/time.ts'
import type { Directory, RetiredProtocol, RetirementPlan } from '../../../domain/directory/types.ts'
import { basicProtocols, protocolNames } from './report.ts'

/** After so long with the server off, no notification is sent any more. */
const TOLD_WITHIN = 7 * DAY

/** A protocol that takes passwords again for one mailbox, since its owner enabled it. */
export interface EnabledAgain {
  /** Which it is, among those of a plan. */
  readonly key: string
  readonly address: string
  /** As people call the protocol. */
  readonly name: string
  readonly protocol: MailProtocol
  readonly at: number
  /** When it is no news any more. */
  readonly forgotten: number
}

/** Returns the protocols that owners enabled again recently. */
export async function enabledAgain(
  { mailboxes }: Directory,
  { tenant, ownReEnabled = {} }: RetirementPlan,
  now: number,
): Promise<readonly EnabledAgain[]> {
  const found: EnabledAgain[] = []
  for (const [guid, words] of Object.entries(ownReEnabled)) {
    for (const [word, at] of Object.entries(words)) {
      const forgotten = at + TOLD_WITHIN
      const mailbox = forgotten > now ? await mailboxes.find(tenant, guid) : undefined
      if (!mailbox) continue
      const protocol = basicProtocols[word as RetiredProtocol]
      const { primarySmtpAddress: address } = mailbox
      found.push({ key: `${guid} ${word}`, address, name: protocolNames[protocol], protocol, at, forgotten })
    }
  }
  return found
}

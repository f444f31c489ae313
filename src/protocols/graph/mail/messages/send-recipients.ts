import type { Recipient } from '@microsoft/microsoft-graph-types'
import { badRequest } from '../../errors.ts'
import { checkedAddress } from './address-input.ts'
import type { MessageAddressing } from './message-header.ts'

/** The addresses that a message is sent to: of To, Cc and Bcc, each once. Refuses `ErrorInvalidRecipients`. */
export function sendRecipients({ to, cc, bcc }: Pick<MessageAddressing, 'to' | 'cc' | 'bcc'>): readonly string[] {
  const addresses = [...to, ...cc, ...bcc].map(addressOf)
  if (addresses.length === 0) badRequest('At least one recipient must be specified.', 'ErrorInvalidRecipients')
  return [...new Map(addresses.map((address) => [address.toLowerCase(), address])).values()]
}

const addressOf = ({ emailAddress }: Recipient): string => checkedAddress(emailAddress?.address ?? '')

import type { Log } from '../../core/log.ts'
import type { World } from '../../core/world.ts'
import type { MessageTraces } from '../audit/message-trace.ts'
import type { MailStore } from '../mail/store-types.ts'
import type { AddressBook } from './address-book.ts'

export interface TransportOptions {
  readonly directory: AddressBook
  readonly mail: MailStore
  readonly traces: Pick<MessageTraces, 'record'>
  readonly world: World
  readonly log: Log
}

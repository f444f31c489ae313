import type { Command } from '../command.ts'
import { addMailboxPermission } from './add-mailbox-permission.ts'
import { getCasMailbox } from './get-cas-mailbox.ts'
import { getMailboxPermission } from './get-mailbox-permission.ts'
import { getMailbox } from './get-mailbox.ts'
import { getServicePrincipal } from './get-service-principal.ts'
import { newMailbox } from './new-mailbox.ts'
import { newServicePrincipal } from './new-service-principal.ts'
import { removeMailboxPermission } from './remove-mailbox-permission.ts'
import { removeMailbox } from './remove-mailbox.ts'
import { removeServicePrincipal } from './remove-service-principal.ts'
import { setCasMailbox } from './set-cas-mailbox.ts'
import { setMailbox } from './set-mailbox.ts'

/** Every Exchange cmdlet that runs here. */
export const commands: readonly Command[] = [
  addMailboxPermission,
  getCasMailbox,
  getMailbox,
  getMailboxPermission,
  getServicePrincipal,
  newMailbox,
  newServicePrincipal,
  removeMailbox,
  removeMailboxPermission,
  removeServicePrincipal,
  setCasMailbox,
  setMailbox,
]

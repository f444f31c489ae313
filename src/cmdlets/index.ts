import type { Cmdlet } from './cmdlet.ts'
import { addMailboxPermission } from './exchange/add-mailbox-permission.ts'
import { getCasMailbox } from './exchange/get-cas-mailbox.ts'
import { getMailboxPermission } from './exchange/get-mailbox-permission.ts'
import { getMailbox } from './exchange/get-mailbox.ts'
import { getServicePrincipal } from './exchange/get-service-principal.ts'
import { newMailbox } from './exchange/new-mailbox.ts'
import { newServicePrincipal } from './exchange/new-service-principal.ts'
import { removeMailboxPermission } from './exchange/remove-mailbox-permission.ts'
import { removeMailbox } from './exchange/remove-mailbox.ts'
import { removeServicePrincipal } from './exchange/remove-service-principal.ts'
import { setCasMailbox } from './exchange/set-cas-mailbox.ts'
import { setMailbox } from './exchange/set-mailbox.ts'
import { addMgApplicationPassword } from './graph/add-mg-application-password.ts'
import { getMgApplication } from './graph/get-mg-application.ts'
import { getMgServicePrincipalAppRoleAssignment } from './graph/get-mg-service-principal-app-role-assignment.ts'
import { getMgServicePrincipal } from './graph/get-mg-service-principal.ts'
import { getMgUser } from './graph/get-mg-user.ts'
import { newMgApplication } from './graph/new-mg-application.ts'
import { newMgServicePrincipalAppRoleAssignment } from './graph/new-mg-service-principal-app-role-assignment.ts'
import { newMgServicePrincipal } from './graph/new-mg-service-principal.ts'
import { newMgUser } from './graph/new-mg-user.ts'
import { removeMgApplicationPassword } from './graph/remove-mg-application-password.ts'
import { removeMgApplication } from './graph/remove-mg-application.ts'
import { removeMgServicePrincipalAppRoleAssignment } from './graph/remove-mg-service-principal-app-role-assignment.ts'
import { removeMgServicePrincipal } from './graph/remove-mg-service-principal.ts'
import { updateMgApplication } from './graph/update-mg-application.ts'
import { updateMgServicePrincipal } from './graph/update-mg-service-principal.ts'
import { getSigningKey } from './postern/get-signing-key.ts'
import { newSigningKey } from './postern/new-signing-key.ts'
import { newTenant } from './postern/new-tenant.ts'
import { removeSigningKey } from './postern/remove-signing-key.ts'

/** Every cmdlet there is: help, the command line and the services that run them read this one table. */
export const cmdlets: readonly Cmdlet[] = [
  addMailboxPermission,
  getCasMailbox,
  getMailboxPermission,
  getMailbox,
  getServicePrincipal,
  newMailbox,
  newServicePrincipal,
  removeMailboxPermission,
  removeMailbox,
  removeServicePrincipal,
  setCasMailbox,
  setMailbox,
  addMgApplicationPassword,
  getMgApplication,
  getMgServicePrincipalAppRoleAssignment,
  getMgServicePrincipal,
  getMgUser,
  newMgApplication,
  newMgServicePrincipalAppRoleAssignment,
  newMgServicePrincipal,
  newMgUser,
  removeMgApplicationPassword,
  removeMgApplication,
  removeMgServicePrincipalAppRoleAssignment,
  removeMgServicePrincipal,
  updateMgApplication,
  updateMgServicePrincipal,
  newTenant,
  getSigningKey,
  newSigningKey,
  removeSigningKey,
]

/** By its name, in any letter case. */
export const findCmdlet = (name: string): Cmdlet | undefined =>
  cmdlets.find((cmdlet) => cmdlet.name.toLowerCase() === name.toLowerCase())

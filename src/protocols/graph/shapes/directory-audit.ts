import type { Actor, AuditTarget, DirectoryAudit } from '../../../domain/directory/types.ts'
import { dateTime, type Shape } from './shape.ts'

export const directoryAuditShape: Shape<DirectoryAudit> = {
  type: 'directoryAudit',
  position: ({ at, id }) => ({ created: at, id }),
  properties: {
    id: ({ id }) => id,
    category: ({ category }) => category,
    correlationId: ({ correlation }) => correlation,
    result: (audit) => (reasonOf(audit) === undefined ? 'success' : 'failure'),
    resultReason: (audit) => reasonOf(audit) ?? '',
    activityDisplayName: ({ activity }) => activity,
    activityDateTime: ({ at }) => dateTime(at),
    loggedByService: ({ category }) => (category === 'Exchange' ? 'Exchange' : 'Core Directory'),
    operationType: ({ operation }) => operation,
    initiatedBy: ({ actor }) => initiatedBy(actor),
    targetResources: ({ targets, changes }) =>
      targets.map((target, index) => ({
        ...targetResource(target),
        // The changes belong to the first target; the other targets are part of it.
        modifiedProperties: (index === 0 ? changes : []).map(({ property, before, after }) => ({
          displayName: property,
          oldValue: before ?? null,
          newValue: after ?? null,
        })),
      })),
    additionalDetails: () => [],
  },
}

const reasonOf = ({ refused, command }: DirectoryAudit): string | undefined => refused ?? command?.refused

function initiatedBy(actor: Actor) {
  if (actor.kind === 'user') {
    const { id, userPrincipalName } = actor
    return { user: { id, displayName: null, userPrincipalName, ipAddress: null }, app: null }
  }
  const app =
    actor.kind === 'app'
      ? { appId: actor.appId, displayName: actor.name, servicePrincipalId: actor.servicePrincipal }
      : { appId: null, displayName: 'Postern', servicePrincipalId: null }
  return { user: null, app: { ...app, servicePrincipalName: null } }
}

const targetResource = ({ id, displayName, type, userPrincipalName }: AuditTarget) => ({
  id,
  displayName,
  type,
  userPrincipalName: userPrincipalName ?? null,
})

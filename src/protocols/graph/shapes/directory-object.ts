import type { RoleMember } from '../../../domain/directory/types.ts'
import type { Shape } from './shape.ts'

/** A user or a service principal where either may be. */
export const directoryObjectShape: Shape<RoleMember> = {
  type: 'directoryObject',
  place: ({ id }) => ({ created: 0, id }),
  properties: {
    '@odata.type': ({ kind }) => `#microsoft.graph.${kind}`,
    id: ({ id }) => id,
    displayName: ({ displayName }) => displayName,
  },
}

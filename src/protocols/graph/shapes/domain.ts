import type { Shape } from './shape.ts'

/** A domain of the tenant, and its place among them: the first is the default one. */
export interface ShownDomain {
  readonly name: string
  readonly place: number
}

export const domainShape: Shape<ShownDomain> = {
  type: 'domain',
  place: ({ name, place }) => ({ created: place, id: name }),
  properties: {
    id: ({ name }) => name,
    authenticationType: () => 'Managed',
    isAdminManaged: () => true,
    isDefault: ({ place }) => place === 0,
    isInitial: ({ place }) => place === 0,
    isRoot: () => true,
    isVerified: () => true,
    supportedServices: () => ['Email'],
  },
}

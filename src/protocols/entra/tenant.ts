import { isGuid } from '../../core/ids.ts'
import type { Directory, Tenant } from '../../domain/directory/types.ts'
import { deny } from './errors/errors.ts'

/** Names that stand for many tenants (contract/identity §1.2). */
export type SharedTenant = 'common' | 'organizations' | 'consumers'

export const sharedTenant = (segment: string): SharedTenant | undefined =>
  (['common', 'organizations', 'consumers'] as const).find((name) => name === segment.toLowerCase())

const domainShape = /^(?=.{1,255}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/i

/** The one tenant that a path names by GUID or domain. */
export async function tenantNamed(directory: Directory, segment: string): Promise<Tenant> {
  if (!isGuid(segment) && !domainShape.test(segment)) deny(900023, segment)
  return (await directory.tenants.find(segment.toLowerCase())) ?? deny(90002, segment)
}

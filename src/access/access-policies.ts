import type { AccessPolicy } from '../domain/directory/types.ts'

export interface PolicyVerdict {
  readonly granted: boolean
  /** The policies that decide; none where none is about the app. */
  readonly by: readonly AccessPolicy[]
}

/**
 * docs/reference/exchange-admin.md §6: a denial that covers the mailbox wins; else a restriction that covers it grants;
 * else a restriction that does not denies; and where no policy says anything the app may open it.
 */
export async function judgePolicies(
  policies: readonly AccessPolicy[],
  covers: (policy: AccessPolicy) => Promise<boolean>,
): Promise<PolicyVerdict> {
  const covering = new Set<AccessPolicy>()
  for (const policy of policies) if (await covers(policy)) covering.add(policy)
  const denying = [...covering].filter(({ accessRight }) => accessRight === 'DenyAccess')
  if (denying.length > 0) return { granted: false, by: denying }
  const restricting = policies.filter(({ accessRight }) => accessRight === 'RestrictAccess')
  const within = restricting.filter((policy) => covering.has(policy))
  return within.length > 0 ? { granted: true, by: within } : { granted: restricting.length === 0, by: restricting }
}

import type { ServicePrincipal } from '../../../domain/directory/types.ts'
import type { Wanted } from '../pages/consent-pages.ts'
import type { Texts } from '../pages/texts/english.ts'
import { isMicrosofts } from '../scopes/resource.ts'

interface Permission {
  readonly value: string
  readonly name: string
  readonly meaning: string
  readonly administrators?: boolean
}

/**
 * A permission as the page names it: in the directory's words, unless the language has its own. Those are for
 * Microsoft's resources alone, as any other may call whatever it likes `Mail.Read`.
 */
export function inWords({ permissions }: Texts, resource: ServicePrincipal, permission: Permission): Wanted {
  const { value, name, meaning, administrators = false } = permission
  const own = isMicrosofts(resource) && Object.hasOwn(permissions, value) ? permissions[value] : undefined
  return { value, name: own ?? name, meaning, resource: resource.displayName, administrators }
}

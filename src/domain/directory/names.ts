import { normalized } from '../../codecs/charset/unicode-casemap.ts'
import { refuse } from '../../core/refusal.ts'
import type { World } from '../../core/world.ts'
import { checkText, limits } from './limits.ts'

/**
 * The form in which names, addresses and identifiers are compared: without regard to letter case. NUL, which no name
 * has and no PostgreSQL text can hold, becomes what no name has either. A capital may have no single character where
 * its small letter has one, so what is small is composed once more.
 */
export const fold = (text: string): string =>
  normalized(normalized(text.trim().replaceAll('\0', '\ufffd'), 'NFC').toLowerCase(), 'NFC')

const label = '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?'
const domainShape = new RegExp(`^(?:${label}\\.)+${label}$`)
const localShape = /^[^\s@"(),:;<>[\\\]]+$/

/** A DNS name of two labels or more, in lower case. */
export function domainName(text: string): string {
  const name = fold(text)
  return name.length <= 253 && domainShape.test(name)
    ? name
    : refuse('bad-syntax', `'${text.slice(0, 260)}' is not a domain name`, { property: 'domain' })
}

/** An address in whatever domain. Its letter case is kept. */
export function checkAddress(text: string, property: string): string {
  const address = normalized(checkText(text, property, limits.address).trim(), 'NFC')
  const local = address.slice(0, Math.max(address.lastIndexOf('@'), 0))
  if (local.length > limits.localPart || !localShape.test(local)) {
    refuse('bad-syntax', `The property ${property} is invalid: '${address}' is not an address.`, { property })
  }
  return address
}

/** An address or userPrincipalName, in one of the tenant's domains. Its letter case is kept. */
export function addressIn(domains: readonly string[], text: string, property: string): string {
  const address = checkAddress(text, property)
  if (!domains.includes(fold(address.slice(address.lastIndexOf('@') + 1)))) {
    refuse(
      'bad-syntax',
      `The domain portion of the ${property} property is invalid. The domains of this organization are: ${domains.join(', ')}.`,
      { property },
    )
  }
  return address
}

/** 43 characters; never with a dash in front, which a shell's command would take for a parameter. */
export const opaqueId = (world: World): string =>
  Buffer.from(world.bytes(32)).toString('base64url').replace(/^[-_]/, 'A')

/** RFC 4514 §2.4: escapes the characters that would end an attribute value. */
const escaped = (value: string): string => value.replace(/[,+"\\<>;=#]/g, (it) => `\\${it}`)

/** The distinguished name of an object in an organization with this default domain. */
export function distinguishedName(name: string, domain: string): string {
  const components = domain.split('.').map((part) => `DC=${escaped(part)}`)
  return `CN=${escaped(name)},OU=${escaped(domain)},OU=Microsoft Exchange Hosted Organizations,${components.join(',')}`
}

/** The name of the object in a distinguished name; undefined for any other text. */
export const commonName = (text: string): string | undefined =>
  /^CN=((?:\\.|[^,\\])+),/i.exec(text.trim())?.[1]?.replace(/\\(.)/g, '$1')

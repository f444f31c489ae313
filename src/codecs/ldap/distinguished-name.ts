/** RFC 4514 §2.4: what would end an attribute value is escaped. */
const escaped = (value: string): string => value.replace(/[,+"\\<>;=#]/g, (it) => `\\${it}`)

/** Where Exchange keeps an object of an organisation whose default domain that is. */
export function distinguishedName(name: string, domain: string): string {
  const components = domain.split('.').map((part) => `DC=${escaped(part)}`)
  return `CN=${escaped(name)},OU=${escaped(domain)},OU=Microsoft Exchange Hosted Organizations,${components.join(',')}`
}

/** The name of the object that a distinguished name tells of; undefined for a text that is none. */
export const commonName = (text: string): string | undefined =>
  /^CN=((?:\\.|[^,\\])+),/i.exec(text.trim())?.[1]?.replace(/\\(.)/g, '$1')

import { wrongParameters } from '../../refusals.ts'
import { normalized } from '../../../../codecs/charset/normalize.ts'

/** The name without what RFC 5322 §3.2.3 does not allow in a dot-atom. */
export function aliasFrom(name: string): string {
  const plain = normalized(name, 'NFKD').replace(/[^\w.!#$%&'*+/=?^`{|}~-]/g, '')
  const alias = plain
    .replace(/\.{2,}/g, '.')
    .replace(/^\.|\.$/g, '')
    .slice(0, 64)
  return alias === '' ? wrongParameters(`No alias can be made from '${name}': give one with -Alias.`) : alias
}

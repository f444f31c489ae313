import { lookup as systemLookup } from 'node:dns/promises'
import { isIP, type LookupFunction } from 'node:net'
import { Refusal } from '../../../core/refusal.ts'
import { isPublicAddress } from './address.ts'

/** All addresses of a name, as `dns.lookup` answers them. */
export type Resolve = (name: string) => Promise<readonly { readonly address: string; readonly family: number }[]>

export interface Judged {
  /** Whether addresses of this machine and of its network may be asked. */
  readonly privateAddresses: boolean
  readonly resolve?: Resolve
}

const notPublic = () => new Refusal('not-allowed', 'Its address is not one of the internet')

const mayBeAsked = ({ privateAddresses }: Judged, address: string): boolean =>
  privateAddresses || isPublicAddress(address)

/**
 * What a name stands for is judged after it was resolved, and what was judged is what is connected to: a name that
 * stands for another address the next time it is asked gains nothing. One address that may not be asked spoils all.
 */
export const judgedLookup =
  (outside: Judged): LookupFunction =>
  (name, options, answer) => {
    const resolve = outside.resolve ?? ((it: string) => systemLookup(it, { all: true }))
    resolve(name).then(
      (found) => {
        const first = found[0]
        if (!first || !found.every(({ address }) => mayBeAsked(outside, address))) {
          return answer(notPublic(), '')
        }
        return options.all ? answer(null, [...found]) : answer(null, first.address, first.family)
      },
      (thrown: Error) => answer(thrown, ''),
    )
  }

/** A name that is an address is not looked up, so it is judged before it is asked; refuses `not-allowed`. */
export function judgeAddressIn({ hostname }: URL, judged: Judged): void {
  const name = hostname.replace(/^\[|\]$/g, '')
  if (isIP(name) !== 0 && !mayBeAsked(judged, name)) throw notPublic()
}

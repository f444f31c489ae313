import { createHmac, timingSafeEqual } from 'node:crypto'
import { HOUR } from '../core/time.ts'
import type { World } from '../core/world.ts'

const LIFETIME = HOUR
const MAC_OCTETS = 32

/** The name of the hidden field that holds the state. */
export const FORM_STATE = 'formState'

/**
 * Signs the state of a form, which the form carries in a hidden field. The server stores nothing, so requests for pages
 * cannot fill its memory. The signature is bound to the browser's cookie, so it also protects against CSRF. A state is
 * valid for an hour. The key exists in memory only: after a restart, people start the form again.
 */
export class FormStates<State extends object> {
  readonly #world: World
  readonly #key: Uint8Array

  constructor(world: World) {
    this.#world = world
    this.#key = world.bytes(32)
  }

  sign(browser: string, state: State): string {
    const payload = Buffer.from(JSON.stringify({ state, at: this.#world.now() }))
    return Buffer.concat([this.#mac(browser, payload), payload]).toString('base64url')
  }

  /** Returns undefined for a state that has expired, was changed, or was signed for another browser. */
  verify(browser: string | undefined, signed: string | undefined): State | undefined {
    if (browser === undefined || signed === undefined) return undefined
    const bytes = Buffer.from(signed, 'base64url')
    const payload = bytes.subarray(MAC_OCTETS)
    if (bytes.length <= MAC_OCTETS) return undefined
    if (!timingSafeEqual(bytes.subarray(0, MAC_OCTETS), this.#mac(browser, payload))) return undefined
    const { state, at } = JSON.parse(payload.toString()) as { state: State; at: number }
    return this.#world.now() - at > LIFETIME ? undefined : state
  }

  /** The browser's id has a fixed length, so the boundary between the two inputs is fixed. */
  #mac(browser: string, payload: Uint8Array): Buffer {
    return createHmac('sha256', this.#key).update(browser, 'latin1').update(payload).digest()
  }
}

import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Guid } from '../../../core/ids.ts'
import type { World } from '../../../core/world.ts'
import { deny } from '../errors/errors.ts'
import type { EndpointVersion } from '../grants/grant.ts'

/** The forms that a person fills in, one after another. */
export type FlowStep =
  | 'user-name'
  | 'password'
  | 'new-password'
  | 'account'
  | 'consent'
  | 'device-code'
  | 'device'
  | 'own-passwords'

/** What stands between one page and the next. */
export interface FlowState {
  readonly step: FlowStep
  readonly flow: FlowRequest
  readonly userName?: string
  /** The sign-in that the page was made for. */
  readonly session?: Guid
  /** The name of the question that the page puts. */
  readonly question?: string
}

/** What somebody came here for, as it was told: it goes from page to page with the person, and is read again each time. */
export interface FlowRequest {
  readonly kind: 'authorize' | 'admin-consent' | 'device' | 'own-passwords'
  readonly version: EndpointVersion
  /** The first segment of the path. */
  readonly tenant: string
  /** What followed the `?`, or the user code. */
  readonly query: string
}

/** A person has so long for a page. */
const LIFE = 3_600_000
const MAC = 32

/**
 * Forms carry what stands between two pages themselves, so nobody can make this server remember anything by asking for
 * pages. It is sealed: good for the browser that it was made for, for that step, for an hour. The key is made at the
 * start and kept nowhere: after a restart a person begins again, which is all that is lost.
 */
export class FlowStates {
  readonly #world: World
  readonly #key: Uint8Array

  constructor(world: World) {
    this.#world = world
    this.#key = world.bytes(32)
  }

  close(browser: string, flowState: FlowState): string {
    const payload = Buffer.from(JSON.stringify({ ...flowState, at: this.#world.now() }))
    return Buffer.concat([this.#mac(browser, payload), payload]).toString('base64url')
  }

  /** Refuses a form that is too old, another browser's, another step's, or nobody's. */
  open(browser: string | undefined, sealed: string | undefined, step: FlowStep): FlowState {
    if (browser === undefined || sealed === undefined) return deny(50089)
    const bytes = Buffer.from(sealed, 'base64url')
    const payload = bytes.subarray(MAC)
    if (bytes.length <= MAC || !timingSafeEqual(bytes.subarray(0, MAC), this.#mac(browser, payload))) deny(50089)
    const { at, ...flowState } = JSON.parse(payload.toString()) as FlowState & { at: number }
    if (flowState.step !== step || this.#world.now() - at > LIFE) deny(50089)
    return flowState
  }

  /** The browser's id has a fixed length, so the two cannot run into each other. */
  #mac(browser: string, payload: Uint8Array): Buffer {
    return createHmac('sha256', this.#key).update(browser, 'latin1').update(payload).digest()
  }
}

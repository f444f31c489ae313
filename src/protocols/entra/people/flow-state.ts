import type { Guid } from '../../../core/ids.ts'
import type { EndpointVersion } from '../grants/grant.ts'

/** The forms of the sign-in pages. */
export type FlowStep =
  | 'user-name'
  | 'password'
  | 'new-password'
  | 'account'
  | 'consent'
  | 'device-code'
  | 'device'
  | 'own-passwords'

/** The state that a form carries to the next request. */
export interface FlowState {
  readonly step: FlowStep
  readonly flow: FlowRequest
  readonly userName?: string
  /** The browser session that the page was rendered for. */
  readonly session?: Guid
  /** Identifies the permissions that the consent page listed. */
  readonly consent?: string
}

/** The request that led a person to the pages. It goes from form to form, and each step parses it again. */
export interface FlowRequest {
  readonly kind: 'authorize' | 'admin-consent' | 'device' | 'own-passwords'
  readonly version: EndpointVersion
  /** The first segment of the path. */
  readonly tenant: string
  /** The query string of the first request. */
  readonly query: string
}

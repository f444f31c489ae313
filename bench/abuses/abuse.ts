import type { Credential } from '../targets/administration.ts'
import type { Places } from '../targets/target.ts'

/** How much of each abuse there is. */
export interface Volume {
  /** Messages of the folder that the abusive caller searches. */
  readonly messages: number
  /** Idle connections, over all listeners. */
  readonly sockets: number
  /** Sessions with an announced literal that does not arrive. */
  readonly literals: number
  /** HTTPS requests with an announced body that does not arrive. */
  readonly bodies: number
  /** Submission sessions inside DATA, and what arrives in the largest of a message that does not end. */
  readonly submissions: number
  readonly submissionOctets: number
  /** Sessions that search. */
  readonly searches: number
  /** Refused sign-ins by the second, at each of the two places. */
  readonly refusals: number
}

/** The credentials of the abusive caller, who can sign in to its own mailbox. */
export interface Grounds {
  readonly places: Required<Places>
  readonly tenant: string
  readonly credential: Credential
  readonly mailbox: string
  readonly token: string
  readonly volume: Volume
}

/** Counts attempts, and how often one was refused, closed or not accepted. */
export class Tally {
  attempts = 0
  turnedAway = 0
}

/** Begins an abuse, which then goes on until its process ends; resolves when its first connections are there. */
export type Abuse = (grounds: Grounds, tally: Tally) => Promise<void>

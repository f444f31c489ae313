import type { Session } from '../conversation/session.ts'

/** RFC 4467 §8.1: what can authorise URLs. It is told where nobody listens. */
export const URL_MECHANISMS = 'URLMECH INTERNAL'

export const urlMechanisms = ({ exchange, wire }: Session): string =>
  exchange || !wire.secure ? '' : `* OK [${URL_MECHANISMS}] What authorises URLs\r\n`

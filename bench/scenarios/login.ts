import { ImapClient } from '../clients/imap.ts'
import { repeated, timed } from '../measure/repeat.ts'
import { userName } from '../targets/target.ts'
import type { Scenario } from './scenario.ts'

const LANES = 64
const SHARED = 'XOAUTH2 sign-in, c=64'
const OWN = 'XOAUTH2 sign-in, c=64, a token for each mailbox'
const SECURE = 'XOAUTH2 sign-in, c=64, over TLS'

/** Connection, sign-in, LOGOUT, in sixty-four lanes with a mailbox each. */
export const login: Scenario = {
  name: 'login',
  claims: () => [
    { label: SHARED, metric: 'cpu', atMost: 0.25 },
    { label: OWN, metric: 'cpu', atMost: 0.25 },
    { label: SECURE, metric: 'cpu' },
  ],
  async run({ target, plan, measured }) {
    const { places } = target
    const kinds = [
      { label: SHARED, place: places.imap, token: (user: number) => target.token(user) },
      { label: OWN, place: places.imap, token: (user: number) => target.ownToken(user) },
      { label: SECURE, place: places.imaps, token: (user: number) => target.token(user) },
    ]
    for (const { label, place, token } of kinds) {
      await measured(label, () =>
        repeated({ lanes: LANES, seconds: plan.seconds }, (user) =>
          timed(async () => {
            const client = await ImapClient.signIn(place, userName(user), token(user))
            await client.logout()
          }),
        ),
      )
    }
  },
}

import { setTimeout as pause } from 'node:timers/promises'
import { HttpsClient } from '../clients/https.ts'
import type { Work } from '../measure/measure.ts'
import { repeated, timed, together } from '../measure/repeat.ts'
import { RawSigner } from '../targets/raw-signer.ts'
import type { Credential } from '../targets/administration.ts'
import type { Target } from '../targets/target.ts'
import type { TokenTenant } from '../targets/token-tenants.ts'
import type { Scenario, Trial } from './scenario.ts'
import { signIn } from './session.ts'

const LANES = 32
const SCOPE = 'https://outlook.office365.com/.default'
/**
 * Tokens that are asked for, for each second that is measured then, before anything is: what the server runs is then
 * compiled.
 */
const WARMING = 10_000
/** Seconds of the same work before each measurement. */
const SETTLING = 1
/** Milliseconds between two commands of the session beside. */
const BETWEEN = 3

export const tokenLabels = {
  raw: 'RSA-2048 signature, nothing else',
  empty: `token, c=${LANES} over TLS, one app in the tenant`,
  crowded: `token, c=${LANES} over TLS, one app in a crowded tenant`,
  everyApp: `token, c=${LANES} over TLS, each app of a crowded tenant in turn`,
} as const

const BESIDE = `NOOP of an IMAP session while tokens are asked for, c=${LANES}`

/** Tokens by client credentials over connections that stay open, beside the signatures that are in them. */
export const tokens: Scenario = {
  name: 'tokens',
  withoutMail: true,
  claims: () => [{ label: BESIDE, metric: 'p99', atMost: 20, timesBetter: 0 }],
  async run(trial) {
    const { target, plan, left } = trial
    if (!target.tokenTenants)
      return [...Object.values(tokenLabels), BESIDE].forEach((label) => left(label, 'It issues no tokens'))
    const { empty, crowded } = await target.tokenTenants(plan.crowd)
    await signatures(trial)
    await warmed(trial, empty)
    await rounds(trial, tokenLabels.empty, empty, 1)
    await rounds(trial, tokenLabels.crowded, crowded, 1)
    await rounds(trial, tokenLabels.everyApp, crowded, crowded.clients.length)
    await beside(trial, empty)
  },
}

async function signatures({ plan, measured }: Trial): Promise<void> {
  const signer = await RawSigner.start()
  try {
    await signer.sign(SETTLING)
    await measured(tokenLabels.raw, () => signer.sign(plan.seconds), signer.pid)
  } finally {
    await signer.stop()
  }
}

const warmed = ({ target, plan }: Trial, tenant: TokenTenant): Promise<void> =>
  withLanes(target, { tenant, apps: 1 }, async (lanes) => {
    for (let done = 0; done < WARMING * plan.seconds;) done += (await lanes(SETTLING)).operations
  })

/** `apps`: how many of the tenant's take turns. */
const rounds = ({ target, plan, measured }: Trial, label: string, tenant: TokenTenant, apps: number): Promise<void> =>
  withLanes(target, { tenant, apps }, async (lanes) => {
    await lanes(SETTLING)
    await measured(label, () => lanes(plan.seconds))
  })

/** How long a session of another protocol waits meanwhile. */
const beside = ({ target, plan, measured }: Trial, tenant: TokenTenant): Promise<void> =>
  withLanes(target, { tenant, apps: 1 }, async (lanes) => {
    const session = await signIn(target, 0)
    await measured(BESIDE, async () => {
      const asked = lanes(plan.seconds)
      const noops = await repeated({ lanes: 1, seconds: plan.seconds }, async () => {
        await pause(BETWEEN)
        return timed(() => session.run('NOOP'))
      })
      await asked
      return noops
    })
    await session.logout()
  })

type Lanes = (seconds: number) => Promise<Work>

async function withLanes(
  target: Target,
  { tenant, apps }: { tenant: TokenTenant; apps: number },
  work: (lanes: Lanes) => Promise<void>,
): Promise<void> {
  const place = target.places.https!
  const path = `/${tenant.id}/oauth2/v2.0/token`
  const forms = tenant.clients.slice(0, apps).map(formOf)
  const clients = await together(LANES, () => HttpsClient.open(place))
  let next = 0
  const lanes: Lanes = (seconds) =>
    repeated({ lanes: LANES, seconds }, (lane) =>
      timed(async () => {
        const { status, body } = await clients[lane]!.postForm(path, forms[next++ % forms.length]!)
        if (status !== 200) throw new Error(`${status} ${body}`)
      }),
    )
  try {
    await work(lanes)
  } finally {
    clients.forEach((client) => client.close())
  }
}

const formOf = ({ clientId, clientSecret }: Credential): string =>
  new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: clientId,
    client_secret: clientSecret,
    scope: SCOPE,
  }).toString()

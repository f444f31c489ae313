import { HttpsClient } from '../clients/https.ts'
import { repeated, timed, together } from '../measure/repeat.ts'
import { RawSigner } from '../targets/raw-signer.ts'
import type { Credential } from '../targets/administration.ts'
import type { TokenTenant } from '../targets/token-tenants.ts'
import type { Scenario, Trial } from './scenario.ts'

const LANES = 32
const SCOPE = 'https://outlook.office365.com/.default'
/** Seconds that a server is worked before it is measured: what it runs is then compiled. */
const WARMING = 1.5

export const tokenLabels = {
  raw: 'RSA-2048 signature, nothing else',
  empty: `token, c=${LANES} over TLS, one app in the tenant`,
  crowded: `token, c=${LANES} over TLS, one app in a crowded tenant`,
  everyApp: `token, c=${LANES} over TLS, each app of a crowded tenant in turn`,
} as const

/** Tokens by client credentials over connections that stay open, beside the signatures that are in them. */
export const tokens: Scenario = {
  name: 'tokens',
  withoutMail: true,
  claims: () => [{ label: tokenLabels.empty, metric: 'cpu', timesBetter: 0 }],
  async run(trial) {
    const { target, plan, left } = trial
    if (!target.tokenTenants) return Object.values(tokenLabels).forEach((label) => left(label, 'It issues no tokens'))
    const { empty, crowded } = await target.tokenTenants(plan.crowd)
    await signatures(trial)
    await rounds(trial, tokenLabels.empty, empty, 1)
    await rounds(trial, tokenLabels.crowded, crowded, 1)
    await rounds(trial, tokenLabels.everyApp, crowded, crowded.clients.length)
  },
}

async function signatures({ plan, measured }: Trial): Promise<void> {
  const signer = await RawSigner.start()
  try {
    await signer.sign(WARMING)
    await measured(tokenLabels.raw, () => signer.sign(plan.seconds), signer.pid)
  } finally {
    await signer.stop()
  }
}

/** `apps`: how many of the tenant's take turns. */
async function rounds(
  { target, plan, measured }: Trial,
  label: string,
  tenant: TokenTenant,
  apps: number,
): Promise<void> {
  const place = target.places.https!
  const path = `/${tenant.id}/oauth2/v2.0/token`
  const forms = tenant.clients.slice(0, apps).map(formOf)
  const clients = await together(LANES, () => HttpsClient.open(place))
  let next = 0
  const lanes = (seconds: number) =>
    repeated({ lanes: LANES, seconds }, (lane) =>
      timed(async () => {
        const { status, body } = await clients[lane]!.postForm(path, forms[next++ % forms.length]!)
        if (status !== 200) throw new Error(`${status} ${body}`)
      }),
    )
  try {
    await lanes(WARMING)
    await measured(label, () => lanes(plan.seconds))
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

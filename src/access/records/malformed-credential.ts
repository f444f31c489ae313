import type { AccessDeps } from '../deps.ts'
import { walk } from '../decide.ts'
import { failed } from '../checks/check.ts'
import { record } from './record.ts'
import type { UnreadResponse } from '../types.ts'

/** Records a sign-in without a readable token: the check of the token says what is wrong with the credential. */
export async function malformedCredential(deps: AccessDeps, { fault, ...response }: UnreadResponse): Promise<void> {
  const evidence = `The credential that the client sent is malformed. ${fault}`
  const decision = await walk([{ name: 'token', judge: () => failed(evidence) }])
  await record(deps, { ...response, credential: { bearer: '' }, claims: undefined, decision })
}

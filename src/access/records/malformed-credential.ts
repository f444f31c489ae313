import type { AccessDeps } from '../access.ts'
import { walk } from '../decide.ts'
import { failed } from '../checks/check.ts'
import { record } from './record.ts'
import type { UnreadResponse } from '../types.ts'

/** Where there is no token, nobody is judged: the check of the token says what is wrong with what was sent. */
export async function malformedCredential(deps: AccessDeps, { fault, ...response }: UnreadResponse): Promise<void> {
  const evidence = `What the client sent in place of a token could not be read. ${fault}`
  const decision = await walk([{ name: 'token', judge: () => failed(evidence) }])
  await record(deps, { ...response, credential: { bearer: '' }, claims: undefined, decision })
}

import type { SignIn } from '../../../src/domain/audit/types.ts'
import type { TokenService } from '../token-service.ts'
import type { post } from '../token-service.ts'

/** How a refusal was told: to a program, to a person on a page, to an app through a browser, or on record alone. */
export type Told =
  | { readonly to: 'program'; readonly answer: Awaited<ReturnType<typeof post>> }
  | { readonly to: 'person'; readonly status: number; readonly text: string }
  | { readonly to: 'app'; readonly parameters: URLSearchParams }
  | { readonly to: 'record'; readonly record: SignIn | undefined }

/** Does what gets a refusal. `error` where the endpoint has another name for it than the table. */
export interface Provocation {
  readonly error?: string
  readonly provoke: () => Promise<Told>
}

export const latestRecord = async ({ signIns, tenant }: TokenService): Promise<SignIn | undefined> => {
  await signIns.settled()
  return (await signIns.recent(tenant.id, 1))[0]
}

import type { SignIn } from '../../src/domain/audit/types.ts'
import { guidInOrder, type World } from '../../src/core/world.ts'

/** A program that was let into ada's mailbox a moment ago, with what a test says otherwise. */
export const grantedSignIn = (world: World, otherwise: Partial<SignIn>): SignIn => ({
  signInId: guidInOrder(world),
  tenant: undefined,
  at: world.now(),
  count: 1,
  kind: 'servicePrincipal',
  protocol: 'imap',
  mailbox: 'ada@contoso.test',
  app: undefined,
  appDisplayName: undefined,
  user: undefined,
  resource: undefined,
  from: '192.0.2.7',
  authentication: 'Bearer',
  credential: undefined,
  outcome: 'granted',
  errorCode: 0,
  failureReason: undefined,
  checks: [],
  failed: undefined,
  fix: [],
  wire: 'OK',
  correlation: undefined,
  ...otherwise,
})

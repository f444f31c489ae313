import type { SignIn } from '../../domain/audit/types.ts'

/**
 * A decision as it is told (product.md, `postern explain`): the same to the command line, to our own API and in Graph's
 * record of the sign-in.
 */
export const explained = (signIn: SignIn) => ({
  signInId: signIn.signInId as string,
  at: new Date(signIn.at).toISOString(),
  protocol: signIn.protocol,
  mailbox: signIn.mailbox ?? null,
  app: signIn.app ? { appId: signIn.app.appId, id: signIn.app.id ?? null } : null,
  outcome: signIn.outcome,
  checks: signIn.checks,
  failed: signIn.failed ?? null,
  fix: signIn.fix,
  wire: signIn.wire,
  // What is told beside.
  appDisplayName: signIn.appDisplayName ?? null,
  kind: signIn.kind,
  user: signIn.user ? { id: signIn.user.id ?? null, userPrincipalName: signIn.user.userPrincipalName } : null,
  resource: signIn.resource ?? null,
  authentication: signIn.authentication,
  credential: signIn.credential ? { kind: signIn.credential.kind, keyId: signIn.credential.keyId ?? null } : null,
  from: signIn.from,
  count: signIn.count,
  errorCode: signIn.errorCode,
  correlationId: signIn.correlation ?? null,
})

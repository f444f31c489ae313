import { explained } from '../../../access/records/record.ts'
import type { SignIn, SignInProtocol, UsedCredential } from '../../../domain/audit/types.ts'
import type { ServicePrincipal } from '../../../domain/directory/types.ts'
import { dateTime, type Shape } from './shape.ts'

export interface ShownSignIn {
  readonly signIn: SignIn
  /** The app's service principal; undefined if it was removed or never existed. */
  readonly principal: ServicePrincipal | undefined
}

/** docs/reference/identity.md §10.2; `posternDecision` is Postern's own: the reason for the decision, and the fix. */
export const signInShape: Shape<ShownSignIn> = {
  type: 'signIn',
  position: ({ signIn }) => ({ created: signIn.at, id: signIn.signInId }),
  properties: {
    id: ({ signIn }) => signIn.signInId,
    createdDateTime: ({ signIn }) => dateTime(signIn.at),
    userDisplayName: ({ signIn }) => signIn.user?.displayName,
    userPrincipalName: ({ signIn }) => signIn.user?.userPrincipalName ?? mailboxOf(signIn),
    userId: ({ signIn }) => signIn.user?.id,
    appId: ({ signIn }) => signIn.app?.appId,
    appDisplayName: ({ signIn, principal }) => signIn.appDisplayName ?? principal?.displayName,
    ipAddress: ({ signIn }) => signIn.from,
    clientAppUsed: ({ signIn }) => clientApp(signIn),
    correlationId: ({ signIn }) => signIn.correlation,
    conditionalAccessStatus: () => 'notApplied',
    isInteractive: ({ signIn }) => signIn.kind === 'interactiveUser',
    signInEventTypes: ({ signIn }) => [signIn.kind],
    resourceDisplayName: ({ signIn }) => signIn.resource?.displayName,
    resourceId: ({ signIn }) => signIn.resource?.id,
    servicePrincipalId: ({ signIn, principal }) => (signIn.kind === 'servicePrincipal' ? principal?.id : undefined),
    servicePrincipalName: ({ signIn, principal }) =>
      signIn.kind === 'servicePrincipal' ? principal?.displayName : undefined,
    clientCredentialType: ({ signIn }) => (signIn.credential ? credentialTypes[signIn.credential.kind] : 'none'),
    servicePrincipalCredentialKeyId: ({ signIn }) => signIn.credential?.keyId,
    status: ({ signIn }) => ({
      errorCode: signIn.errorCode,
      failureReason: signIn.failureReason ?? null,
      additionalDetails: null,
    }),
    posternDecision: ({ signIn }) => explained(signIn),
  },
}

/** A sign-in to a mail protocol with a password names a mailbox and no app. */
const mailboxOf = (signIn: SignIn): string | undefined => (signIn.app ? undefined : signIn.mailbox)

const credentialTypes: Readonly<Record<UsedCredential['kind'], string>> = {
  secret: 'clientSecret',
  certificate: 'clientAssertion',
  federated: 'federatedIdentityCredential',
}

const clientApp = ({ protocol, kind }: SignIn): string =>
  protocol === 'entra' && kind === 'interactiveUser' ? 'Browser' : clientApps[protocol]

const modern = 'Mobile Apps and Desktop clients'
const clientApps: Readonly<Record<SignInProtocol, string>> = {
  imap: 'IMAP',
  pop3: 'POP',
  smtp: 'SMTP',
  graph: modern,
  exchange: 'Exchange Online PowerShell',
  portal: 'Browser',
  entra: modern,
}

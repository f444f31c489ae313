import type { AppId, Guid, TenantId, UserId } from '../../core/ids.ts'

/** A person who has shown who they are: what authorizations and browser sessions go back to. */
export interface SignedIn {
  readonly tenant: TenantId
  readonly user: UserId
  /** The browser session or the single sign-in: the `sid` claim. */
  readonly session: Guid
  /** Milliseconds since the epoch. */
  readonly at: number
  /** RFC 8176: `pwd`. */
  readonly amr: readonly string[]
  /** The address that the person signed in from. */
  readonly from: string
}

/** What a person let an app have. Codes, device codes and refresh tokens stand for one. */
export interface Authorization {
  readonly signedIn: SignedIn
  readonly appId: AppId
  /** As the app asked, parted by spaces: `offline_access` and the OpenID ones among them. */
  readonly scope: string
  /** Of v1 requests, which name the resource apart. */
  readonly resource: string | undefined
  readonly nonce: string | undefined
}

/** RFC 7636. One that is `plain` is kept as the `S256` of it, which asks for the same verifier. */
export interface CodeChallenge {
  readonly method: 'plain' | 'S256'
  readonly challenge: string
}

/** An authorization on its way to the app through a browser. */
export interface CodeRequest extends Authorization {
  readonly redirectUri: string
  readonly challenge: CodeChallenge | undefined
  /** Whether the redirect URI is a single-page application's. */
  readonly singlePage: boolean
}

/** A device waits for a person. */
export interface DeviceRequest {
  /** The tenant in the path, or undefined for `organizations`. */
  readonly tenant: TenantId | undefined
  readonly appId: AppId
  readonly scope: string
  readonly resource: string | undefined
  readonly from: string
}

export interface StartedDevice {
  readonly deviceCode: string
  /** Nine characters, as a person types them. */
  readonly userCode: string
  /** Milliseconds since the epoch. */
  readonly ends: number
}

export type DevicePoll =
  | { readonly is: 'approved'; readonly authorization: Authorization }
  /** `hurried`: it waits, and was asked about far more often than its interval allows. */
  | { readonly is: 'pending' | 'hurried' | 'declined' | 'expired' | 'unknown' | 'redeemed' }

export interface RefreshGrant extends Authorization {
  /** Whether it was given to a single-page application, whose refresh tokens have a fixed end. */
  readonly singlePage: boolean
  /** Whether the client proved who it is: a changed password ends those of public clients only. */
  readonly confidential: boolean
}

export type RefreshUse =
  | { readonly ok: true; readonly grant: RefreshGrant; readonly issued: number }
  /** `issued`, and `ended` where its end was fixed: milliseconds since the epoch, where the token is one of ours. */
  | {
      readonly ok: false
      readonly because: 'unknown' | 'idle' | 'ended' | 'revoked' | 'reused'
      readonly issued?: number
      readonly ended?: number
    }

/**
 * What people authorised, on its way to the apps, and the browsers they are signed in with. Of every value that is told
 * to someone outside only a hash is kept. All of it ends by itself, and its number is bounded for each tenant.
 */
export interface Authorizations {
  readonly codes: {
    /** Good for ten minutes, for one redemption. */
    issue(request: CodeRequest): Promise<string>
    /** `used`: what it was redeemed for is revoked, as RFC 6749 §4.1.2 asks. Another app's is `unknown`, and stays as it is. */
    redeem(
      code: string,
      appId: AppId,
    ): Promise<
      | { readonly ok: true; readonly request: CodeRequest }
      | { readonly ok: false; readonly because: 'unknown' | 'expired' | 'used' }
    >
  }
  readonly devices: {
    /** Good for fifteen minutes. */
    start(request: DeviceRequest): Promise<StartedDevice>
    /** What waits under a user code, in any spelling of it, if it still does. */
    waiting(userCode: string): Promise<DeviceRequest | undefined>
    /** False when it does not wait any more. */
    approve(userCode: string, authorization: Authorization): Promise<boolean>
    decline(userCode: string): Promise<boolean>
    /** Once it was answered `approved` it is `redeemed`. */
    poll(deviceCode: string, appId: AppId): Promise<DevicePoll>
  }
  readonly refreshTokens: {
    /**
     * `from` is the code or the refresh token that it is given for; the latter stays good unless reuse is watched for.
     * Undefined when that was revoked meanwhile. `ends`: milliseconds since the epoch, where that is fixed.
     */
    issue(
      grant: RefreshGrant,
      from?: string,
    ): Promise<{ readonly token: string; readonly ends: number | undefined } | undefined>
    /** Nothing is used up by it: a refusal that follows costs the client nothing. */
    use(token: string, appId: AppId): Promise<RefreshUse>
  }
  readonly sessions: {
    /** The value for the cookie, new with every sign-in; good for a day. */
    start(signedIn: Omit<SignedIn, 'session'>): Promise<{ readonly cookie: string; readonly signedIn: SignedIn }>
    find(cookie: string): Promise<SignedIn | undefined>
    end(cookie: string): Promise<void>
  }
}

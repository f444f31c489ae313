import type { AppId, Guid, TenantId, UserId } from '../../core/ids.ts'

/** A user's sign-in. Authorizations and browser sessions refer to it. */
export interface SignedIn {
  readonly tenant: TenantId
  readonly user: UserId
  /** The browser session: the `sid` claim. */
  readonly session: Guid
  /** Milliseconds since the epoch. */
  readonly at: number
  /** RFC 8176: `pwd`. */
  readonly amr: readonly string[]
  /** The IP address of the sign-in. */
  readonly from: string
}

/** The permissions that a user gave to an app. Codes, device codes and refresh tokens each refer to one. */
export interface Authorization {
  readonly signedIn: SignedIn
  readonly appId: AppId
  /** As the app requested it, including `offline_access` and the OpenID scopes. */
  readonly scope: string
  /** Set by v1 requests, which name the resource in a parameter of its own. */
  readonly resource: string | undefined
  readonly nonce: string | undefined
}

/** RFC 7636. A `plain` challenge is stored as its `S256`, which the same verifier satisfies. */
export interface CodeChallenge {
  readonly method: 'plain' | 'S256'
  readonly challenge: string
}

/** An authorization for which a code is issued. */
export interface CodeRequest extends Authorization {
  readonly redirectUri: string
  readonly challenge: CodeChallenge | undefined
  /** True if the redirect URI belongs to a single-page application. */
  readonly singlePage: boolean
}

/** A device that waits for a user to sign in. */
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
  /** Nine characters for the user to type. */
  readonly userCode: string
  /** Milliseconds since the epoch. */
  readonly ends: number
}

export type DevicePoll =
  | { readonly is: 'approved'; readonly authorization: Authorization }
  /** `hurried`: pending, and the device polls far more often than its interval allows. */
  | { readonly is: 'pending' | 'hurried' | 'declined' | 'expired' | 'unknown' | 'redeemed' }

export interface RefreshGrant extends Authorization {
  /** True for a single-page application, whose refresh tokens have a fixed end. */
  readonly singlePage: boolean
  /** True if the client authenticated. A changed password revokes only the tokens of public clients. */
  readonly confidential: boolean
}

export type RefreshUse =
  | { readonly ok: true; readonly grant: RefreshGrant; readonly issued: number }
  /** `issued` is absent for an unknown token; `ended` is set if the end was fixed. Milliseconds since the epoch. */
  | {
      readonly ok: false
      readonly because: 'unknown' | 'idle' | 'ended' | 'revoked' | 'reused'
      readonly issued?: number
      readonly ended?: number
    }

/**
 * Codes, device codes, refresh tokens and browser sessions. Only the hash of each value is stored. Everything expires,
 * and each tenant has a limited number of each kind.
 */
export interface Authorizations {
  readonly codes: {
    /** The code is valid for ten minutes and one redemption. */
    issue(request: CodeRequest): Promise<string>
    /**
     * A `used` code revokes the tokens issued for it (RFC 6749 §4.1.2). Another app's code is `unknown`, and stays
     * valid.
     */
    redeem(
      code: string,
      appId: AppId,
    ): Promise<
      | { readonly ok: true; readonly request: CodeRequest }
      | { readonly ok: false; readonly because: 'unknown' | 'expired' | 'used' }
    >
  }
  readonly devices: {
    /** The codes are valid for fifteen minutes. */
    start(request: DeviceRequest): Promise<StartedDevice>
    /** The device that waits under a user code, in any spelling of it. */
    waiting(userCode: string): Promise<DeviceRequest | undefined>
    /** Returns false if the device no longer waits. */
    approve(userCode: string, authorization: Authorization): Promise<boolean>
    decline(userCode: string): Promise<boolean>
    /** Returns `approved` once; after that, `redeemed`. */
    poll(deviceCode: string, appId: AppId): Promise<DevicePoll>
  }
  readonly refreshTokens: {
    /**
     * `from`: the code or refresh token that the client redeemed. Returns undefined if that was revoked meanwhile.
     * `ends`: milliseconds since the epoch, if the end is fixed.
     */
    issue(
      grant: RefreshGrant,
      from?: string,
    ): Promise<{ readonly token: string; readonly ends: number | undefined } | undefined>
    /** Checks a token without using it up: after a later refusal the client may send it again. */
    use(token: string, appId: AppId): Promise<RefreshUse>
  }
  readonly sessions: {
    /** Returns a new cookie value, valid for a day. */
    start(signedIn: Omit<SignedIn, 'session'>): Promise<{ readonly cookie: string; readonly signedIn: SignedIn }>
    find(cookie: string): Promise<SignedIn | undefined>
    end(cookie: string): Promise<void>
  }
}

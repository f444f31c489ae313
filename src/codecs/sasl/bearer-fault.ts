/**
 * The common mistakes in a bearer credential, each with its fix in terms of code. The texts repeat nothing that the
 * client sent, because it may hold a token.
 */

/** Words that programs send in place of a token when they have none. */
const emptyWords = new Set(['none', 'null', 'undefined', 'nil', 'nan', 'true', 'false', 'token', 'access_token'])

const readResult =
  "Read `access_token` from the result of the token request, and check the result for `error` first: result['access_token'] in Python's MSAL, result.accessToken in MSAL Node."

type Fault = readonly [shows: (text: string) => boolean, fault: string]

const firstFault = (faults: readonly Fault[], text: string): string | undefined =>
  faults.find(([shows]) => shows(text))?.[1]

const tokenFaults: readonly Fault[] = [
  [(token) => token === '', `The word Bearer is there, but no token follows: the variable is empty. ${readResult}`],
  [
    (token) => emptyWords.has(token.toLowerCase()),
    `A word such as None, null or undefined stands in place of the token: the program has no token. ${readResult}`,
  ],
  [
    (token) => /^b'.*'$|^b".*"$/.test(token),
    "The token stands in b'…': a Python bytes object was formatted as text. Decode it first: token.decode().",
  ],
  [
    (token) => /^bearer\b/i.test(token),
    'The word Bearer stands there twice. The token variable contains the word already, or a library adds it: remove one.',
  ],
  [(token) => /^["'<].*["'>]$/.test(token), 'The token stands in quotation marks or brackets: send it without them.'],
  [
    (token) => /^[[{]/.test(token),
    `The whole result of the token request, or an object, stands in place of the token. ${readResult}`,
  ],
  [
    (token) => isTokenInBase64(token),
    'The token is base64-encoded once more. A token is sent as the token endpoint returned it: remove the encoding.',
  ],
  [
    (token) => /\s/.test(token),
    'The token contains a space or a line break. Strip white space when you read it from a file or a command: token.strip().',
  ],
]

/** Says what is wrong with the text in place of a token; undefined if it looks like one. */
export const tokenFault = (token: string): string | undefined => firstFault(tokenFaults, token.trim())

/** Says what is wrong with an `Authorization` header, or with an `auth` value in SASL; undefined if it looks right. */
export function bearerFault(value: string): string | undefined {
  const text = value.trim()
  const scheme = /^bearer(?:\s+|$)/i.exec(text)?.[0]
  if (scheme !== undefined) return tokenFault(text.slice(scheme.length))
  if (/^eyJ[\w-]*\./.test(text)) return 'The word Bearer is missing: write "Bearer ", then the token.'
  if (/^bearer[:=]/i.test(text)) return 'After the word Bearer stands a colon or an equals sign: write one space there.'
  return undefined
}

/** A JWT begins with `eyJ`, which is base64url for `{"`. */
const isTokenInBase64 = (token: string): boolean =>
  /^[\w+/-]{16,}={0,2}$/.test(token) && /^eyJ[\w-]+\./.test(Buffer.from(token, 'base64').toString('latin1'))

const SEPARATOR = '\u0001'

const shape = String.raw`f"user={user}\x01auth=Bearer {token}\x01\x01"`

/** The first mistake that shows in a decoded SASL response. */
const responseFaults: readonly Fault[] = [
  [
    (text) => text.includes('^A'),
    String.raw`The letters ^A stand there in place of the octet 1. Write the octet: "\x01" in Python, '\u0001' in JavaScript.`,
  ],
  [
    (text) => /\\(x01|u0001|001|1)/.test(text),
    String.raw`The characters \x01 stand there in place of the octet 1: the string was not evaluated. Use a string type with escapes: no raw string in Python, no single quotes in a shell or in PHP.`,
  ],
  [
    (text) => !text.includes(SEPARATOR),
    `The separators are missing. The octet 1 follows the user name, and two of them follow the token: ${shape}.`,
  ],
  [(text) => !/\u0001auth=|^auth=/i.test(text), `There is no "auth=" behind a separator. The response is ${shape}.`],
  [
    (text) => !text.endsWith(SEPARATOR + SEPARATOR),
    'It does not end with two octets 1: the base64 was cut into lines, or the end is missing. Encode without line breaks: base64.b64encode in Python, `base64 -w0` in a shell.',
  ],
]

/** Says what is wrong with a SASL response that is still in base64, if it shows there. */
export function encodingFault(response: string): string {
  if (/^b['"]/.test(response)) {
    return "The response stands in b'…': a Python bytes object was formatted as text. Use base64.b64encode(data).decode()."
  }
  if (/^user=|^n,/i.test(response)) return 'It is not base64: the plain text was sent. Encode the whole response once.'
  if (/^eyJ[\w-]*\./.test(response)) {
    return `It is not base64: the token was sent by itself. Encode the whole response, ${shape}.`
  }
  return 'It is not base64.'
}

/** Returns the text of a response that was encoded twice; undefined if it was encoded once. */
export function encodedTwice(text: string): string | undefined {
  if (!/^[A-Za-z0-9+/\r\n]{8,}={0,2}\s*$/.test(text)) return undefined
  const inner = Buffer.from(text, 'base64').toString('utf8')
  return /^(user=|n,|auth=)/i.test(inner) ? inner : undefined
}

/** Says what is wrong with a SASL response, after it was decoded. `user`: whether it names a mailbox. */
export function responseFault(text: string, user: string | undefined): string {
  if (encodedTwice(text) !== undefined) {
    return "It is base64-encoded twice. Encode it once: Python's imaplib.authenticate and smtplib.auth encode what the function returns, so return the plain text."
  }
  const auth = /(?:^|\u0001)auth=([^\u0001]*)/i.exec(text)?.[1]
  const fault = firstFault(responseFaults.slice(0, 3), text)
  return (
    fault ??
    (auth === undefined ? undefined : bearerFault(auth)) ??
    firstFault(responseFaults.slice(3), text) ??
    (user === undefined
      ? 'It has no user= with the address of a mailbox behind it.'
      : 'It has no auth= with the word Bearer and a token behind it.')
  )
}

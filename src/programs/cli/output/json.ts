/** What moves the cursor where JSON leaves it as it is, and what turns a line around. */
const UNSAFE = /[\x7f-\x9f\u202a-\u202e\u2066-\u2069]/g

/** JSON for a terminal and for programs alike: names come from anybody, and what is escaped reads back the same. */
export const jsonText = (value: unknown, indent?: number): string =>
  JSON.stringify(value, undefined, indent).replace(
    UNSAFE,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )

/** Longer ones are not told apart from no identifier, and of more the oldest and the latest count. */
const LONGEST = 512
const MOST = 200

const bracketed = /<([^<>]*)>/g

/** RFC 5256 §3 REFERENCES: the message identifiers in a field, without their brackets, in the form in which they are compared. */
export function readMessageIds(field: string | undefined): string[] {
  if (field === undefined) return []
  const found: string[] = []
  for (const [, text] of field.matchAll(bracketed)) {
    const id = normal(text!)
    if (id !== '' && id.length <= LONGEST) found.push(id)
  }
  return found.length > MOST ? [found[0]!, ...found.slice(1 - MOST)] : found
}

/** `"a b"@c` and `a@c` are compared without what quotes them; what is no blank, control or bracket is left as it is. */
const normal = (text: string): string => text.replace(/\\(.)/g, '$1').replace(/["\0-\x20\x7f]/g, '')

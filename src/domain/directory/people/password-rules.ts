import { refuse } from '../../../core/refusal.ts'
import { limits } from '../limits.ts'

const SHORTEST = 8

/** Upper case, lower case, digits, and all other characters. */
const classes = [/\p{Lu}/u, /\p{Ll}/u, /\p{Nd}/u, /[^\p{Lu}\p{Ll}\p{Nd}]/u] as const
const CLASSES_NEEDED = 3

/** A shorter user name is in many words by chance. */
const SHORTEST_NAME = 3

/**
 * Entra's rules for a new password: 8 to 256 characters of at least three classes, without the user name. Refuses
 * `bad-syntax` in Graph's words.
 */
export function checkNewPassword(password: string, userPrincipalName: string): void {
  const name = userPrincipalName.slice(0, userPrincipalName.lastIndexOf('@')).toLowerCase()
  const complies =
    password.length >= SHORTEST &&
    password.length <= limits.password &&
    classes.filter((shape) => shape.test(password)).length >= CLASSES_NEEDED &&
    !(name.length >= SHORTEST_NAME && password.toLowerCase().includes(name))
  if (complies) return
  refuse(
    'bad-syntax',
    'The specified password does not comply with password complexity requirements. Please provide a different password.',
    { property: 'password' },
  )
}

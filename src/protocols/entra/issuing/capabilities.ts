import { ENDS_EARLY } from '../../../access/revocation/ended-early.ts'
import type { Form } from '../form.ts'

/**
 * What the client says that it can do: `{"access_token":{"xms_cc":{"values":["cp1"]}}}` in the parameter `claims`
 * (OpenID Connect Core 1.0 §5.5). Everything else in it is passed over.
 */
export function capabilitiesOf(form: Form): readonly string[] {
  const claims = form.get('claims')
  if (claims === undefined) return []
  try {
    const { access_token: asked } = JSON.parse(claims) as { access_token?: { xms_cc?: { values?: unknown } } }
    const values = asked?.xms_cc?.values
    return Array.isArray(values) ? [ENDS_EARLY].filter((known) => values.includes(known)) : []
  } catch {
    return []
  }
}

import type { Classification, Override } from '../../../../domain/outlook/types.ts'
import { created, noContent, ok } from '../../answers.ts'
import { type Payload, payloadOf } from '../../payload.ts'
import { contextOf, refuseWith } from '../mail-answers.ts'
import { mailRoute } from '../mail-route.ts'
import { pageOf } from '../small-list.ts'

const PATH = '/inferenceClassification/overrides'
const names = ['id', 'classifyAs', 'senderEmailAddress'] as const
/** RFC 5321 §4.5.3.1 */
const LONGEST_ADDRESS = 320

const getClassification = mailRoute('GET /inferenceClassification', {
  needs: 'Mail.Read',
  run: async (call) =>
    ok(call.request, {
      '@odata.context': contextOf(call, '/inferenceClassification', undefined, '/$entity'),
      overrides: (await call.deps.outlook.overrides(call.mailbox.id)).map(json),
    }),
})

const listOverrides = mailRoute(`GET ${PATH}`, {
  needs: 'Mail.Read',
  run: async (call) =>
    pageOf(
      call,
      { of: PATH, type: 'inferenceClassificationOverride', names },
      (await call.deps.outlook.overrides(call.mailbox.id)).map(json),
    ),
})

const createOverride = mailRoute(`POST ${PATH}`, {
  needs: 'Mail.ReadWrite',
  run: async (call) => {
    const body = payloadOf(call.request, 'InferenceClassificationOverride').only(['classifyAs', 'senderEmailAddress'])
    const override = { ...senderFrom(body.needObject('senderEmailAddress')), classifyAs: classFrom(body) }
    const added = await call.deps.outlook.addOverride(call.mailbox.id, override)
    return created(call.request, { '@odata.context': contextOf(call, PATH, undefined, '/$entity'), ...json(added) })
  },
})

const updateOverride = mailRoute(`PATCH ${PATH}/:override`, {
  needs: 'Mail.ReadWrite',
  run: async (call) => {
    const body = payloadOf(call.request, 'InferenceClassificationOverride').only(['classifyAs', 'senderEmailAddress'])
    const id = call.request.params['override'] ?? ''
    const changed = await call.deps.outlook.changeOverride(call.mailbox.id, id, { classifyAs: classFrom(body) })
    return ok(call.request, { '@odata.context': contextOf(call, PATH, undefined, '/$entity'), ...json(changed) })
  },
})

const deleteOverride = mailRoute(`DELETE ${PATH}/:override`, {
  needs: 'Mail.ReadWrite',
  run: async (call) => {
    await call.deps.outlook.removeOverride(call.mailbox.id, call.request.params['override'] ?? '')
    return noContent(call.request)
  },
})

const json = ({ id, name, address, classifyAs }: Override) => ({
  id,
  classifyAs,
  senderEmailAddress: { name, address },
})

function classFrom(body: Payload): Classification {
  const text = body.needText('classifyAs').toLowerCase()
  if (text === 'focused' || text === 'other') return text
  return refuseWith('ErrorInvalidRequest', 'The property classifyAs must be focused or other.')
}

function senderFrom(body: Payload): Pick<Override, 'name' | 'address'> {
  const address = body.needText('address')
  if (!/^[^\s@]+@[^\s@]+$/.test(address) || address.length > LONGEST_ADDRESS) {
    refuseWith('ErrorInvalidRequest', 'The property senderEmailAddress is not valid.')
  }
  return { address, name: (body.text('name') ?? '').slice(0, 256) }
}

export const overrideRoutes = [getClassification, listOverrides, createOverride, updateOverride, deleteOverride]
